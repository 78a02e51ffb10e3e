"""Whoosh's own classes over our segments: codec, matchers, readers, writers, searcher."""
