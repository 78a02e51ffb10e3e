"""Words that a half-typed question may go on with, of public texts alone: those that its last word begins, and those that
stand behind it as it is (`next_words`).

Decides which of them come first.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.diacritics import restore
from indexer.index.segment import SegmentData
from indexer.index.snapshot import Bools, Snapshot
from indexer.match import statistics
from indexer.suggest.next_words import Words, ways_on
from indexer.types import Access
from legaltext.syllable import sound
from legaltext.text import beginnings, fold, has_marks, spans, syllables

# One letter alone begins too many words to be of help.
_LEAST_ALONE = 2
# A spelling that is so many times rarer than another that looks like it is a slip of the texts, or not meant.
_STRAY = 10
# So many entries hold what is no slip.
_KNOWN = 3
# A number under way: no word of any text goes on with "45/Q".
_NUMBERED = re.compile(r"[\d/]\S*$")
# What is so much rarer than the likeliest word is no help.
_SELDOM = 50
# Ways on behind the last word that go before those that it begins.
_FIRST = 3
Ints = NDArray[np.int64]


def questions(snapshot: Snapshot, access: Access, cleaned: str, limit: int) -> Words:
    """At most `limit` whole questions that clean text goes on with, the likeliest first."""
    if _NUMBERED.search(cleaned):
        return ()
    asked = beginnings(cleaned)
    begun = chain.from_iterable(_next_words(snapshot, access, one, limit) for one in asked)
    whole = dict.fromkeys(_made_whole(cleaned, asked[0][:-1], word) for word in begun)
    behind = list(_gone_on(snapshot, access, cleaned, limit))
    return tuple(dict.fromkeys((*behind[:_FIRST], *whole, *behind[_FIRST:])))[:limit]


def _made_whole(cleaned: str, before: Sequence[str], word: str) -> str:
    """What was typed with its last word made whole; words all typed without marks get theirs back ("thoi h" → "thời
    hạn")."""
    said = (*before, word)
    if not any(map(has_marks, before)):
        said = restore(said, (*[True] * len(before), False)).words
    return _respelled(cleaned, said)


def _respelled(cleaned: str, said: Sequence[str]) -> str:
    """What was typed in these words; one that was typed so stays as it was."""
    whole = cleaned
    for (start, end, token), put in reversed(list(zip(spans(cleaned), said, strict=False))):
        whole = whole if [put] == syllables(token) else f"{whole[:start]}{put}{whole[end:]}"
    return whole


def _gone_on(snapshot: Snapshot, access: Access, cleaned: str, limit: int) -> Iterator[str]:
    """What was typed as whole words, and what stands behind them; words all typed without marks have theirs back."""
    typed = tuple(syllables(cleaned))
    if not sound(typed[-1]):
        return
    said = typed if any(map(has_marks, typed)) else restore(typed, [True] * len(typed)).words
    whole = _respelled(cleaned, said).rstrip()
    for words in ways_on(snapshot, access, said, limit):
        yield f"{whole} {' '.join(words)}"


def _next_words(snapshot: Snapshot, access: Access, asked: Sequence[str], limit: int) -> list[str]:
    """The words that may stand where the last one was begun, the most frequent behind the one before it first."""
    counted = statistics.of(snapshot, access)
    counts: Counter[str] = Counter()
    for (segment, place), whole in zip(snapshot.parts(), counted.whole, strict=True):
        public = None if whole else counted.public[place]
        if len(asked) > 1:
            _add(counts, segment.held, *_pairs_behind(segment.held, asked[-2], asked[-1]), public)
        elif len(asked[-1]) >= _LEAST_ALONE:
            begun = _begun(segment.held, asked[-1])
            _add(counts, segment.held, begun, begun, public)
    most: Counter[str] = Counter()
    for word, count in counts.items():
        most[fold(word)] = max(most[fold(word)], count)
    likeliest = max(counts.values(), default=0)
    counts.pop(asked[-1], None)
    shown = {
        word: count
        for word, count in counts.items()
        # Not "hiểmvi" or "khaidanh", nor the "dong" of an address beside "động".
        if count * _SELDOM >= likeliest
        and count * _STRAY >= most[fold(word)]
        and (sound(word) or not has_marks(word) and count >= _KNOWN)
    }
    return [word for word, _ in sorted(shown.items(), key=lambda item: (-item[1], item[0]))[:limit]]


def _begun(held: SegmentData, prefix: str) -> Ints:
    """The numbers of the words that begin so, in any spelling where no mark was typed."""
    if has_marks(prefix):
        found = held.beginning(prefix)
        return np.arange(found.start, found.stop)
    return np.sort(held.beginning_folded(prefix).astype(np.int64))


def _pairs_behind(held: SegmentData, before: str, prefix: str) -> tuple[Ints, Ints]:
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


def _add(counts: Counter[str], held: SegmentData, terms: Ints, words: Ints, public: Bools | None) -> None:
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
