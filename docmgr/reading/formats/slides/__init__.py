"""Readers of presentations: PPT, PPTX and ODP."""
