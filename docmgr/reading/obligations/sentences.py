"""Split Vietnamese official text into sentences and clauses.

A sentence ends at a full stop, question mark or exclamation mark before a capital letter, at the end of a line, and never
inside a number or after an abbreviation. A clause ends at a semicolon outside of brackets, or before words that begin a
task of its own (`OWN`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docmgr.reading.obligations.actors import REACH, named
from docmgr.reading.obligations.verbs import ORDERS
from legaltext.letters import LOWER, UPPER

Span = tuple[int, int]

# Abbreviations whose point ends no sentence, in small letters.
_ABBREVIATIONS = frozenset({
    "tp", "tx", "tt", "ts", "ths", "pgs", "gs", "bs", "ks", "cn", "đ/c", "đc", "ông", "mr", "st", "v.v", "vv", "q", "p", "kt", "tl", "tm",
    "tuq", "ub", "sđt", "tel", "vd", "nxb", "stt",
})  # fmt: skip
_STOP = re.compile(rf"(?P<mark>[.!?…]+)[\"”’)\]]*(?P<gap>\s+)(?=[\"“‘(\[]*[{UPPER}])|(?P<line>\n+)")
_WORD_BEFORE = re.compile(rf"(?:v\.v|[đĐ]/[cC]|[{LOWER}{UPPER}\d]+)$")
# The longest word that is looked at before a stop, so that the time is linear.
_REACH = 16
# Words that begin a task of its own after a comma: a period, a precondition, a duty to report.
OWN = re.compile(
    r",\s+(?=(?:định kỳ|hằng (?:năm|tháng|quý|tuần)|hàng (?:năm|tháng|quý|tuần)|(?:trước|sau) khi [^,;.]{1,60}? phải "
    r"|thực hiện (?:nghiêm )?(?:chế độ )?(?:thông tin, )?báo cáo)\b)",
    re.IGNORECASE,
)
_AND_SO_ON = frozenset({"v.v", "vv"})
# Also the Roman number of a quarter, or the letter of a group.
_CAPITAL = re.compile(r"[A-ZĐ]")
_TOKEN = re.compile(r"[();]")


def sentences(text: str) -> list[Span]:
    """Return the spans (start, end) of the sentences of `text`, each with the blanks after it. They follow each other
    without a gap, so that they join to the text. A text without words is one sentence; "" gives none."""
    found: list[Span] = []
    start = 0
    for stop in _STOP.finditer(text):
        if stop["line"] is None and not _ends(text, stop.start("mark"), stop["mark"], stop.end()):
            continue
        found.append((start, stop.end()))
        start = stop.end()
    if start < len(text):
        found.append((start, len(text)))
    return found


def _ends(text: str, at: int, mark: str, onward: int) -> bool:
    """Whether the stop at offset `at` ends a sentence: not after an abbreviation, and not after the number of a list.
    After "v.v." and a capital it ends one where an order, or a name with an act, begins at `onward`."""
    if mark != ".":
        return True
    word = _WORD_BEFORE.search(text[max(0, at - _REACH) : at])
    if word is None:
        return True
    before = word[0]
    if before.lower() in _ABBREVIATIONS or (len(before) == 1 and before.isupper()):
        return (before.lower() in _AND_SO_ON or _CAPITAL.fullmatch(before) is not None) and _begins_order(text, onward)
    # A text begins a line as well; further back than _REACH nobody looks.
    line = text.rfind("\n", max(0, at - _REACH), at) + 1
    return (line == 0 and at >= _REACH) or not text[line:at].strip().replace(".", "").isdigit()


def _begins_order(text: str, at: int) -> bool:
    end = min(len(text), at + REACH)
    order = ORDERS.match(text, at, end)
    return named(text, order.end() if order else at, end) is not None


def clauses(text: str) -> list[Span]:
    """Return the spans of the clauses of `text`, one sentence. They join to the text like sentences."""
    cuts = sorted({*_semicolons(text), *(found.end() for found in OWN.finditer(text))})
    edges: Sequence[int] = [0, *(cut for cut in cuts if 0 < cut < len(text)), len(text)]
    return [(one, two) for one, two in zip(edges, edges[1:], strict=False) if one < two]


def _semicolons(text: str) -> list[int]:
    """Find the ends of the semicolons outside of brackets. A bracket that is never closed counts as none."""
    unclosed = max(0, text.count("(") - text.count(")"))
    cuts, depth = [], 0
    for token in _TOKEN.finditer(text):
        if token[0] == "(":
            depth += 1
        elif token[0] == ")":
            depth = max(0, depth - 1)
        elif depth <= unclosed:
            end = token.end()
            cuts.append(end + len(text[end : end + 4]) - len(text[end : end + 4].lstrip()))
    return cuts
