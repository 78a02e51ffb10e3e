"""How the watched folder and the mailbox fare: the worker saves it, and the health page shows it."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Inlet
from docmgr.policy import Actor, require
from docmgr.services import forms
from docmgr.services.message import Message

# How often, in seconds, a look without news is saved; and after how long without a look something is wrong.
SAVE_SECONDS, SILENT_SECONDS = 60.0, 300.0
DETAIL_LENGTH = 300
FOLDER, MAILBOX = "folder", "mailbox"
NAMES = {FOLDER: Message("Thư mục nhận tệp"), MAILBOX: Message("Hộp thư")}
NEVER = Message("Tiến trình nền chưa xem lần nào.")
SILENT = Message("Tiến trình nền đã ngừng xem; hãy khởi động lại.")

# Code → the sentence for administrators: what is wrong and what to do.
PROBLEMS = {
    "no_account": Message("Không có tài khoản mang tên trong DOCMGR_INBOX_USER; hãy tạo tài khoản hoặc sửa biến này."),
    "account_disabled": Message("Tài khoản trong DOCMGR_INBOX_USER đã ngừng; hãy đặt tài khoản khác."),
    "account_may_not": Message("Tài khoản trong DOCMGR_INBOX_USER không có quyền tải văn bản lên; hãy đặt tài khoản khác."),
    "folder_wrong": Message("Tài khoản trong DOCMGR_INBOX_USER không ghi được vào thư mục trong DOCMGR_INBOX_FOLDER."),
    "no_space": Message("Máy chủ gần hết chỗ lưu; tệp và thư vẫn ở chỗ cũ."),
    "not_writable": Message("Máy chủ không ghi được vào kho tệp; tệp và thư vẫn ở chỗ cũ."),
    "folder_missing": Message("Không mở được thư mục trong DOCMGR_INBOX; hãy tạo thư mục hoặc nối lại ổ mạng."),
    "folder_read_only": Message("Không ghi được vào thư mục trong DOCMGR_INBOX, nên không chuyển được tệp đã nhận; hãy cấp quyền ghi."),
    "folder_unreadable": Message("Có tệp hay thư mục con trong DOCMGR_INBOX không mở được; hãy cấp quyền đọc."),
    "imap_password": Message("Không đọc được mật khẩu trong tệp của DOCMGR_IMAP_PASSWORD_FILE."),
    "imap_unreachable": Message("Không kết nối được với máy chủ thư; sẽ thử lại."),
    "imap_certificate": Message("Chứng thư của máy chủ thư không được tin cậy; không gửi mật khẩu, sẽ thử lại."),
    "imap_login": Message("Máy chủ thư không nhận tên người dùng hoặc mật khẩu."),
    "imap_mailbox": Message("Máy chủ thư không mở được hộp thư trong DOCMGR_IMAP_URL."),
    "imap_answer": Message("Máy chủ thư trả lời sai quy cách, quá dài hoặc quá chậm; sẽ thử lại."),
}

log = logging.getLogger(__name__)


class Trouble(Exception):
    """Nothing can be taken now. `code` is a key of PROBLEMS, and `detail` says more, or is None."""

    def __init__(self, code: str, detail: str | None = None) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Result:
    """What one look gave. `taken` and `refused` count files, `left_behind` is how much lies there that is never taken;
    None when this look did not count it. `trouble` says why no more was taken, or is None."""

    taken: int = 0
    refused: int = 0
    left_behind: int | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True)
class InletStatus:
    """One inlet on the health page. `name` is a key of NAMES, `source` the watched path or address. `problem` is a
    sentence, or None when it works; `detail` is what the system or the server said, or None. `taken_at` is when the
    last file was taken, None for never."""

    name: str
    source: str
    problem: Message | None
    detail: str | None
    taken: int
    refused: int
    left_behind: int
    taken_at: dt.datetime | None

    @property
    def title(self) -> Message:
        """What this inlet is called."""
        return NAMES[self.name]


def load(session: Session, name: str, source: str) -> Inlet:
    """Load the row of the inlet `name` in the open unit of work. It is new, or starts anew, when nothing or something
    other than `source` was watched before."""
    # Two workers may be watching for a moment, when the lease changes hands.
    forms.one_at_a_time(session, Inlet)
    row = session.get(Inlet, name, populate_existing=True)
    if row is not None and row.source != source:
        session.delete(row)
        session.flush()
        row = None
    if row is None:
        row = Inlet(name=name, source=source, checked_at=db.now(), taken=0, refused=0, left_behind=0)
        session.add(row)
        session.flush()
    return row


def save(name: str, source: str, result: Result) -> None:
    """Save what a look gave, if it has news or the last one was saved a while ago. A new problem is also logged."""
    trouble = result.trouble
    code, detail = (trouble.code, (trouble.detail or "")[:DETAIL_LENGTH] or None) if trouble else (None, None)
    with db.read() as session:
        row = session.get(Inlet, name)
        if row is not None and row.source == source and not (result.taken or result.refused):
            same = (row.problem, row.left_behind) == (code, row.left_behind if result.left_behind is None else result.left_behind)
            if same and dt.timedelta() <= db.now() - row.checked_at < dt.timedelta(seconds=SAVE_SECONDS):
                return
    with db.write() as session:
        row = load(session, name, source)
        if code is not None and code != row.problem:
            log.error("%s %s: %s (%s)", name, source, PROBLEMS[code].told(), detail)
        row.checked_at, row.problem, row.detail = db.now(), code, detail
        row.taken, row.refused = row.taken + result.taken, row.refused + result.refused
        if result.left_behind is not None:
            row.left_behind = result.left_behind
        if result.taken:
            row.taken_at = db.now()


def sources() -> dict[str, str]:
    """The inlets that the settings switch on: name → the watched path or address."""
    inbox = context.current().settings.inbox
    found = {FOLDER: str(inbox.path) if inbox.path else "", MAILBOX: inbox.mailbox.address if inbox.mailbox else ""}
    return {name: source for name, source in found.items() if source}


def statuses(actor: Actor) -> list[InletStatus]:
    """Say how each inlet fares that the settings switch on; empty when none is. Raises Denied when the actor is no
    administrator."""
    require(actor, "health:read")
    with db.read() as session:
        return [_status(session.get(Inlet, name), name, source) for name, source in sources().items()]


def _status(row: Inlet | None, name: str, source: str) -> InletStatus:
    if row is None or row.source != source:
        return InletStatus(name, source, NEVER, None, 0, 0, 0, None)
    problem = PROBLEMS.get(row.problem) if row.problem else None
    if abs(db.now() - row.checked_at) > dt.timedelta(seconds=SILENT_SECONDS):
        problem = problem or SILENT
    return InletStatus(name, source, problem, row.detail, row.taken, row.refused, row.left_behind, row.taken_at)
