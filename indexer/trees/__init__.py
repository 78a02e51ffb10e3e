"""Trees of Whoosh's queries: a whole question as one, and the entries that any of them matches."""
