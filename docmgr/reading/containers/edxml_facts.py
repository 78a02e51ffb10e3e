"""Take the facts of a document from the header of its edXML message (QCVN 102:2016/BTTTT). They are stated as data, so
nothing is guessed; each fact quotes its element."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from docmgr.reading.containers.edxml_header import child, every, iso_day, local_name, state_words, text_of
from docmgr.reading.types import Fact
from legaltext import doctypes
from legaltext.text import fold

# An official letter prints "V/v" (re:) before its subject, which is no part of it.
_ABOUT = re.compile(r"^V/v\s*:?\s*", re.I)
# The codes of OtherInfo/Priority; 0 is the ordinary case, which official documents do not print.
URGENCY = {"1": "Khẩn", "2": "Thượng khẩn", "3": "Hỏa tốc", "4": "Hỏa tốc hẹn giờ"}
_TYPES = {fold(name): name for name in doctypes.NAMES}


def facts(header: etree._Element) -> dict[str, Fact]:
    """Take the facts from a MessageHeader, by field. Fields that it leaves blank have no entry. A message about the
    state of another document has only the sender and a subject that says which state."""
    if child(header, "StatusCode") is not None:
        subject = state_words(header)
        found = [_stated("subject", subject, child(header, "StatusCode")), _stated_text("issuer", child(header, "From", "OrganName"))]
    else:
        found = list(_document(header))
    return {fact.field: fact for fact in found if fact is not None}


def _document(header: etree._Element) -> Iterator[Fact | None]:
    code = child(header, "Code")
    number, notation = text_of(child(code, "CodeNumber")), text_of(child(code, "CodeNotation"))
    if number and notation:
        yield Fact("number", f"{number}/{notation}", f"Code: {number} {notation}", sure=True)
    kind = child(header, "DocumentType", "TypeName")
    yield _stated("type", _TYPES.get(fold(text_of(kind)), text_of(kind)), kind)
    issued = child(header, "PromulgationInfo", "PromulgationDate")
    yield _stated("issued_on", iso_day(text_of(issued)), issued)
    priority = child(header, "OtherInfo", "Priority")
    yield _stated("urgency", URGENCY.get(text_of(priority)), priority)
    yield _stated_text("issuer", child(header, "From", "OrganName"))
    yield _stated_text("place", child(header, "PromulgationInfo", "Place"))
    subject = child(header, "Subject")
    yield _stated("subject", _ABOUT.sub("", text_of(subject)), subject)
    yield _stated_text("signer", child(header, "SignerInfo", "FullName"))
    yield _stated_text("position", child(header, "SignerInfo", "Position"))
    yield _recipients(header)


def _recipients(header: etree._Element) -> Fact | None:
    """Take the agencies to which the message goes, and those that the document names besides. None without any."""
    agencies = [text_of(child(to, "OrganName")) for to in every(header, "To")]
    places = [text_of(place) for place in every(child(header, "ToPlaces"), "Place")]
    names = tuple(dict.fromkeys(filter(None, (*agencies, *places))))
    return Fact("recipients", None, "To, ToPlaces: " + "; ".join(names), True, names) if names else None


def _stated_text(field: str, element: etree._Element | None) -> Fact | None:
    return _stated(field, text_of(element), element)


def _stated(field: str, value: str | None, element: etree._Element | None) -> Fact | None:
    """Make the fact whose value an element states; None when the element is missing or has no such value."""
    if element is None or not value:
        return None
    return Fact(field, value, f"{local_name(element)}: {text_of(element)}", sure=True)
