"""What is in a case file: put documents in, take them out, order them, and list them.

A person sees, counts and orders only the documents that they may read; the others keep their places. A document in the
recycle bin is shown to those who may edit it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import CaseDocument, CaseFile, Document, Hold, label_of
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import by_number, guard, rule
from docmgr.services.cases import files, words
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.trail import log

PAGE_SIZE = 100
HELD = Message("Hồ sơ đang tạm giữ nên không bỏ được văn bản ra; hãy chờ đến khi thôi tạm giữ.")


@dataclass(frozen=True)
class CaseRow:
    """A document of a case file as lists show it. `place` counts from 1 the documents that the actor may read."""

    place: int
    document: Document

    @property
    def deleted(self) -> bool:
        """Whether the document is in the recycle bin."""
        return self.document.deleted_at is not None


def seen(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Document: a case file shows it to the actor. Documents that were deleted for good are shown
    to nobody."""
    in_bin = Document.deleted_at.is_not(None) & Document.merged_into.is_(None) & Document.purged_at.is_(None)
    return or_(rule.visible(actor), in_bin & rule.readable(actor, "edit"))


def rows(actor: Actor, case_id: int, page: int = 1, per_page: int = PAGE_SIZE) -> list[CaseRow]:
    """Load one page of the documents of a case file that the actor may read, in their order. Raises Denied and NotFound."""
    files.get(actor, case_id)
    skip = (page - 1) * per_page
    query = select(Document).join(CaseDocument, CaseDocument.document_id == Document.id)
    query = query.where(CaseDocument.case_id == case_id, seen(actor)).order_by(*_ORDER)
    with db.read() as session:
        found = session.scalars(query.limit(per_page).offset(skip))
        return [CaseRow(skip + number, document) for number, document in enumerate(found, start=1)]


_ORDER = CaseDocument.position, CaseDocument.document_id


def counts(actor: Actor, case_ids: Iterable[int]) -> dict[int, int]:
    """Count the documents in each of these case files that the actor may read; those without any are missing. Raises Denied
    when the actor's roles may not read case files."""
    policy.require(actor, "case:read")
    query = select(CaseDocument.case_id, func.count()).join(Document, Document.id == CaseDocument.document_id)
    query = query.where(CaseDocument.case_id.in_(list(case_ids)), seen(actor)).group_by(CaseDocument.case_id)
    with db.read() as session:
        return {case_id: many for case_id, many in session.execute(query)}


def of_document(actor: Actor, document_id: int) -> list[CaseFile]:
    """List the case files in which a document lies, by year and code. Empty when the actor may not read the document or no
    case files."""
    if not policy.may(actor, "case:read"):
        return []
    query = select(CaseFile).join(CaseDocument, CaseDocument.case_id == CaseFile.id)
    query = query.join(Document, Document.id == CaseDocument.document_id).where(CaseDocument.document_id == document_id, rule.visible(actor))
    with db.read() as session:
        return list(session.scalars(query.order_by(CaseFile.year.desc(), CaseFile.code_key)))


def choices(actor: Actor, *, limit: int = 200) -> list[CaseFile]:
    """List the open case files that the actor may put documents into, the newest first, at most `limit`."""
    if not policy.may(actor, "case:edit"):
        return []
    query = select(CaseFile).where(CaseFile.closed_on.is_(None), files.editable(actor)).order_by(CaseFile.year.desc(), CaseFile.id.desc())
    with db.read() as session:
        return list(session.scalars(query.limit(limit)))


def named(actor: Actor, number: str) -> int:
    """Find the document that a person named by its number, or by its id ("#12"). Raises Invalid when there is none that the
    actor may read, or several have the number."""
    typed = number.strip()
    if not typed:
        raise Invalid(Message("Hãy ghi số, ký hiệu của văn bản."), "number")
    found = by_number.named(actor, typed, "number")
    if found is None:
        raise Invalid(Message("Không có văn bản nào mang số này mà bạn đọc được."), "number")
    return found


def add(actor: Actor, case_id: int, document_ids: Iterable[int], *, place: int | None = None) -> int:
    """Put documents at the end of an open case file, or before the one that has the `place` now among those that the actor may
    read, as CaseRow counts. Returns how many were put in; those
    that are in it already do not count. Either all are or none: raises NotFound when the actor may not read one of them,
    Denied, and Invalid when the case file is closed or full."""
    wanted = list(dict.fromkeys(document_ids))
    policy.require(actor, "document:read")
    with db.write() as session:
        # Whoever destroys a document with another case file has its row locked.
        for number in sorted(wanted):
            guard.locked(session, number)
        case = files.for_change(session, actor, case_id)
        documents = [guard.readable(session, actor, number) for number in wanted]
        own = CaseDocument.case_id == case.id
        inside = set(session.scalars(select(CaseDocument.document_id).where(own, CaseDocument.document_id.in_(wanted))))
        new = [document for document in documents if document.id not in inside]
        if len(new) + (session.scalar(select(func.count()).where(own)) or 0) > words.MOST_DOCUMENTS:
            raise Invalid(Message("Một hồ sơ có nhiều nhất %(most)s văn bản.", most=words.MOST_DOCUMENTS))
        before = _room(session, actor, case.id, place, len(new))
        for number, document in enumerate(new, start=1):
            session.add(CaseDocument(case_id=case.id, document_id=document.id, position=before + number, added_by=actor.user_id))
            _record(session, actor, "case:add", case, document)
        if new:
            forms.bump(case)
        return len(new)


