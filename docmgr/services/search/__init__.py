"""Search for documents and provisions, and everything that belongs to a page of results."""
