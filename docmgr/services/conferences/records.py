"""Conferences themselves: create and edit one, and say when its results were announced.

Everybody who reads plans reads conferences, and who may edit plans of a unit edits its conferences. The state is never chosen: `follow`
derives it from what is recorded. Locks: the table (two annual conferences of a year), then the row, which also guards votes and papers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Conference
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.conferences import checks
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Words
from docmgr.services.planning import plans
from docmgr.services.trail import log
from legaltext import dates
from legaltext.text import clean_line

KINDS = {"annual": "Thường niên", "extraordinary": "Bất thường"}
STATES = {"preparing": "Chuẩn bị", "held": "Đã tổ chức", "resolved": "Đã ban hành nghị quyết", "announced": "Đã công bố"}
FIRST_YEAR, LAST_YEAR = 2000, 2100
PLACE, PERSON, AGENDA = 300, 200, 10_000


@dataclass(frozen=True)
class ConferenceInput:
    """The fields of the form for a conference. `kind` is a key of KINDS. `starts_at` is a time such as "8:00" or "8 giờ"."""

    year: int | None
    unit_id: int | None
    kind: str = "annual"
    held_on: dt.date | None = None
    starts_at: str = ""
    place: str = ""
    chair: str = ""
    secretary: str = ""
    agenda: str = ""
    invited: int | None = None
    present: int | None = None


def create(actor: Actor, given: ConferenceInput) -> int:
    """Create a conference and return its id. Raises Denied when the actor's roles may not edit plans, and Invalid with the field that is
    wrong, also when the unit is not the actor's own."""
    policy.require(actor, "plan:edit")
    with db.write() as session:
        forms.one_at_a_time(session, Conference)
        row = Conference(created_by=actor.user_id)
        with session.no_autoflush:
            _fill(session, actor, row, given)
            session.add(row)
        follow(session, row)
        log.record(session, actor, "conference:create", "conference", row.id, label(row), details=forms.filled(_shown(row)))
        return row.id


def edit(actor: Actor, conference_id: int, given: ConferenceInput, *, revision: int | None) -> None:
    """Change a conference. `revision` is its revision when the form was opened; None means that there was no form. Raises Denied, NotFound,
    Conflict, and Invalid with the field that is wrong, also when votes that are recorded no longer fit."""
    with db.write() as session:
        forms.one_at_a_time(session, Conference)
        row = for_change(session, actor, conference_id, revision)
        before = _shown(row)
        with session.no_autoflush:
            _fill(session, actor, row, given)
        details = forms.differences(before, _shown(row))
        if details["changes"]:
            changed(session, row)
            log.record(session, actor, "conference:edit", "conference", row.id, label(row), details=details)


def announce(actor: Actor, conference_id: int, announced_on: dt.date | None, *, revision: int | None) -> None:
    """Note the day on which the results were announced to all; None takes the day back. Raises Denied, NotFound, Conflict, and Invalid when no
    resolution is tied, or the day is before the conference or still to come."""
    with db.write() as session:
        row = for_change(session, actor, conference_id, revision)
        if announced_on is not None:
            if row.state not in ("resolved", "announced"):
                raise Invalid(Message("Chưa gắn nghị quyết nên chưa ghi được ngày công bố kết quả."), "announced_on")
            if row.held_on is None or not row.held_on <= announced_on <= dates.today():
                raise Invalid(Message("Ngày công bố phải từ ngày tổ chức hội nghị đến hôm nay."), "announced_on")
        before, row.announced_on = row.announced_on, announced_on
        if before != announced_on:
            changed(session, row)
            details = forms.differences({"Ngày công bố": forms.day(before)}, {"Ngày công bố": forms.day(announced_on)})
            log.record(session, actor, "conference:announce", "conference", row.id, label(row), details=details)


