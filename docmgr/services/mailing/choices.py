"""Where and when a person gets notices by mail.

An address counts once its owner has opened the link that is sent there, so that nobody can have mails sent to others.
Every mail has a link that stops the mails without signing in. The links carry signed tokens; a token names a person and
an address, and is void when the address has changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import context, db, policy
from docmgr.mail_settings import is_address
from docmgr.models import MailChoice, Notice, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message

# What a person can choose, in the order of the form.
MODES = {"off": "Không gửi thư", "at_once": "Gửi ngay (gộp các thông báo trong khoảng một phút)", "daily": "Mỗi ngày một thư, từ 7 giờ sáng"}
CONFIRM_SECONDS = 7 * 24 * 3600
# How often a person may have a link sent: an address that is not theirs must not be flooded.
ASKED_AGAIN = dt.timedelta(hours=1)


@dataclass(frozen=True)
class ChosenMail:
    """What a person chose. `confirmed` is whether the address counts already, `asked` whether the link was sent there, and
    `refused` whether mails were stopped because the server refused them."""

    address: str = ""
    mode: str = "off"
    confirmed: bool = False
    asked: bool = False
    refused: bool = False


def available() -> bool:
    """Whether this site sends mails at all."""
    return context.current().settings.mail is not None


def load(actor: Actor) -> ChosenMail:
    """Load what the actor chose. Raises Denied when the actor is not signed in."""
    policy.require(actor, "account:own")
    with db.read() as session:
        row = session.get(MailChoice, actor.user_id)
        if row is None:
            return ChosenMail()
        asked = row.asked_at is not None and row.asked_address == row.address
        return ChosenMail(row.address, row.mode, row.confirmed_at is not None, asked, row.refused > 0 and row.mode == "off")


def choose(actor: Actor, address: str, mode: str, *, seen: tuple[str, str] | None = None) -> None:
    """Save where and when the actor gets mails. `seen` are the address and the mode that the form showed as stored; None means
    that there was no form. Raises Conflict when others are stored now. A new address must be confirmed first, and notices that are there already
    are not sent. Nothing is recorded in the trail, as with everything that a person wants to hear of. Raises Invalid with
    the field when the address is none, and Denied when the actor is not signed in."""
    policy.require(actor, "account:own")
    if actor.user_id is None or not available():
        raise NotFound
    address = address.strip()
    if mode not in MODES or (mode != "off" and not address):
        raise Invalid(Message("Hãy nhập địa chỉ thư nhận thông báo."), "address")
    if address and not is_address(address):
        raise Invalid(Message("Địa chỉ thư phải có dạng ten@coquan.vn, không dấu, không khoảng trắng."), "address")
    with db.write() as session:
        forms.locked(session, User, actor.user_id)
        # Locked and read anew: the link of the old address may be opened at this moment.
        row = session.get(MailChoice, actor.user_id, with_for_update=True, populate_existing=True)
        if row is None:
            row = MailChoice(user_id=actor.user_id, address="", mode="off")
            session.add(row)
        if seen is not None and (row.address, row.mode) != seen:
            raise Conflict(forms.STALE)
        if row.address != address:
            row.address, row.confirmed_at = address, None
        if row.mode == "off" and mode != "off":
            _begin(session, row)
        row.mode, row.refused = mode, 0


def _begin(session: Session, row: MailChoice) -> None:
    newest = session.scalar(select(func.max(Notice.id)).where(Notice.user_id == row.user_id))
    row.last_id = max(row.last_id or 0, newest or 0)


def confirm_token(row: MailChoice) -> str:
    """The token of the link by which the owner of the address confirms it; it is valid for CONFIRM_SECONDS."""
    return _timed().dumps([row.user_id, row.address])


def stop_token(row: MailChoice) -> str:
    """The token of the link that stops the mails to this address; it does not expire."""
    return _lasting().dumps([row.user_id, row.address])


def confirm(token: str, *, only_look: bool = False) -> str:
    """Confirm the address that the token names, and return it; with `only_look` nothing is changed. Raises NotFound when the
    token is forged, too old, or names an address that the person does not use any more."""
    return _change(_read(lambda: _timed().loads(token, max_age=CONFIRM_SECONDS)), "confirm", only_look)


def stop(token: str, *, only_look: bool = False) -> str:
    """Stop the mails to the address that the token names, and return it; with `only_look` nothing is changed. Raises
    NotFound as `confirm` does."""
    return _change(_read(lambda: _lasting().loads(token)), "stop", only_look)


def _change(named: object, act: str, only_look: bool) -> str:
    match named:
        case [int(user_id), str(address)]:
            pass
        case _:
            raise NotFound
    with db.write() as session:
        row = session.get(MailChoice, user_id, with_for_update=True, populate_existing=True)
        if row is None or row.address != address:
            raise NotFound
        if only_look:
            return address
        if act == "stop":
            row.mode = "off"
        elif row.confirmed_at is None:
            row.confirmed_at = db.now()
            _begin(session, row)
    return address


def _read(loads: Callable[[], object]) -> object:
    try:
        return loads()
    except BadData:
        raise NotFound from None


def _timed() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(context.current().settings.secret_key, salt="docmgr.mail.confirm")


def _lasting() -> URLSafeSerializer:
    return URLSafeSerializer(context.current().settings.secret_key, salt="docmgr.mail.stop")
