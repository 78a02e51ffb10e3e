"""Recognise, by its words, a text in the old Vietnamese font encodings TCVN3 and VNI.

A word that is not a Vietnamese syllable, but becomes one when it is decoded, is evidence of an old encoding.
The names of fonts are ignored, because they are often kept when a text is converted to Unicode. This module
does not convert the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from docmgr.reading.types import Block

TCVN3, VNI = "tcvn3", "vni"
_MIN_WORDS = 3
_SHARE = 0.5
_SHARE_OF_ALL = 0.15
_MAX_WORDS = 20_000

# Each byte of a TCVN3 (ABC) font, shown as windows-1252, and the letter that it means.
_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
# Characters that `clean` has changed before the text arrives here.
_TCVN3 |= {"Đ": "é", "đ": "đ"}
_VNI_MARKS = {
    "ù": "\u0301",
    "ø": "\u0300",
    "û": "\u0309",
    "õ": "\u0303",
    "ï": "\u0323",
    "â": "\u0302",
    "á": "\u0302\u0301",
    "à": "\u0302\u0300",
    "å": "\u0302\u0309",
    "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
    "ê": "\u0306",
    "é": "\u0306\u0301",
    "è": "\u0306\u0300",
    "ú": "\u0306\u0309",
    "ü": "\u0306\u0303",
    "ë": "\u0306\u0323",
}
_VNI_LETTERS = {
    "ô": "ơ",
    "ö": "ư",
    "ñ": "đ",
    "í": "í",
    "ì": "ì",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
    "đ": "đ",
}

_ONSET = r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
_CODA = r"(?:ch|ng|nh|[cmnpt]|[iyou])?"
_SYLLABLE = re.compile(
    rf"{_ONSET}(?:iê|yê|uô|ươ|ưa|ia|ya|ua|uyê|uya|uâ|uê|uơ|uy|oa|oă|oe|oo|[aăâeêioôơuưy]){_CODA}"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_TONES = str.maketrans(dict.fromkeys("\u0300\u0301\u0303\u0309\u0323"))
_TCVN3_TOKEN = re.compile(r"[A-Za-z\u00a1-\u00ff\u0110\u0111]+")


def detect(blocks: Sequence[Block]) -> str | None:
    """Find out whether the blocks are written in an old font encoding. Returns "tcvn3" or "vni" when at
    least half of the words with diacritics are evidence of it. Returns None otherwise, and when the
    evidence is only a few words."""
    good, tcvn3, vni = count(block.text for block in blocks)
    bad = max(tcvn3, vni)
    if bad < _MIN_WORDS or bad < _SHARE * (bad + good):
        return None
    # In another language few words have diacritics; in Vietnamese most words do.
    if bad < _SHARE_OF_ALL * min(sum(len(_WORD.findall(block.text)) for block in blocks), _MAX_WORDS):
        return None
    return TCVN3 if tcvn3 >= vni else VNI


def count(lines: Iterable[str]) -> tuple[int, int, int]:
    """Count the words with diacritics. Returns (good, tcvn3, vni): correct Vietnamese words, words that only
    TCVN3 explains, and words that only VNI explains."""
    good = tcvn3 = vni = seen = 0
    for line in lines:
        if line.isascii():
            continue
        for word in _TCVN3_TOKEN.findall(line) if not _has_vietnamese(line) else line.split():
            if word.isascii():
                continue
            seen += 1
            verdict = judge(word.strip(".,;:()[]{}\"'“”‘’-–/…!?"))
            good += verdict == "good"
            tcvn3 += verdict == TCVN3
            vni += verdict == VNI
        if seen > _MAX_WORDS:
            break
    return good, tcvn3, vni


def _has_vietnamese(line: str) -> bool:
    return any("\u1ea0" <= c <= "\u1ef9" or c in "ăĂơƠưƯ" for c in line)


@lru_cache(maxsize=50_000)
def judge(word: str) -> str:
    """Decide what a word is evidence of: "good" (it is a Vietnamese syllable as it is), "tcvn3", "vni", or
    "other"."""
    if word.isascii() or len(word) < 2:
        return "other"
    lower = word.lower()
    if is_syllable(lower):
        return "good"
    # TCVN3 uses upper and lower case for different letters: Ö is ệ and ö is ử.
    decoded = "".join(_TCVN3.get(c, c) for c in word)
    is_tcvn3 = decoded != word and is_syllable(decoded.lower())
    is_vni = is_syllable(_decode_vni(lower))
    if is_vni and (not is_tcvn3 or _starts_with_vni_pair(lower)):
        return VNI
    return TCVN3 if is_tcvn3 else "other"


def _starts_with_vni_pair(word: str) -> bool:
    return any(a in "aeouyôö" and b in _VNI_MARKS for a, b in zip(word, word[1:], strict=False))


def _decode_vni(word: str) -> str:
    out = ""
    for at, char in enumerate(word):
        before = word[at - 1] if at else ""
        if char in _VNI_MARKS and before and before in "aeouyôö":
            out += _VNI_MARKS[char]
        else:
            out += _VNI_LETTERS.get(char, char)
    return unicodedata.normalize("NFC", out)


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Whether a lower-case word has the spelling of one Vietnamese syllable, with at most one tone."""
    apart = unicodedata.normalize("NFD", word)
    bare = unicodedata.normalize("NFC", apart.translate(_TONES))
    if len(apart) - len(apart.translate(_TONES)) > 1:
        return False
    return _SYLLABLE.fullmatch(bare) is not None
