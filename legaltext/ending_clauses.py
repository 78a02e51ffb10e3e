"""Whether a text ends a document that it names as a whole, or only a part of it.

A citation in the role "repeals" or "replaces" tells the verb and, where there is one, the Điều. "Bãi bỏ một số điều
của …", "thay thế Phụ lục I của …", "thay thế …, trừ …" name no Điều and yet leave the document in force: decided here by
the words between the verb and the mention, and behind it to the end of the clause.
"""

from __future__ import annotations

import re
import unicodedata

# How far from the mention words can still belong to it.
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
    """Whether somewhere in `text`, a provision, the document mentioned is replaced or repealed as a whole. False where
    the mention does not stand there."""
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
