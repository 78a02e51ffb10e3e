"""Finds the lines of a provision that answer a question for an amount, a term or a definition, and cuts them out.

This module decides what an answer looks like. A penalty stands in the line that opens a clause, and what it is for in one of its
points: then both lines are shown.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.question_words import Question
from indexer.fragments import Span
from indexer.highlight.clauses import Line
from indexer.index.snapshot import Bools
from indexer.query.query import Query
from legaltext.text import SYLLABLE, forms

_COUNT = r"một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|trăm"
_IN_WORDS = r"\s*(?:\([^()]{1,30}\)\s*)?"
_AMOUNT = re.compile(
    rf"(?<![\w/.,])(?:\d+(?:[.,]\d+)*{_IN_WORDS}(?:đồng|triệu|tỷ|tỉ|nghìn|ngàn|%|phần trăm|lần|tháng (?:tiền )?lương)|"
    rf"(?:{_COUNT}) (?:triệu|nghìn|lần|tháng (?:tiền )?lương))(?!\w)",
    re.IGNORECASE,
)
# "tháng 7 năm 2024" is a day.
_TERM = re.compile(
    rf"(?<![\w/.,])(?<!ngày )(?<!tháng )(?:\d{{1,3}}|{_COUNT}){_IN_WORDS}(?:ngày|tháng|năm|giờ|tuần|phút|quý)(?!\w)", re.IGNORECASE
)
_PATTERNS = {"amount": _AMOUNT, "term": _TERM}
# What follows a term that is defined: "(sau đây gọi là …) là", "được hiểu là", "bao gồm".
_SAYS = re.compile(r"[^\w(]*(?:\([^()]*\)[^\w(]*)?(?:(?:được|có) (?:hiểu|nghĩa) )?(?:là|(?:bao )?gồm)(?!\w)", re.IGNORECASE)
# How many numbers and letters may begin a line.
_NUMBERING = 3
# Lines of the query's words that have less than this share of the best one's are not looked into.
_LEAST_SHARE = 0.75
# A line with the words itself goes before one whose clause has them.
_OWN = 0.25
# What a line begins with that states a term or an amount, and what that counts.
_BEGUN = r"\W*(?:(?:\d{1,3}[a-zđ]?|[a-zđ])\s?[.)]\s*)?"
_OPENINGS = {
    "term": re.compile(rf"{_BEGUN}(?:thời (?:hạn|gian|hiệu)|nhiệm kỳ) ", re.IGNORECASE),
    "amount": re.compile(rf"{_BEGUN}(?:mức|phạt|lệ phí|phí|tiền) ", re.IGNORECASE),
}
_OPENED = 0.1
# The least share of the query's weight that a second line must add.
_LEAST_ADDED = 0.1
# How many words are shown of the answer, and of what it is for.
_MOST, _MOST_BESIDE = 60, 40
# A sentence with the answer is not cut if it is no longer than this.
_WHOLE = 100
# What asks without words that ask: "mức phạt vượt đèn đỏ", "thời hạn công khai".
_LEANING = (("term", re.compile(r"thời (?:hạn|gian|hiệu) ")), ("amount", re.compile(r"(?:mức |bị )?phạt (?!tù)|(?:mức|lệ phí|học phí|phí) ")))
_MOST_LEANING = 14
_SENTENCE_END = re.compile(r"[.;!?…][\"”’»)\]]*\s|\n")


@dataclass(frozen=True)
class Told:
    """The lines that answer, by their positions: `head` opens a clause, and `line` is in it; both may be the same. `answer` is
    where the answer stands in the text."""

    head: int
    line: int
    answer: Span


def kind_of(query: Query) -> Question:
    """Return what `query` asks for, if it is an amount, a term or a definition; otherwise a question of no kind."""
    question = query.question
    if question.kind in ("amount", "term") or question.subject:
        return question
    if question.kind in ("", "manner", "yes_no") and query.number is None and len(query.words) <= _MOST_LEANING and query.runs:
        said = " ".join(query.runs[0]) + " "
        return next((Question(kind) for kind, pattern in _LEANING if pattern.match(said)), Question())  # type: ignore[arg-type]
    return Question()


def told(
    text: str, lines: Sequence[Line], has: Bools, titles: Bools, worth: NDArray[np.float64], question: Question, first: int
) -> Told | None:  # fmt: skip
    """Find the lines of `text` that answer `question`; None where no line does. `has` says for each line which words of the query
    it has, `titles` which the titles have, and `worth` weighs these words. Lines before `first` belong to the heading."""
    finder = _finder(question)
    heads = np.array([max(line.head, first) for line in lines])
    total = float(worth.sum()) or 1.0
    own = (has @ worth) / total
    key = ((has | has[heads]) @ worth) / total + _OWN * np.maximum(own, own[heads])
    key[:first] = 0.0
    order = np.argsort(-key, kind="stable")
    near = [place for place in order.tolist() if key[place] >= max(_LEAST_SHARE * key[order[0]], 1e-9)]
    opening = _OPENINGS.get(question.kind)
    if opening:
        says = {place: any(opening.match(text, lines[at].start) for at in (place, heads[place])) for place in near}
        near.sort(key=lambda place: -key[place] - _OPENED * says[place])
    for place in near:
        for where in dict.fromkeys((place, int(heads[place]))):
            if answer := finder(text, lines[where]):
                head, line = int(heads[place]), place
                opens = where == line and text[lines[head].start : lines[head].end].rstrip().endswith(":")
                if not opens:
                    head, line = _needed(has, worth * ~titles, head, line, where)
                return Told(head, line, answer)
    return None


def _needed(has: Bools, worth: NDArray[np.float64], head: int, line: int, where: int) -> tuple[int, int]:
    """Choose which of `head` and `line` to show: the one with the answer, `where`, and the other if it adds words of weight."""
    other = line if where == head else head
    return (head, line) if (has[other] & ~has[where]) @ worth > _LEAST_ADDED * worth.sum() else (where, where)


def _finder(question: Question) -> Callable[[str, Line], Span | None]:
    if question.subject:
        return lambda text, line: _defining(text, line, question.subject)
    pattern = _PATTERNS[question.kind]

    def found(text: str, line: Line) -> Span | None:
        match = pattern.search(text, line.start, line.end)
        return match.span() if match else None

    return found


def _defining(text: str, line: Line, subject: Sequence[str]) -> Span | None:
    """Where the words `subject` are defined at the beginning of `line`."""
    begun = list(islice(SYLLABLE.finditer(text, line.start, line.end), _NUMBERING + len(subject) + 1))
    said = [forms(one.group()) for one in begun]
    for skipped in range(min(_NUMBERING, len(said)) + 1):
        behind = skipped + len(subject)
        if all(word in both for word, both in zip(subject, said[skipped:behind], strict=False)) and len(said) > behind:
            says = _SAYS.match(text, begun[behind - 1].end(), line.end)
            return (begun[skipped].start(), says.end()) if says else None
        if skipped < len(said) and not (said[skipped][0][0].isdigit() or len(said[skipped][0]) == 1):
            return None
    return None


def cut(text: str, lines: Sequence[Line], found: Told) -> list[Span]:
    """Choose the parts of `text` to show for the lines `found`: one, or two where the answer and what it is for stand apart.
    Returns them as pairs of offsets."""
    head, line = lines[found.head], lines[found.line]
    together = len(list(islice(SYLLABLE.finditer(text, head.start, line.end), _MOST + 1))) <= _MOST
    if found.line == found.head or together:
        whole = (found.answer[0], max(found.answer[1], SYLLABLE.search(text, line.start).end()))  # type: ignore[union-attr]
        return [_extent(text, head.start, max(line.end, _end_of(text, lines, found.head)), whole)]
    in_head = found.answer[0] < head.end
    return [
        _extent(text, head.start, head.end, found.answer if in_head else None),
        _extent(text, line.start, line.end, None if in_head else found.answer),
    ]


def goes_on(text: str, lines: Sequence[Line], found: Told, end: int) -> bool:
    """Whether the lines `found` say more behind the offset `end`."""
    return bool(text[end : _end_of(text, lines, found.line)].strip())


def _end_of(text: str, lines: Sequence[Line], place: int) -> int:
    """Where the line number `place` ends; with a colon at its end, where its clause ends."""
    last = place
    if text[lines[place].start : lines[place].end].rstrip().endswith(":"):
        while last + 1 < len(lines) and lines[last + 1].place.clause == lines[place].place.clause:
            last += 1
    return lines[last].end


def _extent(text: str, start: int, stop: int, wanted: Span | None) -> Span:
    """Choose the part of `text` between `start` and `stop` to show: so many words, whole sentences where possible, with the
    stretch `wanted` in it. Without one, fewer words are shown."""
    answer, most = (wanted, _MOST) if wanted else ((start, start), _MOST_BESIDE)
    words = _words(text, start, stop)
    if wanted and len(words) > most and answer[1] > words[most - 1]:
        start = max((one.end() for one in _SENTENCE_END.finditer(text, start, answer[0])), default=answer[0])
        words = _words(text, start, stop)
    if not words:
        return start, start
    all_read = not SYLLABLE.search(text, words[-1], stop)
    reach = start + len(text[start:stop].rstrip()) if all_read else words[-1]
    if all_read and len(words) <= most:
        return start, reach
    ends = [one.start() + 1 for one in _SENTENCE_END.finditer(text, answer[1], reach)] + [reach] * all_read
    near = [end for end in ends if end <= words[most - 1] + 1]
    later = ends[len(near) :] if wanted else []
    if near and (near[-1] > words[most // 2] or not later):
        return start, near[-1]
    return start, later[0] if later else words[most - 1]


def _words(text: str, start: int, stop: int) -> list[int]:
    """Where the first `_WHOLE` words between `start` and `stop` end."""
    return [one.end() for one in islice(SYLLABLE.finditer(text, start, stop), _WHOLE)]
