"""The mailbox: each new message is stored as an EML file; its attachments become documents when it is read.

A message is stored first, and marked and moved afterwards; none is ever deleted. If the worker is killed in between, the
same bytes are met again and are then known."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable
from email import policy
from email.parser import BytesHeaderParser

from docmgr import db
from docmgr.inbox_settings import Mailbox
from docmgr.policy import Actor
from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.services.inbox import account, connection, state
from docmgr.services.inbox.connection import Connection
from docmgr.services.inbox.state import Result, Trouble
from legaltext.text import clean_line

# Seconds between two looks; after trouble the wait doubles from the first to the second number.
LOOK_SECONDS, MORE_SECONDS = 60.0, 2.0
WAIT_SECONDS, LONGEST_WAIT_SECONDS = 30.0, 900.0
PER_LOOK, MOST_TRIES = 20, 3
MOST_BYTES = DEFAULT_LIMITS.mail_bytes
TAKEN_FOLDER = "Da-nhan"
# The head of a message is looked at up to here, and a name made of its subject has this many characters.
HEAD_BYTES, NAME_LENGTH = 64 * 1024, 120

log = logging.getLogger(__name__)


class MailboxWatch:
    """Takes messages from a mailbox, one connection at each `step`. `stopping` tells whether the worker ends."""

    def __init__(self, mailbox: Mailbox, stopping: Callable[[], bool] = lambda: False) -> None:
        self.mailbox, self.stopping = mailbox, stopping
        self.next_look, self.failures, self.more = 0.0, 0, False
        self.taken = self.refused = 0
        # The message that was tried last, and how often.
        self.tries: dict[int, int] = {}

    def step(self) -> int:
        """Connect, if it is time, and take what is new. Returns how many messages were taken or refused."""
        if time.monotonic() < self.next_look:
            return 0
        self.taken = self.refused = 0
        trouble: Trouble | None = None
        try:
            self._look(account.owner())
        except Trouble as now:
            trouble = now
        finally:
            # The time is set also after an error that nobody expected.
            self.failures = self.failures + 1 if trouble is not None else 0
            self.next_look = time.monotonic() + self._pause(trouble)
        state.save(state.MAILBOX, self.mailbox.address, Result(self.taken, self.refused, None, trouble))
        return self.taken + self.refused

    def _pause(self, trouble: Trouble | None) -> float:
        if trouble is not None:
            return min(WAIT_SECONDS * 2.0 ** min(self.failures - 1, 10), LONGEST_WAIT_SECONDS)
        return MORE_SECONDS if self.more else LOOK_SECONDS

    def _look(self, actor: Actor) -> None:
        self.more = account.busy()
        # No session of the database stays open while the network is waited for.
        db.release()
        if self.more:
            return
        with connection.opened(self.mailbox) as opened:
            uids = opened.uids(self._last(opened))
            self.more = len(uids) > PER_LOOK
            for uid in uids[:PER_LOOK]:
                if self.stopping():
                    return
                self._try(actor, opened, uid)
                self._remember(opened, uid)
                db.release()

    def _try(self, actor: Actor, opened: Connection, uid: int) -> None:
        """Take a message. One that the server could not give several times is left, so that others follow."""
        if self.tries.get(uid, 0) >= MOST_TRIES:
            log.warning("mailbox %s: message %s cannot be fetched, left there", self.mailbox.address, uid)
            return self._leave(opened, uid)
        try:
            self._take(actor, opened, uid)
        except Trouble as met:
            if met.code == "imap_answer":
                self.tries = {uid: self.tries.get(uid, 0) + 1}
            raise

    def _take(self, actor: Actor, opened: Connection, uid: int) -> None:
        size = opened.size(uid)
        if size is None:
            return
        if size > MOST_BYTES:
            log.warning("mailbox %s: message %s has %s bytes, left there", self.mailbox.address, uid, size)
            return self._leave(opened, uid)
        data = opened.message(uid, MOST_BYTES)
        if data is None:
            return
        done = account.hand_in(actor, io.BytesIO(data), name_of(data, uid), None)
        log.info("mailbox %s: message %s %s, document %s", self.mailbox.address, uid, done.outcome, done.document_id)
        if done.outcome == "refused":
            return self._leave(opened, uid)
        self.taken += 1
        opened.mark(uid, "\\Seen")
        if not opened.move(uid, TAKEN_FOLDER):
            opened.mark(uid, "\\Flagged")

    def _leave(self, opened: Connection, uid: int) -> None:
        """Leave a message that cannot be stored where it is, with a flag for the person who looks."""
        self.refused += 1
        opened.mark(uid, "\\Flagged")

    def _last(self, opened: Connection) -> int:
        """Up to which number messages were taken: 0 when the mailbox is new or numbers its messages anew."""
        with db.write() as session:
            row = state.load(session, state.MAILBOX, self.mailbox.address)
            if row.uid_validity != opened.uid_validity:
                row.uid_validity, row.last_uid = opened.uid_validity, 0
            return row.last_uid or 0

    def _remember(self, opened: Connection, uid: int) -> None:
        with db.write() as session:
            row = state.load(session, state.MAILBOX, self.mailbox.address)
            row.uid_validity, row.last_uid = opened.uid_validity, uid


def name_of(data: bytes, uid: int) -> str:
    """Make a file name of the subject of a message, such as "Báo cáo tháng 3.eml"; without one, of its number."""
    try:
        head = BytesHeaderParser(policy=policy.default).parsebytes(data[:HEAD_BYTES])
        subject = clean_line(str(head["Subject"] or ""))
    except Exception:  # noqa: BLE001 - the parser of the standard library raises many errors on hostile heads
        subject = ""
    subject = subject.replace("/", "-").replace("\\", "-").strip(" .")[:NAME_LENGTH]
    return f"{subject or f'thu-{uid}'}.eml"
