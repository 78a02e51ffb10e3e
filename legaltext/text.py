"""Vietnamese text in one form: which characters a text may hold, and what counts as the same syllable when indexing and when
asking.

Decides normalisation, folding and where a syllable ends. Document numbers are the business of `numbers`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

# What no text may hold: controls but for tabs and line ends; what is not seen, joins or parts letters, or turns the direction
# of writing; the place of an object; non-characters; tags.
_DROPPED = (
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180E, 0x180E),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFC), (0xFFFE, 0xFFFF),
    (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE007F),
)  # fmt: skip
# Blanks of other widths, and line ends that no line of our texts ends with.
_SPACES = (
    (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F),
    (0x3000, 0x3000),
)  # fmt: skip
# Halves of a pair that came apart cannot be written as UTF-8.
_SURROGATES = ((0xD800, 0xDFFF),)
# The Icelandic letter is printed for Đ in many published numbers ("99/2001/QÐ-BTC").
_LOOKALIKES = {0x00D0: "Đ", 0x00F0: "đ"}


def _of(ranges: Iterable[tuple[int, int]], becomes: str | None) -> dict[int, str | None]:
    return dict.fromkeys((code for first, last in ranges for code in range(first, last + 1)), becomes)


_CLEAN = {**_of(_DROPPED, None), **_of(_SPACES, " "), **_of(_SURROGATES, "\ufffd"), **_LOOKALIKES}
# Translating costs more than looking whether there is anything to translate.
_ODD = re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in (*_DROPPED, *_SPACES, *_SURROGATES)) + "Ðð]")
_DOT = "\u0307"

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


def clean(text: str) -> str:
    """The only form in which texts are stored, searched and compared: NFC, one kind of blank, no controls, invisible
    characters or marks of direction, Ð as Đ, İ as I, lone surrogates as U+FFFD. Tabs and line ends stay, and so does the
    spelling. Cleaning a clean text changes nothing, so places in a stored text are places in the index's."""
    composed = unicodedata.normalize("NFC", text.translate(_CLEAN) if _ODD.search(text) else text)
    return _without_dotted(composed) if "İ" in composed else composed


def clean_line(text: str) -> str:
    """Clean text as one line: single spaces between words, none around them."""
    return " ".join(clean(text).split())


def clean_lines(text: str) -> list[str]:
    """The lines of a text, whatever ends them, each by `clean_line`; blank ones are left out."""
    return list(filter(None, map(clean_line, text.splitlines())))


def _without_dotted(text: str) -> str:
    """The text with every I without its dot: the Turkish İ in small letters is two characters, and so two words to whoever
    reads them again."""
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