def _room(session: Session, actor: Actor, case_id: int, place: int | None, many: int) -> int:
    """Make room for `many` documents before the one that has the place `place` for the actor, at the end when there is none.
    Returns the position after which there is room."""
    own = CaseDocument.case_id == case_id
    shown = [] if place is None else _shown(session, actor, case_id)
    if place is None or place > len(shown):
        return session.scalar(select(func.max(CaseDocument.position)).where(own)) or 0
    every = list(session.scalars(select(CaseDocument).where(own).order_by(*_ORDER)))
    at = every.index(shown[max(place, 1) - 1])
    for number, row in enumerate(every):
        row.position = number + 1 + (many if number >= at else 0)
    return at


def remove(actor: Actor, case_id: int, document_id: int) -> int:
    """Take a document out of an open case file. Returns its place among those that the actor may read, by which
    `add` puts it back: its position would tell how many hidden documents come before it. Raises Denied, NotFound when
    it is not there or the actor may not read it, and Invalid when the case file is closed or held: what is in it is held with it."""
    with db.write() as session:
        case = files.for_change(session, actor, case_id)
        # Whoever holds a case file has its row locked.
        if session.scalar(select(Hold.id).where(Hold.case_id == case.id, Hold.ended_at.is_(None))) is not None:
            raise Invalid(HELD)
        row = _row(session, actor, case_id, document_id)
        place = _shown(session, actor, case_id).index(row) + 1
        session.delete(row)
        forms.bump(case)
        _record(session, actor, "case:remove", case, session.get_one(Document, document_id))
        return place


def move(actor: Actor, case_id: int, document_id: int, step: int) -> None:
    """Move a document one place up (`step` is -1) or down (1) among those that the actor may read. Nothing happens at the
    ends. Raises Denied, NotFound, and Invalid when the case file is closed."""
    with db.write() as session:
        case = files.for_change(session, actor, case_id)
        _row(session, actor, case_id, document_id)
        shown = _shown(session, actor, case_id)
        at = next(number for number, row in enumerate(shown) if row.document_id == document_id)
        to = at + (1 if step > 0 else -1)
        if 0 <= to < len(shown):
            order = [*shown]
            order[at], order[to] = order[to], order[at]
            _arrange(session, shown, order)
            forms.bump(case)
            log.record(session, actor, "case:order", "case", case.id, case.label)


def sort_by_day(actor: Actor, case_id: int) -> None:
    """Order the documents that the actor may read by their days; those without a day come last. Raises Denied, NotFound, and
    Invalid when the case file is closed."""
    with db.write() as session:
        case = files.for_change(session, actor, case_id)
        shown = _shown(session, actor, case_id)
        days = select(Document.id, Document.issued_on).where(Document.id.in_(select(CaseDocument.document_id).where(CaseDocument.case_id == case_id)))
        by_id = {number: day for number, day in session.execute(days)}
        order = sorted(shown, key=lambda row: (by_id[row.document_id] is None, str(by_id[row.document_id]), row.position, row.document_id))
        if order != shown:
            _arrange(session, shown, order)
            forms.bump(case)
            log.record(session, actor, "case:order", "case", case.id, case.label)


def _shown(session: Session, actor: Actor, case_id: int) -> list[CaseDocument]:
    query = select(CaseDocument).join(Document, Document.id == CaseDocument.document_id)
    return list(session.scalars(query.where(CaseDocument.case_id == case_id, seen(actor)).order_by(*_ORDER)))


def _row(session: Session, actor: Actor, case_id: int, document_id: int) -> CaseDocument:
    query = select(CaseDocument).join(Document, Document.id == CaseDocument.document_id)
    query = query.where(CaseDocument.case_id == case_id, CaseDocument.document_id == document_id, seen(actor))
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _arrange(session: Session, shown: Sequence[CaseDocument], order: Sequence[CaseDocument]) -> None:
    """Give the places of `shown` to the rows of `order`. All places in the case file are first made different, so that two
    rows with the same one can change places."""
    every = select(CaseDocument).where(CaseDocument.case_id == shown[0].case_id).order_by(*_ORDER)
    for number, row in enumerate(session.scalars(every), start=1):
        row.position = number
    places = [row.position for row in shown]
    for row, place in zip(order, places, strict=True):
        row.position = place


def _record(session: Session, actor: Actor, action: str, case: CaseFile, document: Document) -> None:
    """Record that a document went into a case file or out of it. The event is about the case file and concerns the document,
    so that only those who may read the document see it."""
    details = {"about": label_of(document)}
    log.record(session, actor, action, "case", case.id, case.label, document_id=document.id, details=details)
