"""Packages for the archive: ask for one, list them, send one, and note that it was handed over.

A package is made with the rights of who asked for it. It is sent to everybody who may have all that is in it, and not when a
document in it has changed since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import context, db, paging, policy
from docmgr.models import CaseFile, Document, Handover, HandoverCase
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import rule
from docmgr.services.cases import files, listing, packing
from docmgr.services.cases import words as case_words
from docmgr.services.cases.listing import CaseLine
from docmgr.services.chunks import chunks
from docmgr.services.errors import Invalid
from docmgr.services.handover import words
from docmgr.services.message import Message, restored
from docmgr.services.trail import log
from docmgr.storage import BytesMissing
from legaltext.text import clean_line

PAGE_SIZE = 50


@dataclass(frozen=True)
class HandoverLine:
    """A package in a list, and the number of its case files."""

    handover: Handover
    cases: int


@dataclass(frozen=True)
class HandoverPage:
    """One page of all packages, the newest first; `total` counts those on all pages."""

    lines: tuple[HandoverLine, ...]
    total: int
    page: int


@dataclass(frozen=True)
class ShownHandover:
    """One package with its case files in their order. `error` says why it could not be made."""

    handover: Handover
    cases: tuple[CaseLine, ...]
    error: Message | None


@dataclass(frozen=True)
class OpenedPackage:
    """The bytes of a package: its name, an open stream, which the caller closes, and its size in bytes."""

    name: str
    stream: BinaryIO
    size: int


def choices(actor: Actor) -> list[CaseFile]:
    """List the closed case files that the actor may hand over and that have not gone to the archive, those due soonest first, at
    most words.MOST_CASES. Raises Denied."""
    policy.require(actor, "handover:make")
    there = CaseFile.closed_on.is_not(None), CaseFile.archived_on.is_(None), CaseFile.destroyed_on.is_(None)
    query = select(CaseFile).where(*there, files.editable(actor)).order_by(CaseFile.handover_on, CaseFile.id)
    with db.read() as session:
        return list(session.scalars(query.limit(words.MOST_CASES)))


def create(actor: Actor, title: str, case_ids: Iterable[int]) -> int:
    """Ask for a package of these case files; the worker makes it. Returns its id. Raises Denied, NotFound, and Invalid with the
    field that is wrong, or when a case file is open, destroyed or in the archive."""
    policy.require(actor, "handover:make")
    wanted = list(dict.fromkeys(case_ids))
    named = forms.required(clean_line(title), Message("Hãy ghi tên đợt giao nộp."), "title", words.TITLE)
    if not wanted:
        raise Invalid(Message("Hãy chọn ít nhất một hồ sơ."), "case")
    if len(wanted) > words.MOST_CASES:
        raise Invalid(Message("Một gói có nhiều nhất %(most)s hồ sơ.", most=words.MOST_CASES), "case")
    with db.write() as session:
        for case_id in sorted(wanted):
            _fitting(session, actor, case_id)
        made = Handover(title=named, asked_by=actor.user_id, asked_by_label=actor.label)
        session.add(made)
        session.flush()
        session.add_all(HandoverCase(handover_id=made.id, case_id=number, place=place) for place, number in enumerate(wanted, start=1))
        _record(session, actor, "handover:create", made, {"cases": _codes(session, wanted)})
        return made.id


def again(actor: Actor, handover_id: int, *, revision: int | None = None) -> None:
    """Ask for a package to be made again, now with the rights of the actor. Raises Denied, NotFound, Conflict, and Invalid when it
    is waiting or was handed over."""
    with db.write() as session:
        one = _for_change(session, actor, handover_id, revision)
        if one.state not in ("made", "failed"):
            raise Invalid(Message("Gói đang chờ lập hoặc đã giao nộp nên không lập lại."))
        for case_id in _case_ids(session, one):
            _fitting(session, actor, case_id)
        one.asked_by, one.asked_by_label, one.asked_at = actor.user_id, actor.label, db.now()
        one.state, one.error, one.attempts = "waiting", None, 0
        one.sha256 = one.size = one.files = one.contents = one.made_at = None
        forms.bump(one)
        _record(session, actor, "handover:create", one)


def hand_over(actor: Actor, handover_id: int, receiver: str, handed_on: dt.date | None = None, *, revision: int | None = None) -> None:
    """Note that the case files of a package went to the archive on a day (None: today), and who received them: all of them or
    none. Raises Denied, NotFound, Conflict, and Invalid with the field that is wrong, or when one went there before."""
    with db.write() as session:
        one = _for_change(session, actor, handover_id, revision)
        if one.state != "made":
            raise Invalid(Message("Chưa có gói để giao nộp, hoặc gói đã giao nộp."))
        told = forms.required(clean_line(receiver), Message("Hãy ghi người nhận ở lưu trữ."), "receiver", words.RECEIVER)
        day = case_words.day(handed_on, "handed_on")
        for case_id in _case_ids(session, one):
            files.mark_archived(session, actor, _fitting(session, actor, case_id), day, told)
        one.state, one.handed_on, one.receiver = "handed", day, told
        one.handed_by, one.handed_by_label, one.handed_at = actor.user_id, actor.label, db.now()
        forms.bump(one)
        _record(session, actor, "handover:record", one, {"archived_on": forms.day(day), "receiver": told})


def get(actor: Actor, handover_id: int) -> Handover:
    """Load a package. Raises Denied when the actor's roles may not read packages, and NotFound when there is none."""
    policy.require(actor, "handover:read")
    with db.read() as session:
        return forms.loaded(session, Handover, handover_id)


