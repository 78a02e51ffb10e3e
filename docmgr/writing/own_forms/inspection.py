"""The minutes of an inspection and the notice of its conclusion as forms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from docmgr.writing.own_forms import starting
from docmgr.writing.own_forms.fields import FIGURE, Field, figures, marked_lines
from docmgr.writing.reports import inspection_docx, pieces
from docmgr.writing.reports.inspection import InspectionPaper, PaperFinding, PaperRecommendation
from docmgr.writing.reports.pieces import DOTS, SHORT_DOTS
from docmgr.writing.reports.plan_report import Figure
from legaltext import dates

FIELDS = (
    Field("co_quan", "Tên cơ quan"),
    Field("don_vi", "Đơn vị được kiểm tra"),
    Field("cuoc_kiem_tra", "Tên cuộc kiểm tra"),
    Field("trich_yeu", "Trích yếu của giấy tờ"),
    Field("ky_kiem_tra", "Kỳ được kiểm tra"),
    Field("ke_hoach", "Kế hoạch mà cuộc kiểm tra thuộc về, để trống nếu không có"),
    Field("ngay_bat_dau", "Ngày bắt đầu kiểm tra"),
    Field("ngay_ket_thuc", "Ngày kết thúc kiểm tra"),
    Field("ngay_lap", "Ngày ghi trên giấy tờ"),
    Field("can_cu", "Các căn cứ, mỗi dòng đã có dấu cuối", ()),
    Field("doan_kiem_tra", "Thành phần đoàn kiểm tra, mỗi người một dòng", ()),
    Field("ket_qua", "Kết quả từng nội dung của bảng kiểm", ()),
    Field("ho_so", "Tên các văn bản đã xem", ()),
    Field("so_lieu", "Số phát hiện và kiến nghị", FIGURE),
    Field(
        "phat_hien", "Các phát hiện",
        (
            Field("tt", "Số thứ tự"), Field("noi_dung", "Nội dung"), Field("muc_do", "Mức độ"), Field("don_vi", "Đơn vị khắc phục"),
            Field("thoi_han", "Thời hạn"), Field("trang_thai", "Trạng thái"), Field("doi_chieu", "Điều khoản đã đối chiếu"),
        ),
    ),
    Field("phat_hien_khac", "Số phát hiện không ghi hết trong danh sách trên"),
    Field(
        "kien_nghi", "Các kiến nghị",
        (
            Field("tt", "Số thứ tự"), Field("noi_dung", "Nội dung"), Field("don_vi", "Đơn vị thực hiện"), Field("thoi_han", "Hạn trả lời"),
            Field("tra_loi", "Nội dung đã trả lời"),
        ),
    ),
    Field("kien_nghi_khac", "Số kiến nghị không ghi hết trong danh sách trên"),
    Field("ket_luan", "Kết luận, mỗi đoạn một dòng", ()),
)  # fmt: skip


def minutes_values(paper: InspectionPaper) -> dict[str, Any]:
    """The values of the fields for the minutes."""
    unit, plan = paper.unit or SHORT_DOTS, paper.plan
    return {
        "co_quan": paper.agency or SHORT_DOTS,
        "don_vi": unit,
        "cuoc_kiem_tra": paper.title,
        "trich_yeu": inspection_docx.subject(paper.title, concluded=False),
        "ky_kiem_tra": paper.period or SHORT_DOTS,
        "ke_hoach": inspection_docx.plan_named(plan) if plan else "",
        "ngay_bat_dau": inspection_docx.day_words(paper.started_on),
        "ngay_ket_thuc": inspection_docx.day_words(paper.ended_on),
        "ngay_lap": dates.written_out(paper.day),
        "can_cu": marked_lines(paper.bases),
        "doan_kiem_tra": _lines(paper.team),
        "ket_qua": list(paper.results),
        "ho_so": [f"- {name};" for name in paper.documents],
        "so_lieu": figures(paper.figures),
        "phat_hien": [_finding(place, one) for place, one in enumerate(paper.findings, start=1)],
        "phat_hien_khac": max(paper.findings_total - len(paper.findings), 0),
        "kien_nghi": [_recommendation(place, one) for place, one in enumerate(paper.recommendations, start=1)],
        "kien_nghi_khac": max(paper.recommendations_total - len(paper.recommendations), 0),
        "ket_luan": _lines(paper.conclusion),
    }


def notice_values(paper: InspectionPaper) -> dict[str, Any]:
    """The values of the fields for the notice."""
    return {**minutes_values(paper), "trich_yeu": inspection_docx.subject(paper.title, concluded=True)}


def _finding(place: int, one: PaperFinding) -> dict[str, Any]:
    return {
        "tt": place, "noi_dung": one.words, "muc_do": one.severity, "don_vi": one.unit, "thoi_han": one.due, "trang_thai": one.state,
        "doi_chieu": "; ".join(one.against),
    }  # fmt: skip


def _recommendation(place: int, one: PaperRecommendation) -> dict[str, Any]:
    return {"tt": place, "noi_dung": one.words.rstrip(" .;"), "don_vi": one.unit or SHORT_DOTS, "thoi_han": one.due, "tra_loi": one.answer}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def sample() -> InspectionPaper:
    """An inspection that never was."""
    day = dt.date(2024, 3, 14)
    return InspectionPaper(
        agency="Cơ quan mẫu", title="Kiểm tra công tác văn thư", unit="Phòng mẫu", team="Trưởng đoàn\nThành viên thứ nhất", period="năm 2023",
        plan="Kế hoạch kiểm tra năm 2024", started_on=day, ended_on=dt.date(2024, 3, 15), day=dt.date(2024, 3, 15),
        bases=("Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư", "Căn cứ Kế hoạch kiểm tra năm 2024"),
        results=("- Sổ đăng ký văn bản đến: đạt;", "- Lập hồ sơ công việc: chưa đạt (còn thiếu mục lục);"), documents=("Báo cáo công tác văn thư năm 2023",),
        findings=(PaperFinding("Hồ sơ chưa có mục lục", "Nhẹ", "Phòng mẫu", "30/4/2024", "Chưa khắc phục", ("Điều 29 Nghị định 30/2020/NĐ-CP",)),),
        findings_total=2, recommendations=(PaperRecommendation("Bổ sung mục lục hồ sơ", "Phòng mẫu", "ngày 30/4/2024", "Đã bổ sung."),),
        recommendations_total=2, figures=(Figure("Số phát hiện", 2, "https://vanban.example/inspections/1"), Figure("Số kiến nghị", 2, "")),
        conclusion="Đơn vị thực hiện đúng các quy định, còn tồn tại cần khắc phục.",
    )  # fmt: skip


def minutes_starter() -> bytes:
    """The form of the minutes to start from."""
    document = starting.begin("Biên bản kiểm tra", "Biên bản", "/BB", "{{ trich_yeu }}")
    starting.each(document, "can_cu", "{{ dong }}", italic=True)
    starting.lines(document, inspection_docx.opening("{{ ngay_bat_dau }}", "{{ don_vi }}"))
    pieces.head(document, "I. THÀNH PHẦN")
    _part(document, "1. Đoàn kiểm tra", "doan_kiem_tra")
    pieces.head(document, "2. Đơn vị được kiểm tra: {{ don_vi }}")
    starting.lines(document, f"Đại diện: {SHORT_DOTS}", f"Chức vụ: {SHORT_DOTS}")
    pieces.head(document, "II. NỘI DUNG VÀ KẾT QUẢ KIỂM TRA")
    starting.lines(document, "1. Kỳ được kiểm tra: {{ ky_kiem_tra }}")
    _part(document, "2. Kết quả theo nội dung kiểm tra", "ket_qua")
    _part(document, "3. Hồ sơ, tài liệu đã xem", "ho_so")
    pieces.head(document, "4. Tồn tại, hạn chế")
    _findings(document, "")
    pieces.head(document, "III. KIẾN NGHỊ CỦA ĐOÀN KIỂM TRA")
    _recommendations(document)
    pieces.head(document, "IV. Ý KIẾN CỦA ĐƠN VỊ ĐƯỢC KIỂM TRA")
    starting.lines(document, DOTS, inspection_docx.closing("{{ ngay_ket_thuc }}"))
    inspection_docx.signed(document, "{{ don_vi }}")
    return starting.body(document)


def notice_starter() -> bytes:
    """The form of the notice to start from."""
    document = starting.begin("Thông báo kết luận kiểm tra", "Thông báo", "/TB", "{{ trich_yeu }}")
    starting.each(document, "can_cu", "{{ dong }}", italic=True)
    plan = "{% if ke_hoach %} theo {{ ke_hoach }}{% endif %}"
    starting.lines(document, inspection_docx.told("{{ ngay_bat_dau }}", "{{ ngay_ket_thuc }}", "{{ don_vi }}" + plan, "{{ co_quan }}"))
    pieces.head(document, "I. KHÁI QUÁT VỀ CUỘC KIỂM TRA")
    starting.lines(document, "1. Đơn vị được kiểm tra: {{ don_vi }}", "2. Kỳ được kiểm tra: {{ ky_kiem_tra }}")
    _part(document, "3. Đoàn kiểm tra", "doan_kiem_tra")
    pieces.head(document, "II. KẾT QUẢ KIỂM TRA")
    starting.figures(document, "so_lieu")
    starting.each(document, "ket_qua", "{{ dong }}")
    pieces.head(document, "Các tồn tại, hạn chế")
    _findings(document, " – {{ dong.trang_thai|lower }}")
    _part(document, "III. KẾT LUẬN", "ket_luan")
    pieces.head(document, "IV. KIẾN NGHỊ, YÊU CẦU")
    _recommendations(document, "{%p if dong.tra_loi %}", "Đã trả lời: {{ dong.tra_loi }}", "{%p endif %}")
    starting.lines(document, inspection_docx.demand("{{ don_vi }}"))
    return starting.end(document, ("- {{ don_vi }};", "- ………………;", "- Lưu: VT."), "THỦ TRƯỞNG CƠ QUAN")


def _part(document: Any, title: str, over: str) -> None:
    pieces.head(document, title)
    starting.each(document, over, "{{ dong }}", nothing=DOTS)


def _findings(document: Any, state: str) -> None:
    starting.lines(document, "{%p if phat_hien %}")
    told = "{{ dong.noi_dung }}{% if dong.doi_chieu %} (đối chiếu: {{ dong.doi_chieu }}){% endif %}" + state
    cells = ("{{ dong.tt }}", told, "{{ dong.muc_do }}", "{{ dong.don_vi }}", "{{ dong.thoi_han }}")
    starting.table(document, "phat_hien", inspection_docx.ROWS_MM, inspection_docx.COLUMNS, cells, {1, 3})
    starting.lines(document, "{%p else %}", inspection_docx.NO_FINDING, "{%p endif %}")
    starting.when(document, "phat_hien_khac", "Và {{ phat_hien_khac }} phát hiện khác, ghi trong danh sách kèm theo.")


def _recommendations(document: Any, *more: str) -> None:
    told = "{{ dong.tt }}. {{ dong.don_vi }}: {{ dong.noi_dung }}{% if dong.thoi_han %}, trả lời trước khi hết {{ dong.thoi_han }}{% endif %}."
    starting.each(document, "kien_nghi", told, *more, nothing=DOTS)
    starting.when(document, "kien_nghi_khac", "Và {{ kien_nghi_khac }} kiến nghị khác, ghi trong danh sách kèm theo.")
