"""Numbers of rows as they come in addresses and forms: what can be the key of a row, and what cannot."""

from __future__ import annotations

# As large as a key of the database can be.
LARGEST = 2**31 - 1
LARGEST_DIGITS = len(str(LARGEST))


def whole(text: str | None) -> int | None:
    """A whole number from 0 to 2^31 - 1 in ASCII digits; None for all else, so that no query is asked for more."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > LARGEST_DIGITS:
        return None
    number = int(text)
    return number if number <= LARGEST else None
