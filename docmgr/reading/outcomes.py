"""Every way in which reading can fall short, with its outcome and its Vietnamese sentence.

Format readers raise `Unreadable(code)`; the child and the runner turn it into a Reading. Readings and the database hold
the code; services.documents.progress makes the sentence of it.
"""

from __future__ import annotations

from docmgr.reading.types import NO_TEXT, UNREADABLE, WITHHELD, Reading

KEPT = "Bản gốc vẫn được lưu."

REASONS: dict[str, tuple[str, str]] = {
    "encrypted": (UNREADABLE, f"Không đọc được tệp: tệp có mật khẩu. {KEPT}"),
    "broken": (UNREADABLE, f"Không đọc được tệp: tệp hỏng hoặc bị cắt cụt. {KEPT}"),
    "empty": (UNREADABLE, f"Không đọc được tệp: tệp rỗng. {KEPT}"),
    "missing": (UNREADABLE, "Không đọc được tệp: không tìm thấy tệp trong kho."),
    "missing_file": (UNREADABLE, "Không đọc được: tệp gốc không còn trong kho lưu trữ."),
    "internal": (
        UNREADABLE,
        "Không đọc được tệp vì lỗi bên trong. Bản gốc vẫn được lưu; xin báo người quản trị.",
    ),
    "bomb": (UNREADABLE, f"Không đọc được tệp: tệp nén bung ra quá lớn (nghi là bom nén). {KEPT}"),
    "doctype": (UNREADABLE, f"Không đọc được tệp: tệp chứa khai báo DTD không được phép. {KEPT}"),
    "too_large": (UNREADABLE, f"Không đọc được tệp: tệp cần quá nhiều bộ nhớ để đọc. {KEPT}"),
    "too_long": (UNREADABLE, f"Không đọc được tệp: đọc quá thời gian cho phép. {KEPT}"),
    "crashed": (UNREADABLE, f"Không đọc được tệp: bộ đọc dừng đột ngột khi gặp tệp này. {KEPT}"),
    "unsupported": (UNREADABLE, f"Không đọc được tệp: chưa đọc được loại tệp này. {KEPT}"),
    "not_document": (UNREADABLE, "Không đọc được tệp: đây không phải là tệp văn bản."),
    "reader_missing": (
        UNREADABLE,
        f"Không đọc được tệp: máy chủ chưa cài công cụ đọc tệp DOC (antiword hoặc catdoc). {KEPT}",
    ),
    "no_text_layer": (NO_TEXT, "Bản quét, chưa có chữ"),
    "no_words": (NO_TEXT, "Tệp không có chữ nào để đọc (có thể chỉ có hình)."),
    "legacy_encoding": (
        NO_TEXT,
        "Bảng mã cũ (TCVN3/VNI): chưa chuyển được sang Unicode nên chưa tìm được.",
    ),
    "secrecy": (WITHHELD, "Văn bản có dấu chỉ độ mật: hệ thống không giữ tệp và nội dung."),
}


class Unreadable(Exception):
    """The file cannot be read. `code` is a key of REASONS. `kind` is the kind of file when the reader has
    found another one than expected. `pages` is the number of pages when they can still be shown as images."""

    def __init__(self, code: str, kind: str | None = None, pages: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind
        self.pages = pages


def fallen_short(code: str, kind: str, pages: int | None = None, secrecy: str | None = None) -> Reading:
    """The Reading for one code of REASONS; `secrecy` is the level of the stamp that the code "secrecy" is about."""
    return Reading(outcome=REASONS[code][0], kind=kind, reason_code=code, secrecy=secrecy, pages=pages)
