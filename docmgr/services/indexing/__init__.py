"""From the database into the search index: entries, synchronisation, rebuilding, what the index may show."""
