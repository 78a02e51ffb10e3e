"""All reasons why a file gives no text. Each reason has a code, an outcome and a Vietnamese sentence.

Readers of file formats raise `Unreadable(code)`; the reading process and its parent turn this into a Reading.
A Reading and the database contain only the code; services.documents.progress finds the sentence for it.
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
    "too_many_files": (
        UNREADABLE,
        f"Không đọc được tệp: có quá nhiều tệp bên trong. Xin chia nhỏ rồi tải lên lại. {KEPT}",
    ),
    "no_space": (UNREADABLE, f"Không mở được các tệp bên trong: máy chủ gần hết chỗ lưu. {KEPT}"),
    "doctype": (UNREADABLE, f"Không đọc được tệp: tệp chứa khai báo DTD không được phép. {KEPT}"),
    "too_large": (UNREADABLE, f"Không đọc được tệp: tệp cần quá nhiều bộ nhớ để đọc. {KEPT}"),
    "too_long": (UNREADABLE, f"Không đọc được tệp: đọc quá thời gian cho phép. {KEPT}"),
    "crashed": (UNREADABLE, f"Không đọc được tệp: bộ đọc dừng đột ngột khi gặp tệp này. {KEPT}"),
    "unsupported": (UNREADABLE, f"Không đọc được tệp: chưa đọc được loại tệp này. {KEPT}"),
    "not_document": (UNREADABLE, "Không đọc được tệp: đây không phải là tệp văn bản."),
    "reader_missing": (
        UNREADABLE,
        f"Không đọc được tệp: máy chủ chưa cài công cụ đọc loại tệp này (LibreOffice, antiword hoặc catdoc). {KEPT}",
    ),
    "no_text_layer": (NO_TEXT, "Bản quét, chưa có chữ"),
    "ocr_missing": (NO_TEXT, "Bản quét, chưa có chữ: máy chủ chưa cài công cụ nhận dạng chữ (tesseract-ocr, tesseract-ocr-vie)."),
    "ocr_nothing": (NO_TEXT, "Bản quét: máy không nhận dạng được chữ nào trên các trang."),
    "ocr_failed": (NO_TEXT, f"Bản quét: nhận dạng chữ không thành công. {KEPT}"),
    "picture_too_large": (UNREADABLE, f"Không đọc được tệp: ảnh quá lớn. {KEPT}"),
    "no_words": (NO_TEXT, "Tệp không có chữ nào để đọc (có thể chỉ có hình)."),
    # No reader gives this any more; versions of older sites carry it until they are read again.
    "legacy_encoding": (
        NO_TEXT,
        "Bảng mã cũ (TCVN3/VNI): chưa chuyển được sang Unicode nên chưa tìm được.",
    ),
    "secrecy": (WITHHELD, "Văn bản có dấu chỉ độ mật: hệ thống không giữ tệp và nội dung."),
}

# Why a file inside a mail, an archive or an edXML message does not become a document. The message itself is kept.
LEFT_OUT: dict[str, str] = {
    "inline": "Hình trong thân thư, không phải văn bản.",
    "not_document": "Không phải là tệp văn bản.",
    "encrypted": "Có mật khẩu, không mở được.",
    "broken": "Hỏng, không lấy ra được.",
    "absent": "Thư chỉ nhắc tới tệp mà không mang theo.",
    "too_large": "Lớn hơn mức cho phép.",
    "archive": "Tệp nén loại không mở được (chỉ mở được ZIP).",
    "nested": "Lồng quá sâu trong các tệp nén hoặc thư khác.",
}


class Unreadable(Exception):
    """Raised when a file cannot be read. `code` is the reason, a key of REASONS. `kind` is the real kind
    of the file, or None if it has the expected kind. `pages` is the number of pages that can still be
    shown as images, or None."""

    def __init__(self, code: str, kind: str | None = None, pages: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind
        self.pages = pages


def fallen_short(code: str, kind: str, pages: int | None = None, secrecy: str | None = None) -> Reading:
    """Build the Reading for a file that gives no text. `code` is the reason, a key of REASONS. `kind` is
    the kind of file. `pages` is the number of pages that can still be shown as images, or None. `secrecy`
    is the level of the secrecy stamp, or None when there is none."""
    return Reading(outcome=REASONS[code][0], kind=kind, reason_code=code, secrecy=secrecy, pages=pages)
