"""Read what a page header or footer of an Excel workbook prints, from the codes in which it is stored ([MS-XLS] 2.4.136)."""

from __future__ import annotations

import re

from docmgr.reading.letters.lines import raw_lines

# A part of the line begins (left, centre, right), or a font, a colour, a size, a format or a field is named.
_PART = re.compile(r"&[LCR]", re.I)
_CODE = re.compile(r"""&(?:"[^"]*"|K(?:[0-9A-F]{6}|\d\d[+-]\d{3})|\d{1,3}|[PNDTFAZGBIUESXYOH](?:[+-]\d+)?)""", re.I)
_AND = "\ufdd0"


def printed_lines(codes: str) -> list[str]:
    """List the lines that the `codes` of a page header or footer print. Page numbers and other fields print nothing here.
    Left, centre and right are lines of their own."""
    bare = codes.replace("&&", _AND)
    parts = (_CODE.sub("", part).replace(_AND, "&") for part in _PART.split(bare))
    return [line for part in parts for line in raw_lines(part)]
