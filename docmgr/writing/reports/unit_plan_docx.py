"""Write the plan of a unit that carries out a superior plan as a DOCX draft, in the layout of Annex I and the form 1.4 of Annex III of Decree
30/2020/NĐ-CP. What the superior plan does not say stays dotted, to be written by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docmgr.writing import sheets_docx
from docmgr.writing.reports import pieces
from docmgr.writing.reports.pieces import DOTS, SHORT_DOTS
from docmgr.writing.reports.plan_report_docx import lowered
from docmgr.writing.reports.unit_plan import UnitPlan, UnitTask
from docmgr.writing.sheets_docx import SheetEnd, SheetHeading
from legaltext import dates


def to_docx(plan: UnitPlan) -> bytes:
    """Write the draft in A4 and return the bytes of the file."""
    about, unit = about_plan(plan.plan), plan.unit or SHORT_DOTS
    document = sheets_docx.sheet(f"Kế hoạch {about}"[:250])
    heading = SheetHeading(unit, f"……………, {dates.written_out(plan.day)}", superior=plan.superior, number="        /KH")
    sheets_docx.heading(document, heading)
    sheets_docx.title(document, "Kế hoạch", [f"{about[:1].upper()}{about[1:]}"])
    pieces.bases(document, plan.bases)
    sheets_docx.line(document, f"{unit} xây dựng kế hoạch {about} như sau:")
    pieces.head(document, "I. MỤC ĐÍCH, YÊU CẦU")
    sheets_docx.line(document, f"1. Mục đích: Thực hiện đầy đủ, đúng thời hạn những nhiệm vụ được giao cho {unit}.")
    sheets_docx.line(document, f"2. Yêu cầu: {DOTS}")
    pieces.head(document, "II. NỘI DUNG THỰC HIỆN")
    for place, (name, tasks) in enumerate(plan.sections, start=1):
        pieces.head(document, f"{place}. {name}")
        _tasks(document, tasks)
    if not plan.sections:
        sheets_docx.line(document, DOTS)
    if plan.support:
        pieces.head(document, "III. NHIỆM VỤ PHỐI HỢP")
        _tasks(document, plan.support)
    if plan.left_out:
        sheets_docx.line(document, f"Và {plan.left_out} nhiệm vụ khác, ghi trong danh sách kèm theo.")
    pieces.head(document, f"{'IV' if plan.support else 'III'}. TỔ CHỨC THỰC HIỆN")
    for words in ("1. Kinh phí, điều kiện thực hiện", DOTS, "2. Phân công, chế độ báo cáo", DOTS):
        sheets_docx.line(document, words)
    sheets_docx.line(document, f"Trên đây là Kế hoạch {about} của {unit}./.")
    sheets_docx.end(document, SheetEnd((f"- {plan.superior or '………………'} (để báo cáo);", "- Lưu: VT."), ("THỦ TRƯỞNG ĐƠN VỊ",)))
    return sheets_docx.body(document)


def about_plan(plan: str) -> str:
    """What the unit's plan is about: "Kế hoạch Triển khai …" says it itself."""
    itself = plan[len("kế hoạch") :].strip() if plan.casefold().startswith("kế hoạch") else plan
    if itself.casefold().startswith("triển khai"):
        return itself[:1].lower() + itself[1:]
    return f"triển khai thực hiện {lowered(plan)}"


def _tasks(document: Any, tasks: Sequence[UnitTask]) -> None:
    for task in tasks:
        sheets_docx.line(document, task_words(task))


def task_words(task: UnitTask) -> str:
    """A task as one line: its words, when it is due and what has to come of it."""
    told = [f"- {task.words.rstrip(' .;')}."]
    told += [f"Thời hạn: {task.due.rstrip(' .;')}."] if task.due else []
    told += [f"Kết quả: {task.evidence.rstrip(' .;')}."] if task.evidence else []
    return " ".join(told)
