"""Workflows of documents: their definitions, how documents move through them, and what waits for whom."""
