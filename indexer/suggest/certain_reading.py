"""Reads a query that cannot be right as typed, where one reading is certain. Spaces are put right: "quychế" becomes "quy chế",
"dinh30" becomes "dinh 30", and "qu y chế" becomes "quy chế". A word that is no syllable is corrected: "viênn" becomes "viên".

This module decides which words are wrong, and whether a reading is certain. The words of a reading are known from the law
texts of the base model, so that a reading reveals no document of the site."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from indexer.analysis import diacritics, language_model
from indexer.analysis.language_model import ModelTerm
from indexer.match.bound_query import BoundQuery
from indexer.suggest.letters import MARKED, PLAIN, near
from legaltext.letters import VOWELS
from legaltext.syllable import sound
from legaltext.text import fold, forms, has_marks, spans

# Excluded words, the values of fields, phrases and patterns stay as typed.
_KEPT = re.compile(r"^-|^[^\W\d_]+:|\"|\w[*~^]|\*\w|\w\?+\w")
_STRETCH = re.compile(r"(?:[^\s\"]|\"[^\"]*\")+|\"")
# Letters with digits behind them: "dinh30". Fewer letters are a code: "b12", "co2".
_COUNTED = re.compile(r"(?P<letters>[^\W\d_]{3,})(?P<digits>\d{1,4})")
# The least and greatest number of letters of glued words, and of how many syllables they may consist.
_SHORTEST, _LONGEST, _MOST_SYLLABLES = 4, 28, 5
_LONGEST_SYLLABLE = 7
# A piece of a syllable has so many letters at most, and hardly any provision has it as a word.
_LONGEST_PIECE, _SEEN = 4, 10
# Beginnings of syllables with a letter that is a vowel elsewhere: "qu y chế".
_BEGINNINGS = frozenset({"qu", "gi"})
# The least and greatest number of letters of a misspelt word.
_SHORTEST_WRONG, _LONGEST_WRONG = 3, 9
# A word of a reading is in at least _KNOWN provisions of the base model, a usual one in _USUAL, and next to its neighbour
# in at least _BESIDE. These must be a share of the provisions with the rarer of the two, of at least _TIED.
_KNOWN, _USUAL, _BESIDE, _TIED = 30, 100, 15, 0.01
# The best reading has _TIMES as many provisions as the next one, so that it is certain.
_TIMES = 10
# How many tokens side by side are read together, and how many words of a query are put right.
_MOST_TOKENS, _MOST_MENDED = 4, 3
Words = tuple[str, ...]


@dataclass(frozen=True)
class ReadQuery:
    """A query that is not searched as typed, because that would find nothing for some of its words. `text` is the query as it
    is read. `as_typed` is a query that searches for the words as they were typed. `method` names this kind of reading."""

    text: str
    as_typed: str
    method: str = "read_as"


@dataclass(frozen=True)
class _Token:
    """A word of the query with its place in the text. `word` is its normalised form. `odd` says that it cannot be right as
    typed, and `missing` that no readable text has it. `joins` says that only a space stands between it and the token before,
    so that both may be one word."""

    start: int
    end: int
    word: str
    odd: bool
    missing: bool
    joins: bool


def certain_reading(asked: BoundQuery) -> ReadQuery | None:
    """Read the query `asked` as it was meant. Returns None where every word may be right, or where no reading is certain.
    Words that a readable text has are right, except pieces of syllables."""
    text = asked.query.text
    held = list(_tokens(asked))
    if not any(token.odd for token in held):
        return None
    mended: list[tuple[int, int, str]] = []
    place = 0
    while place < len(held) and len(mended) < _MOST_MENDED:
        end, words = _mended(held, place, asked.query.marked)
        if words:
            mended.append((held[place].start, held[end - 1].end, " ".join(words)))
        place = end
    if not mended:
        return None
    read = typed = text
    for start, stop, words_read in reversed(mended):
        read = f"{read[:start]}{words_read}{read[stop:]}"
        typed = f'{typed[:start]}"{typed[start:stop]}"{typed[stop:]}'
    return ReadQuery(read, typed)


def _tokens(asked: BoundQuery) -> Iterator[_Token]:
    """Yield the tokens of the query that may be put right."""
    known = {word for one in asked.query.alternatives for word in one.asked}
    known |= {word for one in asked.query.expansions for word in one.asked}
    missing, text, before = frozenset(asked.missing) - known, asked.query.text, -1
    for stretch in _STRETCH.finditer(text):
        own = _only_word(stretch.group())
        if own is None:
            before = -1
            continue
        start, end, typed = stretch.start() + own[0], stretch.start() + own[1], own[2]
        word = forms(typed)[0]
        joins = before >= 0 and text[before:start] == " "
        lacking = word in missing
        yield _Token(start, end, word, _is_odd(typed, word, lacking, known), lacking, joins)
        before = end


@lru_cache(maxsize=4096)
def _only_word(stretch: str) -> tuple[int, int, str] | None:
    """Return (start, end, word) of the only word in `stretch`, a piece of a query without spaces; None where it must stay as
    typed, or has several words."""
    own = spans(stretch)
    return own[0] if len(own) == 1 and not _KEPT.search(stretch) else None


def _is_odd(typed: str, word: str, missing: bool, known: set[str]) -> bool:
    """Whether the word `typed` cannot be right. `word` is its normalised form. It is no syllable and no text has it
    (`missing`), or it is a piece of a syllable: "qu", "ch". An abbreviation in capitals or in `known` is right."""
    if word in known or typed.isupper():
        return False
    if missing and not sound(word):
        return True
    # A word with a vowel that texts have may be a foreign one: "logo".
    piece = missing or VOWELS.isdisjoint(fold(word)) or word in _BEGINNINGS
    return piece and len(word) <= _LONGEST_PIECE and word.isalpha() and not (sound(word) and _known(word, True, _SEEN))


def _mended(held: Sequence[_Token], place: int, marked: bool) -> tuple[int, Words]:
    """Read the tokens from number `place` on with other spaces. Returns (the number of the token behind them, the words of
    the reading). The words are () where the token at `place` stays as typed."""
    for count in range(1, _MOST_TOKENS + 1):
        window = held[place : place + count]
        if len(window) < count or not all(token.joins for token in window[1:]):
            break
        if not any(token.odd for token in window):
            continue
        before = held[place - 1].word if place and window[0].joins else ""
        behind = held[place + count].word if place + count < len(held) and held[place + count].joins else ""
        if words := _reading(tuple(token.word for token in window), before, behind, marked):
            return place + count, words
    alone = held[place]
    if alone.odd and alone.missing and not sound(alone.word):
        before = held[place - 1].word if place and alone.joins else ""
        behind = held[place + 1].word if place + 1 < len(held) and held[place + 1].joins else ""
        return place + 1, _respelled(alone.word, before, behind, marked)
    return place + 1, ()


def _respelled(word: str, before: str, behind: str, marked: bool) -> Words:
    """Choose the word that was meant by `word`, which is no syllable; () where none is certain. It is one letter away and
    fits its neighbours `before` and `behind`, "" for none."""
    if not _SHORTEST_WRONG <= len(word) <= _LONGEST_WRONG or not word.isalpha():
        return ()
    letters = MARKED if marked else PLAIN
    likely = {forms(one)[0] for one in near(word, letters) if one and sound(one)}
    fits = sorted(((_fit((before, one, behind), True, marked), one) for one in likely if _known(one, marked)), reverse=True)
    if not fits or fits[0][0] < _BESIDE or (len(fits) > 1 and fits[0][0] < _TIMES * max(fits[1][0], 1)):
        return ()
    meant = fits[0][1]
    if not marked or has_marks(meant):
        return (meant,)
    # The query has diacritics, so its corrected word gets its own: "kế hoahc" is "kế hoạch".
    spelled = diacritics.restore((before, meant, behind), (False, True, False))
    return (spelled.words[1] if spelled.sure[1] else meant,)


def _reading(typed: Words, before: str, behind: str, marked: bool) -> Words:
    """Choose the words that the tokens `typed` are with other spaces; () where none is certain. `before` and `behind` are
    the words next to them, "" for none."""
    glued = "".join(typed)
    counted = _COUNTED.fullmatch(glued) if len(typed) == 1 else None
    if counted:
        whole = _known(counted["letters"], marked) and sound(counted["letters"])
        ways = [(counted["letters"],)] if whole else list(_ways(counted["letters"], marked, _MOST_SYLLABLES))
        ways = [way for way in ways if len(way) > 1 or not before or _tie(before, way[0], marked) >= 0]
        return (*ways[0], counted["digits"]) if len(ways) == 1 else ()
    if not glued.isalpha() or not _SHORTEST <= len(glued) + len(before) + len(behind):
        return ()
    most = _MOST_SYLLABLES if len(typed) == 1 else len(typed)
    ranked = sorted(
        ((_fit((before, *way, behind), len(way) == 1, marked), way) for way in _ways(glued, marked, most) if way != typed),
        reverse=True,
    )
    if not ranked or ranked[0][0] < _BESIDE:
        return ranked[0][1] if len(ranked) == 1 and _are_words(ranked[0][1]) else ()
    certain = len(ranked) == 1 or ranked[0][0] >= _TIMES * max(ranked[1][0], 1)
    return ranked[0][1] if certain else ()


def _are_words(words: Words) -> bool:
    """Whether `words`, the only reading of a word with diacritics, are two usual words. Then nothing else was meant, whether
    or not any text has them side by side. A word without diacritics may be a foreign one."""
    usual = all(len(word) > 1 and _known(word, True, _USUAL) for word in words)
    return usual and len(words) == 2 and any(map(has_marks, words))


def _ways(glued: str, marked: bool, most: int) -> Iterator[Words]:
    """Yield every way to cut `glued` into at most `most` known syllables."""
    if len(glued) > _LONGEST:
        return
    for length in range(1, min(len(glued), _LONGEST_SYLLABLE) + 1):
        first, rest = glued[:length], glued[length:]
        if not (sound(first) and _known(first, marked)):
            continue
        if not rest:
            yield (first,)
        elif most > 1:
            yield from ((first, *others) for others in _ways(rest, marked, most - 1))


def _fit(words: Words, single: bool, marked: bool) -> int:
    """Say how well the words of a reading fit each other: in how many provisions of the base model the weakest of their
    pairs stands. The first and the last word are their neighbours in the query, "" for none. Only for a `single` word the
    neighbours count, and the better one is enough. Returns 0 where the words are not tied to each other."""
    ties = [_tie(first, second, marked) if first and second else 0 for first, second in pairwise(words)]
    return max(ties[0], ties[-1], 0) if single else max(min(ties[1:-1]), 0)


@lru_cache(maxsize=4096)
def _tie(first: str, second: str, marked: bool) -> int:
    """Count the provisions of the base model in which `second` follows `first`. Returns -1 where these are few, for the
    rarer of the two words."""
    free = tuple(not marked or not has_marks(word) for word in (first, second))
    base = language_model.base()
    both = base.frequency(ModelTerm((first, second), (free[0], free[1])))
    rarer = min(base.frequency(ModelTerm((word,), (loose,))) for word, loose in zip((first, second), free, strict=True))
    return both if both >= _BESIDE and both >= _TIED * rarer else -1


@lru_cache(maxsize=4096)
def _known(word: str, marked: bool, least: int = _KNOWN) -> bool:
    """Whether the base model has `word` in at least `least` provisions. Diacritics count where it has some and the query has
    some."""
    free = not marked or not has_marks(word)
    return language_model.base().frequency(ModelTerm((word,), (free,))) >= least
