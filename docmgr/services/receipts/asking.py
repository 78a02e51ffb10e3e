"""Ask persons to confirm that they read a document, and withdraw what was asked.

Whoever may edit the document asks, persons or all active members of units. Only those who may read the document at that moment
are asked. Locks: the document's row, so that nobody is asked twice at once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Receipt, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.people import people
from docmgr.services.trail import log
from legaltext import dates

NOTE = 500
LONGEST_DAYS = 366
# So many persons may be asked at once.
MOST = 2_000
# How many names a message or an event has.
NAMED = 20
_KEY = re.compile(r"(user|unit):([1-9][0-9]{0,8})")
WITHDRAWN = Message("Yêu cầu này đã được xác nhận hoặc đã thôi; hãy tải lại trang.")


@dataclass(frozen=True)
class AskResult:
    """What came of asking: how many persons are asked now, and the names of those who have been asked before and not yet
    confirmed, and of those who may not read the document and so are not asked."""

    count: int
    already: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def ask(actor: Actor, document_id: int, keys: Iterable[str], due_on: dt.date | None, note: str | None = None) -> AskResult:
    """Ask the persons and units with these access keys ("user:3", "unit:7") to confirm by the day `due_on` that they read the
    document. Raises Denied, NotFound when the actor may not edit the document, and Invalid with the field that is wrong, or
    when nobody is left to be asked; then nothing is stored."""
    note = forms.cleaned(note, "note", NOTE)
    day = _day(due_on)
    with db.write() as session:
        document = guard.for_change(session, actor, document_id, taken_too=True)
        if document.state == "withheld":
            raise Invalid(Message("Văn bản này không còn nội dung để đọc."))
        chosen = people_of(session, actor, list(dict.fromkeys(keys)))
        readers = guard.readers_among(session, document, people.with_groups(session, [user for user, _ in chosen]))
        refused = tuple(user.full_name for user, _ in chosen if user.id not in readers)
        open_ = Receipt.document_id == document.id, Receipt.confirmed_at.is_(None), Receipt.withdrawn_at.is_(None)
        held = set(session.scalars(select(Receipt.user_id).where(*open_)))
        already = tuple(user.full_name for user, _ in chosen if user.id in readers and user.id in held)
        new = [(user, unit_id) for user, unit_id in chosen if user.id in readers and user.id not in held]
        if not new:
            raise Invalid(_nobody(already, refused), "keys")
        now = db.now()
        rows = [
            Receipt(document_id=document.id, user_id=user.id, unit_id=unit_id, asked_by=actor.user_id, asked_at=now, due_on=day, note=note)
            for user, unit_id in new
        ]
        session.add_all(rows)
        _record(session, actor, document, [user for user, _ in new], day, note)
        return AskResult(len(new), already, refused)


def _day(due_on: dt.date | None) -> dt.date:
    if due_on is None:
        raise Invalid(Message("Hãy ghi hạn xác nhận."), "due_on")
    if not dates.today() <= due_on <= dates.today() + dt.timedelta(days=LONGEST_DAYS):
        raise Invalid(Message("Hạn xác nhận phải từ hôm nay đến một năm nữa."), "due_on")
    return due_on


def people_of(session: Session, actor: Actor, keys: list[str]) -> list[tuple[User, int | None]]:
    """Load the active persons whom these keys name, each once, with the unit through which they are asked: None for who is named
    alone. The actor is not asked as a member of a unit. Raises Invalid when a key names nobody."""
    parts = [match for key in keys if (match := _KEY.fullmatch(key)) is not None]
    ids: dict[str, list[int]] = {kind: [int(one[2]) for one in parts if one[1] == kind] for kind in ("user", "unit")}
    if not keys:
        raise Invalid(Message("Hãy chọn người hoặc đơn vị."), "keys")
    query = select(User).where(User.disabled_at.is_(None)).order_by(User.id)
    named = list(session.scalars(query.where(User.id.in_(ids["user"]))))
    # Locked, so that no unit goes away before a row refers to it.
    units = forms.check_units(session, set(ids["unit"]), "keys") if ids["unit"] else {}
    if len(parts) < len(keys) or len(named) < len(ids["user"]):
        raise Invalid(Message("Có người hoặc đơn vị đã chọn không còn; hãy chọn lại."), "keys")
    members = session.scalars(query.where(User.unit_id.in_(list(units)), User.id.not_in([*ids["user"], actor.user_id or 0])))
    found: list[tuple[User, int | None]] = [*((user, None) for user in named), *((user, user.unit_id) for user in members)]
    if len(found) > MOST:
        raise Invalid(Message("Một lần hỏi được nhiều nhất %(most)s người.", most=MOST), "keys")
    if not found:
        raise Invalid(Message("Đơn vị đã chọn không có ai khác."), "keys")
    return found


def listed(names: Collection[str]) -> str:
    """Name people in a sentence, at most NAMED of them."""
    shown = list(names)[:NAMED]
    return ", ".join(shown) + (f", … (+{len(names) - NAMED})" if len(names) > NAMED else "")


def _nobody(already: tuple[str, ...], refused: tuple[str, ...]) -> Message:
    if not already:
        return Message("Không ai được hỏi, vì những người này không đọc được văn bản: %(names)s.", names=listed(refused))
    if not refused:
        return Message("Những người này đã được hỏi và chưa xác nhận: %(names)s.", names=listed(already))
    return Message(
        "Không ai được hỏi thêm: đã được hỏi và chưa xác nhận: %(already)s; không đọc được văn bản: %(refused)s.",
        already=listed(already), refused=listed(refused),
    )  # fmt: skip


def _record(session: Session, actor: Actor, document: Document, asked: list[User], day: dt.date, note: str | None) -> None:
    # The keys are for the notices.
    details = {
        "people": [people.label(user) for user in asked[:NAMED]], "count_people": len(asked), "due_on": forms.day(day), "note": note,
        "keys": [f"user:{user.id}" for user in asked],
    }  # fmt: skip
    log.document_event(session, actor, "receipt:ask", document, details)


def withdraw(actor: Actor, document_id: int, receipt_id: int | None = None) -> int:
    """Withdraw what was asked about a document and is not confirmed: one receipt, or all with None. Returns how many. Raises
    Denied, NotFound when the actor may neither edit the document nor asked this, and Conflict when nothing is open any more."""
    policy.require(actor, "document:read")
    with db.write() as session:
        document = guard.readable(session, actor, document_id)
        own = [Receipt.document_id == document_id] + ([Receipt.id == receipt_id] if receipt_id is not None else [])
        if not guard.may_edit(actor, document_id):
            own.append(Receipt.asked_by == actor.user_id)
        if session.scalar(select(Receipt.id).where(*own).limit(1)) is None:
            raise NotFound
        open_ = Receipt.confirmed_at.is_(None), Receipt.withdrawn_at.is_(None)
        ended = update(Receipt).where(*own, *open_).values(withdrawn_at=db.now(), withdrawn_by=actor.user_id)
        ids = list(session.scalars(ended.returning(Receipt.user_id), execution_options={"synchronize_session": False}))
        if not ids:
            raise Conflict(WITHDRAWN)
        names = [people.label(user) for user in session.scalars(select(User).where(User.id.in_(ids[:NAMED])).order_by(User.id))]
        log.document_event(session, actor, "receipt:withdraw", document, {"people": names, "count_people": len(ids)})
        return len(ids)
