"""Prepare the text of a version as a page shows it: passages with anchors, in which citations and matches are marked.

This module decides how the text is cut into passages. services.documents checks rights, and templates decide the
appearance. Nothing of the text is lost: what lies between provisions, such as the heading and the signature, becomes
passages of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from docmgr.services.texts.citation_words import NO_WORDS, CitedWords
from docmgr.services.texts.own_links import LinkedText, OwnLink
from indexer import Fragment, Marker
from legaltext import labels

# Kinds of provisions that the outline shows; lower ones are found by scrolling.
OUTLINE_KINDS = frozenset({"phan", "chuong", "muc", "tieu_muc", "dieu", "phu_luc", "kem_theo", "so", "bang", "trang"})
OUTLINE_TITLE_CHARS = 90
# As many characters of a provision as its first words need.
FIRST_CHARACTERS = 200


class ShownProvision(Protocol):
    """The attributes of a provision that this package uses; models.Provision has them. `parent` is the anchor of the
    provision that contains it, or None. `start` and `end` are offsets in the text, in characters."""

    anchor: str
    parent: str | None
    kind: str
    label: str
    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Cited:
    """A citation as a page shows it. `quote` has the words of the text that cite, and `anchor` is the anchor of their
    provision. `needles` are the number and the name of the cited document as a text may print them. `target_id` and
    `target_label` name the document when exactly one fits; otherwise both are None. When several fit, `candidates`
    has their (id, label) pairs."""

    quote: str
    anchor: str
    target_id: int | None
    target_label: str | None
    needles: tuple[str, ...] = ()
    # Several documents that fit equally: (id, label).
    candidates: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class TextRun:
    """A piece of a line. `match` tells whether it matches the query. `cited` is the citation that the piece is part
    of, or None. `own` is the anchor of the provision of the same text to which the piece refers, or None. `fields` are
    the names of the facts that were read from the piece."""

    text: str
    match: bool = False
    cited: Cited | None = None
    own: str | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A piece of the text: the own text of a provision, or text between provisions, whose `anchor` is None. `depth`
    is the level of the provision from 0. `paragraphs` has one tuple of TextRuns per paragraph."""

    anchor: str | None
    kind: str
    depth: int
    label: str
    paragraphs: tuple[tuple[TextRun, ...], ...]


@dataclass(frozen=True)
class OutlineItem:
    """One line of the outline of a text. `depth` is the level of the heading from 0."""

    anchor: str
    label: str
    title: str
    depth: int


# Where a piece of a line ends, its citation if it is one, and the anchor that it refers to in the same text.
_Stretch = tuple[int, Cited | None, str | None]


def unmarked(text: str) -> tuple[Fragment, ...]:
    """Return the text as a single fragment without matches; empty when the text is empty. Pages use this function
    instead of a highlighter when there is no query."""
    return (Fragment(text, False),) if text else ()


def passages(
    text: str,
    units: Sequence[ShownProvision],
    citations: Sequence[Cited],
    mark: Marker = unmarked,
    part: range | None = None,
    own: Sequence[OwnLink] = (),
) -> tuple[Passage, ...]:
    """Cut the text into passages at its provisions, and mark citations and matches in them.

    `units` are the provisions in reading order, and `mark` highlights matches in a line. `part` is the range of the
    text to show, in characters; None means all. If a provision begins before `part`, its passage has no anchor. `own`
    are the references of the text to itself, in order.
    """
    lines = _Lines(LinkedText(text, own), mark)
    whole = range(len(text) + 1)
    shown = part or whole
    depths = _depths(units)
    words = _words_by_anchor(citations)
    loose = words.get("", NO_WORDS)
    made: list[Passage] = []
    done = shown.start
    for unit in within(units, part):
        if unit.start > done:
            made += lines.between(done, unit.start, loose)
        start, stop = max(unit.start, done), min(unit.end, shown.stop)
        begins = unit.start in shown
        cited = words.get(unit.anchor, NO_WORDS)
        if begins and not text[start:stop]:
            paragraphs = _Lines(LinkedText(_printed(unit), ()), mark).paragraphs(0, len(text), cited)
        else:
            paragraphs = lines.paragraphs(start, stop, cited)
        if begins or paragraphs:
            made.append(Passage(unit.anchor if begins else None, unit.kind, depths[unit.anchor], unit.label, paragraphs))
        done = max(done, min(unit.end, shown.stop))
    return (*made, *lines.between(done, shown.stop, loose))


def marks(shown: Iterable[Passage]) -> int:
    """Count the matches that are marked in the passages `shown`."""
    return sum(piece.match for passage in shown for line in passage.paragraphs for piece in line)


