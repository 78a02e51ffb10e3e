"""Units from a workbook: what is recognised, what is wrong and where, and that all or nothing is made."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Unit, User
from docmgr.policy import Denied
from docmgr.services.errors import Invalid
from docmgr.services.people import units
from docmgr.services.start import people_file, sheets, units_file
from tests.filling.papers import decision, workbook
from tests.support.acting import actor_of

HEAD = ("Tên đơn vị", "Tên viết tắt", "Đơn vị cấp trên")


def read(*rows: tuple[object, ...]) -> tuple[sheets.SheetRow, ...]:
    return sheets.read(workbook(*rows), units_file.COLUMNS, units_file.MOST)


def planned(people: dict[str, User], *rows: tuple[object, ...]) -> units_file.UnitsPlan:
    return units_file.plan(actor_of(people["administrator"]), read(HEAD, *rows))


def faults(people: dict[str, User], *rows: tuple[object, ...]) -> list[str]:
    return [fault.message.told() for fault in planned(people, *rows).faults]


def stored() -> dict[str, tuple[str | None, str | None]]:
    with db.read() as session:
        held = {unit.id: unit for unit in session.scalars(select(Unit))}
    return {one.name: (one.abbreviation, held[one.parent_id].name if one.parent_id else None) for one in held.values()}


def test_units_are_made_below_those_above_in_any_order(site: Context, people: dict[str, User]) -> None:
    who = actor_of(people["administrator"])
    before = stored()
    rows = read(
        ("DANH SÁCH ĐƠN VỊ",), (), ("cap tren", "STT", "VIẾT TẮT", "Ten don vi *"),
        ("Trường X", 1, "TH", "Tổ Hóa"), ("trường x", 2, None, "Tổ Họa"), ("văn  phòng sở", 3, "TX", "Trường X"), (), (None, 4, None, "VĂN PHÒNG SỞ"),
    )  # fmt: skip
    plan = units_file.plan(who, rows)
    assert [row.number for row in plan.new] == [6, 4, 5] and [row.number for row in plan.kept] == [8] and not plan.faults
    assert stored() == before, "a plan makes nothing"
    assert units_file.make(who, rows) == 3
    made = {name: unit for name, unit in stored().items() if name not in before}
    assert made == {"Trường X": ("TX", "Văn phòng Sở"), "Tổ Hóa": ("TH", "Trường X"), "Tổ Họa": (None, "Trường X")}
    assert units_file.make(who, rows) == 0


def test_each_fault_names_its_row_and_column(site: Context, people: dict[str, User]) -> None:
    units.create(actor_of(people["administrator"]), name="Phòng A", abbreviation="PX")
    units.create(actor_of(people["administrator"]), name="Phòng B", abbreviation="PX")
    assert faults(
        people, ("Tổ 1", "T" * 51, "Không có"), ("", "T2", ""), ("Tổ 3",), ("tổ  3",), ("Tổ 5", "", "px"), ("N" * 301,)
    ) == [
        "Dòng 2, cột Tên viết tắt: dài nhất 50 ký tự",
        "Dòng 2, cột Đơn vị cấp trên: không có đơn vị “Không có” trong tệp hay trong hệ thống",
        "Dòng 3, cột Tên đơn vị: hãy ghi tên đơn vị, dài nhất 300 ký tự",
        "Dòng 5, cột Tên đơn vị: trùng với dòng 4",
        "Dòng 6, cột Đơn vị cấp trên: có nhiều đơn vị gọi là “px”; hãy ghi tên đầy đủ",
        "Dòng 7, cột Tên đơn vị: hãy ghi tên đơn vị, dài nhất 300 ký tự",
    ]
    circle = faults(people, ("Tổ 1", "", "Tổ 2"), ("Tổ 2", "", "Tổ 3"), ("Tổ 3", "", "Tổ 5"), ("Tổ 4", "", "Tổ 4"), ("Tổ 5", "", "Tổ 2"))
    assert [one.partition(":")[0] for one in circle] == [f"Dòng {row}, cột Đơn vị cấp trên" for row in (3, 4, 5, 6)]


def test_one_wrong_row_makes_nothing(site: Context, people: dict[str, User]) -> None:
    before = stored()
    rows = read(HEAD, ("Tổ 1", "", ""), ("Tổ 2", "", "Không có"))
    with pytest.raises(Invalid, match="Dòng 3"):
        units_file.make(actor_of(people["administrator"]), rows)
    assert stored() == before
    for role in ("clerk", "leader"):
        for act in (units_file.plan, units_file.make, people_file.plan, people_file.make):
            with pytest.raises(Denied):
                act(actor_of(people[role]), rows)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "tệp XLSX"),
        (decision(), "tệp XLSX"),
        (workbook(HEAD, ("Tổ 1",))[:900], "Không đọc được tệp này"),
        (b"PK\x03\x04" + bytes(sheets.MAX_BYTES), "lớn hơn 2 MB"),
        (workbook(("Số", "Ghi chú"), (1, "a")), "cần có các cột “Tên đơn vị”"),
        (workbook(HEAD), "chưa có dòng nào"),
        (workbook((*HEAD, "Đơn vị"), ("Tổ 1",)), "hai cột “Tên đơn vị”"),
        (workbook(HEAD, *((f"Tổ {n}",) for n in range(501))), "501 dòng; mỗi lần nhập nhiều nhất 500"),
        (workbook(HEAD, *((f"Tổ {n}",) for n in range(3_100))), "chia ra nhiều tệp"),
        (workbook(HEAD, ("Tổ 1", "x" * 501)), "Dòng 2 có ô dài quá 500"),
    ],
)
def test_a_workbook_that_cannot_be_used_is_told(data: bytes, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        sheets.read(data, units_file.COLUMNS, units_file.MOST)
    assert words in str(refused.value) and refused.value.field == "file"


def test_the_sample_is_what_is_read() -> None:
    for module in (units_file, people_file):
        data = sheets.sample("Mẫu", ["Ghi chú: Tên"], module.COLUMNS, module.SAMPLE)
        rows = sheets.read(data, module.COLUMNS, module.MOST)
        assert [tuple(row.cells.values()) for row in rows] == list(module.SAMPLE)
