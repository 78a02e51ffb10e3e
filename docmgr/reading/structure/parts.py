"""Divide a document into parts: its main text, the signature block, and what is attached after it.

This module decides where the main text ends and where appendices (`phu-luc-1`), attached documents
(`kem-theo-1`) and forms (`mau-01`) begin. `openers` recognises their headings, `signatures` the signature, and
`provisions` finds the provisions inside a part.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docmgr.reading.structure.heading import NATION, TITLE
from docmgr.reading.structure.openers import ATTACHED, STANDARD, listed_forms, opener_of
from docmgr.reading.structure.quoted import quoted_blocks
from docmgr.reading.structure.signatures import signature_range
from legaltext.anchors import Registry
from legaltext.labels import SIGNATURE

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_LONGEST_HEADING = 14
_LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class TextPart:
    """One part of a document: the blocks from index `first` up to but not including `last`. `kind` is main,
    signature, phu_luc (appendix), kem_theo (attached document) or mau (form). The anchors in the part begin
    with `prefix`. `parent` is the anchor of the part to which it belongs, or None. `named` is the index of the
    block that has the label."""

    kind: str
    prefix: str
    parent: str | None
    label: str
    first: int
    last: int
    named: int = 0


@dataclass(frozen=True, slots=True)
class _Opener:
    """Where a part begins: the index of its first block, of the block with its label, its kind, its numeral
    ("" when it has none), and its label."""

    first: int
    named: int
    kind: str
    number: str
    label: str


def find_parts(
    blocks: Sequence[Block], body: int, contents: Collection[int], is_appendix: bool
) -> list[TextPart]:
    """Divide the blocks into parts. The parts are in order and together cover all blocks.

    `body` is the index of the first block below the heading. `contents` are the indexes of blocks in tables
    of contents. A file that is itself an appendix (`is_appendix`) gets no signature part.
    """
    hidden = quoted_blocks(blocks, range(body, len(blocks))).union(contents)
    signature = None if is_appendix else signature_range(blocks, body, hidden)
    if signature is None:
        starts = [o for o in _openers(blocks, max(body, 1), hidden) if o.kind == "phu_luc"]
        end = starts[0].first if starts else len(blocks)
        return [TextPart("main", "", None, "", 0, end), *_parts(_apart(starts), len(blocks))]
    first, last = signature
    starts = _apart(_headed(blocks, last, _openers(blocks, last, hidden)))
    end = starts[0].first if starts else len(blocks)
    main = [TextPart("main", "", None, "", 0, first), TextPart("signature", "", None, SIGNATURE, first, end)]
    return [*main, *_parts(starts, len(blocks))]


def _openers(blocks: Sequence[Block], start: int, hidden: Collection[int]) -> list[_Opener]:
    """Find where appendices, forms and attached documents begin, from the block `start` on. None begins in the
    blocks with the indexes `hidden`. Of a technical standard only the first heading counts."""
    opened = ((at, opener_of(blocks, at)) for at in range(start, len(blocks)) if at not in hidden)
    found = [_Opener(at, at, *names) for at, names in opened if names is not None]
    listed = listed_forms(blocks, [o.first for o in found if o.kind == "mau"])
    standards: set[str] = set()
    out: list[_Opener] = []
    for opener in found:
        if opener.first in listed or opener.label in standards:
            continue
        if STANDARD.match(opener.label):
            standards.add(opener.label)
        out.append(opener)
    return out


def _apart(openers: Sequence[_Opener]) -> list[_Opener]:
    """Leave out the title of an appendix that is also the title of an attached document: of two such headings
    within three blocks only the first counts."""
    out: list[_Opener] = []
    for opener in openers:
        near = bool(out) and out[-1].named >= opener.first - 3
        if not (near and {out[-1].kind, opener.kind} == {"phu_luc", "kem_theo"}):
            out.append(opener)
    return out


def _headed(blocks: Sequence[Block], start: int, openers: Sequence[_Opener]) -> list[_Opener]:
    """Begin each attached document at its own heading, when the national title stands above its name. Every
    block from `start` on belongs to a part: where none begins there, an attached document does. It gets the
    name that is printed in its heading as its label."""
    out: list[_Opener] = []
    for opener in openers:
        first = opener.first
        if opener.kind == "kem_theo":
            floor = max(out[-1].named + 1 if out else start, first - _LONGEST_HEADING)
            first = _heading_start(blocks, floor, first)
        out.append(_Opener(first, opener.named, opener.kind, opener.number, opener.label))
    rest = [i for i in range(start, len(blocks)) if blocks[i].kind != "footnote"]
    if rest and (not out or out[0].first > rest[0]):
        named = _named(blocks, rest[0], out[0].first if out else len(blocks))
        out.insert(0, _Opener(rest[0], named, "kem_theo", "", blocks[named].text[:_LONGEST_LABEL]))
    return out


def _heading_start(blocks: Sequence[Block], floor: int, at: int) -> int:
    """Find the first block of the heading above the name of an attached document in the block `at`. `at` itself
    is returned when no national title stands between the block `floor` and it."""
    nation = next((i for i in range(floor, at) if NATION.search(blocks[i].text)), None)
    if nation is None:
        return at
    table = blocks[nation].table
    while nation > floor and table is not None and blocks[nation - 1].table == table:
        nation -= 1
    return nation


def _named(blocks: Sequence[Block], first: int, end: int) -> int:
    """Find the block with the name of the attached document that begins in the block `first`: its title line,
    or the line above "(Ban hành kèm theo …)" (issued together with …). Above that line a title in small letters
    counts too. `first` when there is no name."""
    near = range(first, min(end, first + _LONGEST_HEADING))
    attached = next((at for at in near if at > first and ATTACHED.match(blocks[at].text)), None)
    for at in near if attached is None else range(first, attached):
        text = blocks[at].text if attached is None else blocks[at].text.upper()
        if TITLE.match(text) and len(text) < 200:
            return at
    return attached - 1 if attached is not None else first


def _parts(starts: Sequence[_Opener], total: int) -> list[TextPart]:
    """Build the parts of a document from `starts`, where they begin. Each part gets a unique prefix for its
    anchors. `total` is the number of blocks. A form belongs to the appendix or attached document before it, if
    any."""
    registry = Registry()
    counts = {"phu_luc": 0, "kem_theo": 0}
    parts: list[TextPart] = []
    holder: str | None = None
    for position, opener in enumerate(starts):
        last = starts[position + 1].first if position + 1 < len(starts) else total
        parent = None
        if opener.kind == "mau":
            inside = f"{holder}.mau-{opener.number}" if holder else f"kem-theo-mau-{opener.number}"
            prefix, parent = registry.unique(inside), holder
        else:
            counts[opener.kind] += 1
            number = opener.number or counts[opener.kind]
            prefix = holder = registry.unique(f"{opener.kind.replace('_', '-')}-{number}")
        parts.append(TextPart(opener.kind, prefix, parent, opener.label, opener.first, last, opener.named))
    return parts
