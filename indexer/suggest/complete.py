"""Completes a half-typed query by numbers and titles of documents, by earlier questions, and by words of texts.

This module decides which completions come first. Numbers and titles come from documents that the actor may read. Words
come from texts that every signed-in person may read. Where the query ends in an incomplete value of a field, only values
of this field are offered."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from indexer.index.damage import damage_told
from indexer.index.index import Index
from indexer.index.segment import DOCUMENT, SegmentData
from indexer.index.snapshot import Bools, Segment, Snapshot
from indexer.store.lines import joined
from indexer.store.ragged import Numbers
from indexer.suggest import asked_before, field_values, numbers
from indexer.suggest import words as complete_words
from indexer.types import Access, Completions
from legaltext.text import beginnings, clean, fold, has_marks, spans, syllables

# Words with which titles usually begin, so that people leave them out: "Quy định chi tiết một số điều của …".
_OPENING = frozenset(
    """
    ban bo bai cac chi cua dan dieu dinh doi hanh hien hop huong khoan kem lien luat mot muc nghi nhat phap lenh quyet quy
    sua so sung tay the theo thi thong thuc tich tiet trien khai tu va ve viec van chuan che ky thuat quoc gia danh
    """.split()
)
# How many places are reserved for queries, where there are titles for all of them.
_RESERVED = 3
# A query with more words than this is no beginning of a title.
_MOST_TYPED = 20


def complete(
    store: Index | Snapshot, text: str, access: Access, limit: int = 8, asked: Iterable[str] = ()
) -> Completions:  # fmt: skip
    """Find completions of the half-typed query `text` under the rights `access`. `asked` are questions that people of the
    site ask, the most frequent first. Returns at most `limit` completions: document titles and whole queries. Up to three
    places, and no more than half of them, are reserved for queries. Raises IndexUnusable when the index cannot be read."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        return _completed(snapshot, text, access, limit, asked)


