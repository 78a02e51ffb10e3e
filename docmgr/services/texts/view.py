"""A version's text as it is shown: passages at their anchors, with citations and the words of a question marked.

Decides how the text is cut for the page. Leaves reading rights to services.documents and the look to the templates.
The whole text is kept: what lies between provisions (the heading, the signature) is passages of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from docmgr.services.texts.citation_words import NO_WORDS, CitedWords
from indexer import Fragment, Marker

# Provisions that stand in the outline; those below them are found by scrolling.
OUTLINE_KINDS = frozenset({"phan", "chuong", "muc", "tieu_muc", "dieu", "phu_luc", "kem_theo", "so"})
OUTLINE_TITLE_CHARS = 90


class ShownProvision(Protocol):
    """What a provision must tell: see models.Provision."""

    anchor: str
    parent: str | None
    kind: str
    label: str
    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Cited:
    """A citation as the page needs it: the words, where they stand, and the document that they name, if it is here."""

    quote: str
    anchor: str
    target_id: int | None
    target_label: str | None
    needles: tuple[str, ...] = ()
    # Several documents that fit equally: (id, label).
    candidates: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class TextRun:
    """Some words: whether the question holds them, and the citation or the facts that they are."""

    text: str
    match: bool = False
    cited: Cited | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A provision's own words or words between provisions (anchor None); one tuple of pieces a paragraph."""

    anchor: str | None
    kind: str
    depth: int
    label: str
    paragraphs: tuple[tuple[TextRun, ...], ...]


@dataclass(frozen=True)
class OutlineItem:
    """A line of the outline."""

    anchor: str
    label: str
    title: str
    depth: int


def unmarked(text: str) -> tuple[Fragment, ...]:
    """A text in which nothing is marked."""
    return (Fragment(text, False),) if text else ()


def passages(
    text: str,
    units: Sequence[ShownProvision],
    citations: Sequence[Cited],
    mark: Marker = unmarked,
    part: range | None = None,
) -> tuple[Passage, ...]:
    """The text in order, cut at its provisions, its words marked by `mark`; of a long one what lies in `part`.

    A provision that began before what is shown goes on there without its anchor.
    """
    whole = range(len(text) + 1)
    shown = part or whole
    depths = _depths(units)
    words = _words_by_anchor(citations)
    loose = words.get("", NO_WORDS)
    made: list[Passage] = []
    done = shown.start
    for unit in within(units, part):
        if unit.start > done:
            made += _between(text[done : unit.start], loose, mark)
        own = text[max(unit.start, done) : min(unit.end, shown.stop)]
        begins = unit.start in shown
        if begins and not own:
            own = _printed(unit)
        paragraphs = _paragraphs(own, words.get(unit.anchor, NO_WORDS), mark)
        if begins or paragraphs:
            made.append(Passage(unit.anchor if begins else None, unit.kind, depths[unit.anchor], unit.label, paragraphs))
        done = max(done, min(unit.end, shown.stop))
    return (*made, *_between(text[done : shown.stop], loose, mark))


def marks(shown: Iterable[Passage]) -> int:
    """How many places are marked."""
    return sum(piece.match for passage in shown for line in passage.paragraphs for piece in line)


def within(units: Sequence[ShownProvision], shown: range | None) -> Sequence[ShownProvision]:
    """The provisions of which something lies in a part of the text; all of them where there are no parts."""
    if shown is None:
        return units
    return [unit for unit in units if shown.start <= unit.start < shown.stop or unit.start < shown.start < unit.end]


def outline(units: Sequence[ShownProvision], part: range | None = None) -> tuple[OutlineItem, ...]:
    """The headings of a text, or those that begin in a part of it; where it has none, its first level."""
    depths = _depths(units)
    shown = [unit for unit in units if unit.kind in OUTLINE_KINDS and depths[unit.anchor] < 4]
    if part is not None:
        shown = [unit for unit in shown if unit.start in part]
    return tuple(OutlineItem(u.anchor, u.label, _short(u.title), depths[u.anchor]) for u in shown)


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


def _between(text: str, words: CitedWords[Cited], mark: Marker) -> list[Passage]:
    paragraphs = _paragraphs(text, words, mark)
    return [Passage(None, "text", 0, "", paragraphs)] if paragraphs else []


def _paragraphs(text: str, words: CitedWords[Cited], mark: Marker) -> tuple[tuple[TextRun, ...], ...]:
    return tuple(tuple(_pieces(mark(line.strip()), words)) for line in text.split("\n") if line.strip())


def _pieces(segments: Sequence[Fragment], words: CitedWords[Cited]) -> Iterable[TextRun]:
    """A line cut where marks and citations begin and end."""
    stretches = deque(_stretches("".join(segment.text for segment in segments), words))
    position = 0
    for segment in segments:
        begun = position
        while position < begun + len(segment.text):
            end, cited = stretches[0]
            text = segment.text[position - begun : end - begun]
            yield TextRun(text, segment.match, cited)
            position += len(text)
            if position == end:
                stretches.popleft()


def _words_by_anchor(citations: Sequence[Cited]) -> Mapping[str, CitedWords[Cited]]:
    by_anchor: dict[str, list[Cited]] = {}
    for cited in citations:
        by_anchor.setdefault(cited.anchor, []).append(cited)
    return {anchor: CitedWords(some) for anchor, some in by_anchor.items()}


def _stretches(line: str, words: CitedWords[Cited]) -> Iterable[tuple[int, Cited | None]]:
    """The line as (end, citation): a citation is the number or name where that can be found, else the quoted words."""
    done = 0
    for span in words.spans(line):
        if span.start > done:
            yield span.start, None
        yield span.end, span.cited
        done = span.end
    if done < len(line):
        yield len(line), None
