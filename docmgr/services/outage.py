"""Decide whether a database error is an outage or a fault of the program, and describe an outage in a sentence for
people. The driver's own messages are English and may name people and hosts, so only their meaning is passed on."""

from __future__ import annotations

from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    PendingRollbackError,
    TimeoutError,
)

from docmgr import db

# The exceptions to catch; `cause` or `sentence` then decides whether it was an outage.
ERRORS = (DatabaseError, InterfaceError, PendingRollbackError, TimeoutError)

FULL = "ổ đĩa đã hết chỗ"
READ_ONLY = "không được phép ghi vào cơ sở dữ liệu"
BUSY = "cơ sở dữ liệu đang bận"

# Part of the driver's message (in lower case) → cause; the first match counts.
CAUSES = (
    ("connection refused", "máy chủ không nhận kết nối"),
    ("no such file or directory", "máy chủ không nhận kết nối"),
    ("resolve host", "không tìm thấy máy chủ có tên này"),
    ("translate host", "không tìm thấy máy chủ có tên này"),
    ("lock timeout", BUSY),
    ("timeout", "máy chủ không trả lời"),
    ("timed out", "máy chủ không trả lời"),
    ("authentication failed", "máy chủ không nhận tên hoặc mật khẩu"),
    ("no password supplied", "máy chủ đòi mật khẩu"),
    ("does not exist", "máy chủ không có cơ sở dữ liệu hoặc người dùng này"),
    ("unable to open database file", "không mở được tệp cơ sở dữ liệu"),
    ("not a database", "tệp không phải là cơ sở dữ liệu hoặc đã hỏng"),
    ("malformed", "tệp cơ sở dữ liệu đã hỏng"),
    ("disk is full", FULL),
    ("no space left", FULL),
    # SQLite's message when there is no space for its log; no other file of ours fails in this way.
    ("disk i/o error", FULL),
    ("readonly database", READ_ONLY),
    ("locked", BUSY),
)
OTHER_CAUSE = "cơ sở dữ liệu không trả lời"
# SQLite reports these as operational errors, but they are faults of the program or of its tables.
FAULTS = ("no such table", "no such column", "has no column", "syntax error")


def cause(error: Exception) -> str | None:
    """Say in a few Vietnamese words why the database cannot be used. None when the error is a fault of the program
    and not an outage."""
    if isinstance(error, TimeoutError):
        # All connections of this process are waiting for the database.
        return BUSY
    if isinstance(error, PendingRollbackError):
        # The connection broke earlier in the request, where somebody did without what was asked for. After a statement that was
        # refused the message is another one.
        return OTHER_CAUSE if "can't reconnect" in str(error).lower() else None
    # Other subclasses of DatabaseError mean wrong statements and broken constraints.
    if not isinstance(error, DBAPIError) or not (
        isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError
    ):
        return None
    words = str(error.orig).lower()
    if any(fault in words for fault in FAULTS):
        return None
    return next((said for part, said in CAUSES if part in words), OTHER_CAUSE)


def sentence(error: Exception) -> str | None:
    """Write a Vietnamese sentence, for the person who runs the machine, that says why the database cannot be used
    and what to check. None when the error is a fault of the program and not an outage."""
    why = cause(error)
    if why is None:
        return None
    return f"Không dùng được cơ sở dữ liệu: {why}; hãy kiểm tra DOCMGR_DATABASE_URL và DOCMGR_HOME."


def was_writing(error: Exception) -> bool:
    """Whether the error was raised in a unit of work. If so, nothing was saved and no event was recorded."""
    return db.WRITING in getattr(error, "__notes__", ())
