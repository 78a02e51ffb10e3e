"""The report on how incoming documents of a period were received and dealt with: figures from the register, as a DOCX.

A document is dealt with when the register names its answer or its workflow has ended; the later of the two days counts. Of documents that
the reader may not read the register shows that they arrived, so they are counted and nothing else is said of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, aliased

from docmgr import db, policy
from docmgr.models import Document, DocumentFlow, RegisterEntry, Tombstone, Unit
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.paper_templates import making
from docmgr.services.people import agency
from docmgr.services.registers import lines, listing, words
from docmgr.services.registers.listing import RegisterFilter
from docmgr.services.reports.wording import Address, ReportFile
from docmgr.services.trail import log
from docmgr.writing.reports.incoming import IncomingReport
from docmgr.writing.reports.plan_report import Figure, FigureTable
from legaltext import dates
from legaltext.dates import VIETNAM

# The longest period, in days, and how many rows a table names.
MOST_DAYS, ROWS_SHOWN = 366, 30
# How far a document is → how the report says it.
STATES = {
    "on_time": "Đã giải quyết đúng hạn",
    "late": "Đã giải quyết quá hạn",
    "done": "Đã giải quyết, không đặt thời hạn hoặc không rõ ngày giải quyết",
    "open": "Đang giải quyết, chưa đến hạn hoặc không đặt thời hạn",
    "overdue": "Chưa giải quyết, đã quá hạn",
}
DONE = ("on_time", "late", "done")
# So many lines are read at a time.
_PIECE = 2_000


@dataclass(frozen=True)
class Arrival:
    """What the report needs of a document that arrived and that the reader may read."""

    type: str
    sender: str
    unit: str
    state: str


def write(actor: Actor, first: dt.date | None, last: dt.date | None, address: Address) -> ReportFile:
    """Write the report on what arrived from `first` to `last`, both included, and record an event. `address` makes the address of the
    register "incoming" with what is chosen there. Raises Denied when the actor may not read registers, and Invalid when a day is missing,
    the period is wrong or the machine is busy."""
    from docmgr.writing.reports import incoming_docx

    report = gather(actor, *period(first, last), address)
    made = making.make("incoming_report", report, lambda: incoming_docx.to_docx(report))
    file = ReportFile(f"bao-cao-van-ban-den-{report.first:%Y%m%d}-{report.last:%Y%m%d}.docx", made.body, made.notice)
    details = {"file": file.name, "rows": report.total.count, **made.details()}
    with db.write() as session:
        log.record(session, actor, "register:report", "register", None, listing.TITLES["incoming"], details=details)
    return file


def period(first: dt.date | None, last: dt.date | None) -> tuple[dt.date, dt.date]:
    """The first and the last day. Raises Invalid when one is missing, too early or still to come, they are in the wrong order, or the period
    is too long."""
    if first is None:
        raise Invalid(Message("Hãy nhập ngày đầu của kỳ báo cáo."), "since")
    if last is None:
        raise Invalid(Message("Hãy nhập ngày cuối của kỳ báo cáo."), "until")
    words.day(first, "since")
    if last < first:
        raise Invalid(Message("Ngày cuối của kỳ báo cáo phải từ ngày đầu trở đi."), "until")
    if (last - first).days >= MOST_DAYS:
        raise Invalid(Message("Kỳ báo cáo dài nhất là một năm."), "until")
    return first, last


def gather(actor: Actor, first: dt.date, last: dt.date, address: Address) -> IncomingReport:
    """Count what the report says. Raises Denied when the actor may not read registers."""
    policy.require(actor, "register:read")
    shown = address("incoming", since=first.isoformat(), until=last.isoformat())
    with db.read() as session:
        arrivals = list(_arrivals(session, actor, first, last))
    total = listing.count(actor, RegisterFilter("incoming", first.year, since=first, until=last))
    counts = {state: sum(one.state == state for one in arrivals) for state in STATES}
    return IncomingReport(
        agency=agency.name(),
        first=first,
        last=last,
        day=dates.today(),
        total=Figure("Tổng số văn bản đến", total, shown),
        hidden=total - len(arrivals),
        results=tuple(Figure(told, counts[state], "") for state, told in STATES.items()),
        types=_table("Loại văn bản", arrivals, lambda one: one.type or "Không ghi loại", shown),
        senders=_table("Cơ quan, tổ chức gửi", arrivals, lambda one: one.sender or "Không ghi nơi gửi", shown),
        units=_table("Đơn vị nhận", arrivals, lambda one: one.unit or "Chưa giao đơn vị", shown),
    )


def _arrivals(session: Session, actor: Actor, first: dt.date, last: dt.date) -> Iterator[Arrival]:
    answer, entry = aliased(Document), RegisterEntry
    here = and_(entry.kind == "incoming", entry.state == "issued", entry.dated_on.between(first, last))
    ended = func.max(case((DocumentFlow.stopped.is_(False), DocumentFlow.ended_at))).label("ended_at")
    running = func.sum(case((DocumentFlow.ended_at.is_(None), 1), else_=0)).label("running")
    flows = (
        select(DocumentFlow.document_id, ended, running)
        .where(DocumentFlow.document_id.in_(select(entry.document_id).where(here)))
        .group_by(DocumentFlow.document_id).subquery()
    )  # fmt: skip
    readable = select(Document.id).where(rule.visible(actor)).correlate(None)
    query = (
        select(func.coalesce(Document.type, Tombstone.type), func.coalesce(Document.issuer, Tombstone.issuer), entry.sender, Unit.name, entry.due_on, entry.answer, answer.issued_on, flows.c.ended_at, flows.c.running)
        .select_from(entry)
        .join(Document, and_(Document.id == entry.document_id, lines.seen(actor)))
        .outerjoin(Tombstone, Tombstone.document_id == Document.id)
        .outerjoin(answer, and_(answer.id == entry.answer_id, answer.id.in_(readable)))
        .outerjoin(Unit, Unit.id == entry.unit_id)
        .outerjoin(flows, flows.c.document_id == entry.document_id)
        .where(here)
    )
    today = dates.today()
    for type_, issuer, sender, unit, due, answered, answered_on, moment, still in session.execute(query.execution_options(yield_per=_PIECE)):
        ended_on = moment.astimezone(VIETNAM).date() if moment is not None and not still else None
        day = max((one for one in (ended_on, answered_on) if one is not None), default=None)
        yield Arrival(type_ or "", issuer or sender or "", unit or "", _state(due, bool(answered) or ended_on is not None, day, today))


def _state(due: dt.date | None, handled: bool, day: dt.date | None, today: dt.date) -> str:
    """How far a document is, a key of STATES: it is `handled`, on a `day` that may be unknown."""
    if not handled:
        return "overdue" if due is not None and due < today else "open"
    if due is None or day is None:
        return "done"
    return "on_time" if day <= due else "late"


def _table(name: str, arrivals: Iterable[Arrival], by: Callable[[Arrival], str], address: str) -> FigureTable:
    """Count documents by one of their parts, the most frequent first; what is beyond ROWS_SHOWN is added up."""
    sums: dict[str, list[int]] = {}
    for one in arrivals:
        row = sums.setdefault(by(one), [0, 0, 0, 0, 0])
        counted = (True, one.state in DONE, one.state == "late", one.state not in DONE, one.state == "overdue")
        sums[by(one)] = [number + yes for number, yes in zip(row, counted, strict=True)]
    rows: list[tuple[Any, list[int]]] = sorted(sums.items(), key=lambda pair: (-pair[1][0], pair[0]))
    if len(rows) > ROWS_SHOWN:
        rest = [numbers for _, numbers in rows[ROWS_SHOWN:]]
        rows = [*rows[:ROWS_SHOWN], (f"Và {len(rest)} dòng khác", [sum(column) for column in zip(*rest, strict=True)])]
    columns = (name, "Tổng số", "Đã giải quyết", "Trong đó quá hạn", "Chưa giải quyết", "Trong đó quá hạn")
    return FigureTable(columns, tuple((words_, *map(str, numbers)) for words_, numbers in rows), address)
