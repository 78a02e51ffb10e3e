"""Obligations: what a text tells whom to do, and by when, as proposals for tasks."""
