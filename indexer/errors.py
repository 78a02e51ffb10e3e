"""The exceptions that the search engine raises."""

from __future__ import annotations


class IndexUnusable(Exception):
    """Raised when the index is missing, damaged or written by another version. The caller must rebuild it
    from the database."""


class IndexDamaged(IndexUnusable):
    """Raised when the index exists but is damaged. A process that opened it earlier does not notice this by itself."""


class IndexAway(IndexUnusable):
    """Raised when the machine that keeps the index does not answer. A rebuild would not help; what waits is done when it is back."""


class IndexBusy(Exception):
    """Raised when another writer held the lock of the index longer than the caller was willing to wait."""
