"""Inspections, findings and recommendations."""
