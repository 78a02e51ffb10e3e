"""Find what the heading of a document does not give: the day in the signature, the day and the body in the sentence
that says who adopted it when, and the day in the reference to the document that issues it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmgr.reading.facts.stamps import signed_on
from docmgr.reading.structure.heading import HeadingLine
from docmgr.reading.structure.openers import ATTACHED
from docmgr.reading.structure.signatures import ADOPTED
from docmgr.reading.types import Fact
from legaltext.dates import DATE, iso
from legaltext.letters import LOWER, UPPER, squeeze

if TYPE_CHECKING:
    from docmgr.reading.types import Block

_PLACE = re.compile(rf"(?:TP\.?\s?)?[{UPPER}][{LOWER}]*(?:[\s\-][{UPPER}{LOWER}][{LOWER}]*){{0,5}}")


def adopted(signed: Sequence[Block]) -> Fact | None:
    """Find the day on which a law or resolution says that it was adopted, in the blocks `signed` of its
    signature. The day is used as the date of issue when the heading has none. None when no day is stated."""
    for block in signed:
        if ADOPTED.match(block.text) and (found := DATE.search(block.text)):
            return _issued(iso(found), block.text)
    return None


def adopting(signed: Sequence[Block], facts: dict[str, Fact]) -> Fact | None:
    """Find the National Assembly (Quốc hội) as the issuer of a law without a heading, in the sentence that says when
    the law was adopted. `facts` are the facts found so far. None for other documents."""
    if "type" not in facts or facts["type"].value not in ("Hiến pháp", "Luật", "Bộ luật"):
        return None
    sentence = next((b.text for b in signed if ADOPTED.match(b.text) and "được Quốc hội" in b.text), None)
    return Fact("issuer", "Quốc hội", squeeze(sentence), sure=False) if sentence is not None else None


def at_signature(near: Sequence[Block]) -> dict[str, Fact]:
    """Find the facts issued_on and place in a line such as "Hà Nội, ngày 05 tháng 3 năm 2020", or the day alone in
    the words of an electronic signature. `near` are the blocks of the signature and those directly above it. Empty
    when there is no such line."""
    for block in near:
        text = squeeze(block.text)
        if (found := DATE.search(text)) and not text[found.end() :].strip(" .,;"):
            place = text[: found.start()].strip(" ,")
            day = _issued(iso(found), text)
            if day is not None and (not place or _PLACE.fullmatch(place)):
                named = {"place": Fact("place", place, text, sure=False)} if place else {}
                return {"issued_on": day, **named}
    for block in near:
        if signed := signed_on(block.text):
            return {"issued_on": Fact("issued_on", signed[0], squeeze(block.text), sure=False)}
    return {}


def of_issuing(pieces: Sequence[HeadingLine]) -> str | None:
    """Find the day of the document that issues this one, in a line "(Ban hành kèm theo Quyết định số … ngày …)" of
    the heading, in ISO 8601. None when the heading has no such line or it gives no day."""
    for at, piece in enumerate(pieces):
        if ATTACHED.match(piece.text):
            words = squeeze(" ".join(line.text for line in pieces[at : at + 2])).partition(")")[0]
            found = DATE.search(words)
            return iso(found) if found is not None else None
    return None


def _issued(day: str | None, quote: str) -> Fact | None:
    return Fact("issued_on", day, squeeze(quote), sure=False) if day is not None else None
