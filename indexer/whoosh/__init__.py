"""The index through the interfaces of Whoosh, a search library in pure Python: codec, matchers, readers,
writers and searcher."""
