"""Interpret a text: find its provisions, facts, citations, obligations and secrecy stamp.

This module only calls the other modules of docmgr.reading in order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from docmgr.reading.citations.citations import find_citations
from docmgr.reading.citations.own import find_own_references
from docmgr.reading.facts.facts import find_facts
from docmgr.reading.obligations.find import find_obligations, obliges
from docmgr.reading.structure.heading import HeadingLine, heading_pieces
from docmgr.reading.structure.heading_extent import after_addressees, body_start
from docmgr.reading.structure.parts import find_parts
from docmgr.reading.structure.provisions import find_provisions
from docmgr.reading.structure.quoted import table_of_contents
from docmgr.reading.structure.secrecy import find_secrecy
from docmgr.reading.structure.sheets import SHEETS, SLIDES, rows_above_table
from docmgr.reading.types import Interpretation, joined

if TYPE_CHECKING:
    from docmgr.reading.types import Block, Fact


def interpret(
    blocks: Sequence[Block], kind: str, facts: Mapping[str, Fact] | None = None, apart: Sequence[Block] = ()
) -> Interpretation:
    """Find the provisions, facts, citations, obligations and secrecy stamp in the blocks of one file. `kind` is the kind
    of file (docx, pdf, md, …). `facts` are those that the file states as data; None means that they are to be
    found in the text. `apart` are lines outside of the text, which may be a stamp.

    The function has no effects, and its time is linear in the length of the text. `Interpretation.text`
    consists of the blocks, one per line. The provisions cover it in order without a gap.
    """
    text = joined(blocks)
    starts = list(accumulate((len(block.text) + 1 for block in blocks), initial=0))[:-1]
    if kind in SHEETS and facts is None:
        facts = _facts_of_sheets(blocks)
    pieces = heading_pieces(blocks)
    body = after_addressees(blocks, body_start(pieces))
    is_appendix = any(piece.kind == "appendix" for piece in pieces)
    contents = table_of_contents(blocks)
    parts = find_parts(blocks, body, contents, is_appendix)
    provisions = find_provisions(blocks, starts, text, parts, body=body, contents=contents, kind=kind)
    if facts is None:
        facts = find_facts(blocks, pieces, parts, text) if kind not in SLIDES or _headed(pieces) else {}
    known = dict(facts)
    number = known["number"].value if "number" in known else None
    citations = find_citations(blocks, starts, provisions, number)
    own_type = known["type"].value if "type" in known else None
    own = find_own_references(text, provisions, own_type, number)
    obligations = find_obligations(text, provisions, known, citations) if obliges(known) else ()
    return Interpretation(text, provisions, known, citations, own, find_secrecy(blocks, kind, apart), obligations)


def _headed(pieces: Sequence[HeadingLine]) -> bool:
    """Whether the heading has the national title or a number. The title of a slide ("Hướng dẫn …") alone is none."""
    return any(piece.kind in ("nation", "number") for piece in pieces)


def _facts_of_sheets(blocks: Sequence[Block]) -> dict[str, Fact]:
    """Find the facts of a workbook in the rows above its first table. Its other cells and the names of its sheets are
    no heading of a document."""
    head = rows_above_table(blocks)
    pieces = heading_pieces(head)
    parts = find_parts(head, after_addressees(head, body_start(pieces)), table_of_contents(head), False)
    return find_facts(head, pieces, parts, joined(head)) if head else {}
