"""What a reading says about the text it gives: which part of the file was left out, and other remarks.

This is the only place with the sentences. They are Vietnamese, with %(name)s for each value.
"""

from __future__ import annotations

from dataclasses import dataclass

ROWS = "Trang tính “%(name)s” chỉ đọc %(count)s dòng đầu có chữ."
CELLS = "Sổ tính quá lớn, chỉ đọc %(count)s ô đầu có chữ."
BROKEN_PAGES = "%(count)s trang bị hỏng, không đọc được."
PICTURE_PAGES = "%(count)s trang là ảnh, chưa đọc được chữ trên đó."
WORDLESS_PAGES = "%(count)s trang là ảnh, máy không thấy chữ nào trên đó."
UNRECOGNISED_PAGES = "%(count)s trang không nhận dạng được chữ."
NO_LAYOUT = "Tệp PDF hỏng nhẹ: chỉ đọc được chữ, không giữ được bố cục."
MACROS = "Tệp có chứa macro; macro không được chạy."
SENTENCES = (ROWS, CELLS, BROKEN_PAGES, PICTURE_PAGES, WORDLESS_PAGES, UNRECOGNISED_PAGES, NO_LAYOUT, MACROS)
# These say that words of the file are missing in the text.
_CUT = frozenset({ROWS, CELLS, BROKEN_PAGES, PICTURE_PAGES, UNRECOGNISED_PAGES})


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark. `msgid` is one of SENTENCES, and `values` are pairs (name, value) for its gaps."""

    msgid: str
    values: tuple[tuple[str, str | int], ...] = ()

    @property
    def told(self) -> str:
        """The whole sentence, in Vietnamese."""
        return self.msgid % dict(self.values) if self.values else self.msgid

    @property
    def is_cut(self) -> bool:
        """Whether it says that words of the file are missing in the text."""
        return self.msgid in _CUT


def note(msgid: str, **values: str | int) -> Remark:
    """Make the note with the sentence `msgid`, one of SENTENCES, and the values for its gaps."""
    return Remark(msgid, tuple(values.items()))
