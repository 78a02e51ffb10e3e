"""Brings Vietnamese text into one form: which characters a text may contain, and which spellings count as the same syllable
in the index and in queries.

This module decides about normalisation, about removing diacritics, and where a syllable ends. `numbers` handles document
numbers."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

# The characters with the property Default_Ignorable_Code_Point, from the file DerivedCoreProperties.txt of Unicode 15.1.
# Nothing is shown for them, so two texts that differ only by them look the same: soft hyphens, joiners, signs that turn the
# direction of writing, variation selectors, fillers and tags.
_IGNORABLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
# Other characters that no text may contain: control characters except tabs and line ends, the signs around annotations, the
# sign for an embedded object, and the non-characters at the end of the first plane.
_CONTROLS = ((0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xFFF9, 0xFFFC), (0xFFFE, 0xFFFF))
_DROPPED = (*_IGNORABLE, *_CONTROLS)
# Blanks of other widths, the empty Braille pattern, and line ends that no line of our texts ends with.
_SPACES = (
    (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F),
    (0x2800, 0x2800), (0x3000, 0x3000),
)  # fmt: skip
# Halves of a pair that came apart cannot be written as UTF-8.
_SURROGATES = ((0xD800, 0xDFFF),)
# The Icelandic letter is printed for Đ in many published numbers ("99/2001/QÐ-BTC").
_LOOKALIKES = {0x00D0: "Đ", 0x00F0: "đ"}


def _of(ranges: Iterable[tuple[int, int]], becomes: str | None) -> dict[int, str | None]:
    return dict.fromkeys((code for first, last in ranges for code in range(first, last + 1)), becomes)


_CLEAN = {**_of(_DROPPED, None), **_of(_SPACES, " "), **_of(_SURROGATES, "\ufffd"), **_LOOKALIKES}
# A translation costs more than a check whether there is anything to translate.
_ODD = re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in (*_DROPPED, *_SPACES, *_SURROGATES)) + "Ðð]")
_DOT = "\u0307"

# The tone may be on either vowel only in oa, oe and uy at the end of a syllable, and never in uy after q
# ("quý").
_MOVABLE = re.compile(r"(?:([oO])([àáảãạÀÁẢÃẠèéẻẽẹÈÉẺẼẸ])|(?<![qQ])([uU])([ỳýỷỹỵỲÝỶỸỴ]))(?!\w)")
SYLLABLE = re.compile(r"[^\W_]+")
# Open syllables that are written both ways ("kĩ thuật", "kỹ thuật") → the spelling that law texts use far more
# often. "mì" and "mỳ" or "sì" and "sỳ" are too rare to matter, and a single i or y distinguishes words.
_ONE_SPELLING = {
    beginning + i: beginning + y
    for beginning in ("h", "k", "l", "t", "qu")
    for i, y in zip("iìíỉĩị", "yỳýỷỹỵ", strict=True)
} | {"mĩ": "mỹ", "sỹ": "sĩ"}

# Texts up to this many characters may be single words, whose results are cached.
_WORD = 24


def clean(text: str) -> str:
    """Return `text` in the only form in which texts are stored, searched and compared. The result is in NFC, with one kind
    of space, without control characters, invisible characters and marks of direction. Ð becomes Đ, İ becomes I, and a lone
    surrogate becomes U+FFFD. Tabs, line ends and the spelling stay.

    A text that was returned by this function is called clean. Cleaning it again changes nothing, so offsets in a stored text
    are also offsets in the index."""
    composed = unicodedata.normalize("NFC", text.translate(_CLEAN) if _ODD.search(text) else text)
    return _without_dotted(composed) if "İ" in composed else composed


def clean_line(text: str) -> str:
    """Clean `text` as `clean` does, and make it one line. A line end or a row of spaces or tabs becomes one space; there
    is none at either end."""
    return " ".join(clean(text).split())


def clean_lines(text: str) -> list[str]:
    """Split `text` into lines at any kind of line end, and clean each as `clean_line` does. Empty lines are left out."""
    return list(filter(None, map(clean_line, text.splitlines())))


def _without_dotted(text: str) -> str:
    """Return `text` with every dotted capital İ as I. In lower case the Turkish İ is two characters, which would be read as
    two words later."""
    kept, base = list[str](), ""
    for char in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(char):
            base = char
        if char != _DOT or base != "I":
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def _move_tone(found: re.Match[str]) -> str:
    first, second = (group for group in found.groups() if group)
    spread = unicodedata.normalize("NFD", second)
    return unicodedata.normalize("NFC", first + spread[1]) + spread[0]


def place_tones(text: str) -> str:
    """Return `text`, which must be in NFC, with each tone on the vowel that this engine has chosen for it: hoà becomes hòa,
    thuỷ becomes thủy. Syllables that end in a consonant, and "quý", are not changed. A second call changes nothing more."""
    return _MOVABLE.sub(_move_tone, text)


def fold(text: str) -> str:
    """Return `text` without diacritics and in lower case: "Đường Ð" gives "duong d"."""
    return _fold_word(text) if len(text) <= _WORD else _fold(text)


def _fold(text: str) -> str:
    spread = unicodedata.normalize("NFD", clean(text))
    kept = "".join(char for char in spread if not unicodedata.combining(char))
    return kept.replace("đ", "d").replace("Đ", "d").casefold()


# Words repeat often; whole texts do not.
_fold_word = lru_cache(maxsize=16384)(_fold)


@lru_cache(maxsize=16384)
def forms(token: str) -> tuple[str, str]:
    """Return two forms of `token`, one token of clean text: (normalised, without diacritics). The normalised form is in
    lower case with one spelling of tones. Where i and y sound the same ("kĩ", "kỹ"), both are written with the same letter.
    """
    toned = place_tones(token.lower())
    toned = _ONE_SPELLING.get(toned, toned)
    return toned, fold(toned)


def spans(text: str) -> list[tuple[int, int, str]]:
    """Find the syllables of `text`, a clean text. Returns (start, end, token) for each; start and end are character offsets
    in `text`."""
    return [(found.start(), found.end(), found.group()) for found in SYLLABLE.finditer(text)]


def tokens(text: str) -> list[str]:
    """Cut `text`, a clean text, into its syllables, spelled as in `text`."""
    return SYLLABLE.findall(text)


def syllables(text: str) -> list[str]:
    """Cut any text into its syllables, normalised and in lower case. A group of digits counts as a syllable."""
    return [forms(token)[0] for token in tokens(clean(text))]


def beginnings(text: str) -> list[tuple[str, ...]]:
    """Cut `text`, a clean text, into normalised syllables, of which the last may be half typed. Returns one tuple of
    syllables for each reading of the last one; [] for a text without syllables. A last "hi" has two readings: "hi" as typed,
    which may become "hiểm", and "hy", its normalised form."""
    typed = tokens(text)
    if not typed:
        return []
    *before, last = syllables(text)
    return [(*before, one) for one in dict.fromkeys((place_tones(typed[-1].lower()), last))]


def as_typed(text: str) -> Callable[[Iterable[str]], tuple[str, ...]]:
    """Return a function that takes normalised syllables and returns them as `text` spells them. For "Kỹ thuật" it turns "kỹ"
    and "thuat" into "Kỹ" and "thuật". A syllable that `text` does not have stays unchanged."""
    there = [*reversed(tokens(clean(text)))]
    typed = {**{fold(token): token for token in there}, **{forms(token)[0]: token for token in there}}
    return lambda words: tuple(typed.get(word) or typed.get(fold(word), word) for word in words)


def said(word: str) -> tuple[str, ...]:
    """Cut one typed word into its normalised syllables; most words have one. The result is the same as that of `syllables`,
    but it is cached for short words."""
    return _said(word) if len(word) <= _WORD else tuple(syllables(word))


@lru_cache(maxsize=4096)
def _said(word: str) -> tuple[str, ...]:
    return tuple(syllables(word))


def has_marks(syllable: str) -> bool:
    """Whether `syllable`, a normalised syllable, has a diacritic. The bar of đ counts as one."""
    return fold(syllable) != syllable


def name_key(text: str) -> str:
    """The key by which names of laws are compared: without diacritics, in lower case, with single spaces, cut
    to 300 characters."""
    return " ".join(fold(text).split())[:300]