def _completed(
    snapshot: Snapshot, text: str, access: Access, limit: int, asked: Iterable[str]
) -> Completions:  # fmt: skip
    cleaned = clean(text)
    typed = spans(cleaned)
    if not typed or limit < 1:
        return Completions((), ())
    values = field_values.questions(snapshot, access, cleaned, limit)
    if values is not None:
        return Completions((), values)
    before = asked_before.questions(snapshot, access, cleaned, asked)
    words = tuple(dict.fromkeys((*before, *complete_words.questions(snapshot, access, cleaned, limit))))[:limit]
    titled = chain.from_iterable(_titles(snapshot, access, one) for one in beginnings(cleaned) if len(one) <= _MOST_TYPED)
    found = _apart(chain(numbers.documents(snapshot, access, cleaned), titled))
    titles = tuple(islice(found, limit - min(len(words), limit // 2, _RESERVED)))
    return Completions(titles, words[: limit - len(titles)])


def _apart(titles: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    seen: set[int] = set()
    for document, title in titles:
        if document not in seen:
            seen.add(document)
            yield document, title


def _titles(snapshot: Snapshot, access: Access, asked: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield (document id, title) of the readable documents whose title matches the words `asked`. Titles that begin
    with the words come first. Then come titles with only usual words before them ("Quy định về"), titles with the words
    side by side, and last titles with the words only in order."""
    readable = snapshot.readable(access).entries
    marked = any(map(has_marks, asked))
    seen: set[int] = set()
    for toned in (True, False) if marked and len(asked) > 1 else (marked,):
        if seen:
            return
        for way in _ways(asked if toned else [fold(word) for word in asked]):
            # The lines of each segment are in this order, so no more of them are read than are shown.
            found = (
                _lines(segment, place.start, readable[place], way, toned, asked)
                for segment, place in snapshot.parts()
            )
            for _, _, document, entry in heapq.merge(*found):
                if document not in seen:
                    seen.add(document)
                    yield document, snapshot.row(entry).doc_title


@dataclass(frozen=True)
class _Way:
    """A pattern for titles. A title matches if it contains `needle`, and all of `ordered` in their order. With `opens`
    True, `needle` must be at its beginning, behind the type, or behind the usual words at the beginning."""

    needle: bytes
    ordered: tuple[bytes, ...] = ()
    opens: bool = False


def _ways(words: Sequence[str]) -> list[_Way]:
    """Make the patterns for titles that contain `words`, the strictest first. The last word may be incomplete."""
    phrase = f" {' '.join(words)}".encode()
    ordered = (*(f" {word} ".encode() for word in words[:-1]), f" {words[-1]}".encode())
    loose = [_Way(max(ordered, key=len), ordered)] if len(words) > 1 else []
    return [_Way(b"\n" + phrase), _Way(phrase, opens=True), _Way(phrase), *loose]


def _lines(
    segment: Segment, base: int, readable: Bools, way: _Way, toned: bool, asked: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:  # fmt: skip
    """Yield the readable titles of one segment that match the pattern `way`, as (length, negative day of issue,
    document, entry), sorted. With `toned` True the pattern is compared with diacritics. A title must have the
    diacritics of the words `asked` in any case."""
    lines = _TitleLines(*segment.cached("titles", lambda: _title_lines(segment.held)))
    blob, starts = (lines.toned, lines.toned_starts) if toned else (lines.bare, lines.bare_starts)
    places = _openings(blob, lines.toned_openings if toned else lines.bare_openings, way.needle)
    for line in places if way.opens else _containing(blob, starts, way):
        own = int(lines.entries[line])
        if readable[own] and (toned or _spelled(segment.held, own, asked)):
            length, newness, document = lines.ranks[line].tolist()
            yield length, newness, document, base + own


def _containing(blob: Numbers, starts: Numbers, way: _Way) -> Iterator[int]:
    """Yield the numbers of the lines in `blob` that match the pattern `way`, ascending. `starts` are their beginnings."""
    text = blob.tobytes()
    place = text.find(way.needle)
    while place >= 0:
        line = int(starts.searchsorted(place, side="right")) - 1
        start, end = int(starts[line]), int(starts[line + 1])
        if _in_order(text[start:end], way.ordered):
            yield line
        place = text.find(way.needle, end)


def _openings(blob: Numbers, openings: Numbers, needle: bytes) -> Iterator[int]:
    """Yield the numbers of the lines in `blob` that have `needle` at one of their `openings`, ascending. `openings` has the
    positions of two openings for each line."""
    found = np.arange(openings.size)
    for ahead, letter in enumerate(needle):
        at = openings.ravel()[found] + ahead
        found = found[blob[np.minimum(at, len(blob) - 1)] == letter]
    yield from np.unique(found // 2).tolist()


def _in_order(line: bytes, words: Sequence[bytes]) -> bool:
    place = 0
    for word in words:
        place = line.find(word, place)
        if place < 0:
            return False
        place += len(word) - 1  # the space after one word is also the space before the next
    return True


def _spelled(held: SegmentData, entry: int, asked: Sequence[str]) -> bool:
    """Whether the title of the document contains every word of `asked` that has diacritics. The last word
    may be incomplete."""
    own = [held.words[word] for word in held.run(entry, DOCUMENT).tolist()]
    whole = all(word in own for word in asked[:-1] if has_marks(word))
    return whole and (not has_marks(asked[-1]) or any(word.startswith(asked[-1]) for word in own))


class _TitleLines(NamedTuple):
    """The types and titles of the documents of one segment, one line per document. Shorter lines come first, then newer
    documents. `toned` and `bare` are the bytes of all lines with and without diacritics. Each has its array of starts, and an
    array of openings: for each line, where its title begins, and where its first telling word stands. `entries` holds one
    entry per document, and `ranks` the values by which lines are sorted."""

    toned: Numbers
    toned_starts: Numbers
    toned_openings: Numbers
    bare: Numbers
    bare_starts: Numbers
    bare_openings: Numbers
    entries: Numbers
    ranks: Numbers


def _title_lines(held: SegmentData) -> _TitleLines:
    documents, entries = np.unique(held.integers["document"], return_index=True)
    folds = np.empty(len(held.words), object)
    for number, spelling in enumerate(held.folds):
        folds[held.by_fold[held.fold_starts[number] : held.fold_starts[number + 1]]] = spelling
    runs = [held.run(entry, DOCUMENT) for entry in entries.tolist()]
    types = held.names["type"]
    typed = [len(syllables(types.values[types.codes[entry]])) for entry in entries.tolist()]
    toned, bare = ([list(words[run]) for run in runs] for words in (np.array(held.words, object), folds))
    lengths = np.array([sum(map(len, words)) + len(words) for words in toned], np.int64)
    ranks = np.stack((lengths, -held.integers["issued"][entries].astype(np.int64), documents), axis=1)
    order = np.lexsort(ranks.T[::-1])
    opened = [_opening(words, count) for words, count in zip(bare, typed, strict=True)]
    made = [_joined([(own[line], opened[line]) for line in order.tolist()]) for own in (toned, bare)]
    return _TitleLines(*made[0], *made[1], entries[order], ranks[order])


def _opening(words: Sequence[str], kind: int) -> tuple[int, int]:
    """Find where the title in `words` begins, behind the `kind` words of its type, and its first telling word. `words` have
    no diacritics. Returns the numbers of both words."""
    telling = kind
    while telling < len(words) - 1 and words[telling] in _OPENING:
        telling += 1
    return kind, telling


def _joined(lines: Sequence[tuple[Sequence[str], tuple[int, int]]]) -> tuple[Numbers, Numbers, Numbers]:
    """Join lines, each given as (its words, the numbers of two words). Returns (their bytes, where each line begins, where the
    two words of each line begin). The positions of words are those of the spaces before them."""
    blob, starts = joined([f"\n {' '.join(words)}" for words, _ in lines])
    within = [[len(" ".join(["\n", *words[:place]]).encode()) for place in places] for words, places in lines]
    return blob, starts, starts[:-1, None] + np.array(within, np.int64).reshape(-1, 2)
