"""The report on incoming documents as a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from docmgr.writing.own_forms import starting
from docmgr.writing.own_forms.fields import FIGURE, Field, figures
from docmgr.writing.own_forms.sources import mark
from docmgr.writing.reports import incoming_docx, pieces
from docmgr.writing.reports.incoming import IncomingReport
from docmgr.writing.reports.pieces import DOTS
from docmgr.writing.reports.plan_report import Figure, FigureTable
from legaltext import dates

_COLUMNS = ("ten", "tong_so", "da_giai_quyet", "giai_quyet_qua_han", "chua_giai_quyet", "dang_qua_han")
_NAMES = ("Tổng số", "Đã giải quyết", "Trong đó quá hạn", "Chưa giải quyết", "Trong đó quá hạn")
_COUNTS = (
    Field("tong_so", "Tổng số văn bản"), Field("da_giai_quyet", "Số đã giải quyết"), Field("giai_quyet_qua_han", "Số đã giải quyết nhưng quá hạn"),
    Field("chua_giai_quyet", "Số chưa giải quyết"), Field("dang_qua_han", "Số chưa giải quyết, đã quá hạn"),
)  # fmt: skip
FIELDS = (
    Field("co_quan", "Tên cơ quan"),
    Field("tu_ngay", "Ngày đầu của kỳ báo cáo"),
    Field("den_ngay", "Ngày cuối của kỳ báo cáo"),
    Field("ve_viec", "Nội dung báo cáo, viết trong câu"),
    Field("trich_yeu", "Trích yếu của báo cáo"),
    Field("ngay_lap", "Ngày của số liệu và của báo cáo"),
    Field("tiep_nhan", "Số liệu tiếp nhận", FIGURE),
    Field("ngoai_quyen", "Số văn bản ngoài quyền xem của người lập; các số liệu sau không gồm những văn bản này"),
    Field("ket_qua", "Số liệu giải quyết", FIGURE),
    Field("theo_loai", "Kết quả theo loại văn bản", (Field("ten", "Tên loại văn bản"), *_COUNTS)),
    Field("theo_noi_gui", "Kết quả theo nơi gửi", (Field("ten", "Tên cơ quan, tổ chức gửi"), *_COUNTS)),
    Field("theo_don_vi", "Kết quả theo đơn vị nhận", (Field("ten", "Tên đơn vị"), *_COUNTS)),
    Field("nguon", "Chú thích ghi địa chỉ sổ văn bản đến"),
)


def values(report: IncomingReport) -> dict[str, Any]:
    """The values of the fields."""
    about = incoming_docx.about(report)
    return {
        "co_quan": report.agency or DOTS[:20],
        "tu_ngay": dates.printed(report.first),
        "den_ngay": dates.printed(report.last),
        "ve_viec": about,
        "trich_yeu": f"{about[:1].upper()}{about[1:]}",
        "ngay_lap": dates.written_out(report.day),
        "tiep_nhan": figures((report.total,)),
        "ngoai_quyen": report.hidden,
        "ket_qua": figures(report.results),
        "theo_loai": _records(report.types),
        "theo_noi_gui": _records(report.senders),
        "theo_don_vi": _records(report.units),
        "nguon": mark(report.units.address),
    }


def _records(table: FigureTable) -> list[dict[str, Any]]:
    return [dict(zip(_COLUMNS, row, strict=True)) for row in table.rows]


def sample() -> IncomingReport:
    """A report that never was."""
    shown = "https://vanban.example/registers/incoming"

    def table(name: str, first: str) -> FigureTable:
        return FigureTable((name, *_NAMES), ((first, "12", "9", "1", "3", "1"),), shown)

    return IncomingReport(
        agency="Cơ quan mẫu", first=dt.date(2024, 1, 1), last=dt.date(2024, 6, 30), day=dt.date(2024, 7, 1), total=Figure("Tổng số văn bản đến", 14, shown), hidden=2,
        results=(Figure("Đã giải quyết đúng hạn", 8, shown), Figure("Chưa giải quyết, đã quá hạn", 1, "")),
        types=table("Loại văn bản", "Công văn"), senders=table("Cơ quan, tổ chức gửi", "Cơ quan gửi mẫu"), units=table("Đơn vị nhận", "Phòng mẫu"),
    )  # fmt: skip


def starter() -> bytes:
    """The form to start from."""
    document = starting.begin("Báo cáo tình hình tiếp nhận, xử lý văn bản đến", "Báo cáo", "/BC", "{{ trich_yeu }}")
    starting.lines(document, "{{ co_quan }} báo cáo {{ ve_viec }}, số liệu tính đến {{ ngay_lap }}, như sau:")
    pieces.head(document, "I. TIẾP NHẬN")
    starting.figures(document, "tiep_nhan")
    starting.when(document, "ngoai_quyen", "Số liệu sau đây không gồm {{ ngoai_quyen }} văn bản ngoài quyền xem của người lập báo cáo.")
    pieces.head(document, "1. Theo loại văn bản")
    _table(document, "theo_loai", "Loại văn bản")
    pieces.head(document, "2. Theo cơ quan, tổ chức gửi")
    _table(document, "theo_noi_gui", "Cơ quan, tổ chức gửi")
    pieces.head(document, "II. GIẢI QUYẾT")
    pieces.head(document, "1. Kết quả chung")
    starting.figures(document, "ket_qua")
    pieces.head(document, "2. Theo đơn vị nhận")
    _table(document, "theo_don_vi", "Đơn vị nhận")
    pieces.head(document, "III. TỒN TẠI, NGUYÊN NHÂN")
    starting.lines(document, DOTS)
    pieces.head(document, "IV. KIẾN NGHỊ, ĐỀ XUẤT")
    starting.lines(document, DOTS, "Trên đây là báo cáo {{ ve_viec }}./.")
    return starting.end(document, ("- ………………;", "- Lưu: VT."), "THỦ TRƯỞNG CƠ QUAN")


def _table(document: Any, over: str, name: str) -> None:
    numbers = [20] * len(_NAMES)
    names: Sequence[str] = (f"{name}{{{{ nguon }}}}", *_NAMES)
    starting.lines(document, f"{{%p if {over} %}}")
    starting.table(document, over, [pieces.WIDTH_MM - sum(numbers), *numbers], names, [f"{{{{ dong.{one} }}}}" for one in _COLUMNS], {0})
    starting.lines(document, "{%p else %}", incoming_docx.NOTHING, "{%p endif %}")
