"""Give numbers to outgoing documents and to copies, write numbers that documents already have into the register, and cancel
numbers. Document, line and event are saved in one unit of work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, NumberSeries, RegisterEntry
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard, rule
from docmgr.services.documents import clashes, facts
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.registers import lines, numbering, words
from docmgr.services.registers import series as number_series
from docmgr.services.trail import log
from legaltext import doctypes
from legaltext.numbers import figures, normalise_number, parts_of, printed_number, printed_serial

WITHDRAWN = Message("Văn bản đã thu hồi nên không cấp số được.")
WITHHELD = Message("Văn bản có dấu mật không được cấp số ở đây.")

FAULTS = {
    "numbered": "Văn bản đã có số %(number)s. Hãy ghi số đó vào sổ, hoặc hủy số trước khi cấp số khác.",
    "far": "Số %(number)s cách số tiếp theo %(next)s hơn %(most)s số. Hãy kiểm tra lại, hoặc đặt số bắt đầu của dãy.",
}


@dataclass(frozen=True)
class NumberInput:
    """What a person chose about a number. Each None stands for what is usual: `series_id` for the series of the document's
    type, `entry_id` (the line of a free number) for the next number, and `day` for today. `field` is the abbreviation of
    the drafting unit, which the number of a công văn names after the organ."""

    series_id: int | None = None
    entry_id: int | None = None
    day: dt.date | None = None
    field: str | None = None


def issue_number(actor: Actor, document_id: int, given: NumberInput = NumberInput(), *, revision: int | None = None) -> int:
    """Give a document a number of its series: the line of the register, and the number and day as confirmed facts of the
    document. Returns the id of the line.

    `revision` is the revision of the document when the form was opened; None means that there was no form. Raises Denied or
    NotFound when the actor may not do so, Conflict when the document has changed, and Invalid when it is withdrawn, has a
    number, or something is missing.
    """
    with db.write() as session:
        document = guard.for_change(session, actor, document_id, "register:edit", revision=revision)
        refuse_withdrawn(document)
        if bears_number(session, document):
            raise Invalid(Message(FAULTS["numbered"], number=document.number or ""))
        if not document.type:
            raise Invalid(Message("Văn bản chưa có loại; hãy xác nhận loại văn bản trước khi cấp số."))
        day = words.day(given.day, "day")
        fitting = number_series.covering(session, "outgoing", document.type)
        series = numbering.lock(session, number_series.chosen(actor, fitting, given.series_id).id)
        entry = numbering.take(session, actor, series, day, given.entry_id, document_id=document.id)
        entry.symbol = printed(series, document.type, entry.number, day.year, given.field)
        _refuse_given(session, entry)
        _refuse_taken(session, actor, document, entry.symbol, day)
        facts.edit(session, actor, document, {"number": entry.symbol, "issued_on": day.isoformat()}, confirm=True)
        details = {"number": entry.symbol, "issued_on": forms.day(day), "series": series.name}
        log.document_event(session, actor, "register:issue", document, details)
        return entry.id


def record_number(actor: Actor, document_id: int, *, series_id: int | None = None, revision: int | None = None) -> int:
    """Write the number that a document already has into the register. The next number follows it; the numbers that are left
    out become unused lines, which can be explained or given. Returns the id of the line.

    The series is one whose organ stands in the number: others write numbers of their own. `revision` is as in `issue_number`.
    Raises Denied, NotFound or Conflict as there, and Invalid when the document came from elsewhere, has no number that the
    series can have, or another line has it.
    """
    with db.write() as session:
        document = guard.for_change(session, actor, document_id, "register:edit", revision=revision)
        refuse_withdrawn(document)
        if lines.issued(session, document.id, "outgoing") is not None:
            raise Invalid(Message("Văn bản đã có trong sổ văn bản đi."))
        if lines.issued(session, document.id, "incoming") is not None:
            raise Invalid(Message("Văn bản đã vào sổ văn bản đến, nên không phải văn bản đi của cơ quan."))
        number, day = _own_number(document)
        series = numbering.lock(session, _naming(session, actor, document, series_id).id)
        following = numbering.following(session, series, day.year)
        free = _line_of(session, series, day.year, number) if number < following else None
        unused = range(following, number)
        if len(unused) > words.MOST_UNUSED:
            raise Invalid(Message(FAULTS["far"], number=number, most=words.MOST_UNUSED, next=following))
        for one in unused:
            numbering.add(session, actor, series, day, one, "unused")
        columns = {"document_id": document.id, "symbol": document.number}
        if free is not None:
            entry = numbering.take(session, actor, series, day, free, **columns)
        else:
            entry = numbering.add(session, actor, series, day, number, "issued", **columns)
        left_out = f"{printed_serial(unused[0])}-{printed_serial(unused[-1])}" if unused else None
        details = {"number": document.number, "issued_on": forms.day(day), "series": series.name, "unused": left_out}
        log.document_event(session, actor, "register:record", document, details)
        return entry.id


def issue_copy(actor: Actor, document_id: int, kind: str, given: NumberInput = NumberInput()) -> int:
    """Give a copy of a document a number of the series of copies; the facts of the document stay. `kind` is a key of
    words.COPIES. Returns the id of the line. Raises Denied, NotFound and Invalid as `issue_number` does."""
    with db.write() as session:
        document = guard.for_change(session, actor, document_id, "register:edit")
        refuse_withdrawn(document)
        forms.one_of(kind, words.COPIES, "copy_kind")
        day = words.day(given.day, "day")
        fitting = number_series.covering(session, "copies")
        series = numbering.lock(session, number_series.chosen(actor, fitting, given.series_id).id)
        entry = numbering.take(session, actor, series, day, given.entry_id, document_id=document.id, copy_kind=kind)
        entry.symbol = printed_number(entry.number, kind, organ_of(series))
        _refuse_given(session, entry)
        details = {"number": entry.symbol, "issued_on": forms.day(day), "series": series.name}
        log.document_event(session, actor, "register:copy", document, details)
        return entry.id


def cancel(actor: Actor, entry_id: int, reason: str, *, revision: int | None) -> None:
    """Cancel a given number: its line stays, and the number is not given again. `revision` is the revision of the line when
    the form was opened. Raises Denied, NotFound when the actor may not edit its document, Conflict, and Invalid without a
    reason or when the line has no valid number."""
    policy.require(actor, "register:edit")
    reason = words.reason(reason)
    with db.write() as session:
        entry = forms.for_change(session, RegisterEntry, entry_id, revision, lambda row: _require_editable(session, actor, row))
        if entry.state != "issued" or entry.document_id is None:
            raise Invalid(Message("Chỉ hủy được số đã cấp."))
        numbering.mark(entry, actor, "cancelled", reason)
        document = session.get_one(Document, entry.document_id)
        details = {"number": entry.symbol or printed_serial(entry.number), "reason": reason}
        log.document_event(session, actor, "register:cancel", document, details)


def refuse_withdrawn(document: Document) -> None:
    """Raise Invalid for a document that was withdrawn, or whose content is not kept because of a secrecy stamp."""
    if document.workflow == "withdrawn":
        raise Invalid(WITHDRAWN)
    if document.state == "withheld":
        raise Invalid(WITHHELD)


def bears_number(session: Session, document: Document) -> bool:
    """Whether the document has a number that was not cancelled."""
    own = select(RegisterEntry).where(RegisterEntry.document_id == document.id, RegisterEntry.kind == "outgoing")
    rows = list(session.scalars(own))
    if any(row.state == "issued" for row in rows):
        return True
    key = normalise_number(document.number or "")
    return bool(key) and key not in {normalise_number(row.symbol or "") for row in rows if row.state == "cancelled"}


def printed(series: NumberSeries, type_name: str, number: int, year: int, field: str | None) -> str:
    """Print a number of the series for a document of this type. Raises Invalid when the series has no abbreviation of the
    organ, the type has no symbol, or `field` is no abbreviation."""
    symbol = doctypes.symbol_in_numbers(type_name)
    if symbol is None:
        raise Invalid(Message("Loại “%(type)s” không có ký hiệu trong số văn bản; hãy sửa loại của văn bản.", type=type_name))
    unit = words.one_line(field, "field", 20) or ""
    if unit and not unit.replace("&", "").isalnum():
        raise Invalid(Message("Ký hiệu đơn vị soạn thảo chỉ có chữ và chữ số, ví dụ GDTrH."), "field")
    in_number = year if doctypes.has_year_in_number(type_name) else None
    return printed_number(number, symbol, organ_of(series), year=in_number, field=unit)


def organ_of(series: NumberSeries) -> str:
    """The abbreviation of the organ in the numbers of the series. Raises Invalid when it is not set."""
    if not series.organ:
        message = Message("Dãy “%(series)s” chưa có chữ viết tắt tên cơ quan; hãy ghi ở trang Dãy số.", series=series.name)
        raise Invalid(message, "series")
    return series.organ


def _require_editable(session: Session, actor: Actor, entry: RegisterEntry) -> None:
    """Raise NotFound unless the actor may edit the document of the line, also one in the recycle bin."""
    lines.require_seen(session, actor, entry)
    own = select(Document.id).where(Document.id == entry.document_id, rule.readable(actor, "edit"))
    if entry.document_id is not None and session.scalar(own) is None:
        raise NotFound


def _naming(session: Session, actor: Actor, document: Document, series_id: int | None) -> NumberSeries:
    """Choose the series that covers the document and whose organ stands in its number. Raises Invalid when there is none."""
    parts = parts_of(document.number or "")
    symbol = "-".join(("", *parts.symbol, "")) if parts is not None else ""
    fitting = []
    for series in number_series.covering(session, "outgoing", document.type):
        organ = parts_of(f"1/{organ_of(series)}") if series.organ else None
        if organ is not None and "-".join(("", *organ.symbol, "")) in symbol:
            fitting.append(series)
    if not fitting:
        message = Message("Không dãy số nào có chữ viết tắt cơ quan trong số %(number)s; sổ văn bản đi chỉ ghi số do cơ quan cấp.", number=document.number or "")
        raise Invalid(message)
    return number_series.chosen(actor, fitting, series_id)


def _own_number(document: Document) -> tuple[int, dt.date]:
    """Read the serial number of the document's own number, and its day."""
    parts = parts_of(document.number or "")
    if parts is None or not parts.no.isdigit() or not 1 <= figures(parts.no) <= words.LARGEST:
        raise Invalid(Message("Số của văn bản không có số thứ tự ghi được vào sổ; hãy sửa số, ký hiệu trước."))
    if document.issued_on is None:
        raise Invalid(Message("Văn bản chưa có ngày ban hành; hãy xác nhận ngày trước khi ghi vào sổ."))
    return figures(parts.no), words.day(document.issued_on, "day")


