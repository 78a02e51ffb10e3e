"""Finding documents and provisions, and everything around a result page."""
