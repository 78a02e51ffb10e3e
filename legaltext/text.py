"""Vietnamese text in one form: what counts as the same syllable when indexing and when asking.

Decides normalisation, folding and where a syllable ends. Leaves weights to `schema` and document numbers to
`numbers`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
# The Icelandic letter stands for Đ in many published numbers ("99/2001/QÐ-BTC"); the Turkish I in small letters would be
# two characters, and so two words to whoever reads them again.
_LOOKALIKES = {0x00D0: "Đ", 0x00F0: "đ", 0x0130: "I"}
_SPACES = dict.fromkeys([0x00A0, 0x2007, 0x202F], " ")
_CLEAN = {**_INVISIBLE, **_LOOKALIKES, **_SPACES}

# Only oa, oe, uy at the end of a syllable let the tone move, and never uy after q ("quý").
_MOVABLE = re.compile(r"(?:([oO])([àáảãạÀÁẢÃẠèéẻẽẹÈÉẺẼẸ])|(?<![qQ])([uU])([ỳýỷỹỵỲÝỶỸỴ]))(?!\w)")
SYLLABLE = re.compile(r"[^\W_]+")
# Open syllables written both ways ("kĩ thuật", "kỹ thuật"), and which of the two the law texts write far more often;
# "mì" and "mỳ" or "sì" and "sỳ" are too rare to matter, and an i or y alone tells words apart.
_ONE_SPELLING = {
    beginning + i: beginning + y
    for beginning in ("h", "k", "l", "t", "qu")
    for i, y in zip("iìíỉĩị", "yỳýỷỹỵ", strict=True)
} | {"mĩ": "mỹ", "sỹ": "sĩ"}


# What is not longer than this may be one word.
_WORD = 24
# Translating costs more than looking whether there is anything to translate.
_ODD = re.compile("[" + "".join(map(chr, _CLEAN)) + "]")


def clean(text: str) -> str:
    """NFC, no-break spaces as spaces, invisible characters dropped, Ð as Đ, İ as I; spelling untouched."""
    composed = unicodedata.normalize("NFC", text)
    return composed.translate(_CLEAN) if _ODD.search(composed) else composed


def _move_tone(found: re.Match[str]) -> str:
    first, second = (group for group in found.groups() if group)
    spread = unicodedata.normalize("NFD", second)
    return unicodedata.normalize("NFC", first + spread[1]) + spread[0]


def place_tones(text: str) -> str:
    """hoà → hòa, thuỷ → thủy: one place for the tone; closed syllables and quý stay (text in NFC). Twice changes no more."""
    return _MOVABLE.sub(_move_tone, text)


def fold(text: str) -> str:
    """The text without diacritics, in lower case: "Đường Ð" → "duong d"."""
    return _fold_word(text) if len(text) <= _WORD else _fold(text)


def _fold(text: str) -> str:
    spread = unicodedata.normalize("NFD", clean(text))
    kept = "".join(char for char in spread if not unicodedata.combining(char))
    return kept.replace("đ", "d").replace("Đ", "d").casefold()


# Words come again and again, texts do not.
_fold_word = lru_cache(maxsize=16384)(_fold)


@lru_cache(maxsize=16384)
def forms(token: str) -> tuple[str, str]:
    """(with tones, folded) of one token as it stands in clean text, in one spelling where i and y are the same."""
    toned = place_tones(token.lower())
    toned = _ONE_SPELLING.get(toned, toned)
    return toned, fold(toned)


def spans(text: str) -> list[tuple[int, int, str]]:
    """(start, end, token) of each syllable in clean text."""
    return [(found.start(), found.end(), found.group()) for found in SYLLABLE.finditer(text)]


def tokens(text: str) -> list[str]:
    """The syllables of clean text as written."""
    return SYLLABLE.findall(text)


def syllables(text: str) -> list[str]:
    """The syllables of any text, normalised and in lower case; digits count as syllables."""
    return [forms(token)[0] for token in tokens(clean(text))]


def beginnings(text: str) -> list[tuple[str, ...]]:
    """The syllables of clean text of which the last is only begun, as it may be meant: "hi" is "hy" as a word, and the
    beginning of "hiểm"."""
    typed = tokens(text)
    if not typed:
        return []
    *before, last = syllables(text)
    return [(*before, one) for one in dict.fromkeys((place_tones(typed[-1].lower()), last))]


def as_typed(text: str) -> Callable[[Iterable[str]], tuple[str, ...]]:
    """A function that tells normalised syllables as they stand in a text, the first time; else as they stand there in other
    marks ("d46" for "đ46"); else as they are."""
    there = [*reversed(tokens(clean(text)))]
    typed = {**{fold(token): token for token in there}, **{forms(token)[0]: token for token in there}}
    return lambda words: tuple(typed.get(word) or typed.get(fold(word), word) for word in words)


def said(word: str) -> tuple[str, ...]:
    """The syllables of a word as typed, mostly one; as `syllables`, and kept."""
    return _said(word) if len(word) <= _WORD else tuple(syllables(word))


@lru_cache(maxsize=4096)
def _said(word: str) -> tuple[str, ...]:
    return tuple(syllables(word))


def has_marks(syllable: str) -> bool:
    """Whether a normalised syllable carries a diacritic (đ counts)."""
    return fold(syllable) != syllable


def name_key(text: str) -> str:
    """The form in which names of laws are compared."""
    return " ".join(fold(text).split())[:300]
