"""Decides which words of a text are highlighted for a query, and which passages of the text are shown."""
