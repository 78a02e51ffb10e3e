"""People from a workbook: roles and units in the words of the office, faults by cell, one-time passwords that work once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import TrailEvent, User
from docmgr.services.errors import Invalid
from docmgr.services.people import people as persons
from docmgr.services.people import sessions
from docmgr.services.start import people_file, sheets
from docmgr.web.kit.guard import VISITOR
from tests.filling.papers import workbook
from tests.support.acting import actor_of

HEAD = ("Ho va ten", "Tên đăng nhập", "VAI TRÒ", "Phòng ban")


def read(*rows: tuple[object, ...]) -> tuple[sheets.SheetRow, ...]:
    return sheets.read(workbook(HEAD, *rows), people_file.COLUMNS, people_file.MOST)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Văn thư", ("clerk",)),
        ("chuyen vien; LÃNH ĐẠO", ("staff", "leader")),
        ("Thanh tra, kiểm toán", ("auditor",)),
        ("Kiểm toán và quản trị viên", ("administrator", "auditor")),
        ("clerk/staff", ("clerk", "staff")),
        ("Văn thư\nLãnh đạo", ("clerk", "leader")),
        ("Cán bộ chuyên viên", ("staff",)),
        ("Cán bộ kiểm tra", None),
        ("Cán bộ, kiểm tra", None),
        ("Chuyên viên quản trị", None),
        ("Văn thư lãnh đạo", None),
        ("Trưởng phòng", None),
        ("Văn thư, Trưởng phòng", None),
        ("Văn thưa", None),
        ("", None),
    ],
)
def test_roles_are_read_as_offices_write_them(text: str, roles: tuple[str, ...] | None) -> None:
    assert people_file.read_roles(text) == roles


def test_people_are_made_with_one_time_passwords(site: Context, people: dict[str, User]) -> None:
    who, unit = actor_of(people["administrator"]), people["clerk"].unit
    assert unit is not None
    rows = read(("Nguyễn Văn An", "NVAn", "Văn thư; Lãnh đạo", unit.name.upper()), ("Lê Thị Bê", "ltbe", "Chuyên viên", None))
    made = people_file.make(who, rows)
    assert [(one.username, one.full_name) for one in made] == [("nvan", "Nguyễn Văn An"), ("ltbe", "Lê Thị Bê")]
    assert len({one.password for one in made}) == 2
    an = persons.by_username("nvan")
    assert an is not None and an.unit_id == unit.id and an.must_change_password and {role.role for role in an.roles} == {"clerk", "leader"}
    opened = sessions.sign_in(VISITOR, "nvan", made[0].password, "127.0.0.1")
    found = sessions.find(opened.token, 1000, 1000)
    assert found is not None and found.must_change_password
    with db.read() as session:
        told = session.scalars(select(TrailEvent).where(TrailEvent.action == "person:create")).all()
        assert not any(one.password in str(event.details) for one in made for event in told)
        assert [event.subject_label for event in told] == ["Nguyễn Văn An (nvan)", "Lê Thị Bê (ltbe)"]
    # Sent once more, everybody is there already and nobody gets another password.
    assert people_file.make(who, rows) == ()


def test_each_fault_names_its_row_and_column_and_nothing_is_made(site: Context, people: dict[str, User]) -> None:
    who, taken = actor_of(people["administrator"]), people["clerk"]
    rows = read(
        ("Người Một", "ok.1", "Văn thư", None), ("Người Hai", "Có dấu", "Sếp", "Phòng ma"), ("", "ok.3", "Văn thư"), ("Người Bốn", "OK.1", "Văn thư"),
        ("Người Khác", taken.username, "Văn thư"), (taken.full_name, taken.username, "Văn thư"),
    )  # fmt: skip
    plan = people_file.plan(who, rows)
    assert [fault.message.told() for fault in plan.faults] == [
        "Dòng 3, cột Tên đăng nhập: gồm 2 đến 50 chữ thường không dấu, chữ số, dấu chấm, gạch",
        "Dòng 3, cột Vai trò: hãy ghi một hay nhiều trong các vai trò: Quản trị, Văn thư, Chuyên viên, Lãnh đạo, Thanh tra",
        "Dòng 3, cột Đơn vị: không có đơn vị “Phòng ma”; hãy nhập đơn vị trước",
        "Dòng 4, cột Họ và tên: hãy ghi họ và tên, dài nhất 200 ký tự",
        "Dòng 5, cột Tên đăng nhập: trùng với dòng 2",
        f"Dòng 6, cột Tên đăng nhập: đã là của {taken.full_name}",
    ]
    assert [row.number for row in plan.kept] == [7]
    with pytest.raises(Invalid, match="Dòng 3"):
        people_file.make(who, rows)
    assert persons.by_username("ok.1") is None


def test_what_changes_between_check_and_write_is_not_overwritten(site: Context, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    who = actor_of(people["administrator"])
    rows = read(("Người Một", "ok.1", "Văn thư"), ("Người Hai", "ok.2", "Văn thư"))
    hashed = people_file.passwords.hash_password

    def meanwhile(password: str) -> str:
        with site.bound():
            if persons.by_username("ok.2") is None:
                persons.add(who, "ok.2", "Người Hai", ["clerk"], None, hashed(password))
        return hashed(password)

    class Here:
        map = staticmethod(map)

        def __init__(self, _threads: int) -> None: ...
        def __enter__(self) -> object:
            return self

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(people_file.passwords, "hash_password", meanwhile)
    monkeypatch.setattr(people_file, "ThreadPoolExecutor", Here)
    with pytest.raises(Invalid, match="vừa thay đổi"):
        people_file.make(who, rows)
    assert persons.by_username("ok.1") is None