def within(units: Sequence[ShownProvision], shown: range | None) -> Sequence[ShownProvision]:
    """Return the provisions among `units` that overlap the range `shown` of the text, in characters. When `shown` is
    None, return all of them."""
    if shown is None:
        return units
    return [unit for unit in units if shown.start <= unit.start < shown.stop or unit.start < shown.start < unit.end]


def outline(units: Sequence[ShownProvision], part: range | None = None, text: str = "") -> tuple[OutlineItem, ...]:
    """Choose the headings of a text for its outline, in order. `units` are its provisions; a provision counts as a
    heading if its kind is in OUTLINE_KINDS. With `part`, only headings that begin in this range of the `text`, in
    characters; None means all. A heading that only counts is followed by its first words."""
    depths = _depths(units)
    shown = [unit for unit in units if unit.kind in OUTLINE_KINDS and depths[unit.anchor] < 4]
    if part is not None:
        shown = [unit for unit in shown if unit.start in part]
    titles = {u.anchor: u.title or labels.opening(u.label, text[u.start : u.end][:FIRST_CHARACTERS]) for u in shown}
    return tuple(OutlineItem(u.anchor, u.label, _short(titles[u.anchor]), depths[u.anchor]) for u in shown)


def _depths(units: Iterable[ShownProvision]) -> dict[str, int]:
    depths: dict[str, int] = {}
    for unit in units:
        depths[unit.anchor] = depths.get(unit.parent or "", -1) + 1
    return depths


def _printed(unit: ShownProvision) -> str:
    return f"{unit.label}. {unit.title}".strip(". ")


def _short(title: str) -> str:
    if len(title) <= OUTLINE_TITLE_CHARS:
        return title
    return title[:OUTLINE_TITLE_CHARS].rsplit(" ", 1)[0] + "…"


@dataclass(frozen=True)
class _Lines:
    """Cuts a text into paragraphs with their pieces. `mark` highlights matches in a line."""

    linked: LinkedText
    mark: Marker

    def between(self, start: int, stop: int, words: CitedWords[Cited]) -> list[Passage]:
        """Make a passage of the text between two provisions; [] when it is blank."""
        paragraphs = self.paragraphs(start, stop, words)
        return [Passage(None, "text", 0, "", paragraphs)] if paragraphs else []

    def paragraphs(self, start: int, stop: int, words: CitedWords[Cited]) -> tuple[tuple[TextRun, ...], ...]:
        """Cut the text between the offsets `start` and `stop` into paragraphs, one a line; blank ones are left out."""
        found = []
        for line in self.linked.text[start:stop].split("\n"):
            if bare := line.strip():
                begin = start + line.index(bare)
                links = self.linked.between(begin, begin + len(bare))
                stretches = deque(_stretches(bare, words, [(x.start - begin, x.end - begin, x.anchor) for x in links]))
                found.append(tuple(_pieces(self.mark(bare), stretches)))
            start += len(line) + 1
        return tuple(found)


def _pieces(segments: Sequence[Fragment], stretches: deque[_Stretch]) -> Iterable[TextRun]:
    """Cut a line where matches, citations and own references begin and end, and yield the pieces. `segments` is the line
    cut at its matches, and `stretches` is the line cut at the others."""
    position = 0
    for segment in segments:
        begun = position
        while position < begun + len(segment.text):
            end, cited, own = stretches[0]
            text = segment.text[position - begun : end - begun]
            yield TextRun(text, segment.match, cited, own)
            position += len(text)
            if position == end:
                stretches.popleft()


def _words_by_anchor(citations: Sequence[Cited]) -> Mapping[str, CitedWords[Cited]]:
    by_anchor: dict[str, list[Cited]] = {}
    for cited in citations:
        by_anchor.setdefault(cited.anchor, []).append(cited)
    return {anchor: CitedWords(some) for anchor, some in by_anchor.items()}


def _stretches(line: str, words: CitedWords[Cited], own: Iterable[tuple[int, int, str]]) -> Iterable[_Stretch]:
    """Cut a line where citations and own references begin and end, and yield the pieces. A citation is marked by its
    number or name if the line contains it, else by its quoted words. `own` has (start, end, anchor) of each own
    reference; of two that overlap, the first is marked."""
    cited = [(span.start, span.end, span.cited, None) for span in words.spans(line)]
    links = [(start, end, None, anchor) for start, end, anchor in own]
    done = 0
    for start, end, meant, anchor in sorted([*cited, *links], key=lambda one: one[:2]):
        if start < done:
            continue
        if start > done:
            yield start, None, None
        yield end, meant, anchor
        done = end
    if done < len(line):
        yield len(line), None, None
