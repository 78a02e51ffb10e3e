"""Find the citations in a text: each place that names another document, with the provision named there and
the role in which the document is cited.

A citation contains a document number, or a law by its name. This module recognises both and reads the type,
issuer and date next to them. The document's own number, and references to itself ("Nghị định này": this
decree), are not citations. Whether the cited document exists is decided elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docmgr.reading.citations.attached import own_standards
from docmgr.reading.citations.context import issuer_after, role_of
from docmgr.reading.citations.law_names import OPENS, TaughtNames, learn, name_at
from docmgr.reading.citations.numbers import (
    number_matches,
    number_of,
    standard_key,
    standard_matches,
    standard_of,
)
from docmgr.reading.citations.pointing import Pointing, foreign_anchors, leading_to
from docmgr.reading.types import Citation, Provision
from legaltext import doctypes
from legaltext.dates import DATE, iso
from legaltext.letters import capitalise, squeeze
from legaltext.numbers import normalise_number, tidy_number

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_FORM = re.compile(
    r"(?:Mẫu|mẫu|Biểu|biểu|Phụ lục|phụ lục)\s*(?:số|Số)?\s*:?\s*(?:\d+[^\s,;]*(?:,\s*|\s+và\s+))*$"
)
_TYPE_BEFORE = re.compile(rf"(?<!pháp )(?<!\w)(?P<type>{doctypes.CITED})(?:(?<=báo)\s+kết luận)?\s*(?:số)?\s*:?\s*$", re.IGNORECASE)
_LAW_BEFORE = re.compile(r"(?P<type>Bộ luật|Luật|Pháp lệnh)\s+(?P<name>[^;.:()]{3,150}?)\s*,?\s+số\s*:?\s*$")
MOST_POINTED = 40
_CONSTITUTION = re.compile(r"Hiến pháp\s+(?:năm\s+)?(?:19|20)\d\d(?!\w)")
# Without its year only an article before it tells that it is cited.
_ARTICLE_OF_CONSTITUTION = re.compile(r"Điều\s+\d{1,3}\s+(?:của\s+)?(?P<word>Hiến pháp)(?!\w|\s+(?:này|năm|nước|\d|[A-ZĐ]))")
_DATE_GAP = re.compile(r"^\s*,?\s*(?:(?:ban hành|ký)\s+)?(?=ngày)")


@dataclass(frozen=True, slots=True)
class _Mention:
    """One place in a line that names another document. `start` and `end` are the offsets in the line of the
    words that give its type, name and number."""

    start: int
    end: int
    number: str | None
    name: str | None
    type: str | None


def find_citations(
    blocks: Sequence[Block], starts: Sequence[int], provisions: Sequence[Provision], own_number: str | None
) -> tuple[Citation, ...]:
    """Find the citations in the text of `blocks`, in reading order; empty when there are none. Where the text
    names several provisions of a document at once, there is one citation for each.

    `starts[i]` is the offset of block i in the text. `provisions` are the provisions of the text; each
    citation gets the anchor of the provision in which it stands. `own_number` is the number of the document
    itself, which is not a citation; None when it is unknown.
    """
    learnt = learn(block.text for block in blocks)
    begins = [provision.start for provision in provisions]
    own = normalise_number(own_number or "")
    attached = own_standards(provisions)
    found: list[Citation] = []
    for index, block in enumerate(blocks):
        if block.kind in ("header", "footer"):
            continue
        mentions = list(_mentions(block.text, learnt))
        pointed = leading_to(block.text) if mentions else {}
        for mention in mentions:
            if mention.number is not None and _is_own(mention.number, own, attached):
                continue
            at = bisect_right(begins, starts[index] + mention.start) - 1
            anchor = provisions[at].anchor if at >= 0 else ""
            found += _citations(block.text, starts[index], mention, pointed.get(mention.start), anchor)
    return tuple(found)


def _is_own(number: str, own: str, attached: Container[str]) -> bool:
    """Whether a number is that of the document itself, `own`, or of a standard that is attached to it."""
    return normalise_number(number) == own or standard_key(number) in attached


def _mentions(line: str, learnt: TaughtNames) -> Iterator[_Mention]:
    """Yield the places in a line that name another document, in order. "Luật Đất đai số 31/2024/QH15" is
    one place. `learnt` are names of laws found by `learn`."""
    numbered = list(_numbered(line)) if "/" in line or "số " in line else []
    numbered += _standards(line) if "QC" in line or "TC" in line else []
    named = list(_named(line, learnt)) if "uật" in line or "Pháp lệnh" in line or "Hiến pháp" in line else []
    taken = [(m.start, m.end) for m in numbered]
    free = [m for m in named if not any(start < m.end and m.start < end for start, end in taken)]
    yield from sorted((*numbered, *free), key=lambda m: m.start)


def _numbered(line: str) -> Iterator[_Mention]:
    last = 0
    for match in number_matches(line):
        if not _is_number(match, line):
            continue
        before = line[last : match.start()]
        kind, name, start = _named_before(before)
        number = number_of(match)
        start = match.start() - (len(before) - start)
        yield _Mention(start, match.end(), number, name, kind or doctypes.type_of_number(number))
        last = match.end()


def _standards(line: str) -> list[_Mention]:
    return [_Mention(m.start(), m.end(), standard_of(m), None, m["type"]) for m in standard_matches(line)]


def _is_number(match: re.Match[str], line: str) -> bool:
    """Whether `match`, found in `line`, is the number of a document. For "số 25/KH-UBND" this is True. For
    "21/A", and for "mẫu số 25/KH-UBND" (form No. …), it is False."""
    before = line[max(0, match.start() - 40) : match.start()]
    if _FORM.search(before):
        return False
    if re.search(r"(?:ngày|khoản|Điều|mục)\s+$", before):
        return False
    symbol = tidy_number(match["symbol"])
    if re.search(r"[-/]", symbol) or re.match(r"(?:QH|UBTVQH)\d", symbol):
        return match.groupdict().get("year") is not None or len(symbol) > 3
    # "phòng số 12/A" is a place; one letter needs the type of a document before it.
    labelled = len(symbol) > 1 and re.search(r"số\s*:?\s*$", before)
    return bool(labelled or _TYPE_BEFORE.search(before))


def _named_before(before: str) -> tuple[str | None, str | None, int]:
    """Find the type and name of a document directly before its number; each is None if it is not given.
    `before` is the line up to the number. Returns (type, name, offset in `before` at which these words
    begin)."""
    plain = _TYPE_BEFORE.search(before[-60:])
    if plain is not None:
        name = plain["type"]
        printed = next(n for n in doctypes.CITED_NAMES if n.lower() == name.lower())
        return printed, None, len(before) - len(before[-60:]) + plain.start()
    offset = max(0, len(before) - 190)
    heads = [m.start() for m in re.finditer(r"(?<!\w)(?:Bộ luật|Luật|Pháp lệnh)\s", before[offset:])]
    for head in reversed(heads):
        law = _LAW_BEFORE.match(before, offset + head)
        if law is not None and not re.search(r"\s(?:số\s+\d|ngày\s+\d)", law["name"]):
            return law["type"], squeeze(f"{law['type']} {law['name']}"), offset + head
    return None, None, len(before)


def _named(line: str, learnt: TaughtNames) -> Iterator[_Mention]:
    last = 0
    for found in _ARTICLE_OF_CONSTITUTION.finditer(line):
        yield _Mention(found.start("word"), found.end("word"), None, "Hiến pháp", "Hiến pháp")
    for match in OPENS.finditer(line):
        if match.start() < last:
            continue
        constitution = _CONSTITUTION.match(line, match.start())
        end = (
            constitution.end()
            if constitution is not None
            else name_at(line, match.end(), learnt, small=match["small"] is not None or match["word"].islower())
        )
        if end <= match.end() or (constitution is None and re.match(r"năm \d|\d", line[match.end() : end])):
            continue
        name = "Hiến pháp" if constitution is not None else capitalise(squeeze(line[match.start() : end]))
        last = end
        yield _Mention(match.start(), end, None, name, capitalise(match["word"]))


def _citations(
    line: str, offset: int, mention: _Mention, pointing: Pointing | None, anchor: str
) -> Iterator[Citation]:
    """Yield the citations that a mention makes, one for each provision that the words `pointing` before it
    name. `offset` is the offset of the line in the text, and `anchor` is that of the provision it stands in."""
    after = line[mention.end : mention.end + 260]
    gap = _DATE_GAP.match(after)
    day = DATE.match(after, gap.end()) if gap is not None else None
    issued = iso(day) if day is not None else None
    tail = after[day.end() :] if day is not None else after
    issuer = issuer_after(tail) or (doctypes.issuer_of_number(mention.number) if mention.number else None)
    if issuer is None and mention.type in ("Luật", "Bộ luật"):
        issuer = "Quốc hội"
    start = pointing.start if pointing is not None else mention.start
    provisions = foreign_anchors(pointing)[:MOST_POINTED] if pointing is not None else ()
    end = mention.end + (day.end() if day is not None else 0)
    words, quote = squeeze(line[start : mention.start]), squeeze(line[mention.start : end])
    role = role_of(line, mention.start, mention.end)
    for provision in provisions or (None,):
        yield Citation(
            mention.number, mention.name, mention.type, issuer, issued, provision, anchor,
            squeeze(f"{words} {quote}"), role, offset + start, offset + end,
        )  # fmt: skip
