"""Trees of Whoosh queries: makes one from a whole search query, and finds the entries that any such tree
matches."""
