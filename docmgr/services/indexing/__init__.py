"""Bring documents from the database into the search index: make entries, synchronise, rebuild, and decide which
documents a search may show."""
