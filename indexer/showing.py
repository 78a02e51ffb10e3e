"""A page of documents made from the entries that answer: grouped, ordered, each with its best provisions.

Decides what is shown of a hit: the passage, the marked words, the words of the question that it lacks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise

import numpy as np
from numpy.typing import NDArray

from indexer import marking, naming, own_words
from indexer.arrays import LABEL, RUNS, TEXT, TITLE, Arrays, Numbers
from indexer.matching import ASKED, NAMED, Asked, Matched
from indexer.ordering import Keys
from indexer.query import Query
from indexer.ranking import Weighted
from indexer.restoring import restore
from indexer.snapshot import Snapshot
from indexer.snippets import snippet
from indexer.text import fold
from indexer.types import Hit, ProvisionHit, Request

_LEAST_WEIGHT = 0.01
# What a word that begins as asked is worth in a passage.
_BEGUN_WEIGHT = 2.0
# In words. Of 49,094 articles the longest title has 3,335, every label two.
_LONGEST_LABEL, _LONGEST_TITLE = 50, 10_000


@dataclass(frozen=True)
class Ordered:
    """The entries that pass every filter, with the keys that order them, and the document of each."""

    asked: Asked
    found: Matched
    keys: Keys
    owner: NDArray[np.int32]


# Words, each with its ways: sets of kinds all of which must be there.
_Ways = tuple[tuple[str, tuple[tuple[frozenset[int], ...], ...]], ...]


# By kind, whether its words count alone; phrases, as kinds.
_Wholes = tuple[NDArray[np.bool_], tuple[tuple[int, ...], ...]]


@dataclass(frozen=True)
class _Marks:
    """What the words of a text are to the question, by kind: the number of a word asked, 0 for none.

    `kinds` are those of each segment's vocabulary, `worth` what each kind is worth. A word asked without marks whose
    spelling is beyond doubt has a second kind for its other spellings, as far behind as there are first ones: those
    answer, but are marked only beside their neighbour in the question (`beside`: which kind before which), or where a
    text has nothing better. `ways` are for each word that may be missing the ways in which it is there: sets of kinds,
    one of each of which must be. `wholes` are, for a question of which not every word counts alone, those that do by
    their kind and the phrases as kinds.
    """

    kinds: list[Numbers]
    worth: NDArray[np.float32]
    beside: NDArray[np.bool_]
    ways: _Ways
    wholes: _Wholes | None


def ranked(query: Query) -> bool:
    """Whether a question has anything to rank by; the answers to another are a browse, newest first."""
    return bool(query.runs) or query.number is not None


def page(
    snapshot: Snapshot, request: Request, ordered: Ordered, documents: NDArray[np.int64]
) -> tuple[Hit, ...]:  # fmt: skip
    """The documents of one page, best first (or newest first; a browse is newest first)."""
    best = np.full(len(snapshot.documents), -np.inf)
    np.maximum.at(best, ordered.owner, ordered.keys)
    by_score = (snapshot.documents[documents], -best[documents])
    newest = request.sort == "date" or not ranked(ordered.asked.query)
    order = np.lexsort((*by_score, -snapshot.of_documents("issued")[documents]) if newest else by_score)
    start = max(request.offset, 0)
    chosen = documents[order[start : start + max(request.limit, 0)]]
    marks = _marks(snapshot, ordered.asked, ordered.found.expanded)
    places = [np.flatnonzero(ordered.owner == place) for place in chosen.tolist()]
    tiers = _tiers(snapshot, ordered, places)
    return tuple(_hit(snapshot, request, ordered, marks, own, tiers[own]) for own in places)


def _tiers(snapshot: Snapshot, ordered: Ordered, places: Sequence[Numbers]) -> own_words.Tiers:
    """For each entry found what `own_words` tells of it, as far as it is one of these."""
    found = np.zeros(len(ordered.owner), np.int8)
    shown = np.sort(np.concatenate([np.empty(0, np.int64), *places]))
    entries, steps = ordered.found.entries[shown], ordered.found.steps[shown]
    found[shown] = own_words.tiers(snapshot, ordered.asked, entries, steps)
    return found


def _marks(snapshot: Snapshot, asked: Asked, expanded: Sequence[Sequence[str]]) -> _Marks:
    singles = [one for one in asked.weighted if one.slot.single]
    worths = [0.0, *(max(one.idf, _LEAST_WEIGHT) for one in singles), *(_BEGUN_WEIGHT for _ in expanded)]
    tables: list[Numbers] = [np.zeros(len(segment.held.words), np.int32) for segment in snapshot.segments]
    for kind, words in enumerate(expanded, len(singles) + 1):
        for table, segment in zip(tables, snapshot.segments, strict=True):
            numbers = segment.held.numbers
            table[[numbers[word] for word in words if word in numbers]] = kind
    sure = _sure_spellings(asked)
    # Other spellings before any first kind: "đồng" is one of "dong", and may be asked for itself.
    for other in (True, False):
        for kind, one in enumerate(singles, 1):
            meant = sure.get(one.slot.words[0])
            for table, segment, terms in zip(tables, snapshot.segments, one.slot.terms, strict=True):
                if meant is None:
                    table[list(terms)] = kind
                elif other:
                    table[list(terms)] = kind + len(worths)
                elif meant in segment.held.numbers:
                    table[segment.held.numbers[meant]] = kind
    # A word of the vocabulary may answer two words asked ("dân" for "dan" and for "UBND"); the later kind stands.
    enough = {
        one.slot.words[0]: frozenset(
            kind
            for table, terms in zip(tables, one.slot.terms, strict=True)
            for kind in table[list(terms)].tolist()
        )
        for one in singles
    }
    beside = np.zeros((len(worths), len(worths)), bool)
    number = {one.slot.words[0]: kind for kind, one in enumerate(singles, 1)}
    for first, second in chain.from_iterable(map(pairwise, asked.query.runs)):
        beside[number[first], number[second]] = True
    wholes = _wholes(asked, singles, len(expanded))
    return _Marks(tables, np.array(worths, np.float32), beside, _ways(asked, enough), wholes)


def _sure_spellings(asked: Asked) -> dict[str, str]:
    """The spelling meant of each word for which any answers, where no other comes near."""
    meant: dict[str, set[str]] = {}
    for run in asked.query.runs:
        read = restore(run, [asked.folded[word] for word in run])
        for word, spelling, sure in zip(run, read.words, read.sure, strict=True):
            if asked.folded[word]:
                meant.setdefault(word, set()).add(spelling if sure else "")
    return {word: found.pop() for word, found in meant.items() if len(found) == 1 and "" not in found}


def _wholes(asked: Asked, singles: Sequence[Weighted], expanded: int) -> _Wholes | None:
    query = asked.query
    if not (query.strict or query.alternatives or query.number or naming.is_place(query)):
        return None
    spelled = [marking.Spelled(one.slot.text, one.slot.folded[0]) for one in singles]
    exact = {word: kind for kind, word in enumerate(spelled, 1)}
    alike = {fold(word.text): kind for word, kind in exact.items()}
    whole = marking.wanted(query, asked.folded)
    alone = np.array([False, *(word in whole.words for word in spelled), *[True] * expanded])
    phrases = tuple(
        tuple(exact.get(word, alike.get(fold(word.text), -1)) for word in phrase) for phrase in whole.phrases
    )
    return alone, phrases


def _ways(asked: Asked, enough: Mapping[str, frozenset[int]]) -> _Ways:
    """How each word may be there; none for a question with a document number or for the words of a place: these need
    stand in no text."""
    if asked.query.number is not None:
        return ()
    none, wanted = frozenset[int](), frozenset(naming.said_beside(asked.query))
    return tuple(
        (word, tuple(tuple(enough.get(one, none) for slot in way for one in slot.words) for way in spelled))
        for word, spelled in zip(asked.query.free, asked.free, strict=True)
        if word in wanted
    )


def _hit(
    snapshot: Snapshot,
    request: Request,
    ordered: Ordered,
    marks: _Marks,
    places: Numbers,
    tiers: own_words.Tiers,
) -> Hit:
    """One document with its best provisions; a browse shows none, a number's document at least its first."""
    entries, keys = ordered.found.entries[places], ordered.keys[places]
    document = int(snapshot.integers["document"][entries[0]])
    if not ordered.asked.query.runs and not ordered.found.expanded:
        return Hit(document, 0.0, (), 0)
    steps = ordered.found.steps[places]
    asked, named = steps >= ASKED, not naming.is_place(ordered.asked.query) and float(steps.max()) >= NAMED
    if named:
        # What names a document need not stand in its text: "bộ luật dân sự 2015".
        marks = replace(marks, ways=())
    order = np.lexsort((snapshot.integers["order"][entries], -keys, -tiers, ~asked))
    telling = _telling(ordered, places, order.tolist())
    if request.document is not None:
        telling = [place for place in telling if asked[place] or _tells(snapshot, int(entries[place]), marks)]
    # What is found by the title of its document alone counts where nothing of it says more.
    saying = [place for place in telling if tiers[place]]
    if saying and not all(_is_heading(snapshot, int(entries[place])) for place in saying):
        telling = [place for place in telling if asked[place] or tiers[place]]
    # A heading alone ("Chương III. Hợp đồng lao động") answers nothing: what says something goes before it.
    count = max(request.provisions_per_document, 1)
    shown = list(
        islice((place for place in telling if not _is_heading(snapshot, int(entries[place]))), count)
    )
    shown += list(islice((place for place in telling if place not in shown), count - len(shown)))
    provisions = tuple(
        _provision(snapshot, int(entries[place]), marks, float(keys[place]), bool(asked[place]))
        for place in shown
    )
    return Hit(document, round(float(keys.max()), 4), provisions, len(telling) - len(shown), named)


