"""Case files: what is refused, who may edit them, closing and reopening, and when they go to the archive."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docmgr.models import User
from docmgr.policy import Actor, Denied
from docmgr.services.cases import contents, files, listing, words
from docmgr.services.cases.files import CaseInput
from docmgr.services.cases.listing import CaseFilter
from docmgr.services.errors import Conflict, Invalid
from legaltext import dates
from tests.filling.registers import case, inside, opened, paper
from tests.support.acting import actor_of
from tests.support.racing import events

TODAY = dates.today()
DAY = dt.timedelta(days=1)


def wrong(actor: Actor, code: str = "9/X", title: str = "Sai", **more: Any) -> tuple[str | None, str]:
    """The field and the sentence with which a new case file is refused."""
    with pytest.raises(Invalid) as error:
        files.create(actor, CaseInput(code, title, **{"permanent": True, **more}))
    return error.value.field, str(error.value)


def test_what_no_case_file_can_be_is_refused_at_its_field(clerk: Actor) -> None:
    assert wrong(clerk, "  \x00\u200b ")[0] == "code" and wrong(clerk, "x" * 51)[0] == "code"
    assert wrong(clerk, title="")[0] == "title" and wrong(clerk, title="đ" * 501)[0] == "title"
    assert wrong(clerk, description="x" * 501)[0] == "description"
    assert [wrong(clerk, permanent=False, retention_years=years)[0] for years in (None, 0, 201)] == ["retention_years"] * 3
    assert wrong(clerk, handover_months=5)[0] == "handover_months"
    assert wrong(clerk, opened_on=TODAY + DAY)[0] == "opened_on" and wrong(clerk, opened_on=dt.date(1899, 1, 1))[0] == "opened_on"
    assert wrong(clerk, unit_id=10**6)[0] == "unit_id" and wrong(clerk, person_id=10**6)[0] == "person_id"
    made = case(opened(clerk, "01 /tccb\x07", "T" * 300 + "\x00\r\nhai dòng", opened_on=dt.date(2024, 2, 29)))
    assert (made.code, made.code_key, made.year) == ("01 /tccb", "01/tccb", 2024) and "\n" not in made.title


def test_a_code_is_there_once_a_year(clerk: Actor) -> None:
    first = opened(clerk, "01/TCCB", "Tuyển dụng", opened_on=dt.date(2024, 5, 1))
    assert wrong(clerk, "01 / tccb", opened_on=dt.date(2024, 1, 1)) == ("code", "Năm 2024 đã có hồ sơ mang số, ký hiệu này: Tuyển dụng.")
    other = opened(clerk, "01/TCCB", opened_on=dt.date(2023, 5, 1))
    with pytest.raises(Invalid, match="đã có hồ sơ"):
        files.edit(clerk, other, CaseInput("01/TCCB", "Khác", permanent=True, opened_on=dt.date(2024, 1, 1)), revision=1)
    files.edit(clerk, first, CaseInput("01/TCCB", "Tên mới", retention_years=20, opened_on=dt.date(2024, 5, 1)), revision=1)
    assert case(first).title == "Tên mới" and case(first).retention_years == 20
    with pytest.raises(Conflict):
        files.edit(clerk, first, CaseInput("01/TCCB", "Tên cũ", permanent=True), revision=1)
    (event,) = events("case:edit")
    assert event.details["changes"]["Tiêu đề hồ sơ"] == ["Tuyển dụng", "Tên mới"] and "Đơn vị" not in event.details["changes"]


def test_staff_edit_their_own_and_auditors_none(clerk: Actor, staff: Actor, auditor: Actor, people: dict[str, User]) -> None:
    theirs = opened(clerk)
    own = opened(staff, "02/X", unit_id=staff.unit_id)
    mine = opened(staff, "03/X")
    charge = opened(clerk, "04/X", person_id=staff.user_id)
    assert [files.may_edit(staff, case(one)) for one in (theirs, own, mine, charge)] == [False, True, True, True]
    assert [one.id for one in contents.choices(staff)] == [charge, mine, own]
    for act in (lambda: files.close(staff, theirs), lambda: contents.add(staff, theirs, [paper()]), lambda: opened(auditor, "05/X")):
        with pytest.raises(Denied):
            act()
    assert files.get(auditor, theirs).code == "01/TCCB"
    with pytest.raises(Denied):
        files.get(actor_of(people["administrator"]), theirs)


def test_closing_freezes_and_reopening_needs_a_reason(clerk: Actor) -> None:
    one, document, other = opened(clerk, opened_on=dt.date(2024, 1, 31)), paper(), paper("Khác")
    contents.add(clerk, one, [document])
    with pytest.raises(Invalid, match="trước ngày mở"):
        files.close(clerk, one, dt.date(2024, 1, 30))
    with pytest.raises(Invalid, match="chưa đến"):
        files.close(clerk, one, TODAY + DAY)
    with pytest.raises(Conflict):
        files.close(clerk, one, revision=1)
    files.close(clerk, one, dt.date(2024, 2, 29))
    assert case(one).handover_on == dt.date(2025, 2, 28)
    frozen = (
        lambda: contents.add(clerk, one, [other]), lambda: contents.remove(clerk, one, document), lambda: contents.move(clerk, one, document, 1),
        lambda: contents.sort_by_day(clerk, one), lambda: files.edit(clerk, one, CaseInput("1", "Khác", permanent=True), revision=None),
        lambda: files.close(clerk, one),
    )  # fmt: skip
    for act in frozen:
        with pytest.raises(Invalid, match="đã đóng"):
            act()
    assert inside(one) == [document]
    for reason in ("", " \x00 ", "x" * 501):
        with pytest.raises(Invalid) as error:
            files.reopen(clerk, one, reason)
        assert error.value.field == "reason"
    files.reopen(clerk, one, "Bổ sung biên bản")
    assert case(one).closed_on is None and case(one).handover_on is None and contents.add(clerk, one, [other]) == 1
    (event,) = events("case:reopen")
    assert event.details == {"reason": "Bổ sung biên bản", "closed_on": "29/02/2024"}
    with pytest.raises(Invalid, match="đang mở"):
        files.reopen(clerk, one, "Lần nữa")


def test_what_goes_to_the_archive_is_listed_in_time(clerk: Actor) -> None:
    def closed(code: str, on: dt.date, **more: Any) -> int:
        one = opened(clerk, code, opened_on=dt.date(2015, 1, 1), **more)
        files.close(clerk, one, on)
        return one

    assert words.months_after(dt.date(2023, 12, 31), 3) == dt.date(2024, 3, 31)
    later = words.months_after(TODAY, -12)
    soon = closed("1", later + 29 * DAY)
    closed("2", later + 40 * DAY)
    over = closed("3", dt.date(2020, 6, 30), retention_years=5)
    closed("4", dt.date(2020, 6, 30), retention_years=4)
    built = closed("5", words.months_after(TODAY, -3), handover_months=3)
    opened(clerk, "6")

    def due() -> list[int]:
        return [line.case.id for line in listing.page(clerk, CaseFilter("due")).lines]

    assert due() == [over, built, soon] and listing.count_due(clerk) == 3
    assert {line.state for line in listing.page(clerk, CaseFilter("due")).lines} == {"due"}
    assert [listing.page(clerk, CaseFilter(state)).total for state in ("open", "closed", "archived", "")] == [1, 5, 0, 6]
    with pytest.raises(Invalid, match="trước ngày đóng"):
        files.archive(clerk, over, dt.date(2020, 6, 29))
    files.archive(clerk, over)
    assert due() == [built, soon] and listing.line(clerk, over).state == "archived"
    for act in (lambda: files.reopen(clerk, over, "x"), lambda: files.archive(clerk, over)):
        with pytest.raises(Invalid, match="đã nộp lưu trữ"):
            act()
    assert [line.case.code for line in listing.page(clerk, CaseFilter(about="ho so THU", year=2015)).lines] == ["1", "2", "3", "4", "5"]
