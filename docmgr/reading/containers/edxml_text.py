"""Write an edXML message as lines of text: what it is, the document that it carries or speaks of, and the agencies
between which it goes. No line begins like a part of a paper ("Nơi nhận", "Phụ lục"), since the message has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from docmgr.reading.containers.edxml_header import (
    anywhere,
    child,
    cited,
    every,
    iso_day,
    state_words,
    text_of,
)
from docmgr.reading.types import Fact

# BussinessDocType → what the message does with its document. (The standard spells the element so.)
_BUSINESS = {"0": "Văn bản mới", "1": "Thu hồi văn bản", "2": "Cập nhật văn bản", "3": "Thay thế văn bản"}
_FIELDS = (
    ("type", "Loại văn bản"), ("number", "Số, ký hiệu"), ("issued_on", "Ngày ban hành"), ("issuer", "Cơ quan ban hành"),
    ("place", "Nơi ban hành"), ("subject", "Trích yếu"), ("signer", "Người ký"), ("position", "Chức vụ"), ("urgency", "Mức độ khẩn"),
)  # fmt: skip


def lines(root: etree._Element, header: etree._Element, facts: Mapping[str, Fact]) -> Iterator[str]:
    """Yield the lines of a message with this root and MessageHeader. `facts` are the facts of its document."""
    is_state = child(header, "StatusCode") is not None
    yield "Thông điệp trạng thái văn bản điện tử" if is_state else "Văn bản điện tử theo chuẩn edXML"
    yield from _state(header) if is_state else _document(root, header, facts)


def about(header: etree._Element) -> tuple[str, ...]:
    """List what a MessageHeader says about its document in free words, where people write a stamp of secrecy."""
    named = ("Subject",), ("Content",), ("Description",), ("OtherInfo", "SphereOfPromulgation")
    return tuple(text_of(child(header, *names)) for names in named)


def _state(header: etree._Element) -> Iterator[str]:
    yield state_words(header)
    yield from _labelled("Cơ quan gửi", _agency(child(header, "From")))
    yield from _labelled("Về", _answered(header))
    yield from _labelled("Nội dung", text_of(child(header, "Description")))
    yield from _labelled("Người xử lý", _staff(child(header, "StaffInfo")))
    yield from _labelled("Thời điểm", text_of(child(header, "Timestamp")))


def _document(root: etree._Element, header: etree._Element, facts: Mapping[str, Fact]) -> Iterator[str]:
    for field, label in _FIELDS:
        if field in facts:
            yield f"{label}: {_printed(field, facts[field].value or '')}"
    yield from _labelled("Cơ quan gửi", _agency(child(header, "From")))
    for to in every(header, "To"):
        yield from _labelled("Gửi đến", _agency(to))
    for place in every(child(header, "ToPlaces"), "Place"):
        yield from _labelled("Các nơi nhận", text_of(place))
    yield from _labelled("Nội dung", text_of(child(header, "Content")))
    yield from _labelled("Hạn xử lý", _printed("due_on", iso_day(text_of(child(header, "DueDate"))) or ""))
    yield from _labelled("Phạm vi lưu hành", text_of(child(header, "OtherInfo", "SphereOfPromulgation")))
    for appendix in every(child(header, "OtherInfo", "Appendixes"), "Appendix"):
        yield from _labelled("Có phụ lục", text_of(appendix))
    if answered := _answered(header):
        yield f"Trả lời {answered}"
    yield from _business(next(anywhere(root, "Bussiness"), None))


def _business(business: etree._Element | None) -> Iterator[str]:
    """Yield what a message does with its document: it may withdraw one that was sent before, or replace others."""
    code = text_of(child(business, "BussinessDocType"))
    words = (_BUSINESS.get(code), text_of(child(business, "BussinessDocReason")))
    yield from _labelled("Nghiệp vụ", " – ".join(dict.fromkeys(filter(None, words))))
    replaced = every(child(business, "ReplacementInfoList"), "ReplacementInfo")
    named = (cited(text_of(child(one, "DocumentId"))) for one in replaced)
    for name in dict.fromkeys(filter(None, named)):
        yield f"Thay thế {name}"
    yield from _labelled("Người gửi", _staff(child(business, "StaffInfo")))


def _answered(header: etree._Element) -> str:
    answers = every(header, "ResponseFor")
    texts = (
        cited(*(text_of(child(one, name)) for name in ("DocumentId", "Code", "PromulgationDate"))) for one in answers
    )
    return "; ".join(filter(None, texts))


def _agency(agency: etree._Element | None) -> str:
    """Write the name of an agency, its code in brackets and its address; "" when the message names none."""
    name, code, address = (text_of(child(agency, part)) for part in ("OrganName", "OrganId", "OrganAdd"))
    shown = f"{name} ({code})" if name and code else name or code
    return ", ".join(filter(None, (shown, address)))


def _staff(staff: etree._Element | None) -> str:
    return ", ".join(filter(None, (text_of(child(staff, part)) for part in ("Staff", "Department", "Email", "Mobile"))))


def _printed(field: str, value: str) -> str:
    """Write the value of a field as documents print it: days as 28/09/2018."""
    if field.endswith("_on") and value:
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    return value


def _labelled(label: str, words: str) -> Iterator[str]:
    if words:
        yield f"{label}: {words}"
