"""Inspections of units, with their findings and recommendations."""
