"""Completes a half-typed query with questions that several people of the site asked before.

This module decides which of these questions an actor may see, here and wherever questions of others are shown. A question
says that somebody asked it, so it is offered only where one provision that every signed-in person may read has all of its
words, and those side by side that the question has side by side. Otherwise a number or a name could be told whose pieces
that provision has in other places. So a question tells hardly more than this provision does. Documents that only some may
read play no part in it."""

from collections.abc import Iterable
from functools import reduce
from itertools import islice, pairwise

import numpy as np

from indexer.index.damage import damage_told
from indexer.index.index import Index
from indexer.index.segment import SegmentData
from indexer.index.snapshot import Snapshot
from indexer.match import statistics
from indexer.suggest.function_words import ASKING
from indexer.types import Access
from legaltext.text import beginnings, fold, has_marks, syllables

# How many questions that begin as typed are looked up in the texts, and how many are offered.
_MOST_LOOKED_UP, _MOST_OFFERED = 12, 3


def questions(snapshot: Snapshot, access: Access, cleaned: str, asked: Iterable[str]) -> tuple[str, ...]:
    """Choose from `asked`, the questions that people of the site ask most, those that continue the half-typed query
    `cleaned`. The order of `asked` is kept. `legaltext.text.clean` must have returned `cleaned`. `access` says what every
    signed-in person may read."""
    begins = [" ".join(one) for one in beginnings(cleaned)]
    marked = any(map(has_marks, begins))
    wanted = tuple(begins) if marked else tuple(map(fold, begins))
    going_on = (one for one in asked if _goes_on(" ".join(syllables(one)), wanted, marked))
    looked_up = islice(going_on, _MOST_LOOKED_UP)
    return tuple(islice((one for one in looked_up if _is_told(snapshot, access, one)), _MOST_OFFERED))


def tellable(store: Index | Snapshot, access: Access, asked: Iterable[str]) -> tuple[str, ...]:
    """Choose from `asked`, questions that people of the site asked, those that may be shown to others. `access` says what
    every signed-in person may read. Raises IndexUnusable when the index cannot be read."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        return tuple(one for one in asked if _is_told(snapshot, access, one))


def _goes_on(question: str, wanted: tuple[str, ...], marked: bool) -> bool:
    """Whether the normalised `question` begins with one of `wanted` and is longer. With `marked` False diacritics are
    ignored."""
    own = question if marked else fold(question)
    return own.startswith(wanted) and own not in wanted


def _is_told(snapshot: Snapshot, access: Access, question: str) -> bool:
    """Whether one provision that every signed-in person may read has all words of `question`, except those that only
    ask, and side by side each two that stand so in `question`. False for a question of asking words alone."""
    said = syllables(question)
    words = [word for word in dict.fromkeys(said) if word not in ASKING]
    beside = [both for both in dict.fromkeys(pairwise(said)) if ASKING.isdisjoint(both)]
    counted = statistics.of(snapshot, access)
    for (segment, place), whole in zip(snapshot.parts(), counted.whole, strict=True):
        terms = _terms(segment.held, words, beside)
        if not terms:
            continue
        entries = reduce(np.intersect1d, (segment.held.postings(term)[0] for term in terms))
        if len(entries) if whole else counted.public[place][entries].any():
            return True
    return False


def _terms(held: SegmentData, words: list[str], beside: list[tuple[str, str]]) -> list[int]:
    """The term numbers of `words` and of the pairs `beside` of such words, the rarest first; [] where the segment lacks one."""
    numbers = {word: held.numbers.get(word, -1) for word in words}
    if min(numbers.values(), default=-1) < 0:
        return []
    pairs = [held.pair(numbers[first], numbers[second]) for first, second in beside]
    return [] if min(pairs, default=0) < 0 else sorted((*numbers.values(), *pairs), key=held.count)
