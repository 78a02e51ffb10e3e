"""Read the key of a database row from a text in an address or form. A text that cannot be a key gives
None."""

from __future__ import annotations

# The largest key that the database can have.
LARGEST = 2**31 - 1
LARGEST_DIGITS = len(str(LARGEST))


def whole(text: str | None) -> int | None:
    """Read `text` as a whole number from 0 to 2^31 - 1 in ASCII digits. Returns None for every other text and
    for None. Larger numbers are refused because the database's integer columns cannot store them."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > LARGEST_DIGITS:
        return None
    number = int(text)
    return number if number <= LARGEST else None
