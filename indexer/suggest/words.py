"""Completes a half-typed query with words of texts that every signed-in person may read.

The words complete the last word of the query, or follow it. This module decides which of them come first."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import language_model, question_words
from indexer.analysis.diacritics import restore
from indexer.analysis.language_model import ModelTerm
from indexer.index.segment import SegmentData
from indexer.index.snapshot import Bools, Snapshot
from indexer.match import statistics
from indexer.suggest.function_words import CONNECTING
from indexer.suggest.next_words import led_on, second_halves, to_phrase_ends, ways_on
from indexer.suggest.phrases import Words
from indexer.suggest.subject import Subject
from indexer.types import Access
from legaltext.letters import capitalise
from legaltext.syllable import sound
from legaltext.text import beginnings, fold, has_marks, spans, syllables

# A single letter begins too many words to be useful.
_LEAST_ALONE = 2
# A spelling that is this many times rarer than another one that looks alike is an error in the texts, or not intended.
_STRAY = 10
# A word in this many entries is not an error.
_KNOWN = 3
# An incomplete document number: no word of a text continues "45/Q".
_NUMBERED = re.compile(r"[\d/]\S*$")
# A word that is so much rarer than the likeliest one is not offered.
_SELDOM = 50
# A query with so many words before the last one says enough without the word before.
_LEAST_AROUND = 3
# The last word is half typed where another one that begins so is this many times as frequent.
_HALF = 10
# How many words that follow the last word are offered before words that complete it.
_FIRST = 3
# How many words that complete the last word are compared.
_MOST_BEGUN = 40
# How many ways to go on with words that only ask are offered.
_MOST_ASKING = 2
# The signs at the end of a whole question.
_SIGNS = " ?.!"
# Within these there may be a name rather than a question.
_QUOTES = frozenset('"“”„')
Ints = NDArray[np.int64]
_Ways = Callable[[Subject, Words, int], Iterable[Words]]


def questions(snapshot: Snapshot, access: Access, cleaned: str, limit: int) -> Words:
    """Find whole queries that continue the half-typed query `cleaned`, the likeliest first, at most `limit`.
    `legaltext.text.clean` must have returned `cleaned`. Returns () where its last word has a digit or a slash: it is a
    number, not the beginning of a word."""
    if _NUMBERED.search(cleaned):
        return ()
    if _QUOTES.isdisjoint(cleaned) and (tail := question_words.behind_whole(syllables(cleaned))):
        return (f"{cleaned.rstrip(_SIGNS)} {tail}",)
    asked = _subject(snapshot, access, cleaned)
    behind = list(_gone_on(asked, cleaned, limit))
    made, asking, half = tuple[str, ...](), tuple[str, ...](), False
    if not cleaned[-1].isspace():
        asking = tuple(_asked(cleaned))
        begun, half = _begun_words(asked, cleaned)
        made = (*asking, *_made_whole(asked, cleaned, begun, limit, near=bool(asking)))
        made = made or (() if behind else tuple(_made_alone(asked, cleaned, limit)))
    if not behind and not made:
        behind = list(_gone_on(asked, cleaned, limit, second_halves)) or list(_gone_on(asked, cleaned, limit, led_on))
    # Behind "như" the words that ask come first, before "như sau".
    first = 0 if made and (half or asking and syllables(cleaned)[-1] in CONNECTING) else _FIRST
    return tuple(dict.fromkeys((*behind[:first], *made, *behind[first:])))[:limit]


def _subject(snapshot: Snapshot, access: Access, cleaned: str) -> Subject:
    """Read what `cleaned` says before its last word, which may be half typed."""
    typed = tuple(syllables(cleaned)[:-1])
    said = typed if any(map(has_marks, typed)) else restore(typed, [True] * len(typed)).words
    return Subject(snapshot, statistics.of(snapshot, access), said)


def _asked(cleaned: str) -> Iterator[str]:
    """Yield `cleaned` with the words that only ask and that it has begun: "xử lý như th" becomes "xử lý như thế nào"."""
    for asked in beginnings(cleaned):
        for words in islice(question_words.going_on(asked), _MOST_ASKING):
            if words != asked[-1:]:
                yield _gone(cleaned, asked[:-1], words)


def _begun_words(asked: Subject, cleaned: str) -> tuple[dict[str, int], bool]:
    """Find the words that may complete the last word of `cleaned`, as `_next_words` returns them. Returns (these words, whether
    the last word is surely half typed, because one of them is far more frequent there)."""
    begun: dict[str, int] = {}
    typed = 0
    for one in beginnings(cleaned):
        counts = _counted(asked, one)
        typed += counts.pop(one[-1], 0)
        begun |= _next_words(counts, len(one) > 2, _MOST_BEGUN)
    begun = {word: count for word, count in begun.items() if count * _SELDOM >= typed}
    return begun, typed * _HALF < max(begun.values(), default=0)


def _made_whole(
    asked: Subject, cleaned: str, begun: Mapping[str, int], limit: int, near: bool
) -> Iterator[str]:  # fmt: skip
    """Yield queries in which the half-typed last word of `cleaned` is completed by a word of `begun`, and goes on to the end of a
    phrase. With `near`, a text must have it behind the last two words."""
    if begun:
        said = _with_marks((*beginnings(cleaned)[0][:-1], next(iter(begun))))[:-1]
        for words in to_phrase_ends(asked, said, begun, limit, near):
            yield _gone(cleaned, said, words)


def _made_alone(asked: Subject, cleaned: str, limit: int) -> Iterator[str]:
    """Yield queries in which the last word of `cleaned` is completed whatever stands before it. The word before must be one of
    the texts, or it is misspelt; in a longer query it may be any syllable."""
    *before, last = beginnings(cleaned)[0]
    if before and (_counted(asked, before[-1:])[before[-1]] or len(before) >= _LEAST_AROUND and sound(before[-1])):
        counts = _counted(asked, (last,))
        typed = counts.pop(last, 0)
        begun = {word: count for word, count in _next_words(counts, False, _MOST_BEGUN).items() if sound(word)}
        if typed * _SELDOM < max(begun.values(), default=0):
            for words in to_phrase_ends(asked, (), begun, limit):
                yield _gone(cleaned, before, words)


def _gone(cleaned: str, said: Sequence[str], words: Words) -> str:
    """Replace the words of `cleaned` by those of `said`, its last one by the first of `words`, and add the others."""
    return _respelled(cleaned, (*said, words[0])) + "".join(f" {word}" for word in words[1:])


def _with_marks(typed: Sequence[str]) -> Words:
    """Restore the diacritics that are missing in `typed`, whose last word is spelled right: ("thoi", "hạn") gives ("thời",
    "hạn"). Where some words have diacritics, the others are respelled only where this is certain."""
    bare = [not has_marks(word) for word in typed]
    found = restore(tuple(typed), (*bare[:-1], False))
    if all(bare[:-1]):
        return found.words
    # "tham quan" stays beside words with diacritics, although "thăm quan" is more frequent.
    beside = [False, *(language_model.base().frequency(ModelTerm(both, (False, False))) >= _KNOWN for both in pairwise(typed)), False]
    rows = zip(typed, found.words, found.sure, pairwise(beside), strict=True)
    return tuple(other if sure and not any(known) and _meant(word, other) else word for word, other, sure, known in rows)


def _meant(word: str, other: str) -> bool:
    """Whether `word`, typed without diacritics beside words that have them, is so much rarer than `other` that it is no word
    itself: "han" stands for "hạn", but "ai" is itself and no "ải"."""
    often = (language_model.base().frequency(ModelTerm((one,), (False,))) for one in (word, other))
    return next(often) * _STRAY < next(often)


def _respelled(cleaned: str, said: Sequence[str]) -> str:
    """Replace each word of the text `cleaned` by the item of `said` at the same position. A word that differs only in
    case or in its spelling of tones stays unchanged."""
    whole = cleaned
    for (start, end, token), put in reversed(list(zip(spans(cleaned), said, strict=False))):
        put = put if [put] != syllables(token) else token
        if token[:1].isupper():
            # An abbreviation that was begun in capitals is no Vietnamese syllable: "GMP".
            put = capitalise(put) if sound(put) or not token.isupper() else put.upper()
        whole = f"{whole[:start]}{put}{whole[end:]}"
    return whole


def _gone_on(asked: Subject, cleaned: str, limit: int, ways: _Ways = ways_on) -> Iterator[str]:
    """Yield at most `limit` queries: `cleaned`, followed by words that `ways` finds in public texts. If `cleaned` has no
    diacritics, they are restored. Yields nothing where its last word is no Vietnamese syllable."""
    typed = tuple(syllables(cleaned))
    if not sound(typed[-1]):
        return
    said = typed if any(map(has_marks, typed)) else restore(typed, [True] * len(typed)).words
    question = _respelled(cleaned, said).rstrip()
    for words in ways(asked, said, limit):
        yield f"{question} {' '.join(words)}"


def _counted(asked: Subject, typed: Sequence[str]) -> Counter[str]:
    """Count in how many public entries each word stands that begins with the last of the words `typed`, behind the word before
    it."""
    counts: Counter[str] = Counter()
    for (segment, place), whole in zip(asked.snapshot.parts(), asked.counted.whole, strict=True):
        public = None if whole else asked.counted.public[place]
        if len(typed) > 1:
            _add(counts, segment.held, *_pairs_behind(segment.held, typed[-2], typed[-1]), public)
        elif len(typed[-1]) >= _LEAST_ALONE:
            begun = _begun(segment.held, typed[-1])
            _add(counts, segment.held, begun, begun, public)
    return counts


def _next_words(counts: Counter[str], rare: bool, limit: int) -> dict[str, int]:
    """Choose at most `limit` words of `counts`, which says in how many entries each of them stands. The most frequent come first.
    With `rare`, words that are far rarer than the first one are kept, because more words before them decide."""
    most: Counter[str] = Counter()
    for word, count in counts.items():
        most[fold(word)] = max(most[fold(word)], count)
    likeliest = max(counts.values(), default=0)
    shown = {
        word: count
        for word, count in counts.items()
        # This leaves out "hiểmvi" and "khaidanh", and "dong" in an address where "động" is meant.
        if (rare or count * _SELDOM >= likeliest)
        and count * _STRAY >= most[fold(word)]
        and (sound(word) or not has_marks(word) and count >= _KNOWN)
    }
    return dict(sorted(shown.items(), key=lambda item: (-item[1], item[0]))[:limit])


def _begun(held: SegmentData, prefix: str) -> Ints:
    """Find the words of the segment that begin with `prefix`. Returns their word numbers, ascending. Diacritics
    count only where `prefix` has some."""
    if has_marks(prefix):
        found = held.beginning(prefix)
        return np.arange(found.start, found.stop)
    return np.sort(held.beginning_folded(prefix).astype(np.int64))


def _pairs_behind(held: SegmentData, before: str, prefix: str) -> tuple[Ints, Ints]:
    """Find the pairs of words in which `before` is the first word and the second begins with `prefix`. Returns two
    parallel arrays: (term numbers of the pairs, word numbers of their second words)."""
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
    """Add to `counts` how many public entries contain each word of `words`. A word is counted by the term at the same
    position in `terms`: the word itself, or a pair that ends in it. `public` is a mask of the public entries; None
    means all."""
    if public is None:
        held_in = held.counts(terms)
    else:
        held_in = np.array(
            [np.count_nonzero(public[held.postings(term)[0]]) for term in terms.tolist()], np.int64
        )
    for word, count in zip(words.tolist(), held_in.tolist(), strict=True):
        if count:
            counts[held.words[word]] += count
