"""Trees of Whoosh queries. This package makes such a tree from a whole search request, and finds the
entries that a tree matches, whichever program made it."""
