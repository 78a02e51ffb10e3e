"""Read RTF files, also those called .doc. The library striprtf extracts the words.

striprtf keeps only text. Therefore the control words for tables and formats are replaced by private-use
characters before it runs. Afterwards these become cells, bold paragraphs and centred paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.columns import head_blocks
from docmgr.reading.letters.lines import CAPITAL_FONT, FONT_OFF, FONT_ON, carried, raw_line
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

_CELL, _ROW, _CENTRE, _TABLE_PARAGRAPH, _BOLD, _PLAIN = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06"
_MARKS = (
    (re.compile(r"\\(?:nest)?cell(?![a-z])\s?"), _CELL),
    # Text after a table row begins a new line.
    (re.compile(r"\\(?:nest)?row(?![a-z])\s?"), _ROW + r"\\par "),
    (re.compile(r"\\qc(?![a-z])\s?"), _CENTRE),
    (re.compile(r"\\intbl(?![a-z])\s?"), _TABLE_PARAGRAPH),
    (re.compile(r"\\b(?![a-z0-9])\s?"), _BOLD),
    (re.compile(r"\\(?:b0|plain)(?![a-z0-9])\s?"), _PLAIN),
)
_FONT = re.compile(r"\\f(\d{1,5})\\(?:fnil|froman|fswiss|fmodern|fscript|fdecor|ftech)[^;]{0,300}?(\.?Vn[\w ]+);", re.I)
_SOFT_HYPHEN = re.compile(r"(?<!\\)\\-")
_FONT_CHANGE = re.compile(r"(?<!\\)[{}]|\\f(\d{1,5}) ?|\\plain(?![a-z]) ?")
_MARK = re.compile("[\x01-\x06]")
# Pictures and embedded objects are long runs of hexadecimal digits; no text is.
_HEX = re.compile(rb"[0-9a-fA-F\s]{400,}")
_ENCODING = "cp1252"


def read_rtf(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the RTF file at `path` within `limits`. Raises Unreadable: "broken" when it cannot be parsed,
    "too_large" for too much text."""
    data = _HEX.sub(b" ", path.read_bytes().lstrip())
    source = data.decode("latin-1").replace("\x00", "")
    source = _MARK.sub("", source)
    # Word writes the letter "ư" of an old font as an optional hyphen.
    source = _with_fonts_marked(_SOFT_HYPHEN.sub(r"\\'ad", source))
    for pattern, mark in _MARKS:
        source = pattern.sub(mark, source)
    codepage = re.search(r"\\ansicpg(\d+)", source)
    try:
        text: str = rtf_to_text(
            source, encoding=f"cp{codepage.group(1)}" if codepage else _ENCODING, errors="replace"
        )
    except (UnicodeError, LookupError, IndexError, ValueError, KeyError, TypeError) as fault:
        raise Unreadable("broken") from fault
    return PartContents("rtf", tuple(capped(rtf_blocks(text), limits)))


def _with_fonts_marked(source: str) -> str:
    """Mark the text in old fonts of capitals. Their numbers stand in the font table; a group ends what is set in
    it."""
    fonts = {number for number, name in _FONT.findall(source) if CAPITAL_FONT.fullmatch(name)}
    if not fonts:
        return source
    pieces, at, states = [], 0, [False]
    for found in _FONT_CHANGE.finditer(source):
        before = states[-1]
        if found.group() == "{":
            states.append(before)
        elif found.group() == "}":
            states[-2:] = states[-2:-1] or [False]
        else:
            states[-1] = found.group(1) in fonts
        if states[-1] != before:
            # The mark stands outside of a group that ends, and after the control word that sets the font.
            pieces.append(source[at : found.end()] + (FONT_ON if states[-1] else FONT_OFF))
            at = found.end()
    return "".join(pieces) + source[at:]


def rtf_blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a text in which the private-use characters of this module mark tables and formats.
    Outside tables each line becomes one block. Inside tables each paragraph of a cell becomes one block."""
    lines = carried(text, f"\n{_CELL}{_ROW}").split("\n")
    plain = next((n for n, line in enumerate(lines) if _CELL in line or _TABLE_PARAGRAPH in line), len(lines))
    head, used = head_blocks([_MARK.sub("", line) for line in lines[:plain]])
    yield from head
    table, row, col = (0 if head else -1), 0, 0
    inside = False
    for line in lines[used:]:
        if not inside and (_CELL in line or _TABLE_PARAGRAPH in line):
            inside, table, row, col = True, table + 1, 0, 0
        elif inside and not (_CELL in line or _ROW in line or _TABLE_PARAGRAPH in line) and col == 0:
            inside = not _MARK.sub("", line).strip()
        if not inside:
            yield from _block(line, None)
            continue
        for piece in re.split(f"([{_CELL}{_ROW}])", line):
            if piece == _CELL:
                col += 1
            elif piece == _ROW:
                row, col = row + 1, 0
            else:
                yield from _block(piece, (table, row, col))


def _block(line: str, place: tuple[int, int, int] | None) -> Iterator[Block]:
    text = raw_line(_MARK.sub("", line))
    if text:
        table, row, col = place or (None, None, None)
        first_word = re.search(r"[^\W_]", line)
        before = line[: first_word.start()] if first_word else line
        bold = before.rfind(_BOLD) > before.rfind(_PLAIN)
        yield Block(
            text,
            "cell" if place else "paragraph",
            bold=bold,
            centered=_CENTRE in line,
            table=table,
            row=row,
            col=col,
        )
