"""Choose which paragraphs of a text a page shows next to the facts of the document: the beginning, and the paragraphs
from which facts were taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from docmgr.services.texts.view import TextRun

_EXCERPT_HEAD, _EXCERPT_AROUND = 24, 2
# The same words may occur in the heading ("GIÁM ĐỐC SỞ …"), but these facts are read from the signature block.
_AT_THE_END = frozenset({"signer", "position", "recipients"})


def excerpt(text: str, quotes: dict[str, str]) -> tuple[tuple[TextRun, ...] | None, ...]:
    """Choose the beginning of the text and the paragraphs around each fact, and mark the facts in them. `quotes` maps
    the name of each fact (such as "signer") to the words from which it was read. Returns one tuple of TextRuns for
    each chosen paragraph, and None wherever paragraphs are left out. Empty when the text is blank."""
    spans = _fact_spans(text, quotes)
    lines = list(_lines(text))
    wanted = set(range(min(_EXCERPT_HEAD, len(lines))))
    for number, (start, line) in enumerate(lines):
        if any(begin < start + len(line) and end > start for begin, end, _ in spans):
            wanted |= set(
                range(max(0, number - _EXCERPT_AROUND), min(len(lines), number + _EXCERPT_AROUND + 1))
            )
    shown: list[tuple[TextRun, ...] | None] = []
    last = -1
    for number in sorted(wanted):
        if number != last + 1:
            shown.append(None)
        shown.append(_with_fields(*lines[number], spans))
        last = number
    return tuple(shown) + ((None,) if lines and last != len(lines) - 1 else ())


def _lines(text: str) -> Iterable[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _fact_spans(text: str, quotes: dict[str, str]) -> list[tuple[int, int, tuple[str, ...]]]:
    """Find where the words of facts occur in the text. `quotes` maps the name of each fact to the words from which it
    was read; they may go across the end of a line. Returns triples (start, end, names of the facts), in order;
    `start` and `end` are offsets in the text, in characters. Words that do not occur are left out."""
    spans: dict[tuple[int, int], tuple[str, ...]] = {}
    for field, quote in quotes.items():
        words = quote.split()
        found = list(re.finditer(r"\s+".join(map(re.escape, words)), text)) if words else []
        if found:
            span = found[-1 if field in _AT_THE_END else 0].span()
            spans[span] = (*spans.get(span, ()), field)
    return sorted((start, end, fields) for (start, end), fields in spans.items())


def _with_fields(
    start: int, line: str, spans: Sequence[tuple[int, int, tuple[str, ...]]]
) -> tuple[TextRun, ...]:
    pieces: list[TextRun] = []
    done = 0
    for begin, end, fields in spans:
        begin, end = max(begin - start, done), min(end - start, len(line))
        if begin >= end:
            continue
        if begin > done:
            pieces.append(TextRun(line[done:begin]))
        pieces.append(TextRun(line[begin:end], fields=fields))
        done = end
    if done < len(line):
        pieces.append(TextRun(line[done:]))
    return tuple(pieces)
