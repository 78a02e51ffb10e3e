"""Join syllables that a file has torn apart: "KHO ẢN" becomes "KHOẢN", "đị nh" becomes "định".

Many PDFs place a letter with a mark apart from its neighbours. Two words are joined only where the second cannot
stand alone, so that no good text changes.
"""

from __future__ import annotations

import re
import unicodedata

from docmgr.reading.letters.syllables import is_syllable

# The syllables without a first consonant and with a mark that are words.
_WORDS = frozenset(
    "à á ả ã ạ ài ái ải ại àm ám ảm án àn áng ảng ánh ảnh ào áo ảo ạo áp ạp át ạt áy ác ách ạch ăn ăm ẵm ắc ặc ắng ẳng "
    "ắt ặt ắp âm ấm ầm ẩm ậm ân ấn ần ẩn ấp ập ất ật ấy ẩy âu ấu ầu ẩu ậu ê ề ế ể ễ ệ êm ếm ềm ể ếch ềnh êu ì í ỉ ĩ ị ích "
    "ít ịt ình ỉa ìa ò ó ỏ õ ọ óc ọc òi ói òm óng òng ọp ót oái oải oàn oán oản oằn oặt oắt ô ồ ố ổ ỗ ộ ốc ộc ôi ối ổi ồi "
    "ôm ốm ồm ôn ồn ổn ông ống ồng ổng ộp ốp ốt ơ ờ ớ ở ỡ ợ ơi ới ỡm ơn ớn ởn ớt ợt ù ú ủ ũ ụ úa ùa úc ục ùi ủi úi ụi "
    "ùm úm ùn ún ủn ụn úng ùng ủng ụng úp ụp út ụt ụa uất uẩn uể uế uốn uổng uống uơ úy ùy ủy uỷ uý uỳ uỵ ụy uyên uyển uyết "
    "uỵch ư ừ ứ ử ữ ự ưa ứa ức ực ưng ứng ừng ửng ước ược ươi ướm ươm ươn ướn ưỡn ương ướng ướp ướt ượt ưu ứu ỳ ý ỷ ỹ ỵ "
    "yên yến yếm yêu yếu yểu yết yểm yệt".split()
)
_VOWEL = "aeiouyàáâãèéêìíòóôõùúýăĩũơưạ-ỹ"
_PAIR = re.compile(rf"(?<![^\W_])([^\W\d_]{{1,5}}) ((?:[{_VOWEL}][^\W\d_]{{0,4}})|ch|ng|nh)(?![^\W\d_])", re.I)
# First consonants of two letters, which are never a word.
_ONSETS = frozenset(("ch", "gh", "kh", "ng", "ngh", "nh", "ph", "th", "tr"))
_ENDS = frozenset(("ch", "ng", "nh"))
# An accent that stands apart from its letter.
_LOOSE = re.compile("(?<=[^\\W\\d_]) ([\u0300-\u0303\u0306\u0309\u031b\u0323])")


def join(line: str) -> str:
    """Join the torn syllables of one line. Lines without any come back unchanged."""
    if _LOOSE.search(line):
        line = unicodedata.normalize("NFC", _LOOSE.sub(r"\1", line))
    if line.isascii():
        return line
    at, done = 0, ""
    while found := _PAIR.search(line, at):
        first, second = found.groups()
        if _belongs(first, second):
            done += line[at : found.start()] + first + second
            at = found.end()
        else:
            done += line[at : found.start(2)]
            at = found.start(2)
    return done + line[at:]


def _belongs(first: str, second: str) -> bool:
    low = second.lower()
    whole = first + second
    # "KHO ản" are two words: within a word, only the first letter differs in case.
    if not is_syllable(whole.lower()) or not (whole.isupper() or whole[1:].islower()):
        return False
    if low in _ENDS:
        return not first.isascii() and first[-1:].lower() != "n"
    return not low.isascii() and (low not in _WORDS or first.lower() in _ONSETS)