def page(actor: Actor, number: int = 1) -> HandoverPage:
    """Load one page of all packages. A number beyond the end gives the last page. Raises Denied."""
    policy.require(actor, "handover:read")
    with db.read() as session:
        total = session.scalar(select(func.count(Handover.id))) or 0
        number, _ = paging.nearest(number, total, PAGE_SIZE)
        many = select(func.count()).where(HandoverCase.handover_id == Handover.id).scalar_subquery()
        query = select(Handover, many).order_by(Handover.id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
        return HandoverPage(tuple(HandoverLine(one, cases) for one, cases in session.execute(query)), total, number)


def one(actor: Actor, handover_id: int) -> ShownHandover:
    """Load a package with its case files. Raises Denied and NotFound."""
    found = get(actor, handover_id)
    with db.read() as session:
        query = select(HandoverCase.case_id).where(HandoverCase.handover_id == handover_id).order_by(HandoverCase.place)
        case_ids = list(session.scalars(query))
    return ShownHandover(found, tuple(listing.lines(actor, case_ids)), restored(found.error) if found.error else None)


def open_package(actor: Actor, handover_id: int) -> OpenedPackage:
    """Open the bytes of a package, and record that it was taken. Raises Denied, NotFound, and Invalid when it is not made, no
    longer stored, or has something that may not be sent to the actor."""
    policy.require(actor, "document:read")
    found = get(actor, handover_id)
    if found.sha256 is None or found.contents is None:
        raise Invalid(words.GONE)
    if not _may_have(actor, found.contents["documents"], found.contents["files"]):
        raise Invalid(words.CHANGED)
    try:
        stream = context.current().storage.open(found.sha256)
    except BytesMissing:
        raise Invalid(words.GONE) from None
    try:
        with db.write() as session:
            _record(session, actor, "handover:open", found)
    except BaseException:
        stream.close()
        raise
    return OpenedPackage(f"giao-nop-luu-tru-{found.id}.zip", stream, found.size or 0)


def _may_have(actor: Actor, document_ids: Sequence[int], packed: Sequence[Sequence[object]]) -> bool:
    """Whether the actor may read all of these documents, and all of these files may still be sent to the actor."""
    with db.read() as session:
        for some in chunks(document_ids):
            query = select(func.count(Document.id)).where(Document.id.in_(some), rule.visible(actor))
            if session.scalar(query) != len(some):
                return False
    return {(number, sha256) for number, sha256 in packed} <= packing.sendable(actor, document_ids)


def _for_change(session: Session, actor: Actor, handover_id: int, revision: int | None) -> Handover:
    return forms.for_change(session, Handover, handover_id, revision, lambda _one: policy.require(actor, "handover:make"))


def _fitting(session: Session, actor: Actor, case_id: int) -> CaseFile:
    """Lock and return a closed case file that the actor may edit and that has not gone to the archive. Raises Denied, NotFound and
    Invalid."""
    case = files.for_change(session, actor, case_id, closed=True)
    if case.archived_on is not None:
        raise Invalid(Message("Hồ sơ “%(name)s” đã nộp lưu trữ.", name=case.code), "case")
    return case


def _case_ids(session: Session, one: Handover) -> list[int]:
    return list(session.scalars(select(HandoverCase.case_id).where(HandoverCase.handover_id == one.id).order_by(HandoverCase.case_id)))


def _codes(session: Session, case_ids: Sequence[int]) -> list[str]:
    return list(session.scalars(select(CaseFile.code).where(CaseFile.id.in_(case_ids)).order_by(CaseFile.id)))


def _record(session: Session, actor: Actor, action: str, one: Handover, details: dict[str, object] | None = None) -> None:
    log.record(session, actor, action, "handover", one.id, one.label, details=details)