def _telling(ordered: Ordered, places: Numbers, order: Sequence[int]) -> list[int]:
    """The best of a document's entries, and the others that have anything of the words asked for."""
    scores, worded = ordered.found.scores[places], bool(ordered.asked.query.runs)
    return [place for number, place in enumerate(order) if not number or not worded or scores[place] > 0]


def _tells(snapshot: Snapshot, entry: int, marks: _Marks) -> bool:
    """Whether anything is marked in an entry's label, title or text."""
    number, own = snapshot.placed(entry)
    held = snapshot.segments[number].held
    for which in (TEXT, TITLE, LABEL):
        words = _marked(marks.kinds[number][held.run(own, which)], marks)
        if (_whole(words, *marks.wholes) if marks.wholes else words).any():
            return True
    return False


def _is_heading(snapshot: Snapshot, entry: int) -> bool:
    """Whether a provision says no more than its label and title."""
    number, own = snapshot.placed(entry)
    held = snapshot.segments[number].held
    return len(held.run(own, TEXT)) <= _heading(held, own)


def _lacks(ways: Sequence[Sequence[frozenset[int]]], there: set[int]) -> bool:
    """Whether a text with these kinds of words has a word in none of its ways."""
    for way in ways:
        for some in way:
            if there.isdisjoint(some):
                break
        else:
            return False
    return True


