"""Finds the syllables that follow given syllables in public texts. They continue a query whose last word is complete.

Public texts are those that every signed-in person may read; `clauses` reads them. This module decides which words go on, and in
what order. `phrases` decides where each phrase ends. The result depends neither on hidden documents nor on the division into
segments."""

import math
from collections.abc import Iterator, Mapping
from itertools import chain, islice

from indexer.analysis import language_model
from indexer.analysis.compounds import is_linked
from indexer.analysis.language_model import ModelTerm
from indexer.suggest.clauses import following
from indexer.suggest.function_words import AT, CONNECTING
from indexer.suggest.phrases import Followed, Phrases, Words
from indexer.suggest.subject import Subject
from legaltext.syllable import sound

# A word that is so much rarer than the likeliest one is not offered.
_SELDOM = 6
# Three words are followed where so many places have them; else two are.
_LEAST_OF_THREE = 10
# A word that follows in a smaller share of all places is not offered.
_RARELY = 0.03
# A function word that follows in a smaller share of all places opens no continuation.
_OPENED = 0.05
# How many words are completed without regard to the words before, where nothing else is found.
_GUESSED = 3
# Function words come first where one is this many times as frequent as any other word. One that follows in the share _MAINLY
# of all places is half of a word: "đối với", "tặng cho".
_PREVAILING, _MAINLY = 5, 0.7


def ways_on(asked: Subject, said: Words, limit: int) -> Iterator[Words]:
    """Find continuations of `said`, normalised syllables, in texts that every signed-in person may read. `access` says
    which texts these are. Yields at most `limit` tuples of following syllables, best first. Yields nothing where `said`
    is a single function word."""
    if len(said) == 1 and said[0] in CONNECTING:
        return iter(())
    told = _likeliest(following(asked, said[-3:], alone=len(said) <= 3), said)
    told = told or _likeliest(following(asked, said[-2:], alone=False), said)
    halves = [row[0] for row in told if len(row) == 1 and row[0] in CONNECTING]
    if halves and len(halves) == len(told):
        told = _led(asked, said, frozenset(halves), near=True) or told
    return iter(told[:limit])


def second_halves(asked: Subject, said: Words, limit: int) -> list[Words]:
    """Find at most `limit` continuations of the last word of `said` alone that form a word with it: "thủ tục ly" is continued by
    "hôn". They serve where no text has the last words of `said` side by side. Returns [] where the last word of `said` already
    completes one."""
    if len(said) < 2 or is_linked(*said[-2:]):
        return []
    told = _likeliest(following(asked, said[-1:], alone=True), said)
    return [row for row in told if is_linked(said[-1], row[0])][:limit]


def led_on(asked: Subject, said: Words, limit: int) -> list[Words]:
    """Find at most `limit` continuations of `said` that begin with a function word: "phòng xử án | phải có nội quy". They serve where
    nothing else follows."""
    behind = following(asked, said[-2:], alone=len(said) <= 2) if len(said) > 1 else Followed()
    least = max(2, _OPENED * behind.counts[()])
    opening = frozenset(row[0] for row, count in behind.counts.items() if len(row) == 1 and row[0] in CONNECTING and count >= least)
    return _phrases(behind, said, opening)[:limit]


def to_phrase_ends(
    asked: Subject, before: Words, begun: Mapping[str, int], limit: int, near: bool = False
) -> Iterator[Words]:  # fmt: skip
    """Continue words of `begun` to the end of a phrase, as they occur behind the syllables `before` in texts that every
    signed-in person may read. `access` says which texts these are, and `begun` how many of them have each word. Yields at
    most `limit` tuples of syllables that follow `before`, the most frequent first. A function word goes on to the end of a
    phrase where it prevails or no other is found, and stays alone where nothing else is. With `near`, a text must have the
    last two words side by side."""
    connecting = frozenset(begun) & CONNECTING if before else frozenset[str]()
    prevail, likelier = (bool(connecting) and _prevail(begun, times) for times in (_PREVAILING, 1))
    told, parted, guessed = _in_context(asked, before, frozenset(begun) - CONNECTING, near)
    if prevail or likelier and (guessed or not told) or near and not told:
        led = _led(asked, before, connecting, near)
        if prevail and not led and not near:
            led = [(min(connecting, key=lambda word: (-begun[word], word)),)]
        told = [*led[:1], *told, *led[1:]]
    if not (told or near or parted) and (before or begun.keys() - CONNECTING):
        likely = sorted(begun, key=lambda word: (-begun[word], word))[:_GUESSED]
        likely = [word for word in likely if begun[word] * _SELDOM >= begun[likely[0]]]
        told = _in_context(asked, (), frozenset(likely) - CONNECTING, near)[0] or [(likely[0],)]
    yield from islice(dict.fromkeys(told), limit)


