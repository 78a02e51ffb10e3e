"""The invitation to a conference, its minutes and its resolution as forms. What the record does not know is dotted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from docmgr.writing import sheets_docx
from docmgr.writing.conferences import papers_docx
from docmgr.writing.conferences.conference import Ballot, ConferencePaper
from docmgr.writing.conferences.papers_docx import DOTS, LINE
from docmgr.writing.own_forms import starting
from docmgr.writing.own_forms.fields import Field
from legaltext import dates

FIELDS = (
    Field("cap_tren", "Tên cơ quan cấp trên, để trống nếu không có"),
    Field("don_vi", "Tên đơn vị tổ chức hội nghị"),
    Field("hoi_nghi", "Tên hội nghị, viết trong câu"),
    Field("nam", "Năm"),
    Field("ngay_lap", "Ngày lập giấy tờ"),
    Field("ngay_to_chuc", "Ngày tổ chức hội nghị"),
    Field("ngay_van_ban", "Ngày tổ chức, chưa có thì là ngày lập"),
    Field("thoi_gian", "Giờ và ngày bắt đầu"),
    Field("dia_diem", "Địa điểm"),
    Field("chu_tri", "Người chủ trì"),
    Field("thu_ky", "Thư ký"),
    Field("noi_dung", "Các nội dung, mỗi dòng đã có dấu", ()),
    Field("dien_bien", "Phần mở đầu của biên bản: thời gian, địa điểm, thành phần, nội dung, mỗi ý một dòng", ()),
    Field("bieu_quyet", "Kết quả biểu quyết, mỗi ý một dòng", ()),
    Field("can_cu", "Căn cứ pháp lý của hội nghị"),
    Field("so_nguoi_du", "Số người dự, để trống nếu chưa ghi"),
    Field("dinh_ky", "Số tháng giữa hai lần kiểm tra việc thực hiện nghị quyết"),
    Field("thong_qua", "Các nội dung đã được thông qua", (Field("tt", "Số thứ tự"), Field("noi_dung", "Nội dung"), Field("tan_thanh", "Số người tán thành"))),
    Field("dieu_cuoi", "Số của điều cuối cùng trong nghị quyết"),
)


def values(paper: ConferencePaper) -> dict[str, Any]:
    """The values of the fields."""
    passed = [one for one in paper.ballots if one.passed]
    return {
        "cap_tren": paper.superior,
        "don_vi": paper.unit or DOTS,
        "hoi_nghi": papers_docx.named(paper),
        "nam": paper.year,
        "ngay_lap": dates.written_out(paper.day),
        "ngay_to_chuc": papers_docx.held(paper),
        "ngay_van_ban": dates.written_out(paper.held_on or paper.day),
        "thoi_gian": papers_docx.moment(paper),
        "dia_diem": paper.place or LINE[:24],
        "chu_tri": paper.chair or LINE[:24],
        "thu_ky": paper.secretary or LINE[:24],
        "noi_dung": papers_docx.points(paper),
        "dien_bien": list(papers_docx.opening(paper)),
        "bieu_quyet": list(papers_docx.ballots(paper)),
        "can_cu": paper.basis or LINE[:24],
        "so_nguoi_du": "" if paper.present is None else paper.present,
        "dinh_ky": papers_docx.every(paper),
        "thong_qua": [{"tt": place, "noi_dung": papers_docx.sentence(one.question), "tan_thanh": one.agree} for place, one in enumerate(passed, start=1)],
        "dieu_cuoi": max(len(passed), 1) + 1,
    }


def sample() -> ConferencePaper:
    """A conference that never was."""
    return ConferencePaper(
        unit="Phòng mẫu", superior="Cơ quan mẫu", year=2024, annual=True, day=dt.date(2024, 1, 10), held_on=dt.date(2024, 1, 20), starts_at="08:00",
        place="Hội trường", chair="Người chủ trì", secretary="Người ghi biên bản", agenda=("Kiểm điểm kế hoạch năm trước", "Thông qua nghị quyết"),
        invited=30, present=28, enough=True, quorum="2/3", passing="1/2", basis="Luật Thực hiện dân chủ ở cơ sở", checked_every=6,
        ballots=(Ballot("Thông qua quy chế chi tiêu nội bộ", 25, 2, 1, True),),
    )  # fmt: skip


def invitation_starter() -> bytes:
    """The form of the invitation to start from."""
    document = _begin("Giấy mời", "/GM", "Dự {{ hoi_nghi }}", "ngay_lap")
    starting.lines(document, f"{{{{ don_vi }}}} trân trọng kính mời: {LINE[:24]}", "Tới dự: {{ hoi_nghi }}.", "Chủ trì: {{ chu_tri }}")
    starting.lines(document, "Thời gian: {{ thoi_gian }}", "Địa điểm: {{ dia_diem }}", "Nội dung:")
    starting.each(document, "noi_dung", "{{ dong }}")
    starting.lines(document, "Đề nghị các đại biểu dự họp đầy đủ, đúng thành phần./.")
    return starting.end(document, ("- Như trên;", "- Lưu: VT."), "THỦ TRƯỞNG ĐƠN VỊ")


def minutes_starter() -> bytes:
    """The form of the minutes to start from."""
    document = _begin("Biên bản", "/BB", "{{ hoi_nghi }}", "ngay_van_ban")
    starting.each(document, "dien_bien", "{{ dong }}")
    starting.each(document, "bieu_quyet", "{{ dong }}")
    starting.lines(document, papers_docx.CLOSING)
    papers_docx.sign_minutes(document)
    return starting.body(document)


def resolution_starter() -> bytes:
    """The form of the resolution to start from."""
    document = _begin("Nghị quyết", "/NQ", "{{ hoi_nghi }}", "ngay_van_ban")
    starting.lines(document, "Căn cứ {{ can_cu }};", "Căn cứ biên bản {{ hoi_nghi }} {{ ngay_to_chuc }}.", italic=True)
    sheets_docx.line(document, "QUYẾT NGHỊ:", bold=True, centred=True)
    starting.lines(document, "{%p for dong in thong_qua %}")
    sheets_docx.line(document, "Điều {{ dong.tt }}. {{ dong.noi_dung }}", bold=True)
    starting.lines(document, "Hội nghị thông qua với {{ dong.tan_thanh }} người tán thành. Nội dung thực hiện:", LINE, "{%p else %}")
    sheets_docx.line(document, "Điều 1. Nội dung nghị quyết", bold=True)
    starting.lines(document, LINE, "{%p endfor %}")
    sheets_docx.line(document, "Điều {{ dieu_cuoi }}. Tổ chức thực hiện", bold=True)
    starting.lines(document, papers_docx.GIVEN, papers_docx.checked("{{ dinh_ky }}"))
    present = "{% if so_nguoi_du %} với {{ so_nguoi_du }} người dự{% endif %}"
    starting.lines(document, "Nghị quyết này được {{ hoi_nghi }} thông qua {{ ngay_to_chuc }}" + present + "./.")
    sheets_docx.end(document, sheets_docx.SheetEnd(("- ………………;", "- Lưu: VT."), ("TM. HỘI NGHỊ", "CHỦ TỌA")))
    return starting.body(document)


def _begin(kind: str, number: str, subject: str, day: str) -> Any:
    return starting.begin(kind, kind, number, subject, day, "{{ don_vi|upper }}", "{{ cap_tren|upper }}")
