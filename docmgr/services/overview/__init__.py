"""Data that combine several services: the first page, and the full description of a document."""
