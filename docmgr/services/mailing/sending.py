"""Send what people are to get by mail, as the worker does in its own time.

What a mail tells is looked up when it is sent, under the rights that its reader has at that moment. Who has thousands of new
notices gets one mail with the first of them. The place of a person moves after the server took the mail: a worker that dies in
between sends one mail twice, and none is lost.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select

from docmgr import db, mail
from docmgr.mail import Mail, MailTrouble, Outcome
from docmgr.mail_settings import SmtpServer
from docmgr.models import MailChoice, Notice, User
from docmgr.services.mailing import choices, letters
from docmgr.services.notifications import listing
from docmgr.services.people import people
from docmgr.services.upkeep import mail_state
from legaltext import dates

EVERY_SECONDS = 20.0
# Notices of one minute come in one mail.
GATHERED = dt.timedelta(minutes=1)
# The hour in Vietnam from which the mail of the day is sent.
DAILY_HOUR = 7
# How many mails one connection sends, and one person gets a day.
MOST_AT_ONCE, MOST_A_DAY = 50, 24
# How long a mail rests that the server does not take yet, such as for a full mailbox; other people's mails do not wait for it.
PUT_OFF = dt.timedelta(minutes=10)
# So many refused mails one after the other, and the address is not used any more.
MOST_REFUSED = 3


@dataclass(frozen=True)
class Due:
    """A mail for one person. `last_id` is the newest notice of which it tells; None for the mail that asks whether the address
    is right. `mail` is None when there is nothing that the person may see."""

    user_id: int
    address: str
    last_id: int | None
    mail: Mail | None


class MailTurn:
    """The worker's step: look every EVERY_SECONDS whether something is to be sent."""

    def __init__(self, server: SmtpServer) -> None:
        self._server, self._next = server, 0.0

    def step(self) -> int:
        """Send what is due. Returns how many mails the server took or refused."""
        if time.monotonic() < self._next:
            return 0
        # The time is set before the work, so that failing work is not repeated at every step.
        self._next = time.monotonic() + EVERY_SECONDS
        return send_some(self._server)


def send_some(server: SmtpServer) -> int:
    """Send up to MOST_AT_ONCE mails that are due. Returns how many the server took or refused. What goes wrong with the server is
    saved for the health page, and nothing is sent for a while."""
    if mail_state.resting():
        return 0
    waiting = list(_due())
    for one in waiting:
        if one.mail is None:
            _record(one, None)
    posted = [(one, one.mail) for one in waiting if one.mail is not None]
    if not posted:
        return 0
    outcomes: list[Outcome] = []
    try:
        for (one, _mail), outcome in zip(posted, mail.send(server, (letter for _one, letter in posted)), strict=True):
            _record(one, outcome)
            outcomes.append(outcome)
        if set(outcomes) == {"put off"}:
            raise MailTrouble("answer", "4xx")
    except MailTrouble as trouble:
        mail_state.failed(trouble)
    else:
        mail_state.succeeded()
    return len(outcomes)


def _due() -> Iterator[Due]:
    with db.read() as session:
        found = session.execute(_questions().union(_with_news()).limit(MOST_AT_ONCE)).all()
        ids = [row[0] for row in found]
        rows = session.execute(select(MailChoice, User).join(User, User.id == MailChoice.user_id).where(MailChoice.user_id.in_(ids)))
        chosen = [(choice, user) for choice, user in rows.unique()]
        session.expunge_all()
    for choice, user in chosen:
        yield Due(user.id, choice.address, None, letters.question(choice)) if choice.confirmed_at is None else _with_notices(choice, user)


def _people(*conditions: ColumnElement[bool]) -> Select[int]:
    """The ids of people who chose mails and may sign in, and meet the conditions."""
    active = select(MailChoice.user_id).join(User, User.id == MailChoice.user_id).where(MailChoice.mode != "off", User.disabled_at.is_(None))
    return active.where(or_(MailChoice.again_at.is_(None), MailChoice.again_at <= db.now()), *conditions)


def _questions() -> Select[int]:
    """People whose new address was not asked for yet."""
    asked = MailChoice.asked_address == MailChoice.address
    lately = MailChoice.asked_at > db.now() - choices.ASKED_AGAIN
    new = or_(MailChoice.asked_at.is_(None), ~asked & ~lately)
    return _people(MailChoice.confirmed_at.is_(None), new)


def _with_news() -> Select[int]:
    """People with an unread notice of which no mail has told, whose time has come."""
    now, today = db.now(), dates.today()
    news = (Notice.user_id == MailChoice.user_id) & (Notice.id > MailChoice.last_id) & Notice.read_at.is_(None)
    room = or_(MailChoice.sent_on.is_(None), MailChoice.sent_on != today, MailChoice.sent < MOST_A_DAY)
    at_once = (MailChoice.mode == "at_once") & room & select(Notice.id).where(news, Notice.created_at <= now - GATHERED).exists()
    morning = now.astimezone(dates.VIETNAM).hour >= DAILY_HOUR
    daily = (MailChoice.mode == "daily") & or_(MailChoice.sent_on.is_(None), MailChoice.sent_on < today) & select(Notice.id).where(news).exists()
    ready = or_(at_once, daily) if morning else at_once
    return _people(MailChoice.confirmed_at.is_not(None), ready)


def _with_notices(choice: MailChoice, user: User) -> Due:
    with db.read() as session:
        newest = session.scalar(select(func.max(Notice.id)).where(Notice.user_id == user.id)) or choice.last_id
    page = listing.page(people.actor_for(user, via="worker"), after=choice.last_id, before=newest + 1, only_unread=True)
    rows = tuple(reversed(page.rows))
    letter = letters.notices(choice, user.full_name, rows, page.older is not None) if rows else None
    return Due(user.id, choice.address, newest, letter)


def _record(one: Due, outcome: Outcome | None) -> None:
    """Save what became of a mail; None means that there was nothing to send. A choice that was changed meanwhile stays."""
    with db.write() as session:
        choice = session.get(MailChoice, one.user_id, with_for_update=True, populate_existing=True)
        if choice is None or choice.address != one.address:
            return
        if outcome == "put off":
            choice.again_at = db.now() + PUT_OFF
            return
        if one.last_id is None:
            choice.asked_at, choice.asked_address = db.now(), one.address
        else:
            choice.last_id = max(choice.last_id, one.last_id)
        if outcome is not None:
            _count(choice, outcome)


def _count(choice: MailChoice, outcome: Outcome) -> None:
    today = dates.today()
    choice.sent, choice.sent_on = (choice.sent + 1 if choice.sent_on == today else 1), today
    choice.refused = 0 if outcome == "taken" else choice.refused + 1
    if choice.refused >= MOST_REFUSED:
        choice.mode = "off"
