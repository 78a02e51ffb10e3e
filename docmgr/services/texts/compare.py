"""Compare the texts of two versions, of one document or of two, provision by provision.

legaltext.compare decides which provisions are the same one; this module loads them and puts the pairs in rows below
their articles. services.texts.compared_pages cuts the rows into pages. Only the texts and provisions in the database
are compared, never files, so that a scan can be compared with a DOCX.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from docmgr import db
from docmgr.policy import Actor, require
from docmgr.services.documents import page as document_page
from docmgr.services.documents.page import DocumentFrame, ProvisionExtent
from legaltext.compare import provisions
from legaltext.compare.provisions import ARTICLE, CONTAINERS, Match, Side, TextUnit
from legaltext.labels import path_label

ADDED, REMOVED, CHANGED, MOVED, AWAY = "added", "removed", "changed", "moved", "away"
# The kind of text that belongs to no provision, and of the whole text where there is none.
LOOSE, WHOLE = "doan", "toan_van"
WHOLE_LABEL = "Toàn văn"


@dataclass(frozen=True)
class ShownUnit:
    """A provision on one side. `label` names it with those that contain it ("khoản 2 Điều 5"), and `title` is its heading.
    `anchor` is None when the text belongs to no provision. `text` is its own text."""

    anchor: str | None
    kind: str
    label: str
    title: str
    text: str


@dataclass(frozen=True)
class ComparedRow:
    """A provision on the left beside the same one on the right; one of them is None where it was added or removed.
    `states` are "added", "removed", "changed" and "moved"; empty when nothing differs. "away": it stands in another
    block on the right, whose row has its words; `right` says where."""

    left: ShownUnit | None
    right: ShownUnit | None
    states: frozenset[str]

    @property
    def alone(self) -> ShownUnit:
        """The provision on the right, or the one on the left when it was removed."""
        shown = self.right or self.left
        assert shown is not None
        return shown

    @property
    def same_words(self) -> bool:
        """Whether no word differs: nothing did, or it has only moved."""
        return self.states <= {MOVED}


@dataclass
class ComparedBlock:
    """An article, or what else stands for itself, with its rows; the first is its own. `no` counts from 1. `states` as
    in ComparedRow, for all that is in it."""

    no: int
    rows: list[ComparedRow] = field(default_factory=list)

    @property
    def head(self) -> ComparedRow:
        """The row of the block itself."""
        return self.rows[0]

    @cached_property
    def states(self) -> frozenset[str]:
        """What happened to the block as a whole. Ask when all rows are there."""
        whole = self.head.states & {ADDED, REMOVED}
        if whole:
            return whole
        inside = any(row.states for row in self.rows[1:]) or self.head.states - {MOVED}
        return (self.head.states & {MOVED}) | (frozenset({CHANGED}) if inside else frozenset())


@dataclass(frozen=True)
class Count:
    """How many blocks of one sort there are, and what happened to how many of them."""

    total: int
    changed: int
    added: int
    removed: int
    moved: int


@dataclass(frozen=True)
class ComparedTexts:
    """Two texts side by side. `articles` counts Điều, and `others` all other blocks. `touched` are the anchors on the
    left whose words, or those of a provision inside them, were changed or removed."""

    blocks: tuple[ComparedBlock, ...]
    articles: Count
    others: Count
    touched: frozenset[str]

    @property
    def differs(self) -> bool:
        """Whether anything was added, removed, changed or moved."""
        return any(block.states for block in self.blocks)


def compare(actor: Actor, left: DocumentFrame, right: DocumentFrame) -> ComparedTexts:
    """Compare the texts of the versions that two frames show; the frames were loaded with their texts. Raises Denied
    when the actor's roles may not read documents."""
    require(actor, "document:read")
    with db.read() as session:
        sides = [_Text(one.text, document_page.places(session, one.version_id)) for one in (left, right)]
    return _compared(*sides)


