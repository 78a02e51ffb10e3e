"""The registers as lists: all columns of the law's forms, with the words of a document only for those who may read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from docmgr import db, policy
from docmgr.models import Document, NumberSeries, RegisterEntry, Tombstone, Unit, User
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.documents import references
from docmgr.services.errors import NotFound
from docmgr.services.registers import lines, words
from legaltext import dates
from legaltext.numbers import printed_serial

PAGE_SIZE = 50
# Register → the kinds of series in it, and its name.
REGISTERS = {"outgoing": ("outgoing", "copies"), "incoming": ("incoming",), "handling": ("incoming",)}
TITLES = {
    "outgoing": "Sổ đăng ký văn bản đi",
    "incoming": "Sổ đăng ký văn bản đến",
    "handling": "Sổ theo dõi giải quyết văn bản đến",
}


@dataclass(frozen=True)
class RegisterFilter:
    """Which lines of a register to show. `register` is a key of REGISTERS; None as `series_id` means all its series. With `since` or
    `until` these are the documents with a valid number of those days, both included, of whatever year."""

    register: str
    year: int
    series_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class ShownDocument:
    """What the register prints of a document that the actor may read. `deleted` is true when it is in the recycle bin,
    and `destroyed` when it was destroyed with its case file."""

    id: int
    type: str | None
    number: str | None
    subject: str | None
    issuer: str | None
    issued_on: dt.date | None
    signer: str | None
    recipients: tuple[str, ...]
    deleted: bool
    destroyed: bool = False


@dataclass(frozen=True)
class RegisterLine:
    """One line of a register. `printed` is the number as it is shown. `hidden` is true when the actor may not read its
    document: then the line has number, day, state and nothing else. `unit`, `person` and `holder` are names. `answer` is
    the number of the answer, or None where the actor may not read it (`answer_hidden`). `who`, `changed_at` and `reason`
    say how the line came to its state."""

    entry: RegisterEntry
    series: str
    printed: str
    hidden: bool
    document: ShownDocument | None = None
    unit: str | None = None
    person: str | None = None
    holder: str | None = None
    answer: str | None = None
    answer_id: int | None = None
    answer_hidden: bool = False

    @property
    def valid(self) -> bool:
        """Whether the number was given to a document and not cancelled."""
        return self.entry.state == "issued"


def page(actor: Actor, wanted: RegisterFilter, number: int = 1, *, per_page: int = PAGE_SIZE, ascending: bool = False) -> list[RegisterLine]:
    """Load one page of a register, by series and number; the largest numbers come first, unless `ascending`. It takes two
    queries. Raises Denied when the actor may not read registers."""
    policy.require(actor, "register:read")
    by = RegisterEntry.number if ascending else RegisterEntry.number.desc()
    # The lines of the page are chosen first: rights of documents are looked up for these alone.
    chosen = select(RegisterEntry.id).where(*_of(wanted)).order_by(RegisterEntry.series_id, by)
    chosen = chosen.limit(per_page).offset((number - 1) * per_page)
    query = _lines(actor).where(RegisterEntry.id.in_(chosen)).order_by(RegisterEntry.series_id, by)
    with db.read() as session:
        return _loaded(session, actor, query)


def count(actor: Actor, wanted: RegisterFilter) -> int:
    """Count the lines of a register. Raises Denied when the actor may not read registers."""
    policy.require(actor, "register:read")
    with db.read() as session:
        return session.scalar(select(func.count(RegisterEntry.id)).where(*_of(wanted))) or 0


def years(actor: Actor, register: str) -> list[int]:
    """The years of which the register has lines, and this year; the latest first. Raises Denied when the actor may not read
    registers."""
    policy.require(actor, "register:read")
    query = select(RegisterEntry.year).where(RegisterEntry.kind.in_(REGISTERS[register])).distinct()
    with db.read() as session:
        return sorted({*session.scalars(query), dates.today().year}, reverse=True)


def line(actor: Actor, entry_id: int) -> RegisterLine:
    """Load one line for its form. Raises Denied when the actor may not edit registers, and NotFound when there is no such
    line or the actor may not read its document."""
    policy.require(actor, "register:edit")
    with db.read() as session:
        found = _loaded(session, actor, _lines(actor).where(RegisterEntry.id == entry_id))
    if not found or found[0].hidden:
        raise NotFound
    return found[0]


def of_document(actor: Actor, document_id: int) -> list[RegisterLine]:
    """Load the lines of a document, in the order in which they were made. The role to read registers is not needed. Empty
    when the actor may not read the document."""
    policy.require(actor, "document:read")
    with db.read() as session:
        found = _loaded(session, actor, _lines(actor).where(RegisterEntry.document_id == document_id).order_by(RegisterEntry.id))
    return [one for one in found if not one.hidden]


def free(actor: Actor, series_ids: Sequence[int]) -> list[RegisterLine]:
    """Load the lines of these series whose numbers may be given to a document, at most 200, the newest years first. Raises
    Denied when the actor may not edit registers."""
    policy.require(actor, "register:edit")
    query = _lines(actor).where(RegisterEntry.series_id.in_(series_ids), RegisterEntry.state.in_(words.FREE))
    query = query.order_by(RegisterEntry.year.desc(), NumberSeries.id, RegisterEntry.number)
    with db.read() as session:
        return _loaded(session, actor, query.limit(200)) if series_ids else []


def _of(wanted: RegisterFilter) -> tuple[ColumnElement[bool], ...]:
    conditions: list[ColumnElement[bool]] = [RegisterEntry.kind.in_(REGISTERS[wanted.register])]
    if wanted.since is None and wanted.until is None:
        conditions.append(RegisterEntry.year == wanted.year)
    else:
        conditions.append(RegisterEntry.state == "issued")
    if wanted.since is not None:
        conditions.append(RegisterEntry.dated_on >= wanted.since)
    if wanted.until is not None:
        conditions.append(RegisterEntry.dated_on <= wanted.until)
    if wanted.series_id is not None:
        conditions.append(RegisterEntry.series_id == wanted.series_id)
    return tuple(conditions)


_PERSON, _HOLDER = aliased(User), aliased(User)


def _lines(actor: Actor) -> Select[RegisterEntry, str, Document, str, str, str]:
    """Build the query for lines. It loads no row of a document that the actor may not read."""
    return (
        select(RegisterEntry, NumberSeries.name, Document, Unit.name, _PERSON.full_name, _HOLDER.full_name)
        .join(NumberSeries, NumberSeries.id == RegisterEntry.series_id)
        .outerjoin(Document, and_(Document.id == RegisterEntry.document_id, lines.seen(actor)))
        .outerjoin(Unit, Unit.id == RegisterEntry.unit_id)
        .outerjoin(_PERSON, _PERSON.id == RegisterEntry.person_id)
        .outerjoin(_HOLDER, _HOLDER.id == RegisterEntry.holder_id)
    )


def _loaded(session: Session, actor: Actor, query: Select[RegisterEntry, str, Document, str, str, str]) -> list[RegisterLine]:
    rows: list[Any] = list(session.execute(query))
    answers = references.documents(session, actor, (entry.answer_id for entry, *_ in rows))
    lost = {entry.answer_id for entry, *_ in rows if entry.answer_id is not None} - set(answers)
    lost |= {document.id for _, _, document, *_ in rows if document is not None and document.purged_at is not None}
    stones = _stones(session, actor, lost) if lost else {}
    found = []
    for entry, series, document, unit, person, holder in rows:
        if entry.document_id is not None and document is None:
            found.append(RegisterLine(_bare(entry), series, printed_serial(entry.number), hidden=True))
            continue
        answer_hidden = entry.answer_id is not None and entry.answer_id not in answers and entry.answer_id not in stones
        printed = entry.symbol if entry.symbol and entry.kind != "incoming" else printed_serial(entry.number)
        found.append(
            RegisterLine(
                entry, series, printed, False, _document(document, stones), unit, person, holder,
                None if answer_hidden else entry.answer, entry.answer_id if entry.answer_id in answers else None, answer_hidden,
            )
        )  # fmt: skip
    return found


def _bare(entry: RegisterEntry) -> RegisterEntry:
    """A copy of the line with number, day and state alone, which is not stored. What a page does not have it cannot show."""
    return RegisterEntry(**{name: getattr(entry, name) for name in _SHOWN_TO_ALL})


_SHOWN_TO_ALL = ("id", "revision", "series_id", "kind", "year", "number", "state", "dated_on")


def _stones(session: Session, actor: Actor, document_ids: Collection[int]) -> dict[int, Tombstone]:
    """What is left of those of these documents that were deleted for good and that the actor might read, by document id."""
    query = select(Tombstone).join(Document, Document.id == Tombstone.document_id)
    query = query.where(Tombstone.document_id.in_(document_ids), rule.readable(actor))
    return {stone.document_id: stone for stone in session.scalars(query)}


def _document(document: Document | None, stones: Mapping[int, Tombstone]) -> ShownDocument | None:
    if document is None:
        return None
    if (stone := stones.get(document.id)) is not None:
        return ShownDocument(
            document.id, stone.type, stone.number, stone.subject, stone.issuer, stone.issued_on, stone.signer, tuple(stone.recipients or ()),
            deleted=False, destroyed=True,
        )  # fmt: skip
    return ShownDocument(
        document.id, document.type, document.number, document.subject, document.issuer, document.issued_on, document.signer,
        tuple(document.recipients or ()), document.deleted_at is not None,
    )  # fmt: skip
