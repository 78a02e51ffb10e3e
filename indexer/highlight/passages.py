"""Makes the provisions of a results page as they are shown: the passage, its highlighted words, and the words
of the query that are missing.

The texts are processed together, some twenty thousand words at a time, because one by one they took half of
the time of a page.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from indexer.highlight import answering
from indexer.highlight.clauses import place_at
from indexer.highlight.document_marker import DocumentMarker
from indexer.highlight.index_marker import IndexMarks, marked, marked_at
from indexer.highlight.snippets import best_windows, snippet
from indexer.index.segment import LABEL, RUNS, TEXT, TITLE, SegmentData
from indexer.index.snapshot import Bools, Snapshot
from indexer.store.ragged import Numbers
from indexer.types import ProvisionHit
from legaltext.locators import Locator

# Counting 128 kinds in this many words takes some 10 MB.
_WORDS_AT_ONCE = 20_000
# In words. Among 49,094 articles the longest title has 3,335 words; every label has two.
_LONGEST_LABEL, _LONGEST_TITLE = 50, 10_000
# For each word of a name, the kinds that match it.
Name = tuple[frozenset[int], ...]


@dataclass(frozen=True)
class Shown:
    """An entry that will be shown as a provision, with its score. `asked` is True where the query names this provision
    ("điều 5"). `named` is True where the query names its document ("bộ luật dân sự 2015"). Then no query words are reported
    as missing."""

    entry: int
    score: float
    asked: bool
    named: bool


def provisions(
    snapshot: Snapshot, marks: IndexMarks, shown: Sequence[Shown], within: DocumentMarker | None = None
) -> list[ProvisionHit]:
    """Make the provisions of a results page, in the order of `shown`: each with its passage, its highlighted words and the
    query words that it lacks.

    `marks` says how the words of the index match the query. `within` is the highlighter of the document that the search is
    restricted to; None for a search in all documents."""
    return [made for some in _together(snapshot, shown) for made in _made(snapshot, marks, some, within)]


def is_heading(snapshot: Snapshot, entry: int) -> bool:
    """Whether the text of `entry` consists of its label and its heading only."""
    held, own = snapshot.place(entry)
    length = len(held.run(own, TEXT))
    # Most texts are longer than label and heading together, which says enough.
    return length <= len(held.run(own, LABEL)) + len(held.run(own, TITLE)) and length <= _heading_length(held, own)


def _heading_length(held: SegmentData, own: int) -> int:
    """Count the words at the beginning of an entry's text that repeat its label and heading; 0 for none. The end of the
    label is enough: "II.3" is printed as "3.". `own` is the number of the entry in the segment `held`."""
    label, title = held.run(own, LABEL), held.run(own, TITLE)
    if len(label) > _LONGEST_LABEL or len(title) > _LONGEST_TITLE:
        return 0
    begun = held.run(own, TEXT)[: len(label) + len(title)].tolist()
    printed, named = label.tolist(), title.tolist()
    for left in range(len(printed) + 1):
        kept = printed[left:]
        if begun[: len(kept)] == kept and begun[len(kept) : len(kept) + len(named)] == named:
            return len(kept) + len(named)
    return 0


def _together(snapshot: Snapshot, shown: Sequence[Shown]) -> Iterator[list[Shown]]:
    """Yield groups of provisions that have at most `_WORDS_AT_ONCE` words together. A longer provision is a
    group of its own. `shown` are all provisions of a page."""
    some, words = list[Shown](), 0
    for one in shown:
        held, own = snapshot.place(one.entry)
        count = len(held.all_runs(own))
        if some and words + count > _WORDS_AT_ONCE:
            yield some
            some, words = [], 0
        some.append(one)
        words += count
    if some:
        yield some


def _made(
    snapshot: Snapshot, marks: IndexMarks, shown: Sequence[Shown], within: DocumentMarker | None
) -> Iterator[ProvisionHit]:  # fmt: skip
    placed = [snapshot.placed(one.entry) for one in shown]
    held = [(snapshot.segments[number].held, own) for number, own in placed]
    kinds = [
        marks.kinds[number][arrays.all_runs(own)] for (number, own), (arrays, _) in zip(placed, held, strict=True)
    ]
    texts = [own[: len(arrays.run(entry, TEXT))] for own, (arrays, entry) in zip(kinds, held, strict=True)]
    if within is None:
        joined = marked(texts, marks)
    else:
        joined = marked_at(texts, marks, [within.places(one.entry) for one in shown])
    headings = [_heading_length(*one) for one in held]
    for start, count in zip(joined.starts.tolist(), headings, strict=True):
        # The label and the title are shown above the passage, so they are not highlighted in it.
        joined.kinds[start : start + count] = 0
    windows, lacking = best_windows(joined, marks.worth), _lacking(held, kinds, marks)
    rows = [snapshot.row(one.entry) for one in shown]
    answers: Sequence[answering.ShownAnswer | None] = [None] * len(shown)
    if marks.question.kind and marks.ways:
        texts_read = [
            answering.lined(row.text, arrays, own, heading, kind)
            for row, (arrays, own), heading, kind in zip(rows, held, headings, kinds, strict=True)
        ]
        answers = answering.answers(texts_read, marks, joined)
    for place, (one, row, answer, (arrays, own)) in enumerate(zip(shown, rows, answers, held, strict=True)):
        lacks = () if one.named else lacking[place]
        if answer:
            passage, inside, cover = answer.pieces, answer.line.place, round(answer.cover, 4)
        else:
            lines, window = arrays.lines_of(own), windows[place]
            passage = snippet(row.text, joined.of(place), window, lines, headings[place])
            inside = place_at(row.text, int(lines.searchsorted(window, side="right"))) if window >= 0 else Locator()
            cover = 0.0
        yield ProvisionHit(row.anchor, row.label, row.title, passage, round(one.score, 4), lacks, one.asked, inside, cover)


def _lacking(held: Sequence[tuple[SegmentData, int]], kinds: Sequence[Numbers], marks: IndexMarks) -> list[tuple[str, ...]]:
    """Find the query words of which a provision has neither the word nor another name. Returns one tuple of words
    per provision, () where none is lacking.

    `held` holds (segment, entry number) of each provision. `kinds` has one array per provision: for each word, the
    number of the query word that it matches (see `IndexMarks`)."""
    there = np.zeros((len(kinds), 2 * len(marks.worth)), bool)
    for row, own in zip(there, kinds, strict=True):
        row[own] = True

    @cache
    def parted(place: int) -> Numbers:
        """For each word of provision number `place`, the number of the query word that it matches. A 0 is
        put between the fields, because a name must occur within one field."""
        arrays, own = held[place]
        begins = arrays.runs[RUNS * own : RUNS * own + RUNS].astype(np.int64)
        return np.insert(kinds[place], begins[1:] - begins[0], 0)

    @cache
    def answering(some: frozenset[int]) -> Bools:
        mask = np.zeros(there.shape[1], bool)
        mask[list(some)] = True
        return mask

    # Cached because each word of a name looks for the same name.
    @cache
    def stand(name: Name, place: int) -> bool:
        return _stand([answering(some) for some in name], parted(place))

    lacked = [(word, ~_has(ways, there, stand)) for word, ways in marks.ways]
    return [tuple(word for word, lacks in lacked if lacks[place]) for place in range(len(kinds))]


def _has(ways: Sequence[Name], there: Bools, stand: Callable[[Name, int], bool]) -> Bools:
    """Find the texts that contain at least one of the names `ways`. Returns a mask with one item per text. `there[t, k]`
    is True where text number t contains a word with the number k (see `IndexMarks`). `stand(name, t)` tells whether the
    words of `name` occur side by side in text number t."""
    has = np.zeros(len(there), bool)
    for way in ways:
        whole: Bools = np.logical_and.reduce([there[:, sorted(some)].any(axis=1) for some in way])
        for row in np.flatnonzero(whole & ~has).tolist() if len(way) > 1 else ():
            whole[row] = stand(way, row)
        has |= whole
    return has


def _stand(name: Sequence[Bools], words: Numbers) -> bool:
    """Whether the words of a name occur side by side in a text. `words` has for each word of the text
    the number of the query word that it matches (see `IndexMarks`). `name` holds a mask for each word
    of the name, True for the numbers that match it."""
    at = np.flatnonzero(name[0][words])
    at = at[at <= len(words) - len(name)]
    for shift, answers in enumerate(name):
        at = at[answers[words[at + shift]]]
    return len(at) > 0
