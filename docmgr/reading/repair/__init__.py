"""Texts in legacy fonts."""
