"""Vietnamese sentences for errors of the file system."""

from __future__ import annotations

import errno

REASONS = {
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EACCES: "không được phép đọc hoặc ghi",
    errno.EPERM: "không được phép đọc hoặc ghi",
    errno.EISDIR: "đây là thư mục, không phải tệp",
    errno.ENOTDIR: "đường dẫn đi qua một tệp, không phải thư mục",
    errno.EEXIST: "đã có tệp hoặc thư mục này",
    errno.ENOSPC: "ổ đĩa đã hết chỗ",
    errno.EDQUOT: "đã hết hạn mức lưu trữ",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.ENAMETOOLONG: "tên quá dài",
    errno.ELOOP: "liên kết dẫn vòng tròn",
    errno.EIO: "ổ đĩa bị lỗi",
    errno.EBUSY: "đang có chương trình khác dùng",
    errno.EMFILE: "đang mở quá nhiều tệp",
    errno.ENFILE: "đang mở quá nhiều tệp",
    errno.ESTALE: "ổ đĩa mạng không còn được nối",
    errno.ETIMEDOUT: "hết thời gian chờ",
}


def reason(error: OSError) -> str:
    """Say the reason of a file system error in a few Vietnamese words, without a full stop. An error without
    an errno keeps its own message."""
    if error.errno is None:
        return str(error).rstrip(".")
    return REASONS.get(error.errno, f"hệ thống báo lỗi số {error.errno}")


def sentence(error: OSError) -> str:
    """Say the reason of a file system error in a Vietnamese sentence, with the name of the file if the error
    has one."""
    words = reason(error)
    named = f": {error.filename}" if error.errno is not None and error.filename is not None else ""
    return f"{words[:1].upper()}{words[1:]}{named}."
