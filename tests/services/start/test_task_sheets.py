"""Tasks from a workbook: which columns are guessed, what is wrong with which cell, and that all tasks are made or none."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Task, TaskSheet
from docmgr.policy import Denied
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.planning import tasks
from docmgr.services.start.task_sheets import columns, making, trying, uploads
from tests.filling.planning import World, world
from tests.services.planning.occurrences.test_recurring import occurrences
from tests.services.planning.test_work_steps import a_plan

__all__ = ["world"]
HEAD = ("TT", "Nội dung công việc", "Cơ quan chủ trì", "Phối hợp", "Thời gian hoàn thành", "Chu kỳ", "Kỳ đầu tiên", "Kết thúc", "Sản phẩm")
TCCB, OFFICE = "Phòng Tổ chức cán bộ (thử)", "Văn phòng (thử)"
GOOD = (
    (1, "Tổ chức hội nghị", TCCB, f"{OFFICE}; thanh tra (thử)", dt.date(2026, 1, 30), "", "", "", "Nghị quyết"),
    (2, "Báo cáo", OFFICE.lower(), "", "", "Hằng quý", "31/03/2026", "", ""),
)


def workbook(*rows: Sequence[Any], head: Sequence[str] = HEAD, above: int = 1) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for _ in range(above):
        sheet.append(["KẾ HOẠCH NĂM 2026"])
    for row in (head, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(world: World, data: bytes, who: str = "clerk") -> int:
    return uploads.upload(world.actors[who], a_plan(world), data, "nhiem-vu.xlsx")


def tried(world: World, data: bytes, who: str = "clerk") -> trying.TaskPlan:
    sheet = uploads.load(world.actors[who], upload(world, data, who))
    return trying.plan(world.actors[who], sheet, columns.guessed(sheet.head))


def words(act: Callable[[], object]) -> str:
    with pytest.raises(Invalid) as told:
        act()
    return told.value.message.told()


def faults(world: World, *row: Any, who: str = "clerk") -> list[str]:
    return [fault.message.told() for fault in tried(world, workbook(row), who).faults]


def test_columns_are_guessed_by_their_names() -> None:
    assert columns.guessed(HEAD) == {
        "title": 1, "lead": 2, "support": 3, "due_on": 4, "recurs_every": 5, "recurs_from": 6, "recurs_until": 7, "expected_evidence": 8,
    }  # fmt: skip
    # A name that is equal goes before one that begins alike, and no column is used twice.
    assert columns.guessed(["Nhiệm vụ trọng tâm", "Nhiệm vụ", "Đơn vị", "Đơn vị phối hợp"]) == {"title": 1, "lead": 2, "support": 3}
    assert columns.guessed(["", "x"]) == {}


def test_good_rows_become_tasks_and_a_second_time_nothing(world: World) -> None:
    clerk = world.actors["clerk"]
    number = upload(world, workbook(*GOOD))
    sheet = uploads.load(clerk, number)
    places = columns.guessed(sheet.head)
    found = trying.plan(clerk, sheet, places)
    assert not found.faults and [(one.number, one.lead) for one in found.new] == [(3, TCCB), (4, OFFICE)]
    with pytest.raises(Conflict):
        making.make(clerk, number, places, expected=1)
    assert making.make(clerk, number, places, expected=2) == 2
    with db.read() as session:
        one, two = session.scalars(select(Task).order_by(Task.position))
        assert session.scalar(select(TaskSheet.id)) is None
    first = tasks.get(clerk, one.id)
    assert (first.row.due_on, first.row.lead, first.row.support, first.row.expected_evidence) == (dt.date(2026, 1, 30), TCCB, ("Thanh tra (thử)", OFFICE), "Nghị quyết")
    assert [row.counted_on for row in occurrences(two.id)] == [dt.date(2026, *day) for day in ((3, 31), (6, 30), (9, 30), (12, 31))]
    assert [event.details["Chủ trì"] for event in world.events("task:create")] == [TCCB, OFFICE]
    assert world.events("plan:import")[0].details == {"Tệp": "nhiem-vu.xlsx", "Số nhiệm vụ": "2"}
    again = uploads.upload(clerk, sheet.plan_id, workbook(*GOOD), "nhiem-vu.xlsx")
    kept = trying.plan(clerk, uploads.load(clerk, again), places)
    assert (kept.new, kept.kept) == ((), (3, 4))
    assert "đều đã có" in words(lambda: making.make(clerk, again, places, expected=0))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ((1, "", TCCB, "", "30/01/2026"), "Dòng 3, cột Nội dung nhiệm vụ: hãy ghi nội dung nhiệm vụ"),
        ((1, "x" * 2001, TCCB, "", "30/01/2026"), "Dòng 3, cột Nội dung nhiệm vụ: dài quá 2000 ký tự"),
        ((1, "Việc", "", "", "30/01/2026"), "Dòng 3, cột Đơn vị chủ trì: hãy ghi đơn vị chủ trì"),
        ((1, "Việc", "Sở Không Có", "", "30/01/2026"), "Dòng 3, cột Đơn vị chủ trì: không có đơn vị “Sở Không Có”"),
        ((1, "Việc", TCCB, "Ai đó", "30/01/2026"), "Dòng 3, cột Đơn vị phối hợp: không có đơn vị “Ai đó”"),
        ((1, "Việc", TCCB, "", "31/02/2026"), "Dòng 3, cột Ngày đến hạn: “31/02/2026” không phải ngày; hãy ghi dạng 05/02/2026"),
        ((1, "Việc", TCCB, "", ""), "Dòng 3, cột Ngày đến hạn: hãy ghi ngày đến hạn, hoặc loại thời hạn khác"),
        ((1, "Việc", TCCB, "", "", "Thỉnh thoảng", "31/03/2026"), "Dòng 3, cột Chu kỳ: hãy ghi một trong: Hằng tháng; Hằng quý; 6 tháng một lần; Hằng năm; Mỗi năm học"),
        ((1, "Việc", TCCB, "", "", "Hằng quý", "31/03/2026", "01/01/2026"), "Dòng 3, cột Kết thúc định kỳ: Ngày kết thúc định kỳ phải sau ngày của kỳ đầu tiên."),
        ((1, "Việc", TCCB, "", "", "Hằng quý", "31/03/2027"), "Dòng 3, cột Kết thúc định kỳ: Kỳ đầu tiên nằm sau năm 2026 của kế hoạch, nên hãy nhập ngày kết thúc định kỳ."),
        ((1, "Việc", TCCB, "", "", "Hằng quý", ""), "Dòng 3, cột Kỳ đầu tiên: Việc định kỳ cần có ngày của kỳ đầu tiên."),
        ((1, "Việc", TCCB, "", "01/01/2026", "", "31/03/2026"), "Dòng 3, cột Ngày đến hạn: ngày đến hạn trước ngày bắt đầu"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_row_and_column(world: World, row: tuple[Any, ...], told: str) -> None:
    assert faults(world, *row) == [told]


def test_rows_that_repeat_each_other_and_tasks_of_other_units_are_refused(world: World) -> None:
    twice = tried(world, workbook(GOOD[0], GOOD[0]))
    assert [fault.message.told() for fault in twice.faults] == ["Dòng 4, cột Nội dung nhiệm vụ: trùng với dòng 3"]
    assert faults(world, 1, "Việc", OFFICE, "", "30/01/2026", who="staff") == ["Dòng 3, cột Đơn vị chủ trì: đơn vị của bạn phải chủ trì hoặc phối hợp"]
    assert not faults(world, 1, "Việc", OFFICE, TCCB, "30/01/2026", who="staff")
    # Commas part names where the whole is no name.
    assert not faults(world, 1, "Việc", TCCB, f"{OFFICE}, Thanh tra (thử)", "30/01/2026")


def test_with_a_wrong_cell_nothing_is_made(world: World) -> None:
    clerk = world.actors["clerk"]
    number = upload(world, workbook(*GOOD, (3, "Việc", "Sở Không Có", "", "30/01/2026")))
    places = columns.guessed(uploads.load(clerk, number).head)
    assert "Sở Không Có" in words(lambda: making.make(clerk, number, places, expected=2))
    with db.read() as session:
        assert session.scalar(select(Task.id)) is None and session.scalar(select(TaskSheet.id)) == number


def test_the_mapping_is_checked(world: World) -> None:
    sheet = uploads.load(world.actors["clerk"], upload(world, workbook(*GOOD)))
    for places, told in (
        ({"title": 1}, "Hãy chọn cột “Đơn vị chủ trì”."),
        ({"title": 1, "lead": 1}, "Một cột của tệp chỉ dùng cho một mục."),
        ({"title": 1, "lead": 99}, "Hãy chọn một mục trong danh sách."),
    ):
        assert words(lambda places=places: trying.plan(world.actors["clerk"], sheet, places)) == told


def test_a_workbook_is_seen_by_who_uploaded_it_for_a_day(world: World) -> None:
    number = upload(world, workbook(*GOOD))
    for who in ("leader", "staff"):
        with pytest.raises(NotFound):
            uploads.load(world.actors[who], number)
    for who in ("auditor", "administrator"):
        for refused in (lambda who=who: uploads.load(world.actors[who], number), lambda who=who: uploads.upload(world.actors[who], 1, b"", "x")):
            with pytest.raises(Denied):
                refused()
    with db.write() as session:
        session.get_one(TaskSheet, number).made_at = db.now() - uploads.KEPT - dt.timedelta(seconds=1)
    with pytest.raises(NotFound):
        uploads.load(world.actors["clerk"], number)
    upload(world, workbook(*GOOD), "leader")
    with db.read() as session:
        assert session.get(TaskSheet, number) is None


def huge(rows: int) -> bytes:
    """A workbook of so many rows, quickly written."""
    book = io.BytesIO(workbook(*GOOD))
    with zipfile.ZipFile(book) as old:
        parts = {info.filename: old.read(info.filename) for info in old.infolist()}
    (name,) = (one for one in parts if one.startswith("xl/worksheets/sheet"))
    filled = "".join(f'<row r="{n}"><c r="B{n}" t="inlineStr"><is><t>Việc {n}</t></is></c></row>' for n in range(10, rows + 10))
    parts[name] = parts[name].replace(b"</sheetData>", filled.encode() + b"</sheetData>")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part, data in parts.items():
            new.writestr(part, data)
    return out.getvalue()


def test_too_large_workbooks_and_other_files_get_a_clear_message(world: World) -> None:
    told = "Tệp có quá nhiều dòng hoặc quá nhiều chữ: mỗi lần nhập nhiều nhất 5000 dòng. Hãy chia ra nhiều tệp."
    assert words(lambda: upload(world, huge(100_000))).replace(".000", "000") == told
    assert "mỗi lần nhập nhiều nhất" in words(lambda: upload(world, huge(5_001)))
    assert words(lambda: upload(world, b"PK" + bytes(uploads.MAX_BYTES))) == "Tệp lớn hơn 5 MB."
    assert words(lambda: upload(world, b"")) == words(lambda: upload(world, b"%PDF-1.7")) == "Hãy chọn một tệp XLSX (Excel)."
    assert words(lambda: upload(world, b"PK\x03\x04broken")) != ""
    assert "chưa có dòng nào" in words(lambda: upload(world, workbook()))
    assert "ô dài quá 4000 ký tự" in words(lambda: upload(world, workbook((1, "x" * 4001)))).replace(".000", "000")


def test_a_column_with_targets_is_read_and_one_without_a_number_is_a_fault(world: World) -> None:
    head = (*HEAD, "Chỉ tiêu")
    rows = [(*GOOD[0], "ít nhất 95% hồ sơ"), (*GOOD[1], "")]
    sheet_id = upload(world, workbook(*rows, head=head))
    sheet = uploads.load(world.actors["clerk"], sheet_id)
    making.make(world.actors["clerk"], sheet_id, columns.guessed(sheet.head), expected=2)
    with db.read() as session:
        made = session.execute(select(Task.target, Task.target_unit, Task.target_rule, Task.target_words).order_by(Task.position)).all()
    assert [tuple(one) for one in made] == [(95_000, "%", "least", "ít nhất 95% hồ sơ"), (None, None, None, None)]
    assert world.events("task:create")[-2].details["Chỉ tiêu"]["values"] == {"figure": "95%"}
    faults = tried(world, workbook((*GOOD[0][:1], "Việc khác", *GOOD[0][2:], "đầy đủ"), head=head)).faults
    (fault,) = faults
    assert "Chỉ tiêu" in fault.message.told() and "hãy ghi số và đơn vị tính, ví dụ: ít nhất 95% hồ sơ" in fault.message.told()
