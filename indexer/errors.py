"""What the engine raises."""

from __future__ import annotations


class IndexUnusable(Exception):
    """The index is missing, damaged or written by another version: the caller rebuilds it from the
    database."""


class IndexBusy(Exception):
    """Another writer held the index longer than the caller would wait."""
