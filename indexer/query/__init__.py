"""Parses a typed query into a `Query`. The package holds the lexer, the grammar, the tree of conditions, the
fields, and the recognition of document numbers and named provisions. It needs no index."""
