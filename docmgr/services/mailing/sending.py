"""Send what people are to get by mail, as the worker does in its own time.

What a mail tells is looked up when it is sent, under the rights that its reader has at that moment. Who has thousands of new
notices gets one mail with the first of them. The place of a person moves after the server took the mail: a worker that dies in
between sends one mail twice, and none is lost.
"""

from __future__ import annotations

import datetime as dt
import itertools
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
# How long one connection is used; the server cuts it later (mail.CONNECTION_SECONDS), in the middle of a mail.
SENDING_SECONDS = 40.0
# How long a mail rests that the server does not take yet, such as for a full mailbox; other people's mails do not wait for it.
PUT_OFF = dt.timedelta(minutes=10)
# So many refused mails one after the other, and the address is not used any more.
MOST_REFUSED = 3


@dataclass(frozen=True)
class DueMail:
    """A mail for one person. `last_id` is the newest notice of which it tells; None for the mail that asks whether the address
    is right."""

    user_id: int
    address: str
    last_id: int | None
    mail: Mail


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
    """Send up to MOST_AT_ONCE mails that are due, for SENDING_SECONDS. Returns how many the server took, refused or put off. What
    goes wrong with the server is saved for the health page, and nothing is sent for a while."""
    if mail_state.resting():
        return 0
    letters_due, outcomes = _letters(), list[Outcome]()
    first = next(letters_due, None)
    if first is None:
        return 0
    posted: list[DueMail] = []

    def mails() -> Iterator[Mail]:
        for letter in itertools.chain((first,), letters_due):
            posted.append(letter)
            yield letter.mail

    try:
        for outcome in mail.send(server, mails()):
            _record(posted[-1], outcome)
            outcomes.append(outcome)
    except MailTrouble as trouble:
        mail_state.failed(trouble)
        return len(outcomes)
    # One full mailbox is no trouble of the server; several at once and nothing else may be.
    if set(outcomes) == {"put off"} and len(outcomes) > 1:
        mail_state.failed(MailTrouble("answer", "4xx"))
    else:
        mail_state.succeeded()
    return len(outcomes)


def _letters() -> Iterator[DueMail]:
    """The mails that are due. Each is written when it is asked for, just before it is sent."""
    with db.read() as session:
        ids = [row[0] for row in session.execute(_questions().union(_with_news()).limit(MOST_AT_ONCE))]
    until = time.monotonic() + SENDING_SECONDS
    for user_id in ids:
        if time.monotonic() > until:
            return
        db.release()
        letter = _letter(user_id)
        if letter is not None:
            yield letter


def _letter(user_id: int) -> DueMail | None:
    with db.read() as session:
        choice, user = session.get_one(MailChoice, user_id), session.get_one(User, user_id)
        newest = session.scalar(select(func.max(Notice.id)).where(Notice.user_id == user_id)) or choice.last_id
        session.expunge_all()
    if choice.mode == "off" or user.disabled_at is not None:
        return None
    if choice.confirmed_at is None:
        return DueMail(user_id, choice.address, None, letters.question(choice))
    page = listing.page(people.acting(user, via="worker"), after=choice.last_id, before=newest + 1, only_unread=True)
    if not page.rows:
        _record(DueMail(user_id, choice.address, newest, Mail(choice.address, "", "")), None)
        return None
    letter = letters.notices(choice, user.full_name, tuple(reversed(page.rows)), page.older is not None)
    return DueMail(user_id, choice.address, newest, letter)


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
    morning = dates.hour_of(now) >= DAILY_HOUR
    daily = (MailChoice.mode == "daily") & or_(MailChoice.sent_on.is_(None), MailChoice.sent_on < today) & select(Notice.id).where(news).exists()
    ready = or_(at_once, daily) if morning else at_once
    return _people(MailChoice.confirmed_at.is_not(None), ready)


def _record(one: DueMail, outcome: Outcome | None) -> None:
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