def _line_of(session: Session, series: NumberSeries, year: int, number: int) -> int:
    """The id of the free line of this number. Raises Invalid when the number is not free."""
    of_it = RegisterEntry.series_id == series.id, RegisterEntry.year == year, RegisterEntry.number == number
    entry = session.scalar(select(RegisterEntry).where(*of_it))
    if entry is None:
        raise Invalid(Message("Số %(number)s nhỏ hơn số bắt đầu của dãy “%(series)s”.", number=number, series=series.name))
    if entry.state not in words.FREE:
        taken = Message("Số %(number)s năm %(year)s của dãy “%(series)s” đã có dòng khác trong sổ.", number=number, year=year, series=series.name)
        raise Invalid(taken)
    return entry.id


def _refuse_given(session: Session, entry: RegisterEntry) -> None:
    """Raise Invalid when another line has the same printed number in the same year: of another series with the same organ, or
    of one that was closed. The register is asked, not what the actor may read, so the message tells the number alone."""
    same = RegisterEntry.kind == entry.kind, RegisterEntry.year == entry.year, RegisterEntry.symbol == entry.symbol
    session.flush()
    if session.scalar(select(RegisterEntry.id).where(*same, RegisterEntry.id != entry.id).limit(1)) is not None:
        message = Message("Số %(number)s năm %(year)s đã có trong sổ, ở dãy khác; hãy đặt số bắt đầu của dãy này.", number=entry.symbol or "", year=entry.year)
        raise Invalid(message)


def _refuse_taken(session: Session, actor: Actor, document: Document, symbol: str, day: dt.date) -> None:
    """Raise Invalid when the store has another document with this number, which is not in the register."""
    found = clashes.clashes(session, actor, document.id, symbol, document.issuer, day)
    if found:
        message = Message("Số %(number)s đã có ở “%(other)s”; hãy ghi văn bản đó vào sổ trước.", number=symbol, other=found[0].label)
        raise Invalid(message)
