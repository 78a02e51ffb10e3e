"""Estimate how many guesses an attacker needs for a password, with the library zxcvbn and Vietnamese words.

zxcvbn (Wheeler, USENIX Security 2016) knows English words, names, leaked passwords, rows of keys, dates and repetition. It
takes any other letter for a random one that costs ten guesses, which is wrong for Vietnamese. So this module passes to it
the words of common_passwords.txt, in all ways in which people type them, and the names of the person.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from legaltext import abbreviations
from legaltext.doctypes import TYPE_ABBREVIATIONS
from legaltext.text import fold, syllables

WORDS = Path(__file__).with_name("common_passwords.txt")
# What zxcvbn sees of a password. It tries every reading of signs as letters: 24 characters made of such signs take .4 s, 32
# take 1 s and 72 take 4 s; others take some 5 ms. What is cut off can only add guesses.
SEEN = 24
# zxcvbn counts a character that it cannot explain as ten guesses (its BRUTEFORCE_CARDINALITY).
GUESSES_OF_A_SIGN = 10
# zxcvbn knows years up to 2019 and takes later ones for dates, which cost more.
YEARS = tuple(str(year) for year in range(2020, 2040))
# The beginning of a document number in a text without diacritics: number, year and abbreviation of the type ("30/2020/nd").
# zxcvbn takes its digits for random ones. The numbers that everybody cites are some thousands.
_NUMBERED = re.compile(
    r"(?<!\d)\d{1,4}\s*[/-]\s*(?:(?:19|20)\d\d\s*[/-]\s*)?(?:"
    + "|".join(sorted({fold(short) for short in TYPE_ABBREVIATIONS.values() if short}, key=len, reverse=True))
    + r")(?![a-z])[/-]?"
)
GUESSES_OF_A_NUMBER = 10**4
# Where the name of an agency goes on with the place: "Sở Giáo dục và Đào tạo tỉnh Lâm Đồng".
_PLACE = re.compile(r"\s(?:tỉnh|thành phố|tp\.?|quận|huyện|thị xã|phường|xã)\s", re.IGNORECASE)
# Combining diacritics: the key of Telex (None: the letter itself once more) and that of VNI.
_TONES = {"\u0300": ("f", "2"), "\u0301": ("s", "1"), "\u0309": ("r", "3"), "\u0303": ("x", "4"), "\u0323": ("j", "5")}
_LETTER_MARKS = {"\u0302": (None, "6"), "\u031b": ("w", "7"), "\u0306": ("w", "8")}
# zxcvbn keeps the words of the call under way in a table of its module.
_alone = threading.Lock()


def guesses(password: str, names: Iterable[str]) -> float:
    """Estimate how many guesses an attacker needs for the password. The attacker knows Vietnamese words and the
    `names`, which come from passwords.known_names.

    The password is also estimated without diacritics and punctuation, and without document numbers such as
    "30/2020/NĐ". Each character of punctuation or number that is removed multiplies the estimate. The smallest
    of these estimates is returned.
    """
    # 80 ms and 13 MB that only a new password needs.
    from zxcvbn import zxcvbn

    folded = fold(password)
    rest, numbers = _NUMBERED.subn(" ", folded)
    forms = [(password, 1), _without_signs(folded)]
    if numbers:
        text, cost = _without_signs(rest)
        forms.append((text or "a", cost * GUESSES_OF_A_NUMBER**numbers))
    known = list(dict.fromkeys([*(form for name in names for form in _name_forms(name)), *common()]))
    with _alone:
        return min(
            float(zxcvbn(text[:SEEN], known)["guesses"]) * float(cost) for text, cost in forms if text
        )


def _without_signs(folded: str) -> tuple[str, int]:
    """Remove blanks and punctuation from `folded`, a text without diacritics. Returns (text, factor): the factor
    by which the guesses grow for the removed punctuation."""
    bare = plain(folded)
    return bare, GUESSES_OF_A_SIGN ** (len("".join(folded.split())) - len("".join(bare.split())))


def short_names(name: str, table: Mapping[str, tuple[str, ...]]) -> list[str]:
    """List other names by which people may call the unit or agency `name`; empty when there are none. For example,
    "Sở Giáo dục và Đào tạo tỉnh Lâm Đồng" also gives "Sở Giáo dục và Đào tạo", "Lâm Đồng" and "sở gdđt". `table` maps
    abbreviations to their full names."""
    found = [name]
    if place := _PLACE.search(name):
        body, bare = name[: place.start()], name[place.end() :]
        found += [body, bare, name[place.start() + 1 :], f"{body} {bare}"]
    for one in tuple(found):
        words = " ".join(syllables(one))
        for other in abbreviations.stretches([tuple(syllables(one))], table):
            found.append(words.replace(" ".join(other.asked), " ".join(other.other)))
            found.append(" ".join(other.other))
    return [one for one in dict.fromkeys(found) if one and one != name]


def plain(text: str) -> str:
    """Convert the text to lower case and remove diacritics, blanks and punctuation. Punctuation is every character
    that is neither a letter nor a digit. Blanks and punctuation between two digits stay."""
    return re.sub(r"((?<=\d)[\W_]+(?=\d))|[\W_]+", r"\1", fold(text))


@lru_cache(maxsize=1)
def common() -> tuple[str, ...]:
    """List the words that an attacker tries first, without diacritics and repetitions, the likeliest first. They are
    years, common passwords and abbreviations. The list also has the keys pressed for these passwords with the input
    methods Telex and VNI."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if line and not line.startswith("#")]
    keyed = [_keyed(word, method, at_end) for word in words for method in (0, 1) for at_end in (True, False)]
    known = [*YEARS, *map(plain, words), *map(plain, abbreviations.BUILT_IN), *keyed]
    return tuple(dict.fromkeys(form[:SEEN] for form in known))


def _keyed(word: str, method: int, at_end: bool) -> str:
    """Return the keys that a person types for the word with the input method Telex (`method` 0) or VNI (1). With
    `at_end`, the key of the tone comes at the end of each syllable, else directly after the vowel."""
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
    """Yield the forms in which a person's name occurs in passwords, without diacritics. For "Nguyễn Văn An" these are
    nguyenvanan, nguyen, van, an, vanan, nva and annv. Yields nothing when the name is blank."""
    words = [word for word in map(plain, name.split()) if word]
    if words:
        initials = "".join(word[0] for word in words)
        yield from ("".join(words), *words, "".join(words[-2:]), initials, words[-1] + initials[:-1])
