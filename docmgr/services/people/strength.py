"""How many guesses a password takes: zxcvbn, taught Vietnamese words and the ways in which they are typed.

zxcvbn (Wheeler, USENIX Security 2016) knows English words, names, leaked passwords, rows of keys, dates and repetition. It
takes every other letter for a random one that costs ten guesses, which is wrong for Vietnamese; so it is given the words of
common_passwords.txt and the names that belong to the person.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from indexer import fold

WORDS = Path(__file__).with_name("common_passwords.txt")
# What zxcvbn sees of a password. It tries every reading of signs as letters: 24 characters made of such signs take .4 s, 32
# take 1 s and 72 take 4 s; others take some 5 ms. What is cut off can only add guesses.
SEEN = 24
# zxcvbn counts a character that it cannot explain as ten guesses (its BRUTEFORCE_CARDINALITY).
GUESSES_OF_A_SIGN = 10
# zxcvbn knows years up to 2019 and takes later ones for dates, which cost more.
YEARS = tuple(str(year) for year in range(2020, 2040))
# Combining diacritics: the key of Telex (None: the letter itself once more) and that of VNI.
_TONES = {"\u0300": ("f", "2"), "\u0301": ("s", "1"), "\u0309": ("r", "3"), "\u0303": ("x", "4"), "\u0323": ("j", "5")}
_LETTER_MARKS = {"\u0302": (None, "6"), "\u031b": ("w", "7"), "\u0306": ("w", "8")}
# zxcvbn keeps the words of the call under way in a table of its module.
_alone = threading.Lock()


def guesses(password: str, names: Iterable[str]) -> float:
    """About how many guesses an attacker needs who knows these names and reads Vietnamese.

    The least of two estimates: of the password as typed, and without diacritics, blanks and the signs that part words and
    numbers, each of which costs ten guesses.
    """
    # 80 ms and 13 MB that only a new password needs.
    from zxcvbn import zxcvbn

    bare = plain(password)
    signs = len("".join(fold(password).split())) - len("".join(bare.split()))
    known = list(dict.fromkeys([*(form for name in names for form in _name_forms(name)), *common()]))
    with _alone:
        return min(
            float(zxcvbn(text[:SEEN], known)["guesses"]) * float(GUESSES_OF_A_SIGN**left_out)
            for text, left_out in ((password, 0), (bare, signs))
            if text
        )


def plain(text: str) -> str:
    """Small letters without diacritics and digits, without blanks and signs but for those between two digits."""
    return re.sub(r"((?<=\d)[\W_]+(?=\d))|[\W_]+", r"\1", fold(text))


@lru_cache(maxsize=1)
def common() -> tuple[str, ...]:
    """The words of the list as they are typed, without repetition: zxcvbn takes the place in the list for the rank, and of
    a word that comes twice the later place."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if line and not line.startswith("#")]
    keyed = [_keyed(word, method, at_end) for word in words for method in (0, 1) for at_end in (True, False)]
    return tuple(dict.fromkeys([*YEARS, *map(plain, words), *keyed]))


def _keyed(word: str, method: int, at_end: bool) -> str:
    """The keys that make a word in Telex (method 0) or VNI (1), with that of the tone at the end of a syllable or behind
    its vowel: what a password holds where the input method was off."""
    keys = []
    for syllable in word.split():
        late = ""
        for char in unicodedata.normalize("NFC", syllable.casefold().replace("đ", ("dd", "d9")[method])):
            letter, *marks = list(unicodedata.normalize("NFD", char))
            tone = "".join(_TONES[mark][method] for mark in marks if mark in _TONES)
            shape = "".join(_LETTER_MARKS[mark][method] or letter for mark in marks if mark in _LETTER_MARKS)
            late += tone if at_end else ""
            keys.append(letter + shape + ("" if at_end else tone))
        keys.append(late)
    return "".join(keys)


def _name_forms(name: str) -> Iterator[str]:
    """Without diacritics: all of a name, each word, its end words (a given name with a middle name), its initials, and the
    given name with the initials of the others, as in sign-in names."""
    words = [word for word in map(plain, name.split()) if word]
    if words:
        initials = "".join(word[0] for word in words)
        yield from ("".join(words), *words, "".join(words[-2:]), initials, words[-1] + initials[:-1])
