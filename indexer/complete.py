"""What a half-typed question may go on with: titles of documents that the actor may read, words of public texts; in the
value of a named field its values (`complete_fields`).

Decides which of them come first. A document that the actor may not read offers no title, and what not every
signed-in person may read offers no word.
"""

import heapq
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from indexer import complete_fields, statistics
from indexer.arrays import DOCUMENT, Arrays, Numbers
from indexer.lines import joined
from indexer.restoring import restore
from indexer.search import damage_told
from indexer.snapshot import Bools, Segment, Snapshot
from indexer.spelling import sound
from indexer.store import Store
from indexer.text import beginnings, clean, fold, has_marks, spans
from indexer.types import Access

_MOST_TYPED = 20
# One letter alone begins too many words to be of help.
_LEAST_ALONE = 2
# A word without marks that is so many times rarer than one that looks like it is a slip of the texts.
_STRAY = 10
# A number under way: no word of any text goes on with "45/Q".
_NUMBERED = re.compile(r"[\d/]\S*$")
Kept = NDArray[np.int64]


@dataclass(frozen=True)
class Completions:
    """Documents as (id, title), best first, and whole questions that go on with what was typed."""

    documents: tuple[tuple[int, str], ...]
    words: tuple[str, ...]


def complete(store: Store | Snapshot, text: str, access: Access, limit: int = 8) -> Completions:
    """At most `limit` ways on, titles first; half of the places are kept for words where there are any. IndexUnusable
    when the index cannot be read."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        return _completed(snapshot, text, access, limit)


def _completed(snapshot: Snapshot, text: str, access: Access, limit: int) -> Completions:
    cleaned = clean(text)
    typed = spans(cleaned)
    if not typed or len(typed) > _MOST_TYPED or limit < 1:
        return Completions((), ())
    values = complete_fields.questions(snapshot, access, cleaned, limit)
    if values is not None:
        return Completions((), values)
    asked = beginnings(cleaned)
    begun = () if _NUMBERED.search(cleaned) else chain(*(_next_words(snapshot, access, one, limit) for one in asked))
    words = tuple(dict.fromkeys(_gone_on(cleaned, typed, asked[0][:-1], word) for word in begun))[:limit]
    found = chain.from_iterable(_titles(snapshot, access, one) for one in asked)
    titles = tuple(islice(_apart(found), limit - min(len(words), limit // 2)))
    return Completions(titles, words[: limit - len(titles)])


def _apart(titles: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    seen: set[int] = set()
    for document, title in titles:
        if document not in seen:
            seen.add(document)
            yield document, title


def _gone_on(cleaned: str, typed: Sequence[tuple[int, int, str]], before: Sequence[str], word: str) -> str:
    """What was typed with its last word made whole; words all typed without marks get theirs back ("thoi h" → "thời
    hạn")."""
    whole = cleaned[: typed[-1][0]]
    if not any(map(has_marks, before)):
        said = restore((*before, word), (*[True] * len(before), False)).words
        for (start, end, _), own, put in reversed(list(zip(typed, before, said, strict=False))):
            whole = whole if own == put else f"{whole[:start]}{put}{whole[end:]}"
    return whole + word


def _titles(snapshot: Snapshot, access: Access, asked: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(document, title) of the readable documents named so: those whose title opens so, then those that hold the
    words side by side, then in their order; of each the shorter title, then the newer document."""
    readable = snapshot.readable(access).entries
    marked = any(map(has_marks, asked))
    seen: set[int] = set()
    for toned in (True, False) if marked and len(asked) > 1 else (marked,):
        if seen:
            return
        for way in _ways(asked if toned else [fold(word) for word in asked]):
            # Each segment has its lines in this order: no more of them are looked at than are shown.
            found = (
                _lines(segment, place.start, readable[place], way, toned, asked)
                for segment, place in snapshot.parts()
            )
            for _, _, document, entry in heapq.merge(*found):
                if document not in seen:
                    seen.add(document)
                    yield document, snapshot.row(entry)[5]


@dataclass(frozen=True)
class _Way:
    """Bytes that a line must hold, and others that it must hold one after the other."""

    needle: bytes
    ordered: tuple[bytes, ...] = ()


def _ways(words: Sequence[str]) -> list[_Way]:
    """From the closest to the loosest: all words but the last are whole."""
    phrase = f" {' '.join(words)}".encode()
    ordered = (*(f" {word} ".encode() for word in words[:-1]), f" {words[-1]}".encode())
    loose = [_Way(max(ordered, key=len), ordered)] if len(words) > 1 else []
    return [_Way(b"\n" + phrase), _Way(phrase), *loose]


def _lines(
    segment: Segment, base: int, readable: Bools, way: _Way, toned: bool, asked: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:  # fmt: skip
    """(length, day of issue turned round, document, entry) of the readable titles of one segment that fit, in this
    order; a title without the marks that were typed does not. `base`: the first entry of the segment."""
    kept = segment.cached("titles", lambda: _title_lines(segment.held))
    blob, starts, entries, ranks = kept[0 if toned else 2], kept[1 if toned else 3], kept[4], kept[5]
    text = blob.tobytes()
    place = text.find(way.needle)
    while place >= 0:
        line = int(starts.searchsorted(place, side="right")) - 1
        own, start, end = int(entries[line]), int(starts[line]), int(starts[line + 1])
        fits = readable[own] and _in_order(text[start:end], way.ordered)
        if fits and (toned or _spelled(segment.held, own, asked)):
            length, newness, document = ranks[line].tolist()
            yield length, newness, document, base + own
        place = text.find(way.needle, end)


def _in_order(line: bytes, words: Sequence[bytes]) -> bool:
    place = 0
    for word in words:
        place = line.find(word, place)
        if place < 0:
            return False
        place += len(word) - 1  # the space behind one word is that before the next
    return True


def _spelled(held: Arrays, entry: int, asked: Sequence[str]) -> bool:
    """Whether the title bears the marks that were typed; the last word is only begun."""
    own = [held.words[word] for word in held.run(entry, DOCUMENT).tolist()]
    whole = all(word in own for word in asked[:-1] if has_marks(word))
    return whole and (not has_marks(asked[-1]) or any(word.startswith(asked[-1]) for word in own))


def _title_lines(held: Arrays) -> tuple[Numbers, ...]:
    """The types and titles of a segment's documents, a line each, the shorter first, then the newer: the lines, where
    each begins and the last one ends; the same without marks; of each line an entry, and what it is ordered by."""
    documents, entries = np.unique(held.integers["document"], return_index=True)
    folds = np.empty(len(held.words), object)
    for number, spelling in enumerate(held.folds):
        folds[held.by_fold[held.fold_starts[number] : held.fold_starts[number + 1]]] = spelling
    lines = [
        [f"\n {' '.join(words[held.run(entry, DOCUMENT)])}" for entry in entries.tolist()]
        for words in (np.array(held.words, object), folds)
    ]
    lengths = np.array([len(line) for line in lines[0]], np.int64)
    ranks = np.stack((lengths, -held.integers["issued"][entries].astype(np.int64), documents), axis=1)
    order = np.lexsort(ranks.T[::-1])
    made: list[Numbers] = []
    for own in lines:
        made += joined([own[line] for line in order.tolist()])
    return *made, entries[order], ranks[order]


def _next_words(snapshot: Snapshot, access: Access, asked: Sequence[str], limit: int) -> list[str]:
    """The words that may stand where the last one was begun, the most frequent behind the one before it first."""
    counted = statistics.of(snapshot, access)
    counts: Counter[str] = Counter()
    for (segment, place), whole in zip(snapshot.parts(), counted.whole, strict=True):
        public = None if whole else counted.public[place]
        if len(asked) > 1:
            _add(counts, segment.held, *_behind(segment.held, asked[-2], asked[-1]), public)
        elif len(asked[-1]) >= _LEAST_ALONE:
            begun = _begun(segment.held, asked[-1])
            _add(counts, segment.held, begun, begun, public)
    counts.pop(asked[-1], None)
    most: Counter[str] = Counter()
    for word, count in counts.items():
        most[fold(word)] = max(most[fold(word)], count)
    shown = {
        word: count
        for word, count in counts.items()
        # Not "hiểmvi", nor the "dong" of an address beside "động".
        if (sound(word) if has_marks(word) else count * _STRAY >= most[word])
    }
    return [word for word, _ in sorted(shown.items(), key=lambda item: (-item[1], item[0]))[:limit]]


def _begun(held: Arrays, prefix: str) -> Kept:
    """The numbers of the words that begin so, in any spelling where no mark was typed."""
    if has_marks(prefix):
        found = held.beginning(prefix)
        return np.arange(found.start, found.stop)
    first, end = (bisect_left(held.folds, bound) for bound in (prefix, f"{prefix}\U0010ffff"))
    numbers: Kept = held.by_fold[int(held.fold_starts[first]) : int(held.fold_starts[end])].astype(np.int64)
    return np.sort(numbers)


def _behind(held: Arrays, before: str, prefix: str) -> tuple[Kept, Kept]:
    """(terms of the pairs of a word with those that begin so, the second words)."""
    if has_marks(before):
        number = held.numbers.get(before)
        firsts = [] if number is None else [number]
    else:
        firsts = held.spelled(fold(before)).tolist()
    wanted = np.zeros(len(held.words), bool)
    wanted[_begun(held, prefix)] = True
    terms, seconds = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for first in firsts:
        start, end = int(held.second_starts[first]), int(held.second_starts[first + 1])
        places = start + np.flatnonzero(wanted[held.seconds[start:end]])
        terms.append(len(held.words) + places)
        seconds.append(held.seconds[places].astype(np.int64))
    return np.concatenate(terms), np.concatenate(seconds)


def _add(counts: Counter[str], held: Arrays, terms: Kept, words: Kept, public: Bools | None) -> None:
    """Count for each word in how many public entries (None: all are) its term stands."""
    if public is None:
        held_in = held.counts(terms)
    else:
        held_in = np.array(
            [np.count_nonzero(public[held.postings(term)[0]]) for term in terms.tolist()], np.int64
        )
    for word, count in zip(words.tolist(), held_in.tolist(), strict=True):
        if count:
            counts[held.words[word]] += count
