"""Reads a query that was typed while the input method was off: "quy ddinhj" is "quy định" in Telex, "nghi5
quye61t" is "nghị quyết" in VNI.

This module decides which words are keystrokes of an input method, and whether there is enough evidence to
convert them. Words that can be Vietnamese without conversion stay unchanged, and so do numbers, codes, foreign words
and phrases in quotes.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from indexer.analysis.language_model import base
from legaltext.letters import VOWELS
from legaltext.syllable import TONES, parts, sound, with_tone
from legaltext.text import fold, forms

Method = Literal["telex", "vni"]

_WORD = re.compile(r"[^\W_]+")
# Operators of the query language, in capitals. Without this list the keystrokes of OR would become "Ỏ".
_OPERATORS = frozenset({"OR", "AND", "NOT"})
# A phrase in quotes is taken literally, but the value of a field is not, with or without quotes.
_QUOTED = r"[\"“”„«»＂][^\"“”„«»＂]*[\"“”„«»＂]"
_SPAN = re.compile(rf"(?P<phrase>{_QUOTED})|(?P<field>[:：]\s*{_QUOTED})|[^:：\"“”„«»＂]+|.", re.DOTALL)
_CHUNK = re.compile(r"[^\W_][^\s\"“”„«»＂()*:：]*")
_ROMAN = re.compile(r"[ivx]+")
_LONGEST = 12
# "here", "these": a vowel, a tone key and the same vowel again is far more often English than a hat.
_SPLIT = re.compile(r"([aeo])[sfrxj]\1$")
# "hw", "mws" and above all "tw" (trung ương): a consonant before w is as often a code as a word whose only vowel is
# the w.
_BARE = re.compile(r"[^aeiouyw]w[sfrxj]?")
_ENOUGH, _SURE = 2, 4
# Two neighbouring words belong together where they are neighbours in at least this many provisions of the base model.
_KNOWN = 50
_TELEX_TONES = {"s": "acute", "f": "grave", "r": "hook", "x": "tilde", "j": "dot"}
_VNI_TONES = {"1": "acute", "2": "grave", "3": "hook", "4": "tilde", "5": "dot"}
_STROKES: dict[Method, str] = {"telex": "dd", "vni": "d9"}
_HAT = {"a": "â", "e": "ê", "o": "ô"}
# The first of these keys that occurs in a word takes the diacritic. After "ưo" a second horn or one more letter
# follows.
_HORNS = {"uo": "ươ", "ưo": "ươ", "uu": "ưu"}
_HORN = {**_HORNS, "ua": "ưa", "a": "ă", "o": "ơ", "u": "ư"}
_VNI_SHAPES = {"6": _HAT, "7": {**_HORNS, "o": "ơ", "u": "ư"}, "8": {"a": "ă"}}
# Words that are followed by a number: "lop1" and "dieu5" are a class and an article; the digit is not a tone.
_COUNTED = frozenset(
    """
    bac bai ban bang bo buoc cap chuong cot dieu diem doi dot duong goi hang hoi ho khoa khoan khoi khu kho ky lan loai
    lop lo lien mau moc muc nam ngay nhom nhanh o phan phu pho phuong quan quy so tap tang tau thang thon thu tiet tieu
    to tru trang tuan tuyen vung vong xe xa
    """.split()
)
# Loan words in Vietnamese that are never keystrokes: "visa" does not mean "vía".
_BORROWED = frozenset(
    "bar box bus euro gas host list radar robot server sms tax taxi test text tour visa".split()
)
# Foreign words whose keystrokes also make a Vietnamese word. They are converted only next to many words that are
# certainly keystrokes.
_FOREIGN = frozenset(
    """
    apps art arts as axis base bass been beer bees bers best bits blog boost boots boss bots buses bust busy
    car card care cars cash cast chaos chips chosen cloud coi cols core corn cost costs cover css cups cut
    data ddos deep deer did dis docs does door dos down este ever exit gees gems gis gross hangar has her
    hers his hosts hotels hour how is item keen keep keeps kids kiss last law laws lens less lets lists loops
    lost low mas mass max meet meets mis miss mix moon more most must near nor now ones or owns pas pass pos
    relax reset rest reuse room rooms roots rows runs rus rust seas see seem seems seen sense son sons soon
    soos star stars tas teen tees tense term tests thai theme this those thus times too tools toor tor tours
    tree turn turns two urs us user users vars vers via vips vis vows was will yes zoos
    """.split()
)


@dataclass(frozen=True)
class InputMethodReading:
    """A query whose keystrokes were recognised. `text` is the query with the keystrokes converted to words, and `method` is the
    input method that they belong to. `as_typed` is a query that searches for the typed keystrokes without conversion."""

    text: str
    method: Method
    as_typed: str


@dataclass(frozen=True)
class _Keys:
    """The state of a word while its keystrokes are applied one by one. `shape` holds the letters so far with hats and
    horns but without tone, `tone` is a combining character or "" for no tone, and `marks` counts the keys that made a
    diacritic."""

    shape: str = ""
    tone: str = ""
    marks: int = 0


def _reshape(shape: str, wanted: dict[str, str]) -> str | None:
    """Put a diacritic on the letters `shape`: with {"o": "ơ"} as `wanted`, "mo" gives "mơ". The first key of `wanted` that
    occurs in `shape` is used. Returns None where no key occurs."""
    start = 2 if shape.startswith("qu") else 0
    for plain, marked in wanted.items():
        place = shape.rfind(plain, start)
        if place >= 0:
            return shape[:place] + marked + shape[place + len(plain) :]
    return None


def _is_voiced(shape: str) -> bool:
    return bool(set(fold(shape)) & VOWELS)


def _stroke(shape: str) -> str | None:
    return "đ" + shape[1:] if shape.startswith("d") else None


def _telex_shape(shape: str, key: str) -> str | None:
    """Apply the Telex key `key` to `shape`, the letters typed before it. Returns the changed letters where the key
    puts a diacritic on them ("a" after "a" gives "â"), and None where the key is only a plain letter."""
    if key == "d":
        return _stroke(shape)
    if key == "w":
        # Without a vowel before it, w is the vowel ư: "nhw", "giwax". At the beginning of a word, English is
        # likelier.
        alone = shape == "gi" or not _is_voiced(shape)
        return shape + "ư" if shape and alone else _reshape(shape, _HORN)
    if key not in _HAT or shape[-1:] != key and parts(shape + key):
        return None
    return _reshape(shape, {key: _HAT[key]})


def _vni_shape(shape: str, key: str) -> str | None:
    if key == "9":
        return _stroke(shape)
    return _reshape(shape, _VNI_SHAPES[key]) if key in _VNI_SHAPES else None


def _press(keys: _Keys, key: str, tones: dict[str, str], reshape: Callable[[str, str], str | None]) -> _Keys:
    if key in tones and _is_voiced(keys.shape) and not keys.tone:
        return _Keys(keys.shape, TONES[tones[key]], keys.marks + 1)
    shape = reshape(keys.shape, key)
    if shape is None:
        return _Keys(keys.shape + key, keys.tone, keys.marks)
    return _Keys(shape, keys.tone, keys.marks + 1)


_METHODS: dict[Method, tuple[dict[str, str], Callable[[str, str], str | None]]] = {
    "telex": (_TELEX_TONES, _telex_shape),
    "vni": (_VNI_TONES, _vni_shape),
}


@lru_cache(maxsize=4096)
def _convert(word: str, method: Method) -> tuple[str, int] | None:
    """Apply the keystrokes of `word`, which is in lower case, by the input method `method`. Returns (the Vietnamese
    word, the number of keys that made a diacritic), or None where the keys make no Vietnamese word."""
    keys = _Keys()
    for key in word:
        keys = _press(keys, key, *_METHODS[method])
    # Both horns of "uo" are written inside a syllable ("được"), only the second at its end ("thuở").
    ends = (keys.shape, keys.shape.replace("ưo", "ươ"), keys.shape.replace("ươ", "uơ"))
    shape = next(filter(parts, ends), "")
    made = with_tone(shape, keys.tone) if keys.marks else None
    return None if made is None or made == word else (made, keys.marks)


def _is_odd(word: str) -> bool:
    """Whether a lower-case word may be keystrokes: it is in ASCII and cannot be a Vietnamese syllable. Most
    queries have no such word, which makes this test worth while."""
    return word.isascii() and not sound(word)


def _made(word: str, method: Method, sure: bool = False) -> tuple[str, int] | None:
    """Convert `word` if it may be keystrokes of `method`. Returns (the Vietnamese word, the number of keys that made a
    diacritic), None for any other word. `sure` allows doubtful words such as "this" too."""
    if not _is_odd(word) or len(word) > _LONGEST or _is_code(word):
        return None
    return _convert(word, method) if sure or not _is_doubtful(word, method) else None


def _proofs(words: Sequence[str], method: Method) -> Iterator[str]:
    """Yield words that are keystrokes of `method`, because they form a known word pair with a neighbour. "coong" in "coong
    ty" is yielded twice, because "ty" is typed normally. In "thu3 tu5c" each word is yielded once. The caller counts each
    yield as evidence."""
    made = [_made(word, method, True) for word in words]
    for both, found in zip(pairwise(words), pairwise(made), strict=True):
        keys = [word for word, one in zip(both, found, strict=True) if one]
        alone = len(keys) == 1
        if any(_evidence(word, method) if alone else _made(word, method) for word in keys):
            first, second = (forms(one[0] if one else word)[0] for word, one in zip(both, found, strict=True))
            if base().pair_count(first, second) >= _KNOWN:
                yield from keys * 2 if alone else keys


def _is_code(word: str) -> bool:
    foreign = word.startswith("p") and not word.startswith("ph")
    return word in _BORROWED or foreign or _ROMAN.fullmatch(word) is not None


def _is_doubtful(word: str, method: Method) -> bool:
    if method == "telex":
        return word in _FOREIGN or _SPLIT.search(word) is not None or _BARE.fullmatch(word) is not None
    letters = word.rstrip("0123456789")
    return len(letters) < 2 or letters in _COUNTED and len(word) == len(letters) + 1


def _evidence(word: str, method: Method) -> int:
    """Judge whether `word` is keystrokes of `method`: 0 for not at all, 1 for perhaps, 2 for certainly. Words such as "ats",
    "os" and "co2" give 0, because they are as often codes."""
    made = _made(word, method)
    if made is None:
        return 0
    if word.startswith("dd") or made[1] > 1:
        return 2
    if method == "vni":
        return int(len(word) > 3 or word[-1] not in _VNI_TONES)
    return int(word[0] not in "aeiouy")


def _in_case(made: str, word: str) -> str:
    if word.isupper():
        return made.upper()
    return made[:1].upper() + made[1:] if word[:1].isupper() else made


@dataclass(frozen=True)
class _Reading:
    """A query read as keystrokes of the input method `method`. `evidence` says how much speaks for this reading, summed over
    all words. `proved` holds the words that their neighbours prove to be keystrokes."""

    method: Method
    evidence: int
    proved: frozenset[str]

    def made(self, word: str) -> tuple[str, int] | None:
        """Convert `word`, in lower case, by the input method of this reading. Returns (the Vietnamese word, the number
        of keys that made a diacritic), or None where the keys make no Vietnamese word."""
        return _made(word, self.method, self._is_sure or word in self.proved)

    def replaced(self, word: str) -> str:
        """Return the word that replaces `word` in this reading, in the same case. A word that is not keystrokes is
        returned unchanged."""
        if word in _OPERATORS:
            return word
        lower = word.lower()
        if made := self.made(lower):
            return _in_case(made[0], word)
        if self._is_sure and not set(lower) & VOWELS:
            return _in_case(lower.replace(_STROKES[self.method], "đ"), word)
        return word

    @property
    def _is_sure(self) -> bool:
        return self.evidence >= _SURE


def _read(words: Sequence[str], method: Method) -> _Reading:
    proofs = Counter(_proofs(words, method))
    evidence = sum(max(_evidence(word, method), proofs[word]) for word in words)
    return _Reading(method, evidence, frozenset(proofs))


def unconverted(text: str) -> InputMethodReading | None:
    """Find keystrokes that were left unconverted in the query `text`, and convert them to words. Everything else stays
    unchanged. Returns None where nothing is converted.

    Enough evidence is needed, such as a word with two diacritic keys ("ddinhj") or a known word pair ("coong ty"). In a
    query with as many foreign words as keystrokes nothing is converted."""
    if not any(map(_is_odd, _WORD.findall(unicodedata.normalize("NFC", text).lower()))):
        return None
    spans = list(_SPAN.finditer(text))
    open_text = "".join(" " if span["phrase"] else span.group() for span in spans)
    words = [
        word.lower()
        for word in _WORD.findall(unicodedata.normalize("NFC", open_text))
        if word not in _OPERATORS
    ]
    readings = [_read(words, method) for method in _METHODS]
    best = max(readings, key=lambda reading: reading.evidence)
    taken = [word for word in words if best.made(word)]
    others = [word for word in words if word.isalpha() and word not in taken and not sound(word)]
    odd = [word for word in others if set(word) & VOWELS]  # words such as "ubnd" do not count
    if best.evidence < _ENOUGH or len(odd) >= len(taken):
        return None

    def made(span: str) -> str:
        return _WORD.sub(lambda found: best.replaced(found.group()), span)

    def quoted(span: str) -> str:
        return _CHUNK.sub(
            lambda found: found.group() if made(found.group()) == found.group() else f'"{found.group()}"',
            span,
        )

    return InputMethodReading(
        text="".join(span.group() if span["phrase"] else made(span.group()) for span in spans),
        method=best.method,
        as_typed="".join(
            span.group() if span["phrase"] or span["field"] else quoted(span.group()) for span in spans
        ),
    )