def for_change(session: Session, actor: Actor, conference_id: int, revision: int | None = None) -> Conference:
    """Lock and return a conference that the actor may edit. `revision` is its revision when a form was opened; None means that there was no
    form. Raises Denied, NotFound and Conflict."""
    policy.require(actor, "plan:edit")

    def allowed(row: Conference) -> None:
        if not plans.may_edit(actor, row.unit_id):
            raise Denied("plan:edit")

    return forms.for_change(session, Conference, conference_id, revision, allowed)


def changed(session: Session, row: Conference) -> None:
    """Count a change of the conference, whose row is locked, its votes or its papers, and let its state follow."""
    forms.bump(row)
    follow(session, row)


def follow(session: Session, row: Conference) -> None:
    """Set the state of the conference from what is recorded: it was held when enough came, and goes on when a resolution is tied."""
    session.flush()
    if not checks.is_valid(session, row):
        row.state = "preparing"
    elif not checks.has_resolution(session, row.id):
        row.state = "held"
    else:
        row.state = "announced" if row.announced_on is not None else "resolved"


def label(row: Conference) -> str:
    """The name of a conference in lists and in the trail."""
    return f"Hội nghị {KINDS[row.kind].lower()} năm {row.year} · {row.unit.name}"


def _fill(session: Session, actor: Actor, row: Conference, given: ConferenceInput) -> None:
    if given.year is None or not FIRST_YEAR <= given.year <= LAST_YEAR:
        raise Invalid(Message("Hãy ghi năm từ %(first)s đến %(last)s.", first=FIRST_YEAR, last=LAST_YEAR), "year")
    if given.unit_id is None:
        raise Invalid(Message("Hãy chọn đơn vị tổ chức hội nghị."), "unit_id")
    forms.check_units(session, {given.unit_id}, "unit_id")
    if not plans.may_edit(actor, given.unit_id):
        raise Invalid(Message("Bạn chỉ ghi được hội nghị của đơn vị mình; hãy chọn đơn vị của bạn."), "unit_id")
    kind = forms.one_of(given.kind, KINDS, "kind")
    if kind == "annual":
        _refuse_second(session, row, given.year, given.unit_id)
    texts = {
        "place": forms.cleaned(clean_line(given.place), "place", PLACE), "chair": forms.cleaned(clean_line(given.chair), "chair", PERSON),
        "secretary": forms.cleaned(clean_line(given.secretary), "secretary", PERSON), "agenda": forms.cleaned(given.agenda, "agenda", AGENDA),
        "starts_at": checks.time_of(given.starts_at),
    }  # fmt: skip
    checks.day(given.year, given.held_on)
    checks.numbers(session, row, given.held_on, given.invited, given.present)
    row.year, row.kind, row.held_on, row.invited, row.present = given.year, kind, given.held_on, given.invited, given.present
    if row.unit_id != given.unit_id:
        row.unit_id = given.unit_id
        session.add(row)
        session.flush()
        session.refresh(row, ["unit"])
    for name, text in texts.items():
        setattr(row, name, text)


def _refuse_second(session: Session, row: Conference, year: int, unit_id: int) -> None:
    same = select(Conference.id).where(Conference.year == year, Conference.unit_id == unit_id, Conference.kind == "annual")
    if session.scalar(same if row.id is None else same.where(Conference.id != row.id)) is not None:
        raise Invalid(Message("Đơn vị này đã có hội nghị thường niên của năm %(year)s.", year=year), "unit_id")


def _shown(row: Conference) -> dict[str, Words | None]:
    return {
        "Năm": str(row.year),
        "Đơn vị": row.unit.name,
        "Loại hội nghị": Message(KINDS[row.kind]),
        "Ngày họp": forms.day(row.held_on),
        "Giờ họp": row.starts_at,
        "Địa điểm": row.place,
        "Chủ trì": row.chair,
        "Thư ký": row.secretary,
        "Nội dung": row.agenda,
        "Số người được triệu tập": None if row.invited is None else str(row.invited),
        "Số người dự": None if row.present is None else str(row.present),
    }
