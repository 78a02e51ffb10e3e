"""What services raise; only web/kit/errors.py and the command line know what to answer."""

from __future__ import annotations


class NotFound(Exception):
    """There is no such thing, or the actor may not read it: the two look the same."""


class Invalid(Exception):
    """Input that a person can mend; the message is Vietnamese and says how."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Conflict(Exception):
    """Somebody else changed the thing in between; nothing was saved."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
