"""The first stage of a search: it finds the terms of a query and their postings, computes BM25 scores,
evaluates conditions, recognises named documents and counts facets."""
