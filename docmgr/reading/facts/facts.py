"""Collect the facts of a document from its heading, its signature and its final provisions.

This module decides only which source is used when several give the same fact. Appendices and forms give none. The
other modules of this room each read one source: the heading, stamps and boxes of signatures, the signature, the list of
recipients, days, the final provisions. A clerk confirms the facts later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from docmgr.reading.facts import days, heading
from docmgr.reading.facts.columns import in_columns, joined_at
from docmgr.reading.facts.effect import effect
from docmgr.reading.facts.issuer import issuer
from docmgr.reading.facts.readable_case import readable
from docmgr.reading.facts.recipients import recipients
from docmgr.reading.facts.signature import signature
from docmgr.reading.facts.stamps import from_stamps
from docmgr.reading.structure.heading import HeadingLine
from docmgr.reading.structure.parts import TextPart
from docmgr.reading.types import Fact
from legaltext import doctypes
from legaltext.letters import LOWER, UPPER, squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

FIELDS = (
    "type", "number", "issuer", "place", "issued_on", "effective_from", "effective_to", "subject", "signer",
    "position", "recipients", "urgency",
)  # fmt: skip
# Blocks that are not part of the running text.
_BESIDE = ("header", "footer", "footnote")
_MADE_BY = re.compile(
    rf"(?:^|[.,;]\s+)(?P<who>(?!Về\s)[{UPPER}][{LOWER}]+(?:\s[\w&]+){{1,14}}?)"
    rf"\s+(?:xây dựng|ban hành)\s+(?:[{UPPER}]|kế hoạch)"
)


def find_facts(
    blocks: Sequence[Block], pieces: Sequence[HeadingLine], parts: Sequence[TextPart], text: str
) -> dict[str, Fact]:
    """Find the facts of a document. Keys are field names (keys of FIELDS). A field that is blank or missing
    in the file has no entry. `pieces` are the lines of the heading, `parts` the parts of the document, and
    `text` is its whole text."""
    facts: dict[str, Fact] = heading.place_and_date(pieces) | heading.title_and_subject(pieces, text)
    appendix = any(piece.kind == "appendix" for piece in pieces)
    if appendix:
        # The number and date in an appendix are those of its parent document; it has none of its own.
        return {key: fact for key, fact in facts.items() if key in ("type", "subject")}
    found = (
        heading.own_number(pieces), issuer(pieces, text), heading.urgency(pieces)
    )  # fmt: skip
    facts = {fact.field: fact for fact in found if fact is not None} | facts
    main = parts[0]
    body = [block for block in blocks[: main.last] if block.kind not in _BESIDE]
    facts |= from_stamps(blocks, facts)
    facts |= _from_number(facts)
    if "issuer" not in facts and (maker := _maker(body)) is not None:
        facts["issuer"] = maker
    ending = next((part for part in parts if part.kind == "signature"), None)
    printed = [b for b in blocks[ending.first : ending.last] if b.kind not in _BESIDE] if ending else []
    signed = in_columns(printed)
    if "issued_on" not in facts and (adopted := days.adopted(signed)) is not None:
        facts["issued_on"] = adopted
    if "issued_on" not in facts and ending is not None:
        near = [b for b in blocks[max(0, ending.first - 2) : ending.last] if b.kind not in _BESIDE]
        facts = days.at_signature(near) | facts
    if "issuer" not in facts and (maker := days.adopting(signed, facts)) is not None:
        facts["issuer"] = maker
    ending_facts = signature(signed, text)
    listed = recipients(signed, blocks[: main.last])
    if listed is not None:
        ending_facts["recipients"] = listed
    # Columns that were joined are parted by the look of the words, which a person should check.
    parted = joined_at(printed) is not None
    facts |= {field: replace(fact, sure=fact.sure and not parted) for field, fact in ending_facts.items()}
    return facts | _in_force(body, facts, days.of_issuing(pieces))


def _in_force(body: Sequence[Block], facts: dict[str, Fact], signed_on: str | None) -> dict[str, Fact]:
    """Find effective_from and effective_to. They may be counted from the date of issue, so they are no surer."""
    found, issued = effect(body, facts, signed_on), facts.get("issued_on")
    sure = issued is None or issued.sure
    return {field: replace(fact, sure=fact.sure and sure) for field, fact in found.items()}


def _from_number(facts: dict[str, Fact]) -> dict[str, Fact]:
    """Derive the facts type and issuer from the document's number: "KH" in "25/KH-UBND" stands for the
    type "Kế hoạch" (plan). Only facts that are missing in `facts`, the facts found so far, are returned.
    Empty when there are none."""
    number = facts.get("number")
    if number is None or number.value is None:
        return {}
    told = {
        "type": doctypes.type_of_number(number.value), "issuer": doctypes.issuer_of_number(number.value)
    }  # fmt: skip
    return {
        field: Fact(field, value, number.quote, sure=False)
        for field, value in told.items()
        if value is not None and field not in facts
    }


def _maker(body: Sequence[Block]) -> Fact | None:
    """Find the issuer in a phrase such as "…, Sở Giáo dục và Đào tạo xây dựng Kế hoạch …" (the Department …
    draws up the plan …), for documents without a heading. None when there is no such phrase."""
    for block in body[:12]:
        found = _MADE_BY.search(block.text)
        if found:
            return Fact("issuer", readable(found["who"], ""), squeeze(found.group(0)), sure=False)
    return None
