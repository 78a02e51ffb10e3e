"""Read RTF files, also those called .doc. The library striprtf extracts the words.

striprtf keeps only text. Therefore the control words for tables and formats are replaced by private-use
characters before it runs. Afterwards these become cells, bold paragraphs and centred paragraphs. `destinations` splits
the source, because striprtf leaves out headers, footnotes and text boxes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.columns import head_blocks
from docmgr.reading.formats.raised import without_note_numbers
from docmgr.reading.formats.rtf import destinations
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
# What begins and ends raised text; a group ends it as well.
_RAISING = re.compile(r"(?<!\\)[{}]|\\(super|up|sub|dn|nosupersub|plain)(\d{0,5})(?![a-z0-9]) ?")
_RAISED, _LOWERED = "\ufdd4", "\ufdd5"
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
    source = _marked(_SOFT_HYPHEN.sub(r"\\'ad", source))
    codepage = re.search(r"\\ansicpg(\d{1,5})", source)
    encoding = f"cp{codepage.group(1)}" if codepage else _ENCODING
    parts = destinations.split(source)

    def beside(sources: Iterable[str], kind: str) -> list[Block]:
        groups = "".join(rf"{{\pard\plain {one}\par}}" for one in sources)
        text = _words(rf"{{\rtf1\ansi{parts.fonts}{groups}}}", encoding) if groups else ""
        return list(dict.fromkeys(_lines(text, kind)))

    body = capped(rtf_blocks(_words(parts.body, encoding)), limits)
    around = {kind: [block for block in beside(sources, kind) if any(map(str.isalpha, block.text))]
              for kind, sources in (("header", parts.headers), ("footer", parts.footers))}  # fmt: skip
    notes = capped(beside(parts.footnotes, "footnote"), limits)
    apart = (*beside(parts.boxes, "box"), *beside(parts.art, "box"))
    return PartContents("rtf", (*around["header"], *body, *notes, *around["footer"]), apart=apart)


def _words(source: str, encoding: str) -> str:
    """Extract the words of a source, with the marks of this module. Raises Unreadable("broken") when it cannot be parsed."""
    for pattern, mark in _MARKS:
        source = pattern.sub(mark, source)
    try:
        text: str = rtf_to_text(source, encoding=encoding, errors="replace")
    except (UnicodeError, LookupError, IndexError, ValueError, KeyError, TypeError) as fault:
        raise Unreadable("broken") from fault
    return text


def _marked(source: str) -> str:
    """Mark the text that is raised, and that in old fonts of capitals, whose numbers stand in the font table."""
    fonts = {number for number, name in _FONT.findall(source) if CAPITAL_FONT.fullmatch(name)}
    if fonts:
        source = _with_marks(source, _FONT_CHANGE, lambda found: found[1] in fonts, (FONT_ON, FONT_OFF))
    if r"\super" in source or r"\up" in source:
        source = _with_marks(source, _RAISING, lambda found: found[1] in ("super", "up") and found[2] != "0", (_RAISED, _LOWERED))
    return source


def _with_marks(source: str, changes: re.Pattern[str], begins: Callable[[re.Match[str]], bool], marks: tuple[str, str]) -> str:
    """Put `marks` around the text between one of the `changes` that `begins` it and one that ends it. A group ends what is set
    in it."""
    on, off = marks
    pieces, at, states = [], 0, [False]
    for found in changes.finditer(source):
        before = states[-1]
        if found.group() == "{":
            states.append(before)
        elif found.group() == "}":
            states[-2:] = states[-2:-1] or [False]
        else:
            states[-1] = begins(found)
        if states[-1] != before:
            # The mark stands outside of a group that ends, and after the control word that sets the format.
            pieces.append(source[at : found.end()] + (on if states[-1] else off))
            at = found.end()
    return "".join(pieces) + source[at:]


def rtf_blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a text in which the private-use characters of this module mark tables and formats.
    Outside tables each line becomes one block. Inside tables each paragraph of a cell becomes one block."""
    lines = carried(text, f"\n{_CELL}{_ROW}").split("\n")
    plain = next((n for n, line in enumerate(lines) if _CELL in line or _TABLE_PARAGRAPH in line), len(lines))
    head, used = head_blocks([_without_note_numbers(_MARK.sub("", line)) for line in lines[:plain]])
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


def _lines(text: str, kind: str) -> Iterator[Block]:
    """Yield the lines of a text beside the body as blocks of this kind, those of table cells too."""
    for line in re.split(f"[\n{_CELL}{_ROW}]", carried(text, f"\n{_CELL}{_ROW}")):
        yield from (replace(block, kind=kind) for block in _block(line, None))


def _without_note_numbers(line: str) -> str:
    if _RAISED not in line:
        return line.replace(_LOWERED, "")
    pieces, raised = [], False
    for part in re.split(f"([{_RAISED}{_LOWERED}])", line):
        if part in (_RAISED, _LOWERED):
            raised = part == _RAISED
        else:
            pieces.append((part, raised))
    return "".join(text for text, _ in without_note_numbers(pieces, bool))


def _block(line: str, place: tuple[int, int, int] | None) -> Iterator[Block]:
    text = raw_line(_without_note_numbers(_MARK.sub("", line)))
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
