"""The six-month and the yearly report on a plan as a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from docmgr.writing.own_forms import starting
from docmgr.writing.own_forms.fields import FIGURE, Field, figures, marked_lines
from docmgr.writing.own_forms.sources import mark
from docmgr.writing.reports import pieces
from docmgr.writing.reports.pieces import DOTS
from docmgr.writing.reports.plan_report import Figure, FigureTable, PlanReport
from docmgr.writing.reports.plan_report_docx import lowered
from legaltext import dates

_COUNTS = Field("nhiem_vu", "Số nhiệm vụ"), Field("hoan_thanh", "Số đã hoàn thành"), Field("qua_han", "Số quá hạn")
_UNIT_COLUMNS = ("ten", "nhiem_vu", "hoan_thanh", "qua_han", "co_minh_chung")
_SECTION_COLUMNS = _UNIT_COLUMNS[:4]
_LATE_COLUMNS = ("noi_dung", "don_vi", "thoi_han", "qua_han")
_TARGET_COLUMNS = ("noi_dung", "chi_tieu", "dat_duoc", "ket_qua")
FIELDS = (
    Field("co_quan", "Tên cơ quan"),
    Field("ky_bao_cao", "Kỳ báo cáo"),
    Field("ke_hoach", "Tên kế hoạch, viết trong câu"),
    Field("ngay_lap", "Ngày của số liệu và của báo cáo"),
    Field("can_cu", "Các căn cứ, mỗi dòng đã có dấu cuối", ()),
    Field("so_lieu_chung", "Số liệu chung của mọi nhiệm vụ", FIGURE),
    Field("so_lieu_trong_ky", "Số liệu của nhiệm vụ đến hạn trong kỳ", FIGURE),
    Field("theo_don_vi", "Kết quả theo đơn vị chủ trì", (Field("ten", "Tên đơn vị"), *_COUNTS, Field("co_minh_chung", "Số có minh chứng"))),
    Field("nguon_don_vi", "Chú thích ghi địa chỉ bảng theo đơn vị"),
    Field("theo_phan", "Kết quả theo phần của kế hoạch", (Field("ten", "Tên phần"), *_COUNTS)),
    Field("nguon_phan", "Chú thích ghi địa chỉ bảng theo phần"),
    Field("hoi_nghi", "Số liệu về hội nghị năm của các đơn vị; trống khi chưa ghi hội nghị nào", FIGURE),
    Field("chi_tieu", "Số liệu về chỉ tiêu của nhiệm vụ; trống khi không nhiệm vụ nào có chỉ tiêu", FIGURE),
    Field(
        "ket_qua_chi_tieu", "Các nhiệm vụ có chỉ tiêu",
        (Field("noi_dung", "Nhiệm vụ"), Field("chi_tieu", "Chỉ tiêu"), Field("dat_duoc", "Số đạt được"), Field("ket_qua", "Đạt hay chưa đạt")),
    ),
    Field("nguon_chi_tieu", "Chú thích ghi địa chỉ danh sách nhiệm vụ có chỉ tiêu"),
    Field("co_kiem_tra", "Đúng khi người lập được xem số liệu kiểm tra"),
    Field("kiem_tra", "Số liệu kiểm tra, giám sát", FIGURE),
    Field("so_qua_han", "Số nhiệm vụ quá hạn"),
    Field("so_neu_ten", "Số nhiệm vụ quá hạn có tên trong danh sách dưới"),
    Field(
        "nhiem_vu_qua_han", "Các nhiệm vụ quá hạn lâu nhất",
        (Field("noi_dung", "Nhiệm vụ"), Field("don_vi", "Đơn vị chủ trì"), Field("thoi_han", "Thời hạn"), Field("qua_han", "Đã quá hạn bao lâu")),
    ),
    Field("nguon_qua_han", "Chú thích ghi địa chỉ danh sách quá hạn"),
)  # fmt: skip


def values(report: PlanReport) -> dict[str, Any]:
    """The values of the fields."""
    return {
        "co_quan": report.agency or DOTS[:20],
        "ky_bao_cao": report.period,
        "ke_hoach": lowered(report.plan),
        "ngay_lap": dates.written_out(report.day),
        "can_cu": marked_lines(report.bases),
        "so_lieu_chung": figures(report.general),
        "so_lieu_trong_ky": figures(report.due),
        "theo_don_vi": _records(report.units, _UNIT_COLUMNS),
        "nguon_don_vi": mark(report.units.address),
        "theo_phan": _records(report.sections, _SECTION_COLUMNS),
        "nguon_phan": mark(report.sections.address),
        "hoi_nghi": figures(report.conferences),
        "chi_tieu": figures(report.targets),
        "ket_qua_chi_tieu": _records(report.reached, _TARGET_COLUMNS),
        "nguon_chi_tieu": mark(report.reached.address),
        "co_kiem_tra": report.inspections is not None,
        "kiem_tra": figures(report.inspections or ()),
        "so_qua_han": report.late_count,
        "so_neu_ten": len(report.late.rows),
        "nhiem_vu_qua_han": _records(report.late, _LATE_COLUMNS),
        "nguon_qua_han": mark(report.late.address),
    }


def _records(table: FigureTable, names: Sequence[str]) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def sample() -> PlanReport:
    """A report that never was."""
    shown = "https://vanban.example/plans/1"
    return PlanReport(
        agency="Cơ quan mẫu", plan="Kế hoạch công tác năm 2024", period="6 tháng đầu năm 2024", day=dt.date(2024, 6, 30),
        bases=("Căn cứ Kế hoạch công tác năm 2024",),
        general=(Figure("Tổng số nhiệm vụ", 12, shown), Figure("Đã hoàn thành", 7, shown), Figure("Quá hạn", 2, "")),
        due=(Figure("Đến hạn từ 01/01/2024 đến 30/6/2024", 9, shown), Figure("Trong đó đã hoàn thành", 7, shown)),
        units=FigureTable(("Đơn vị chủ trì", "Nhiệm vụ", "Hoàn thành", "Quá hạn", "Có minh chứng"), (("Phòng mẫu", "12", "7", "2", "6"),), shown),
        sections=FigureTable(("Phần của kế hoạch", "Nhiệm vụ", "Hoàn thành", "Quá hạn"), (("I. Nhiệm vụ trọng tâm", "12", "7", "2"),), shown),
        conferences=(Figure("Đơn vị đã công bố kết quả hội nghị", 5, shown), Figure("Đơn vị chưa có hội nghị", 1, "")),
        targets=(Figure("Nhiệm vụ có chỉ tiêu bằng số", 1, shown), Figure("Trong đó đạt", 1, "")),
        reached=FigureTable(("Nhiệm vụ", "Chỉ tiêu", "Đạt được", "Kết quả"), (("Tập huấn quy chế", "ít nhất 2 lớp", "cộng 3 lớp", "Đạt"),), shown),
        late=FigureTable(("Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn", "Quá hạn"), (("Rà soát quy chế", "Phòng mẫu", "31/5/2024", "30 ngày"),), shown),
        late_count=2, inspections=(Figure("Cuộc kiểm tra trong kỳ", 1, shown), Figure("Phát hiện", 2, "")),
    )  # fmt: skip


def starter() -> bytes:
    """The form to start from."""
    about = "{{ ky_bao_cao }} thực hiện {{ ke_hoach }}"
    document = starting.begin("Báo cáo", "Báo cáo", "/BC", f"Kết quả {about}")
    starting.each(document, "can_cu", "{{ dong }}", italic=True)
    starting.lines(document, f"{{{{ co_quan }}}} báo cáo kết quả {about}, số liệu tính đến {{{{ ngay_lap }}}}, như sau:")
    pieces.head(document, "I. KẾT QUẢ THỰC HIỆN")
    pieces.head(document, "1. Kết quả chung")
    starting.figures(document, "so_lieu_chung")
    starting.lines(document, "{%p if so_lieu_trong_ky %}", "Trong số nhiệm vụ có thời hạn trong kỳ báo cáo:")
    starting.figures(document, "so_lieu_trong_ky")
    starting.lines(document, "{%p endif %}")
    pieces.head(document, "2. Kết quả theo đơn vị chủ trì")
    _table(document, "theo_don_vi", ("Đơn vị chủ trì{{ nguon_don_vi }}", "Nhiệm vụ", "Hoàn thành", "Quá hạn", "Có minh chứng"), _UNIT_COLUMNS)
    pieces.head(document, "3. Kết quả theo phần của kế hoạch")
    _table(document, "theo_phan", ("Phần của kế hoạch{{ nguon_phan }}", "Nhiệm vụ", "Hoàn thành", "Quá hạn"), _SECTION_COLUMNS)
    pieces.head(document, "4. Hội nghị cán bộ, công chức, viên chức và người lao động")
    starting.figures(document, "hoi_nghi")
    starting.lines(document, DOTS)
    starting.lines(document, "{%p if chi_tieu %}")
    pieces.head(document, "5. Chỉ tiêu")
    starting.figures(document, "chi_tieu")
    _table(document, "ket_qua_chi_tieu", ("Nhiệm vụ{{ nguon_chi_tieu }}", "Chỉ tiêu", "Đạt được", "Kết quả"), _TARGET_COLUMNS)
    starting.lines(document, "{%p endif %}")
    pieces.head(document, "II. KIỂM TRA, GIÁM SÁT")
    starting.when(document, "not co_kiem_tra", f"Số liệu kiểm tra, giám sát do bộ phận theo dõi bổ sung: {DOTS[:10]}")
    starting.figures(document, "kiem_tra")
    pieces.head(document, "III. TỒN TẠI, HẠN CHẾ")
    starting.lines(document, "{%p if so_qua_han %}")
    most = "{% if so_neu_ten == so_qua_han %}:{% else %}; {{ so_neu_ten }} nhiệm vụ quá hạn lâu nhất là:{% endif %}"
    starting.lines(document, "Có {{ so_qua_han }} nhiệm vụ quá hạn" + most + "{{ nguon_qua_han }}")
    _table(document, "nhiem_vu_qua_han", ("Nhiệm vụ{{ nguon_qua_han }}", "Đơn vị chủ trì", "Thời hạn", "Quá hạn"), _LATE_COLUMNS)
    starting.lines(document, f"Nguyên nhân: {DOTS[:16]}", "{%p else %}", "Không có nhiệm vụ quá hạn.", "{%p endif %}")
    pieces.head(document, "IV. PHƯƠNG HƯỚNG, KIẾN NGHỊ")
    starting.lines(document, "1. Phương hướng, nhiệm vụ thời gian tới", DOTS, "2. Kiến nghị, đề xuất", DOTS)
    starting.lines(document, f"Trên đây là báo cáo kết quả {about}./.")
    return starting.end(document, ("- ………………;", "- Lưu: VT."), "THỦ TRƯỞNG CƠ QUAN")


def _table(document: Any, over: str, names: Sequence[str], columns: Sequence[str]) -> None:
    numbers = [24 if len(names) == 4 else 22] * (len(names) - 1)
    starting.lines(document, f"{{%p if {over} %}}")
    cells = [f"{{{{ dong.{one} }}}}" for one in columns]
    starting.table(document, over, [pieces.WIDTH_MM - sum(numbers), *numbers], names, cells, {0})
    starting.lines(document, "{%p else %}", "Chưa có nhiệm vụ nào.", "{%p endif %}")
