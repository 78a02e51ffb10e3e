"""Numbers of rows as they come in addresses and forms: what can be the key of a row, and what cannot."""

from __future__ import annotations

# The largest key that the database can have.
LARGEST = 2**31 - 1
LARGEST_DIGITS = len(str(LARGEST))


def whole(text: str | None) -> int | None:
    """The whole number from 0 to 2^31 - 1 that the text writes in ASCII digits; None for every other text.
    Larger numbers are refused because the database's integer columns cannot hold them."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > LARGEST_DIGITS:
        return None
    number = int(text)
    return number if number <= LARGEST else None
