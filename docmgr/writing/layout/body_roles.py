"""What the lines of the body are for: legal bases, addressees, chapters, articles, clauses, points and running text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docmgr.writing.layout.sheet import LaidLine
from legaltext.letters import is_capitals

_BASIS = re.compile(r"(?:căn cứ|theo đề nghị|xét đề nghị|xét tờ trình)\s", re.IGNORECASE)
# The last line before the articles of legislation.
_ISSUES = re.compile(r".{3,60} ban hành (?:nghị định|thông tư|nghị quyết|luật|quy chuẩn)\b", re.IGNORECASE)
_CHAPTER = re.compile(r"(?:phần|chương|mục|tiểu mục)\s+(?:thứ\s+\w+|[ivxlc]+|\d+)\s*[.:]?$", re.IGNORECASE)
_SECTION = re.compile(r"[IVX]{1,5}\s*[.\-/)]\s*(?!\d)\S")
_ARTICLE = re.compile(r"[“\"]?điều\s+\d+[a-zđ]?\s*(?:[.:]|$)", re.IGNORECASE)
# "Điều 3 Luật … quy định" begins running text too; in bold it begins an article whose point is missing.
_UNMARKED_ARTICLE = re.compile(r"[“\"]?điều\s+\d+", re.IGNORECASE)
_CLAUSE = re.compile(r"\d{1,2}\s*[.)/]\s*(?!\d)\S")
_POINT = re.compile(r"(?:[a-z]|đ)\s*[.)/]\s+\S", re.IGNORECASE)
_DECIDES = re.compile(r"(?:QUYẾT ĐỊNH|QUYẾT NGHỊ|NGHỊ QUYẾT|CHỈ THỊ|YÊU CẦU)\s*:?$")
_ADDRESSES = re.compile(r"kính gửi\s*:?\s*", re.IGNORECASE)
# The name of an addressee is not longer, and stands at least so far inside.
_NAME, _INSIDE_MM = 150, 25.0


@dataclass(slots=True)
class _Before:
    """What is known of the lines before: that they were before the articles, the last one with words and its role, and whether running text
    was among them."""

    letter: bool
    law: bool
    articles: bool = True
    role: str = ""
    line: LaidLine | None = None
    text: bool = False


def fill_body(lines: list[LaidLine], letter: bool, law: bool) -> None:
    """Give the lines of the body their roles; those in tables are `cell`, blank ones `blank`. `letter` says that it is a letter (công
    văn), `law` that it is legislation."""
    before = _Before(letter, law)
    for line in lines:
        if line.role:
            continue
        line.role = _role(line, before)
        if line.role in ("article", "section", "chapter", "clause") or is_decision(line):
            before.articles = False
        if line.role not in ("blank", "box"):
            before.role, before.line = line.role, line
            before.text = before.text or line.role in ("text", "clause", "point")


def is_decision(line: LaidLine) -> bool:
    """Whether the line is the word before the articles: "QUYẾT ĐỊNH:"."""
    return _DECIDES.fullmatch(line.shown.strip()) is not None


def begins_part(line: LaidLine, bases_only: bool = False) -> bool:
    """Whether the line begins a legal basis, or without `bases_only` a section or an article too."""
    forms = (_BASIS,) if bases_only else (_BASIS, _SECTION, _ARTICLE)
    return any(form.match(line.words) for form in forms)


def _role(line: LaidLine, before: _Before) -> str:
    if not line.words:
        return "rule" if line.ruled else "blank"
    if _ADDRESSES.match(line.words) and before.articles and (not before.text or ":" in line.words[:12]):
        return "addressee"
    if before.role == "addressee" and before.line is not None and _names_another(line, before.line):
        return "addressee"
    if line.boxed:
        return "box"
    if line.cell is not None:
        return "cell"
    if line.ruled and not any(map(str.isalpha, line.words)):
        return "rule"
    return _by_words(line, before)


def _names_another(line: LaidLine, before: LaidLine) -> bool:
    """Whether the line goes on with the addressees: it begins with a dash, or stands below "Kính gửi:" alone, or goes on with a name that
    has no end, inside as those are."""
    if line.words.startswith(("-", "–")):
        return True
    if len(line.words) > _NAME or before.words.endswith("."):
        return False
    alone = _ADDRESSES.fullmatch(before.words) is not None
    return alone or (_ADDRESSES.match(before.words) is None and (line.cell is not None or line.look.left > _INSIDE_MM))


def _is_basis(line: LaidLine, before: _Before) -> bool:
    """Whether the line is a legal basis. "Căn cứ …" may begin running text as well, which a letter always has. Where the end of the line
    leaves both, the look decides, and neither is wrong."""
    if before.law and _ISSUES.match(line.words):
        return True
    if before.letter or _BASIS.match(line.words) is None:
        return False
    sure = line.words.endswith(";") or (before.role == "basis" and line.words.endswith("."))
    return before.law or sure or any(run.look.italic for run in line.runs)


def _is_article(line: LaidLine) -> bool:
    if _ARTICLE.match(line.words):
        return True
    return _UNMARKED_ARTICLE.match(line.words) is not None and all(run.look.bold for run in line.runs[:1])


def _by_words(line: LaidLine, before: _Before) -> str:
    words, chapter = line.words, before.role == "chapter"
    if before.articles and _is_basis(line, before):
        return "basis"
    if _CHAPTER.fullmatch(words):
        return "chapter"
    if chapter and len(words) < 250 and line.look.align == "center" or chapter and is_capitals(line.shown):
        return "chapter_title"
    if _SECTION.match(words) and len(words) < 250:
        return "section"
    if _is_article(line) and not line.look.listed:
        return "article"
    for role, form in (("clause", _CLAUSE), ("point", _POINT)):
        if form.match(words) and not line.look.listed:
            return role
    if is_capitals(line.shown) and len(words) < 150 or _DECIDES.fullmatch(words):
        return "heading"
    return "text"
