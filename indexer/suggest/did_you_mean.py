"""Corrects a query ("did you mean") with words that occur nowhere or hardly fit their neighbours.

This module decides which words are wrong and what replaces them. Corrections come from public entries, which every
signed-in person may read, and from the base model. So a suggestion never reveals a hidden document."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np

from indexer.analysis import language_model
from indexer.analysis.language_model import ModelTerm
from indexer.index.snapshot import Snapshot
from indexer.match.bound_query import BoundQuery
from indexer.match.spellings import is_in_law
from indexer.match.terms import QueryTerms
from indexer.suggest import near_numbers
from indexer.suggest.letters import MARKED, PLAIN, near
from indexer.suggest.public_counts import PublicCounts
from legaltext.letters import VOWELS
from legaltext.text import fold, forms, has_marks, spans

# The least and greatest number of letters of a word that is corrected, and how many words of a query are corrected.
_SHORTEST, _LONGEST = 3, 12
_MOST_WORDS = 3
# A word is doubted where fewer than _SELDOM provisions of the base model have it next to its neighbours. The intended
# word is one likely mistake away. It occurs next to these neighbours _TIMES as often, there and in public entries,
# and at least _LEAST times there and _LEAST_PUBLIC times in public entries.
_SELDOM, _TIMES, _LEAST, _LEAST_PUBLIC = 50, 20, 30, 20
# The intended word must also be tied to a neighbour: of the provisions with the rarer of the two, this share
# has both side by side. The share is _TIED where the doubted word is rare (in at most _RARE provisions: "trử") and
# _TIED_CLOSELY where it is a real word ("sữa").
_RARE, _TIED, _TIED_CLOSELY = 100, 0.03, 0.2
_STARTS = (("s", "x"), ("tr", "ch"), ("d", "gi"), ("d", "r"), ("gi", "r"), ("l", "n"))
_ENDS = (("n", "ng"), ("n", "nh"), ("t", "c"), ("m", "n"))
# Words that people use in queries and laws hardly contain. They are rare next to any word, and yet correct.
_EVERYDAY = frozenset(
    """
    ai anh ấy bạn bao bà cháu chị chưa cô con đâu đấy đúng em gì hả hỏi mấy mẹ mình nếu nên nhé nhỉ nhiêu ông sao tôi vậy à
    ạ ơi
    """.split()
)
_EVERYDAY_PLAIN = frozenset(map(fold, _EVERYDAY))
Pair = tuple[str, str]
# Excluded words and the values of fields stay as typed.
_KEPT = re.compile(r"-|[^\W\d_]+:\S")
# Half a pattern must not be corrected: "ngh**m". A boost and a question mark at the end of a word are not touched by it.
_SIGNED = re.compile(r"\w[*~]|\*\w|\w\?+\w|\w\^(?!\d)")
_STRETCH = re.compile(r"(?:[^\s\"]|\"[^\"]*\")+|\"")


def suggest(snapshot: Snapshot, asked: BoundQuery, deadline: float, finds: Callable[[str], bool]) -> str | None:
    """Correct the numbers or the words of the query `asked`, and return the corrected text. All else stays as typed. A
    document number that no readable document has is replaced by the nearest one. Words that occur nowhere are replaced by
    the nearest public words, and likely mistakes by the intended words.

    Returns None where nothing is wrong. Returns None where a wrong word has no correction, or none is found before
    `deadline`, a time of `time.monotonic`. Returns None where `finds` returns False for the corrected text."""
    numbered = near_numbers.corrected(snapshot, asked.access, asked.query.text)
    if numbered is not None:
        return numbered if finds(numbered) else None
    # An abbreviation is correct, although no text may contain it.
    known = {word for one in asked.query.alternatives for word in one.asked}
    wrong = [word for word in asked.missing if len(word) >= _SHORTEST and word.isalpha() and word not in known]
    # A word of law texts is correct, although no text here may contain it: in "uống rượu bia" nothing is wrong.
    wrong = [word for word in wrong if not is_in_law(asked.query, word)]
    if len(wrong) > _MOST_WORDS:
        return None
    public = PublicCounts(asked, snapshot, QueryTerms(snapshot), deadline)
    replaced: dict[str, str] = {}
    for word in wrong:
        best = _best(public, word) if len(word) <= _LONGEST else None
        if best is None:
            return None
        replaced[word] = best
    slips: dict[str, str] = {}
    while len(replaced) + len(slips) < _MOST_WORDS and (slip := _slip(public, {**replaced, **slips}, known)):
        slips[slip[0]] = slip[1]
    if not (replaced or slips):
        return None
    put_right = _STRETCH.sub(lambda found: _replace(found.group(), replaced, slips), asked.query.text)
    return put_right if put_right != asked.query.text and finds(put_right) else None


def _replace(stretch: str, replaced: Mapping[str, str], slips: Mapping[str, str]) -> str:
    """Correct the wrong words in `stretch`, a part of the typed query. In quotes only words that occur nowhere
    (`replaced`) are corrected, not likely mistakes (`slips`). Excluded words, fields and patterns stay as typed."""
    if _KEPT.match(stretch) or _SIGNED.search(stretch):
        return stretch
    better = replaced if '"' in stretch else {**replaced, **slips}
    for start, end, token in reversed(spans(stretch)):
        if (other := better.get(forms(token)[0])) is not None:
            stretch = f"{stretch[:start]}{other}{stretch[end:]}"
    return stretch


def _candidates(public: PublicCounts, word: str) -> set[str]:
    """Find possible corrections of `word`: strings that differ by one letter, or that sound alike. In a query without
    diacritics they have no diacritics."""
    folded = fold(word)
    bare = {*near(folded, PLAIN), *_heard(folded)} - {folded, ""}
    if not public.asked.query.marked:
        return bare
    found = {forms(one)[0] for one in near(word, MARKED) if one}
    likely = {spelled for one in {folded, *bare} for spelled in public.spelled(one)}
    marks = _marks(word)
    return (found | {one for one in likely if not has_marks(word) or _marks(one) == marks}) - {word}


def _is_said(word: str) -> bool:
    """Whether a word has a vowel, so that it can be spoken. A word without one is an abbreviation."""
    return not VOWELS.isdisjoint(fold(word))


def _marks(word: str) -> list[str]:
    return sorted(
        char for char in unicodedata.normalize("NFD", word) if unicodedata.combining(char) or char == "đ"
    )


def _neighbours(asked: BoundQuery, word: str) -> list[tuple[str, str]]:
    """Find the neighbours of `word` wherever it occurs in the query `asked`. Returns pairs (left, right). A neighbour is
    "" where a quote, a bracket or the end of the query is next to `word`."""
    padded = [("", *run, "") for run in asked.query.runs]
    return [
        (left, right)
        for run in padded
        for (left, held), (_, right) in pairwise(pairwise(run))
        if held == word
    ]


def _best(public: PublicCounts, word: str) -> str | None:
    """Choose the correction of `word` that occurs most often next to its neighbours in the query. Returns None where no
    correction occurs in public entries."""
    beside = _neighbours(public.asked, word)
    ranked: list[tuple[int, int, str]] = []
    for candidate in sorted(_candidates(public, word)):
        # An unknown abbreviation is not a mistake for another: "tđkt", "tđt".
        if not (_is_said(word) or _is_said(candidate)):
            continue
        if frequency := public.count(candidate):
            pairs = sum(public.count(left, candidate) for left, _ in beside if left)
            pairs += sum(public.count(candidate, right) for _, right in beside if right)
            ranked.append((pairs, frequency, candidate))
    return max(ranked)[2] if ranked else None


def _slip(public: PublicCounts, replaced: Mapping[str, str], known: set[str]) -> Pair | None:
    """Find the likeliest mistake of spelling in the query, as (the typed word, the intended word); None where there is
    none. `replaced` maps words that are already corrected to their corrections. `known` are words that are certainly
    correct."""
    query = public.asked.query
    right = {*known, *replaced, *replaced.values(), *public.asked.missing}
    runs = [[replaced.get(word, word) for word in run] for run in query.runs]

    # Words typed without diacritics in a query that has some: their neighbours cannot be judged.
    unsure = {word for word, free in public.asked.folded.items() if free and query.marked}
    doubted = {
        word: pairs
        for word, pairs in _doubted(runs, query.marked).items()
        if word in query.free and word not in right and unsure.isdisjoint({*chain.from_iterable(pairs)} - {word})
    }
    for _, word, better in sorted(_likely(doubted, query.marked), reverse=True):
        typed, meant = (sum(public.count(*pair) for pair in _with(word, one, doubted[word])) for one in (word, better))
        if meant >= max(_LEAST_PUBLIC, _TIMES * typed):
            return word, better
    return None


def _doubted(runs: Sequence[Sequence[str]], marked: bool) -> dict[str, list[Pair]]:
    """Find the words that may be mistakes, because they hardly ever occur next to their neighbours. Returns a dict from
    each word to its pairs of neighbours. `marked` says whether the query has diacritics."""
    pairs = [both for run in runs for both in pairwise(run) if both[0].isalpha() and both[1].isalpha()]
    places: dict[str, list[Pair]] = {}
    often: dict[str, int] = {}
    for both, count in zip(pairs, _together(pairs, marked), strict=True):
        for word in both:
            places.setdefault(word, []).append(both)
            often[word] = often.get(word, 0) + count
    everyday = _EVERYDAY if marked else _EVERYDAY_PLAIN
    return {
        word: places[word]
        for word, count in often.items()
        if count < _SELDOM and 1 < len(word) <= _LONGEST and word not in everyday and _is_said(word)
    }


def _likely(doubted: Mapping[str, list[Pair]], marked: bool) -> Iterator[tuple[float, str, str]]:
    """Choose the words in `doubted` for which another word fits the neighbours much better. Yields (factor, word, other
    word). Next to these neighbours, the other word occurs about `factor` times as often."""
    stamp = language_model.base().stamp
    choices = {word: (word, *_alike(word, marked, stamp)) for word in doubted}
    wanted = [pair for word, ones in choices.items() for one in ones for pair in _with(word, one, doubted[word])]
    counts = iter(_together(wanted, marked))
    for word, ones in choices.items():
        beside = {one: [(pair, next(counts)) for pair in _with(word, one, doubted[word])] for one in ones}
        often = {one: sum(count for _, count in found) for one, found in beside.items()}
        typed = often.pop(word)
        better = max(often, key=lambda one: often[one], default=word)
        if better == word or often[better] < max(_LEAST, _TIMES * typed):
            continue
        tied = max(count / (min(_frequency(one, marked) for one in pair) or 1) for pair, count in beside[better])
        if tied >= (_TIED if _frequency(word, marked) <= _RARE else _TIED_CLOSELY):
            yield often[better] / (typed + 1), word, better


def _with(word: str, other: str, pairs: Sequence[Pair]) -> list[Pair]:
    """Return `pairs` with `word` replaced by `other` in each of them."""
    return [(other if first == word else first, other if second == word else second) for first, second in pairs]


def _together(pairs: Sequence[Pair], marked: bool) -> list[int]:
    """Count for each pair in how many provisions of the base model's corpus its words are neighbours. With `marked`
    True diacritics must agree."""
    base = language_model.base()
    if not marked:
        return [base.frequency(ModelTerm(pair, (True, True))) for pair in pairs]
    numbers = np.array([base.numbers.get(word, -1) for pair in pairs for word in pair], np.int64).reshape(-1, 2)
    codes = np.where((numbers >= 0).all(1), numbers[:, 0] * len(base.words) + numbers[:, 1], -1)
    places = base.pair_codes.searchsorted(codes)
    places[places == len(base.pair_codes)] = 0
    counts: list[int] = np.where(base.pair_codes[places] == codes, base.pair_counts[places], 0).tolist()
    return counts


def _frequency(word: str, marked: bool) -> int:
    return language_model.base().frequency(ModelTerm((word,), (not marked,)))


@lru_cache(maxsize=4096)
def _alike(word: str, marked: bool, _model: int) -> tuple[str, ...]:
    """Find frequent words of the base model that sound like `word`. In a query with diacritics (`marked`) the words may
    also differ in diacritics alone. `_model` is only a part of the cache key."""
    folded, base = fold(word), language_model.base()
    others = {one for one in _heard(folded) if one in base.spellings}
    if marked:
        marks = _marks(word)
        likely = {base.words[number] for one in others for number in base.spellings[one]}
        others = {one for one in likely if _marks(one) == marks}
        others |= {base.words[number] for number in base.spellings.get(folded, ())}
    return tuple(sorted(one for one in others - {word} if _frequency(one, marked) >= _LEAST))


def _heard(folded: str) -> Iterator[str]:
    """Yield spellings without diacritics that many people pronounce like `folded`: "su ly" for "xu ly", "giao
    vieng" for "giao vien"."""
    for one, other in (*_STARTS, *(both[::-1] for both in _STARTS)):
        if folded.startswith(one):
            yield other + folded[len(one) :]
    for one, other in (*_ENDS, *(both[::-1] for both in _ENDS)):
        if folded.endswith(one):
            yield folded[: -len(one)] + other
