"""Read facts from the heading of a document: type, number, place, date, subject and urgency.

This module decides which words of the heading state a fact of the document itself. A heading can also contain
the number of another document. A blank field gives no fact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from docmgr.reading.facts.readable_case import readable
from docmgr.reading.structure import heading_extent
from docmgr.reading.structure.heading import ABOUT, APPENDIX, NUMBER_LABEL, HeadingLine
from docmgr.reading.structure.heading_extent import RULES
from docmgr.reading.structure.secrecy import stamp_of
from docmgr.reading.types import Fact
from legaltext.dates import DATE, iso
from legaltext.doctypes import type_of_number
from legaltext.letters import LOWER, UPPER, capitalise, is_capitals, squeeze
from legaltext.numbers import LABELLED, tidy_number

_PLAIN_NUMBER = re.compile(r"^\d{1,5}[a-zA-Z]?(?=$|\s*$)")
# The title of older texts contains issuer, number and date: "… của Chính phủ số 29/1998/NĐ-CP ngày … về việc …".
_INLINE = re.compile(
    r"^của\s+(?P<issuer>[^,;:.\d]{5,90}?)(?:\s+số\s*:?\s*(?P<number>\d+\s?[/\-]\s?[\w/\-]+))?"
    r"(?:,?\s+(?P<date>ngày\s+\d+(?:\s+tháng\s+|[/\-.])\d+(?:\s+năm\s+|[/\-.])\d{4}))?"
    r"(?:\s+(?:V/v|về việc|về)\s*:?\s+(?P<subject>.+)|\s+(?P<direct>(?:quy định|ban hành|sửa đổi|bổ sung|hướng dẫn"
    r"|phê duyệt|bãi bỏ|thay thế|thành lập|công bố|điều chỉnh)[\s,].+)|(?P<end>$))",
    re.IGNORECASE,
)
# A technical standard is numbered on the line above its title.
_STANDARD_NUMBER = re.compile(r"QCVN\s+\d+(?:\s?-\s?\d+)?\s?:\s?\d{4}\s?/\s?[A-ZĐ]+")
_URGENT = {"KHẨN": "Khẩn", "THƯỢNGKHẨN": "Thượng khẩn", "HỎATỐC": "Hỏa tốc", "HOẢTỐC": "Hỏa tốc"}


def _fact(field: str, value: str | None, quote: str, sure: bool = True) -> Fact:
    return Fact(field, value, squeeze(quote), sure)


def own_number(pieces: Sequence[HeadingLine]) -> Fact | None:
    """Find the number of the document with its symbol, as printed but without stray spaces. None
    when the number is blank or missing."""
    for piece in pieces:
        if piece.kind == "text" and _STANDARD_NUMBER.fullmatch(piece.text):
            return _fact("number", re.sub(r"\s*([:/])\s*", r"\1", piece.text), piece.text)
        if piece.kind != "number":
            continue
        raw = re.sub(rf"^{NUMBER_LABEL}\s*", "", piece.text)
        raw = ABOUT.split(raw, maxsplit=1)[0]
        found = LABELLED.match(raw)
        if found:
            # A symbol that ends with its joint lacks a part.
            return _fact("number", tidy_number(found.group(0)), piece.text, sure=not raw.rstrip().endswith(("-", "/")))
        plain = _PLAIN_NUMBER.match(raw) if any(p.kind == "nation" for p in pieces) else None
        return _fact("number", plain.group(0), piece.text, sure=False) if plain else None
    return None


def place_and_date(pieces: Sequence[HeadingLine]) -> dict[str, Fact]:
    """Read the facts place and issued_on from the first date line of the heading that names a place, or else from
    the first. A fact that is not given is left out; so is the date when a part of it is left blank."""
    dated = [piece for piece in pieces if piece.kind == "date"]
    for piece in sorted(dated, key=lambda piece: re.match(r"[Nn]gày", piece.text) is not None):
        found = DATE.search(piece.text)
        several = len(re.findall(r"\d+", piece.text)) > 2 or re.search(r"ngày\s*\d{1,2}[\s,]*$", piece.text, re.IGNORECASE)
        if found is None and several:
            # Several days, as of a conference ("ngày 10-11/09/2003"), are not the day of a document.
            return {}
        facts = {}
        place = squeeze(re.split(r"[Nn]gày", piece.text, maxsplit=1)[0]).rstrip(" ,")
        if re.search(rf"[{LOWER}{UPPER}]", place) and place not in ("Số", "Tại"):
            facts["place"] = _fact("place", readable(place, ""), piece.text)
        day = iso(found) if found else None
        if day:
            facts["issued_on"] = _fact("issued_on", day, piece.text)
        return facts
    return {}


def title_and_subject(pieces: Sequence[HeadingLine], text: str) -> dict[str, Fact]:
    """Find the facts type and subject in the heading lines `pieces`; a fact that is not found is left out.
    An official letter (công văn) has no title; its subject is "V/v …" (re: …) below the number. Older
    titles also state the issuer, number and date, which are then returned too. `text` is the text of the
    document."""
    for at, piece in enumerate(pieces):
        if piece.kind == "appendix" and APPENDIX.match(piece.text):
            return {"type": _fact("type", "Phụ lục", piece.text), **_subject(pieces, at, "", text)}
        if piece.kind == "title":
            name, rest = heading_extent.split_title(piece.text)
            return {"type": _fact("type", name, piece.text), **_subject(pieces, at, rest, text)}
    return _letter(pieces)


def _subject(pieces: Sequence[HeadingLine], at: int, rest: str, text: str) -> dict[str, Fact]:
    """Read the subject that begins on the title line `pieces[at]` and continues on the lines below. `rest`
    are the words after the type on the title line. Returns the facts by field name; empty when there are
    none. A title in the older form also gives other facts (see `_inline_facts`). `text` is the text of the
    document."""
    lines = [rest, *(p.text.strip(RULES) for p in heading_extent.subject_pieces(pieces, at, rest))]
    printed = squeeze(" ".join(lines)).rstrip(" ;:.")
    inline = _INLINE.match(printed)
    facts = _inline_facts(inline, text) if inline is not None else {}
    subject = (inline["subject"] or inline["direct"] or "") if inline is not None else re.sub(r"^V/v\s*:?\s*", "", printed)
    if subject:
        # "Năm học …" on a line of its own continues the subject above it.
        joined = re.sub(r"(?<=[\w,] )Năm (?=học |\d)", "năm ", _in_normal_case(subject, lines, text))
        facts["subject"] = _fact("subject", capitalise(joined), subject)
    return facts


def _in_normal_case(subject: str, lines: Sequence[str], text: str) -> str:
    """Write the subject in normal case. Where only its first `lines` are in capitals, only these are changed.
    `text` is the text of the document, in which the spelling is looked up."""
    capitals = squeeze(" ".join(takewhile(is_capitals, (line for line in lines if line))))
    if is_capitals(subject) or not capitals or not subject.startswith(capitals):
        return readable(subject, text)
    return readable(capitals, text) + subject[len(capitals) :]


def _inline_facts(inline: re.Match[str], text: str) -> dict[str, Fact]:
    """Read the facts issuer, number and issued_on from a title that older documents print as one sentence:
    "Nghị định của Chính phủ số … ngày … về việc …" (Decree of the Government No. … of … on …). `inline` is
    the match of this sentence, and `text` the text of the document."""
    facts: dict[str, Fact] = {}
    quote = inline.group(0)
    facts["issuer"] = _fact("issuer", readable(inline["issuer"].upper(), text), quote)
    if inline["number"]:
        facts["number"] = _fact("number", tidy_number(inline["number"]), quote)
    found = DATE.match(inline["date"]) if inline["date"] else None
    day = iso(found) if found is not None else None
    if day is not None:
        facts["issued_on"] = _fact("issued_on", day, quote)
    return facts


def _letter(pieces: Sequence[HeadingLine]) -> dict[str, Fact]:
    """Read the facts type and subject of an official letter (công văn). Such a letter has no title, but
    "V/v …" (re: …) or "Kính gửi" (to:). Empty when the heading does not belong to a letter."""
    addressed = any(p.kind == "body" and p.text.startswith("Kính gửi") for p in pieces)
    for at, piece in enumerate(pieces):
        found = ABOUT.search(piece.text) if piece.kind in ("text", "number") else None
        if found is None or (found.start() > 0 and piece.kind == "text"):
            continue
        number = own_number(pieces)
        if not addressed and (number is None or type_of_number(number.value or "") is not None):
            continue
        subject = squeeze(" ".join([piece.text[found.end() :], *_below(pieces, at)])).strip(" .;_-–")
        facts = {"type": _fact("type", "Công văn", piece.text, sure=addressed)}
        if subject:
            facts["subject"] = _fact("subject", capitalise(subject), f"{found.group(0)}{subject}")
        return facts
    label = next((p for p in pieces if p.kind == "number"), None)
    return {"type": _fact("type", "Công văn", label.text, sure=False)} if addressed and label else {}


def _below(pieces: Sequence[HeadingLine], at: int) -> list[str]:
    """Collect the lines that continue the subject "V/v …" (re: …) at `pieces[at]`: those below it in the same
    column. Lines of the other column are skipped."""
    lines: list[str] = []
    for piece in pieces[at + 1 :]:
        if piece.kind == "body" or is_stamp(piece.text):
            break
        if piece.kind == "text" and (piece.col, piece.table) == (pieces[at].col, pieces[at].table):
            lines.append(piece.text)
    return lines


def is_stamp(line: str) -> bool:
    """Whether the line is a stamp of urgency or secrecy."""
    return urgency_of(line) is not None or stamp_of(line) is not None


def urgency_of(line: str) -> str | None:
    """Find the degree of urgency on a stamp line: Khẩn (urgent), Thượng khẩn (very urgent) or Hỏa tốc
    (express). None when the line is not such a stamp. Source: Decree 30/2020, Annex I."""
    bare = re.sub(r"[\s\[\]().*_:-]", "", line)
    bare = re.sub(r"HẸNGIỜ.*$", "", bare)
    return _URGENT.get(bare) if bare.isupper() else None


def urgency(pieces: Sequence[HeadingLine]) -> Fact | None:
    """Find the fact urgency in the stamps of the heading; None when there is no such stamp."""
    for piece in pieces:
        value = urgency_of(piece.text) if piece.kind == "text" else None
        if value:
            return _fact("urgency", value, piece.text)
    return None
