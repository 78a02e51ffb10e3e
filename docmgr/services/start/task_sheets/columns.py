"""Which columns a workbook of tasks may have, and which of its columns are probably meant by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from docmgr.services.message import Message
from docmgr.services.start.sheets import SheetColumn
from indexer import fold

COLUMNS = {
    "title": SheetColumn(Message("Nội dung nhiệm vụ"), ("noi dung", "nhiem vu", "ten nhiem vu", "noi dung cong viec", "cong viec", "task"), required=True),
    "lead": SheetColumn(Message("Đơn vị chủ trì"), ("chu tri", "co quan chu tri", "don vi thuc hien", "don vi", "lead"), required=True),
    "support": SheetColumn(Message("Đơn vị phối hợp"), ("phoi hop", "co quan phoi hop", "support")),
    "due_on": SheetColumn(Message("Ngày đến hạn"), ("den han", "han", "thoi han", "han hoan thanh", "thoi gian hoan thanh", "thoi han hoan thanh", "ngay hoan thanh", "due")),
    "due_rule": SheetColumn(Message("Loại thời hạn"), ("loai han",)),
    "recurs_every": SheetColumn(Message("Chu kỳ"), ("dinh ky",)),
    "recurs_from": SheetColumn(Message("Kỳ đầu tiên"), ("bat dau", "tu ngay")),
    "recurs_until": SheetColumn(Message("Kết thúc định kỳ"), ("ket thuc", "den ngay")),
    "due_note": SheetColumn(Message("Ghi chú thời hạn"), ("ghi chu", "note")),
    "expected_evidence": SheetColumn(Message("Minh chứng cần có"), ("minh chung", "san pham", "ket qua", "evidence")),
    "target": SheetColumn(Message("Chỉ tiêu"), ("muc tieu", "chi tieu can dat", "target")),
    "legal_basis": SheetColumn(Message("Căn cứ pháp lý"), ("can cu", "co so phap ly", "basis")),
}
_BESIDES = re.compile(r"\(.*?\)|[*:.]")
# The row with the names may stand below a title and notes.
MAX_ABOVE = 30


def head_of(rows: Mapping[int, Mapping[int, str]]) -> int:
    """The number of the row that has the most names of columns; the first one where no row has any."""
    first = sorted(rows)[:MAX_ABOVE]
    return max(first, key=lambda number: (len(guessed(_texts(rows[number]))), -number))


def guessed(head: Sequence[str]) -> dict[str, int]:
    """Guess the place of each column by the texts of the row with their names: names that are equal go before names that begin alike."""
    said = [" ".join(fold(_BESIDES.sub(" ", text)).split()) for text in head]
    places: dict[str, int] = {}
    for alike in (str.__eq__, str.startswith):
        for key, column in COLUMNS.items():
            names = (fold(column.label.told()), *column.names)
            free = (place for place, text in enumerate(said) if text and place not in places.values() and any(alike(text, name) for name in names))
            if key not in places and (place := next(free, None)) is not None:
                places[key] = place
    return places


def _texts(cells: Mapping[int, str]) -> list[str]:
    return [cells.get(col, "") for col in range(max(cells, default=-1) + 1)]
