"""Answers one query with matches, their order, a page of results, an explanation and a diagnosis."""
