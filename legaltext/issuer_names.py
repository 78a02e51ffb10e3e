"""Decide whether two printed names mean the same issuer of documents.

"UBND tỉnh", "UỶ BAN NHÂN DÂN TỈNH" and "Ủy ban nhân dân tỉnh" are spellings of one name. This module compares
names; `legaltext.issuers` has the symbols of issuers in document numbers.
"""

import itertools
import re
from collections.abc import Mapping
from functools import lru_cache

from legaltext.text import fold

Words = tuple[str, ...]
# At most so many readings of a name with ambiguous abbreviations are compared.
_READINGS = 16
_SYLLABLE = re.compile(r"[a-z0-9]+")
# Short forms before the names of places, which are too common for a table of abbreviations.
_OF_PLACES: dict[Words, tuple[Words, ...]] = {("tp",): (("thanh", "pho"),), ("tx",): (("thi", "xa"),)}
# Some spellings leave "và" out: "Sở Giáo dục - Đào tạo".
_LEFT_OUT = frozenset({"va"})


def is_same_issuer(one: str, other: str, abbreviations: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether `one` and `other`, two names of issuers as people print them, mean the same issuer.

    Capitals, diacritics, punctuation, "và" and abbreviations do not matter. One name may lack the beginning or the end of
    the other ("Sở Nội vụ", "Sở Nội vụ tỉnh Mẫu"), but no blank name is like another. `abbreviations` maps printed
    abbreviations to their full names, as legaltext.abbreviations.BUILT_IN does.
    """
    table = _table(tuple(abbreviations.items()))
    pairs = itertools.product(_readings(_syllables(one), table), _readings(_syllables(other), table))
    return any(_begins_or_ends(*sorted(pair, key=len)) for pair in pairs)


@lru_cache(maxsize=8)
def _table(abbreviations: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[Words, tuple[Words, ...]]:
    return _OF_PLACES | {_syllables(short): tuple(map(_syllables, names)) for short, names in abbreviations}


def _syllables(name: str) -> Words:
    return tuple(part for part in _SYLLABLE.findall(fold(name)) if part not in _LEFT_OUT)


def _readings(words: Words, table: Mapping[Words, tuple[Words, ...]]) -> list[Words]:
    """Write out the abbreviations in a name. Returns one reading for each combination of their full names."""
    longest = max(map(len, table), default=1)
    choices: list[tuple[Words, ...]] = []
    place = 0
    while place < len(words):
        for length in range(min(longest, len(words) - place), 0, -1):
            piece = words[place : place + length]
            if piece in table:
                choices.append(table[piece])
                break
        else:
            length = 1
            choices.append((words[place : place + 1],))
        place += length
    readings = itertools.islice(itertools.product(*choices), _READINGS)
    return [tuple(itertools.chain.from_iterable(reading)) for reading in readings]


def _begins_or_ends(short: Words, long: Words) -> bool:
    return bool(short) and (long[: len(short)] == short or long[-len(short) :] == short)
