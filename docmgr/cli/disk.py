"""What the system says about files, in Vietnamese."""

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
    """Why it failed, in a few words without a full stop; an error without a number speaks for itself."""
    if error.errno is None:
        return str(error).rstrip(".")
    return REASONS.get(error.errno, f"hệ thống báo lỗi số {error.errno}")


def sentence(error: OSError) -> str:
    """`reason` as a sentence, with the file where it is known."""
    words = reason(error)
    named = f": {error.filename}" if error.errno is not None and error.filename is not None else ""
    return f"{words[:1].upper()}{words[1:]}{named}."
