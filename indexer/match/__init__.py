"""The first stage of a search: the terms of a query, their postings, BM25, conditions, known items, facets."""
