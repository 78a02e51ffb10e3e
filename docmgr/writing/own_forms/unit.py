"""The drafted plan of a unit as a form."""

from __future__ import annotations

import datetime as dt
from typing import Any

from docmgr.writing.own_forms import starting
from docmgr.writing.own_forms.fields import Field, marked_lines
from docmgr.writing.reports import pieces
from docmgr.writing.reports.pieces import DOTS, SHORT_DOTS
from docmgr.writing.reports.unit_plan import UnitPlan, UnitTask
from docmgr.writing.reports.unit_plan_docx import about_plan, task_words
from legaltext import dates

_TASK = (
    Field("noi_dung", "Nội dung nhiệm vụ"), Field("thoi_han", "Thời hạn, để trống nếu không có"), Field("ket_qua", "Kết quả, để trống nếu không có"),
    Field("ca_dong", "Cả nhiệm vụ viết thành một dòng"),
)  # fmt: skip
FIELDS = (
    Field("cap_tren", "Tên cơ quan cấp trên, để trống nếu không có"),
    Field("don_vi", "Tên đơn vị lập kế hoạch"),
    Field("ke_hoach", "Tên kế hoạch cấp trên"),
    Field("ve_viec", "Nội dung kế hoạch, viết trong câu"),
    Field("trich_yeu", "Trích yếu của kế hoạch"),
    Field("nam", "Năm của kế hoạch"),
    Field("ngay_lap", "Ngày ghi trên kế hoạch"),
    Field("can_cu", "Các căn cứ, mỗi dòng đã có dấu cuối", ()),
    Field("phan", "Các phần của kế hoạch cấp trên", (Field("tt", "Số thứ tự"), Field("ten", "Tên phần"), Field("nhiem_vu", "Các nhiệm vụ của phần", _TASK))),
    Field("phoi_hop", "Các nhiệm vụ phối hợp", _TASK),
    Field("so_khac", "Số nhiệm vụ không ghi hết trong các danh sách trên"),
)


def values(plan: UnitPlan) -> dict[str, Any]:
    """The values of the fields."""
    about = about_plan(plan.plan)
    return {
        "cap_tren": plan.superior,
        "don_vi": plan.unit or SHORT_DOTS,
        "ke_hoach": plan.plan,
        "ve_viec": about,
        "trich_yeu": f"{about[:1].upper()}{about[1:]}",
        "nam": plan.year,
        "ngay_lap": dates.written_out(plan.day),
        "can_cu": marked_lines(plan.bases),
        "phan": [{"tt": place, "ten": name, "nhiem_vu": [_task(one) for one in tasks]} for place, (name, tasks) in enumerate(plan.sections, start=1)],
        "phoi_hop": [_task(one) for one in plan.support],
        "so_khac": plan.left_out,
    }


def _task(one: UnitTask) -> dict[str, Any]:
    return {"noi_dung": one.words.rstrip(" .;"), "thoi_han": one.due, "ket_qua": one.evidence, "ca_dong": task_words(one)}


def sample() -> UnitPlan:
    """A draft that never was."""
    task = UnitTask("Rà soát quy chế làm việc", "31/5/2024", "Quy chế sửa đổi")
    return UnitPlan(
        superior="Cơ quan mẫu", unit="Phòng mẫu", plan="Kế hoạch công tác năm 2024", year=2024, day=dt.date(2024, 1, 15),
        bases=("Căn cứ Kế hoạch công tác năm 2024",), sections=(("Nhiệm vụ trọng tâm", (task, UnitTask("Tổ chức tập huấn", "", ""))),),
        support=(UnitTask("Cung cấp số liệu", "30/6/2024", "Bảng số liệu"),), left_out=3,
    )  # fmt: skip


def starter() -> bytes:
    """The form to start from."""
    document = starting.begin("Kế hoạch", "Kế hoạch", "/KH", "{{ trich_yeu }}", agency="{{ don_vi|upper }}", superior="{{ cap_tren|upper }}")
    starting.each(document, "can_cu", "{{ dong }}", italic=True)
    starting.lines(document, "{{ don_vi }} xây dựng kế hoạch {{ ve_viec }} như sau:")
    pieces.head(document, "I. MỤC ĐÍCH, YÊU CẦU")
    starting.lines(document, "1. Mục đích: Thực hiện đầy đủ, đúng thời hạn những nhiệm vụ được giao cho {{ don_vi }}.", f"2. Yêu cầu: {DOTS}")
    pieces.head(document, "II. NỘI DUNG THỰC HIỆN")
    starting.lines(document, "{%p for dong in phan %}")
    pieces.head(document, "{{ dong.tt }}. {{ dong.ten }}")
    starting.each(document, "dong.nhiem_vu", "{{ y.ca_dong }}", name="y")
    starting.lines(document, "{%p else %}", DOTS, "{%p endfor %}", "{%p if phoi_hop %}")
    pieces.head(document, "III. NHIỆM VỤ PHỐI HỢP")
    starting.lines(document, "{%p endif %}")
    starting.each(document, "phoi_hop", "{{ dong.ca_dong }}")
    starting.when(document, "so_khac", "Và {{ so_khac }} nhiệm vụ khác, ghi trong danh sách kèm theo.")
    pieces.head(document, "{% if phoi_hop %}IV{% else %}III{% endif %}. TỔ CHỨC THỰC HIỆN")
    starting.lines(document, "1. Kinh phí, điều kiện thực hiện", DOTS, "2. Phân công, chế độ báo cáo", DOTS)
    starting.lines(document, "Trên đây là Kế hoạch {{ ve_viec }} của {{ don_vi }}./.")
    above = "- {% if cap_tren %}{{ cap_tren }}{% else %}………………{% endif %} (để báo cáo);"
    return starting.end(document, (above, "- Lưu: VT."), "THỦ TRƯỞNG ĐƠN VỊ")
