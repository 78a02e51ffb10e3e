"""Decides whether a provision ends a whole document that it mentions, or only a part of that document.

"Bãi bỏ một số điều của …" (repeal some articles of) ends a part. So does "thay thế …, trừ …" (replace, except). The
words around the mention of the document decide.
"""

from __future__ import annotations

import re
import unicodedata

# Words further than this from the mention, in characters, are not considered.
REACH = 300
_STARTS = re.compile(r"[.;:,“”\"]|\b(?:thay thế|bãi bỏ|hủy bỏ|và)\b", re.IGNORECASE)
_PART = re.compile(
    r"\b(?:một số|một phần|phần|chương|mục|tiểu mục|điều|khoản|điểm|đoạn|câu|cụm từ|phụ lục|mẫu|biểu|bảng|danh mục|"
    r"nội dung|quy định|các quy định|của|tại|trong|thuộc|theo|bởi)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\btrừ\b|\bmột phần\b|\bđược (?:thay thế|bãi bỏ) bởi\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[;]|\.(?=\s|$)")


def ends_whole(text: str, mention: str) -> bool:
    """Whether the provision with the text `text` replaces or repeals the whole document `mention`. `mention` is the
    document as the text names it. One such place in the text is enough. False where `text` does not contain `mention`."""
    text, mention = _plain(text), _plain(mention)
    if not mention:
        return False
    place = text.find(mention)
    while place >= 0:
        if _whole(text[max(0, place - REACH) : place], text[place + len(mention) :][:REACH]):
            return True
        place = text.find(mention, place + len(mention))
    return False


def _whole(before: str, behind: str) -> bool:
    starts = [found.end() for found in _STARTS.finditer(before)]
    if _PART.search(before[starts[-1] if starts else 0 :]):
        return False
    clause = _CLAUSE_END.split(behind, maxsplit=1)[0]
    return not _EXCEPT.search(clause)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
