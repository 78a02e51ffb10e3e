"""Completion while typing, and "did you mean"."""
