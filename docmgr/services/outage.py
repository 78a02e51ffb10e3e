"""A database that cannot be used now, told apart from a fault of the program, and the sentence for people.

The driver's own words are English and may name people and hosts, so only their meaning is passed on.
"""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError

# What a caller catches; `sentence` then says whether it was an outage.
ERRORS = (DatabaseError, InterfaceError)

# Part of the driver's message (lower case) → cause; the first that fits.
CAUSES = (
    ("connection refused", "máy chủ không nhận kết nối"),
    ("no such file or directory", "máy chủ không nhận kết nối"),
    ("resolve host", "không tìm thấy máy chủ có tên này"),
    ("translate host", "không tìm thấy máy chủ có tên này"),
    ("timeout", "máy chủ không trả lời"),
    ("timed out", "máy chủ không trả lời"),
    ("authentication failed", "máy chủ không nhận tên hoặc mật khẩu"),
    ("no password supplied", "máy chủ đòi mật khẩu"),
    ("does not exist", "máy chủ không có cơ sở dữ liệu hoặc người dùng này"),
    ("unable to open database file", "không mở được tệp cơ sở dữ liệu"),
    ("not a database", "tệp không phải là cơ sở dữ liệu hoặc đã hỏng"),
    ("malformed", "tệp cơ sở dữ liệu đã hỏng"),
    ("disk is full", "ổ đĩa đã hết chỗ"),
    ("no space left", "ổ đĩa đã hết chỗ"),
    ("readonly database", "không được phép ghi vào cơ sở dữ liệu"),
    ("locked", "cơ sở dữ liệu đang bận"),
)
OTHER_CAUSE = "cơ sở dữ liệu không trả lời"
# SQLite calls these operational; they are faults of the program or of its tables.
FAULTS = ("no such table", "no such column", "has no column", "syntax error")


def sentence(error: DBAPIError) -> str | None:
    """What is wrong with the database, in Vietnamese; None where the program is at fault and not the database."""
    # Subclasses of DatabaseError other than these tell of wrong statements and broken rules.
    if not isinstance(error, OperationalError | InterfaceError) and type(error) is not DatabaseError:
        return None
    words = str(error.orig).lower()
    if any(fault in words for fault in FAULTS):
        return None
    cause = next((said for part, said in CAUSES if part in words), OTHER_CAUSE)
    return f"Không dùng được cơ sở dữ liệu: {cause}; hãy kiểm tra DOCMGR_DATABASE_URL và DOCMGR_HOME."
