"""Checklists, and the lines that inspections take from them and record."""
