"""Find secrecy stamps: Mật (confidential), Tối mật (secret) and Tuyệt mật (top secret).

This module decides whether a document is stamped. A stamp stands on a line of its own: near the top of page one, in a
page header or footer, or apart from the text, such as in WordArt. Law 29/2018/QH14, article 8, and Decree 30/2020, Annex
I, define it. The same words inside a sentence or a table of data are no stamp. Services decide what follows from a stamp.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmgr.reading.structure.heading import NATION, heading_pieces
from docmgr.reading.structure.sheets import SHEETS, SLIDES

if TYPE_CHECKING:
    from docmgr.reading.types import Block

LEVELS = ("Tuyệt mật", "Tối mật", "Mật")
_SPACED = {"TUYỆTMẬT": "Tuyệt mật", "TỐIMẬT": "Tối mật", "MẬT": "Mật"}
# "Mật" in mixed case can also be a person or a column; these words cannot.
_TWO_WORDS = frozenset({"TUYỆTMẬT", "TỐIMẬT"})
_FRAME = " \t[](){}|*_.-–—:“”\"'"
_FIELD = re.compile(
    r"^(?:dấu\s+(?:chỉ\s+)?)?(?:mức\s+)?độ\s+mật\s*:\s*(tuyệt\s+mật|tối\s+mật|mật)\s*(?:\.?$|[;,.]\s*(?:độ\s+|mức\s+độ\s+)khẩn\s*:)",
    re.IGNORECASE,
)
# The stamp of urgency (Decree 30/2020, Annex I) may be on the same line.
_URGENCY = re.compile(r"^(?:HỎA\s+TỐC|HOẢ\s+TỐC|THƯỢNG\s+KHẨN|KHẨN)(?:\s+HẸN\s+GIỜ)?[\s,;\-–—/]+(?=\S)|(?<=\S)[\s,;\-–—/]+(?:HỎA\s+TỐC|HOẢ\s+TỐC|THƯỢNG\s+KHẨN|KHẨN)$")
_CAPITALS = "(TUYỆT MẬT|TỐI MẬT|MẬT)"
# The subject of a message may have its level in front or, in brackets, at the end: "MẬT: …", "[TỐI MẬT] …", "… (Mật)".
_IN_SUBJECT = (
    re.compile(rf"^{_CAPITALS} ?(?::|[–—-](?!\w))"),
    re.compile(rf"^[\[(] ?{_CAPITALS} ?[\])]", re.IGNORECASE),
    re.compile(rf"[\[(] ?{_CAPITALS} ?[\])]$", re.IGNORECASE),
)
# What mail programs put in front of a subject, and its urgency.
_ANSWERED = re.compile(r"^(?:(?:re|fwd?|trả lời|chuyển tiếp)\s*:\s*)+", re.IGNORECASE)
_URGENT = re.compile(r"^[\[(]?\s?(?:HỎA TỐC|HOẢ TỐC|THƯỢNG KHẨN|KHẨN)\s?[\])]?[\s,;:–—-]*(?=[\[(]?\s?(?:TUYỆT |TỐI )?MẬT)", re.IGNORECASE)
_EDGES = ("header", "footer")
_HEADING_MARKS = frozenset({"nation", "motto", "number", "date"})
TOP_BLOCKS = 30
_SHEET_ROWS = 5
_ABOVE_NATION = 4


def stamp_of(line: str) -> str | None:
    """Find the level of secrecy that a line states as a stamp. None when the line is no stamp. The line "Mật"
    in mixed case gives None, because it may be a name or the head of a column."""
    field = _FIELD.match(line.strip())
    if field:
        words = re.sub(r"\s", "", field.group(1)).upper()
        return _SPACED[words]
    bare = _bare(line)
    return _SPACED.get(bare.upper() if bare.upper() in _TWO_WORDS else bare)


def _bare(line: str) -> str:
    return re.sub(r"\s", "", _URGENCY.sub("", line.strip(_FRAME)).strip(_FRAME))


def find_secrecy(blocks: Sequence[Block], kind: str | None = None, apart: Sequence[Block] = ()) -> str | None:
    """Find the highest level of secrecy stamped near the top of page one, or of each sheet of a workbook, in a page header
    or footer, or alone on a slide. `kind` is the kind of file, and `apart` are lines outside of its text
    (PartContents.apart). None when there is no stamp."""
    data = _data_rows(blocks)
    tops = _sheet_tops(blocks) if kind in SHEETS else []
    found = {stamp_of(block.text) for block in _top(blocks, data, tops) if _is_printed_stamp(block.text)}
    found |= {_heading_stamp(line) for line in _heading_lines(blocks, data)}
    found |= {_heading_stamp(block.text) for block in (*blocks, *apart) if block.kind in _EDGES}
    found |= {_subject_stamp(block.text) for block in apart if block.kind == "subject"}
    found |= _lone_levels(blocks, kind, apart)
    return next((level for level in LEVELS if level in found), None)


def _subject_stamp(line: str) -> str | None:
    """Find the level of secrecy that the subject of a message states, alone or beside its words."""
    line = _URGENT.sub("", _ANSWERED.sub("", line))
    beside = next(filter(None, (pattern.search(line) for pattern in _IN_SUBJECT)), None)
    return _SPACED[re.sub(r"\s", "", beside.group(1)).upper()] if beside else _heading_stamp(line)


def _lone_levels(blocks: Sequence[Block], kind: str | None, apart: Sequence[Block]) -> set[str]:
    """Find the levels that stand alone in text boxes, WordArt, notes and on slides after the first. A page that names several
    levels speaks about them, and has no stamp. The title of a slide is none either."""
    lone = [block for block in apart if block.kind == "box"]
    lone += [block for block in blocks if block.kind == "footnote" or (kind in SLIDES and block.kind == "paragraph")]
    by_page: dict[int | None, set[str]] = {}
    for block in lone:
        level = stamp_of(block.text) if _is_printed_stamp(block.text) else None
        if level is not None:
            by_page.setdefault(block.page, set()).add(level)
    return {level for levels in by_page.values() if len(levels) == 1 for level in levels}


def _is_printed_stamp(line: str) -> bool:
    """Whether a line is a stamp wherever it is printed: it is in capitals, or it is a field with a label
    ("Độ mật: …")."""
    return _FIELD.match(line.strip()) is not None or _bare(line).isupper()


def _heading_stamp(line: str) -> str | None:
    """Find the level of secrecy that a line of a heading or page header states. None when the line is no
    stamp. Here "Mật" (confidential) in mixed case is a stamp too."""
    bare = _bare(line)
    return _SPACED["MẬT"] if bare == "Mật" else stamp_of(line)


def _heading_lines(blocks: Sequence[Block], data: set[int]) -> list[str]:
    """List the lines of the heading above the document type. Lines of the blocks in `data` are left out."""
    pieces = heading_pieces(blocks[:TOP_BLOCKS])
    ends = next((n for n, piece in enumerate(pieces) if piece.kind in ("title", "appendix", "body")), None)
    marks = [n for n, piece in enumerate(pieces[:ends]) if piece.kind in _HEADING_MARKS]
    last = 0
    if ends is not None and (marks or pieces[ends].kind == "title"):
        last = ends
    elif marks:
        # Without a type line and a clear body, the heading ends after the last line that only a heading contains.
        last = max(n for n in marks if n < marks[0] + 10) + 2
    # A text box that is anchored to the type line is read directly after it.
    boxed = [p for p in pieces[last + 1 : last + 2] if last and last == ends and stamp_of(p.text)]
    first = blocks[0].page if blocks else None
    zone = [*pieces[:last], *boxed]
    return [p.text for p in zone if p.block not in data and blocks[p.block].page == first]


def _top(blocks: Sequence[Block], data: set[int], tops: Sequence[int]) -> list[Block]:
    """List the blocks at the top of page one, then those of `tops`. Blocks in `data` are left out. `data` and `tops` are
    positions."""
    first = next((b.page for b in blocks if b.page is not None), None)
    top = [b for n, b in enumerate(blocks[:TOP_BLOCKS]) if n not in data and b.page == first]
    return top + [blocks[n] for n in tops if n not in data] + _below_cover(blocks)


def _below_cover(blocks: Sequence[Block]) -> list[Block]:
    """List the lines just above the national title, on the same page. That page may follow a cover."""
    nation = next((n for n, block in enumerate(blocks) if NATION.search(block.text)), 0)
    return [b for b in blocks[max(0, nation - _ABOVE_NATION) : nation] if b.page == blocks[nation].page and b.table is None]


def _sheet_tops(blocks: Sequence[Block]) -> list[int]:
    """List the positions of the cells in the first rows of each sheet of a workbook: a table below its name."""
    tops = []
    for n, block in enumerate(blocks[1:], start=1):
        if block.table is not None and blocks[n - 1].kind == "heading" and blocks[n - 1].level == 1:
            rows = (at for at in range(n, min(n + TOP_BLOCKS, len(blocks))) if blocks[at].table == block.table)
            tops += [at for at in rows if (blocks[at].row or 0) - (block.row or 0) < _SHEET_ROWS]
    return tops


def _data_rows(blocks: Sequence[Block]) -> set[int]:
    """Find the cells of data, in which secrecy words are no stamp. Returns their positions in `blocks`. A table of data
    has more than ten cells and is not the heading. Lines are no data: a row with one filled cell, the rows above the
    first row with all columns, and a field with a label ("Độ mật: …")."""
    cells: dict[int, set[tuple[int | None, int | None]]] = {}
    heading: set[int] = set()
    for block in blocks:
        if block.table is None:
            continue
        cells.setdefault(block.table, set()).add((block.row, block.col))
        if re.search(r"Độc lập\s*[-–]", block.text):
            heading.add(block.table)
    data = {table for table, places in cells.items() if len(places) > 10} - heading
    filled = Counter((table, row) for table in data for row, _ in cells[table])
    widest: dict[int, int] = {}
    for (table, _), count in filled.items():
        widest[table] = max(widest.get(table, 0), count)
    found: set[int] = set()
    begun: set[int] = set()
    for n, block in enumerate(blocks):
        if block.table is None or block.table not in data:
            continue
        count = filled[block.table, block.row]
        if count == widest[block.table]:
            begun.add(block.table)
        if count > 1 and block.table in begun and not _FIELD.match(block.text.strip()):
            found.add(n)
    return found