def _in_context(asked: Subject, before: Words, wanted: frozenset[str], near: bool) -> tuple[list[Words], bool, bool]:
    """Find the phrases that begin with a word of `wanted` and stand behind the last words of `before`. With `near`, a text must
    have the last two words side by side. Returns (phrases, those of frequent words first; whether such words only begin other
    clauses: "ly hôn, hủy kết hôn"; whether the phrases stand behind the last word alone)."""
    if not wanted:
        return [], False, False
    for said in dict.fromkeys((before[-3:], before[-2:])):
        behind = following(asked, said, said == before, wanted)
        if behind.counts[()] >= _LEAST_OF_THREE:
            break
    if near and behind.counts[()] < _LEAST_OF_THREE:
        return [], False, False
    told = _phrases(behind, before, wanted)
    parted = behind.counts[()] > 0 and not any(behind.counts[(word,)] for word in wanted)
    if told or parted or near or len(before) < 2 or is_linked(*before[-2:]):
        return told, parted, False
    # No text has a phrase behind these words. A word that forms one with the last of them is the best guess.
    wanted = frozenset(filter(sound, wanted))
    wanted = frozenset(word for word in wanted if is_linked(before[-1], word)) or wanted
    return _phrases(following(asked, before[-1:], True, wanted), before, wanted), False, True


def _led(asked: Subject, before: Words, connecting: frozenset[str], near: bool = False) -> list[Words]:
    """Find the phrases that begin with a function word of `connecting`, behind as many of the last three words of `before` as have
    such a phrase. With `near`, a text must have the last two words side by side."""
    contexts = dict.fromkeys((before[-3:], before[-2:], *(() if near else (before[-1:], ()))))
    told = (_phrases(following(asked, said, said == before, connecting), before, connecting) for said in contexts if connecting)
    return next(filter(None, told), [])


def _phrases(behind: Followed, before: Words, wanted: frozenset[str]) -> list[Words]:
    """The phrases in `behind` that begin with a word of `wanted`, those of frequent words first. They follow `before`."""
    phrases = Phrases(behind, "".join(before[-1:]))
    often = {word: behind.weights[(word,)] for word in wanted if behind.counts[(word,)]}
    most = max(often.values(), default=0.0)
    likely = sorted((word for word in often if often[word] * _SELDOM >= most), key=lambda word: (-often[word], word))
    return list(chain.from_iterable(map(phrases.from_word, likely)))


def _likeliest(behind: Followed, said: Words) -> list[Words]:
    """Return continuations `behind` the syllables `said`, best first: they are frequent here and rare elsewhere. They begin
    with a function word only where `said` ends in one, or where it is half of a word: "đối | với"."""
    base, phrases = language_model.base(), Phrases(behind, said[-1])

    def worth(row: Words) -> float:
        held = base.frequency(ModelTerm(row[:2], (False, False)[: len(row)]))
        return behind.weights[row[:2]] * math.log((base.documents + 1) / (held + 1))

    least = max(2, _RARELY * behind.counts[()])
    words = {row[0]: count for row, count in behind.counts.items() if len(row) == 1 and count >= least and sound(row[0])}
    halves = [word for word in words if word in CONNECTING and words[word] >= _MAINLY * behind.counts[()]]
    opening = halves or [word for word in words if said[-1] in CONNECTING or word == AT or word not in CONNECTING]
    told = list(chain.from_iterable(map(phrases.from_word, opening))) or [(word,) for word in halves]
    return sorted(told, key=lambda row: (-worth(row), row))


def _prevail(counts: Mapping[str, int], times: int) -> bool:
    """Whether a function word among the words `counts` is at least `times` times as frequent as the others, so that it is meant."""
    most = {kind: max((count for word, count in counts.items() if (word in CONNECTING) == kind), default=0) for kind in (True, False)}
    return most[True] >= times * most[False]