def _heading(held: Arrays, own: int) -> int:
    """How many words of an entry's text are its label, or the end of it ("II.3" is printed as "3."), and its title; none
    where these are longer than any that was printed."""
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


def _whole(kinds: Numbers, alone: NDArray[np.bool_], phrases: Sequence[tuple[int, ...]]) -> Numbers:
    """The kinds of a text's words less those that count in a phrase only and stand in none."""
    kept = alone[kinds]
    for phrase in phrases:
        at = np.flatnonzero(kinds == phrase[0])
        at = at[at <= len(kinds) - len(phrase)]
        for shift, kind in enumerate(phrase):
            if len(at):
                at = at[kinds[at + shift] == kind]
        if len(at):
            kept[at[:, None] + np.arange(len(phrase))] = True
    return np.where(kept, kinds, 0)


def _marked(words: Numbers, marks: _Marks) -> Numbers:
    """The first kinds of the words of a text that are marked."""
    count = len(marks.worth)
    first = words < count
    own = np.where(first, words, words - count)
    if first.all() or not words[first].any():
        return own
    together = marks.beside[own[:-1], own[1:]]
    near = np.concatenate([together, [False]]) | np.concatenate([[False], together])
    return np.where(first | near, own, 0)


def _provision(snapshot: Snapshot, entry: int, marks: _Marks, score: float, asked: bool) -> ProvisionHit:
    number, own = snapshot.placed(entry)
    held, kinds = snapshot.segments[number].held, marks.kinds[number]
    anchor, label, title, text, _, _ = snapshot.row(entry)
    words = _marked(kinds[held.run(own, TEXT)], marks)
    if marks.wholes:
        words = _whole(words, *marks.wholes)
    shown = snippet(text, words, marks.worth, held.lines_of(own), _heading(held, own))
    there = np.zeros(2 * len(marks.worth), bool)
    there[kinds[held.tokens[int(held.runs[RUNS * own]) : int(held.runs[RUNS * own + RUNS])]]] = True
    seen = set(np.flatnonzero(there).tolist())
    lacking = tuple([word for word, ways in marks.ways if _lacks(ways, seen)])
    return ProvisionHit(anchor, label, title, shown, round(score, 4), lacking, asked)
