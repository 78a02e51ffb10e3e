"""How the sending of mails goes: the worker saves it, and the health page shows it."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from docmgr import context, db
from docmgr.mail import MailTrouble
from docmgr.models import MailState
from docmgr.policy import Actor, require
from docmgr.services import forms
from docmgr.services.message import Message

# After a failure nothing is sent for this long, twice as long after each further one, up to the second value.
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(minutes=1), dt.timedelta(hours=1)
# MailTrouble.code → the sentence for administrators: what is wrong and what to do.
PROBLEMS = {
    "password": Message("Không đọc được mật khẩu trong tệp của DOCMGR_SMTP_PASSWORD_FILE."),
    "unreachable": Message("Không kết nối được với máy chủ gửi thư, hoặc máy chủ trả lời quá chậm; sẽ thử lại."),
    "certificate": Message("Chứng thư của máy chủ gửi thư không được tin cậy; không gửi mật khẩu, sẽ thử lại."),
    "login": Message("Máy chủ gửi thư không nhận tên người dùng hoặc mật khẩu."),
    "answer": Message("Máy chủ gửi thư từ chối hoặc trả lời sai quy cách; sẽ thử lại."),
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MailStatus:
    """Sending on the health page. `source` is the server's address. `problem` is a sentence, None when the last mails were
    taken; `detail` is what the server said, "" when nothing. `sent_at` is when the last mail was taken, None for never."""

    source: str
    problem: Message | None
    detail: str
    sent_at: dt.datetime | None


def resting() -> bool:
    """Whether no mail may be sent now, because the last try failed a short while ago."""
    with db.read() as session:
        row = session.get(MailState, 1)
        again = row.again_at if row is not None else None
    # After a clock that was put back, a time far in the future does not count.
    return again is not None and dt.timedelta() < again - db.now() <= LONGEST_PAUSE


def failed(trouble: MailTrouble) -> None:
    """Save that the server takes no mail now, and when to try again. A new problem is also logged."""
    with db.write() as session:
        forms.one_at_a_time(session, MailState)
        row = session.get(MailState, 1) or MailState(id=1, failures=0)
        session.add(row)
        if row.problem != trouble.code:
            log.error("mail: %s (%s)", PROBLEMS[trouble.code].told(), trouble.detail)
        row.problem, row.detail, row.failures = trouble.code, trouble.detail or None, (row.failures or 0) + 1
        row.again_at = db.now() + min(FIRST_PAUSE * 2 ** min(row.failures - 1, 10), LONGEST_PAUSE)


def succeeded() -> None:
    """Save that the server takes mails."""
    with db.write() as session:
        forms.one_at_a_time(session, MailState)
        row = session.get(MailState, 1) or MailState(id=1)
        session.add(row)
        row.problem, row.detail, row.again_at, row.failures, row.sent_at = None, None, None, 0, db.now()


def status(actor: Actor) -> MailStatus | None:
    """Say how sending goes; None when the settings switch it off. Raises Denied when the actor is no administrator."""
    require(actor, "health:read")
    server = context.current().settings.mail
    if server is None:
        return None
    with db.read() as session:
        row = session.get(MailState, 1)
        if row is None:
            return MailStatus(server.address, None, "", None)
        return MailStatus(server.address, PROBLEMS[row.problem] if row.problem else None, row.detail or "", row.sent_at)