class _Text:
    """A text with its units and what names them."""

    def __init__(self, text: str, extents: Sequence[ProvisionExtent]) -> None:
        self.extents: list[ProvisionExtent | None] = []
        units: list[TextUnit] = []
        for start, end, extent in _covering(text, extents):
            words = text[start:end].strip()
            if extent is None:
                whole = not extents
                units.append(TextUnit(f"~{start}", None, WHOLE if whole else LOOSE, WHOLE_LABEL if whole else "", words))
            else:
                printed = f"{extent.label}. {extent.title}".strip(". ")
                units.append(TextUnit(extent.anchor, extent.parent, extent.kind, extent.label, words or printed))
            self.extents.append(extent)
        self.side = Side(units)

    def shown(self, place: int) -> ShownUnit:
        """A unit as pages show it."""
        unit, extent = self.side.units[place], self.extents[place]
        path = [(above.label, above.kind) for above in map(self.side.units.__getitem__, self._up(place)) if above is unit or above.kind not in CONTAINERS]
        label = path_label(path[::-1]) or unit.label
        return ShownUnit(extent.anchor if extent else None, unit.kind, label, extent.title if extent else "", unit.text)

    def anchors(self, places: Iterable[int]) -> frozenset[str]:
        """The anchors of some units and of all units that contain them."""
        return frozenset(self.side.units[above].anchor for place in places for above in self._up(place))

    def _up(self, place: int | None) -> Iterator[int]:
        """A unit and those that contain it, innermost first."""
        while place is not None:
            yield place
            place = self.side.above[place]


def _covering(
    text: str, extents: Sequence[ProvisionExtent]
) -> Iterator[tuple[int, int, ProvisionExtent | None]]:
    """Cut a whole text at its provisions: (start, end, provision or None for what lies between two)."""
    done = 0
    for extent in extents:
        if text[done : extent.start].strip():
            yield done, extent.start, None
        yield extent.start, extent.end, extent
        done = max(done, extent.end)
    if text[done:].strip():
        yield done, len(text), None


def _compared(left: _Text, right: _Text) -> ComparedTexts:
    matches = provisions.match(left.side, right.side)
    partners = {pair.left: pair.right for pair in matches if pair.left is not None and pair.right is not None}
    blocks: dict[tuple[str, int], list[ComparedRow]] = {}
    for pair in matches:
        row = _row(left, right, pair)
        key = _block(left, right, pair, partners)
        is_head = pair.right == key[1] if key[0] == "right" else pair.left == key[1]
        rows = blocks.setdefault(key, [])
        rows.insert(0 if is_head else len(rows), row)
    for pair in matches:
        if pair.left is not None and pair.right is not None:
            # What has moved away is told where it was.
            gone = Match(pair.left, None, changed=False, moved=False)
            key = _block(left, right, gone, partners)
            if key != ("right", right.side.tops[pair.right]):
                blocks.setdefault(key, []).append(ComparedRow(left.shown(pair.left), right.shown(pair.right), frozenset({AWAY})))
    made = tuple(ComparedBlock(no, rows) for no, rows in enumerate(blocks.values(), 1))
    lost = [pair.left for pair in matches if pair.left is not None and (pair.right is None or pair.changed)]
    articles = [block for block in made if block.head.alone.kind == ARTICLE]
    others = [block for block in made if block.head.alone.kind != ARTICLE]
    return ComparedTexts(made, _count(articles), _count(others), left.anchors(lost))


def _block(left: _Text, right: _Text, pair: Match, partners: dict[int, int]) -> tuple[str, int]:
    """The block in which a pair is shown: that on the right, unless its block on the left was removed."""
    if pair.right is not None:
        return "right", right.side.tops[pair.right]
    top = left.side.tops[pair.left or 0]
    # A heading that was found inside another block is shown there.
    partner = partners.get(top)
    return ("left", top) if partner is None or right.side.tops[partner] != partner else ("right", partner)


def _row(left: _Text, right: _Text, pair: Match) -> ComparedRow:
    ours = left.shown(pair.left) if pair.left is not None else None
    theirs = right.shown(pair.right) if pair.right is not None else None
    if ours is None or theirs is None:
        return ComparedRow(ours, theirs, frozenset({ADDED if ours is None else REMOVED}))
    states = {CHANGED: pair.changed, MOVED: pair.moved}
    return ComparedRow(ours, theirs, frozenset(state for state, holds in states.items() if holds))


def _count(blocks: Sequence[ComparedBlock]) -> Count:
    states = Counter(state for block in blocks for state in block.states)
    return Count(len(blocks), *(states[state] for state in (CHANGED, ADDED, REMOVED, MOVED)))
