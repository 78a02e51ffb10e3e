"""What the lines of the body are for: legal bases, addressees, chapters, articles, clauses, points and running text."""

from __future__ import annotations

import re

from docmgr.writing.layout.sheet import LaidLine
from legaltext.letters import is_capitals

_BASIS = re.compile(r"(?:căn cứ|theo đề nghị|xét đề nghị|xét tờ trình)\s|.{3,60} ban hành (?:nghị định|thông tư|nghị quyết|luật|quy chuẩn)\b", re.IGNORECASE)
_CHAPTER = re.compile(r"(?:phần|chương|mục|tiểu mục)\s+(?:thứ\s+\w+|[ivxlc]+|\d+)\s*[.:]?$", re.IGNORECASE)
_SECTION = re.compile(r"[IVX]{1,5}\s*[.\-/)]\s*\S")
_ARTICLE = re.compile(r"[“\"]?điều\s+\d+", re.IGNORECASE)
_CLAUSE = re.compile(r"\d{1,2}\s*[.)/]\s*(?!\d)\S")
_POINT = re.compile(r"(?:[a-z]|đ)\s*[.)/]\s+\S", re.IGNORECASE)
_DECIDES = re.compile(r"(?:QUYẾT ĐỊNH|QUYẾT NGHỊ|NGHỊ QUYẾT|CHỈ THỊ|YÊU CẦU)\s*:?$")


def fill_body(lines: list[LaidLine]) -> None:
    """Give the lines of the body their roles; those in tables are `cell`, blank ones `blank`."""
    before_articles, chapter, addressed = True, False, False
    for line in lines:
        if line.role:
            continue
        line.role = _role(line, before_articles, chapter, addressed)
        if line.role in ("article", "section", "chapter", "clause") or _DECIDES.fullmatch(line.shown.strip()):
            before_articles = False
        if line.role != "blank":
            chapter = line.role == "chapter"
            addressed = line.role == "addressee"


def _role(line: LaidLine, before_articles: bool, chapter: bool, addressed: bool) -> str:
    if not line.words:
        return "rule" if line.ruled else "blank"
    if line.words.lower().startswith("kính gửi") and before_articles:
        return "addressee"
    if addressed and line.words.startswith(("-", "–")):
        return "addressee"
    if line.cell is not None:
        return "cell"
    if line.ruled and not any(map(str.isalpha, line.words)):
        return "rule"
    return _by_words(line, before_articles, chapter)


def _by_words(line: LaidLine, before_articles: bool, chapter: bool) -> str:
    words = line.words
    if before_articles and _BASIS.match(words):
        return "basis"
    if _CHAPTER.fullmatch(words):
        return "chapter"
    if chapter and len(words) < 250 and line.look.align == "center" or chapter and is_capitals(line.shown):
        return "chapter_title"
    if _SECTION.match(words) and len(words) < 250:
        return "section"
    for role, form in (("article", _ARTICLE), ("clause", _CLAUSE), ("point", _POINT)):
        if form.match(words) and not line.look.listed:
            return role
    if is_capitals(line.shown) and len(words) < 150 or _DECIDES.fullmatch(words):
        return "heading"
    return "text"
