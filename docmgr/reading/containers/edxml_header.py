"""Read the header of an edXML message (QCVN 102:2016/BTTTT): its elements, days, numbers of documents and states."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from lxml import etree

from legaltext.text import clean_line

_DAY = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
# StatusCode → its meaning, in the words of the standard.
STATES: dict[str, str] = {
    "01": "Đã đến", "02": "Từ chối tiếp nhận", "03": "Đã tiếp nhận", "04": "Phân công", "05": "Đang xử lý", "06": "Hoàn thành",
    "13": "Yêu cầu lấy lại", "15": "Đồng ý yêu cầu lấy lại, cập nhật", "16": "Từ chối yêu cầu lấy lại, cập nhật",
}  # fmt: skip


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace, or without a prefix that the message does not declare."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def anywhere(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield all elements of this name below `root`, whatever their namespace."""
    return (one for one in root.iter(etree.Element) if local_name(one) == name)


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Find an element below `element` by the names on the way to it, whatever its namespace; None when there is
    none."""
    for name in names:
        element = next((one for one in children(element) if local_name(one) == name), None)
    return element


def children(element: etree._Element | None) -> Iterator[etree._Element]:
    """Yield the elements directly below `element`; none when it is None."""
    for one in element if element is not None else ():
        if isinstance(one.tag, str):
            yield one


def text_of(element: etree._Element | None) -> str:
    """Read the text of an element as one clean line; "" when there is no element or it is empty."""
    return clean_line(element.text or "") if element is not None else ""


def every(element: etree._Element | None, name: str) -> list[etree._Element]:
    """Find all elements of this name directly below `element`."""
    return [one for one in children(element) if local_name(one) == name]


def iso_day(text: str) -> str | None:
    """Read a day of a message ("2018/09/28") as an ISO date; None when it is none."""
    found = _DAY.match(text)
    try:
        return dt.date(*map(int, found.groups())).isoformat() if found else None
    except ValueError:
        return None


def state_words(header: etree._Element) -> str:
    """Say which state of which document a message tells: "Trạng thái văn bản 7816/VPCP: 03 – Đã tiếp nhận"."""
    code = text_of(child(header, "StatusCode"))
    number = text_of(child(header, "ResponseFor", "Code")) or cited_number(text_of(child(header, "ResponseFor", "DocumentId")))
    state = " – ".join(filter(None, (code, STATES.get(code))))
    return " ".join(filter(None, ("Trạng thái văn bản", number))) + f": {state}"


def cited_number(document_id: str) -> str:
    """Take the number from an id such as "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT"; "" when the id has another form."""
    parts = document_id.split(",", 2)
    return parts[2].strip() if len(parts) == 3 else ""


def cited(document_id: str, number: str = "", day: str = "") -> str:
    """Name another document as texts do: "văn bản số 7816/VPCP-TTĐT ngày 30/09/2015". The `number` and `day` that the
    message states go before those in the id. "" when neither gives a number."""
    parts = document_id.split(",", 2)
    number = number or cited_number(document_id)
    when = iso_day(day) or iso_day(parts[1] if len(parts) == 3 else "")
    printed = f" ngày {dt.date.fromisoformat(when):%d/%m/%Y}" if when else ""
    return f"văn bản số {number}{printed}" if number else ""
