"""Decide whether a file is an official document, which has a number, a date and a signer.

Tables, speeches and forms have none. A person is not asked for the facts of such a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from docmgr.reading.types import Fact

_HEADING = re.compile(r"c[ộô]ng\s+h(?:òa|oà)\s+x[ãa]\s+h[ộô]i|đảng\s+cộng\s+sản\s+việt|độc\s+lập\s*[-–—]\s*tự\s+do", re.I)
_FIRST_LINES = 40
_NAMING = ("number", "type", "issued_on")


def is_official(lines: Sequence[str], facts: Mapping[str, Fact]) -> bool:
    """Whether the text is one of an official document: it has the heading of the state or the Party among its first
    lines, or a type, number or date was found in it."""
    return any(name in facts for name in _NAMING) or any(map(_HEADING.search, lines[:_FIRST_LINES]))
