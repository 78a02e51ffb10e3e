"""Decide how far the text of a file can be trusted: its health, one value with a reason.

This is the only place with the rule. The values are good, converted (from an old encoding), ocr (recognised on
pictures), doubtful, and none (there is no text).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docmgr.reading.letters.verdicts import strange_words
from docmgr.reading.repair import lookalikes
from docmgr.reading.types import OldFonts
from legaltext.text import fold

GOOD, CONVERTED, OCR, DOUBTFUL, NONE = "good", "converted", "ocr", "doubtful", "none"
ODD_WORDS = "odd_words"
HEALTHS = (GOOD, CONVERTED, OCR, DOUBTFUL, NONE)
# Code → the sentence. Where text was converted or left, the page of the document adds the encodings.
REASONS: dict[str, str] = {
    "converted": "Chữ được chuyển mã từ bảng mã cũ sang Unicode.",
    "as_written": "Chữ ở bảng mã cũ được để nguyên như trong tệp.",
    "cut": "Tệp dài quá giới hạn hoặc có phần không đọc được; chỉ đọc một phần.",
    "ocr": "Chữ do máy nhận dạng từ ảnh trang, có thể sai.",
    "ocr_pages": "Chữ trên một số trang do máy nhận dạng từ ảnh, có thể sai.",
    ODD_WORDS: "Nhiều từ không thành chữ: có thể là bảng mã lạ hoặc lớp chữ của tệp bị hỏng.",
    "lost_letters": "Một số chữ của tệp không đọc được.",
    "lookalikes": "Có từ lẫn chữ cái của bảng chữ khác (Hy Lạp, Kirin) nên có thể tìm không thấy.",
}
_WORD = re.compile(r"[^\W\d_]{2,}")
_VOWELS = re.compile("[aeiouy]")
# Words without a vowel that are whole: units, abbreviations, parts of addresses.
_WHOLE = frozenset(
    "km kg mm cm dm hm nm ml dl cl mg mb gb kb kw kwh hz khz mhz ths ts gs pgs bs cn ks tp tr tt vv vnd vnđ đ đc hs gv cb sđt"
    " đt th http https www html htm xml pdf mr mrs st nd rd cc".split()
)
_MARKS = frozenset("xXvV")
# Characters that stand for others which could not be read: the replacement character and private ones.
_LOST = re.compile("[\ufffd\ue000-\uf8ff]")
_ODD_SHARE, _ODD_WORDS = 0.05, 5
_LOST_SHARE, _LOST_LETTERS = 0.005, 5
_MIXED_WORDS = 3


def judge(
    lines: Sequence[str], old_fonts: OldFonts | None, from_pictures: bool, cut: bool = False, some_from_pictures: bool = False
) -> tuple[str, str | None]:
    """Judge the text of a file, given as lines after all repairs. `from_pictures` says whether it was recognised on
    pictures of pages, and `some_from_pictures` whether that of some pages was. `cut` says whether a part of the file was
    left out. Returns (health, code): one of HEALTHS, and a key of REASONS, or None for good text."""
    doubt = _doubt(lines, old_fonts)
    if doubt:
        return DOUBTFUL, doubt
    if cut:
        return DOUBTFUL, "cut"
    if from_pictures:
        return OCR, "ocr"
    if some_from_pictures:
        return OCR, "ocr_pages"
    return (CONVERTED, "converted") if old_fonts else (GOOD, None)


def _doubt(lines: Sequence[str], old_fonts: OldFonts | None) -> str | None:
    if old_fonts is not None and old_fonts.before is None:
        return "as_written"
    words = sum(len(_WORD.findall(line)) for line in lines)
    odd = sum(strange_words(line) + _torn_words(line) for line in lines)
    if odd >= _ODD_WORDS and odd >= _ODD_SHARE * words:
        return ODD_WORDS
    letters, lost = sum(map(len, lines)), sum(len(_LOST.findall(line)) for line in lines)
    if lost >= _LOST_LETTERS and lost >= _LOST_SHARE * letters:
        return "lost_letters"
    return "lookalikes" if sum(map(lookalikes.count, lines)) >= _MIXED_WORDS else None


def _torn_words(line: str) -> int:
    """Count the words of a line that lost letters: lone consonants ("C NG HÒA XÃ H I") and words without a vowel
    ("thng"). Marks of lists ("a)") and words in capitals, which may be abbreviations, are none."""
    return sum(_is_torn(word.strip(",.;\"“”()")) for word in line.split() if not word.endswith((")", ".", ":")))


def _is_torn(word: str) -> bool:
    letters = fold(word)
    if not word.isalpha() or not letters.isascii() or word in _MARKS or _VOWELS.search(letters):
        return False
    return len(word) == 1 or (word[1:].islower() and word.lower() not in _WHOLE)
