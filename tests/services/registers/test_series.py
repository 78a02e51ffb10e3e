"""Series of numbers: what is delivered, what clashes, and what can no longer be changed."""

from __future__ import annotations

from typing import Any

import pytest

from docmgr import db
from docmgr.models import Unit
from docmgr.policy import Actor, Denied
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.registers import issue
from docmgr.services.registers import series as number_series
from docmgr.services.registers.issue import NumberInput
from docmgr.services.registers.series import SeriesInput
from legaltext import dates
from tests.filling.registers import delivered, entry, paper
from tests.support.racing import events

TODAY = dates.today()


def made(clerk: Actor, name: str, **more: Any) -> int:
    return number_series.create(clerk, SeriesInput(name, **{"organ": "SGDĐT", **more}))


def wrong(clerk: Actor, name: str = "Sai", **more: Any) -> tuple[str | None, str]:
    """The field and the sentence with which a new series is refused."""
    with pytest.raises(Invalid) as error:
        number_series.create(clerk, SeriesInput(name, **more))
    return error.value.field, str(error.value)


def test_every_agency_begins_with_one_series_of_each_kind(clerk: Actor, staff: Actor) -> None:
    found = number_series.listing(clerk)
    assert [(row.series.kind, row.series.name, row.following, row.used) for row in found] == [
        ("outgoing", "Văn bản đi", 1, False), ("copies", "Bản sao", 1, False), ("incoming", "Văn bản đến", 1, False),
    ]  # fmt: skip
    with pytest.raises(Denied):
        number_series.listing(staff)
    with pytest.raises(Denied):
        number_series.create(staff, SeriesInput("Dãy"))


def test_a_type_has_one_series(clerk: Actor) -> None:
    delivered(clerk)
    own = made(clerk, "Quyết định", types=("Quyết định",))
    assert wrong(clerk, types=("Chỉ thị", "Quyết định")) == ("types", "Loại “Quyết định” đã thuộc dãy “Quyết định”; mỗi loại chỉ thuộc một dãy.")
    assert "đã nhận mọi loại còn lại" in wrong(clerk)[1] and "đã nhận mọi loại còn lại" in wrong(clerk, kind="incoming")[1]
    plan, decision = paper(type="Kế hoạch"), paper()
    assert [entry(issue.issue_number(clerk, one)).series_id == own for one in (plan, decision)] == [False, True]
    number_series.close(clerk, own)
    assert made(clerk, "Quyết định mới", types=("Quyết định",))
    with pytest.raises(Invalid, match="đã thuộc dãy"):
        number_series.close(clerk, own, closed=False)


def test_a_unit_has_series_of_its_own(clerk: Actor) -> None:
    common = delivered(clerk)
    with db.write() as session:
        session.add(unit := Unit(name="Hội đồng thi"))
        session.flush()
        council = unit.id
    own = made(clerk, "Hội đồng", unit_id=council, organ="HĐT")
    assert entry(issue.issue_number(clerk, paper())).series_id == common
    assert entry(issue.issue_number(clerk, paper(), NumberInput(series_id=own))).series_id == own
    assert "đã nhận mọi loại" in wrong(clerk, unit_id=council)[1]


def test_bad_input_makes_no_series(clerk: Actor) -> None:
    assert wrong(clerk, " \x00")[0] == "name" and wrong(clerk, "x" * 201)[0] == "name" and wrong(clerk, "Bản sao", types=("Báo cáo",))[0] == "name"
    assert wrong(clerk, kind="other")[0] == "kind" and wrong(clerk, types=("Phụ lục",))[0] == "types"
    assert wrong(clerk, kind="copies", types=("Báo cáo",))[0] == "types"
    for organ in ("sgdđt", "S GDĐT", "S/X", "Ư" * 31, "-X"):
        assert wrong(clerk, types=("Báo cáo",), organ=organ)[0] == "organ", organ
    for number in (0, 100_000, -5):
        assert wrong(clerk, types=("Báo cáo",), first_number=number)[0] == "first_number"
    for year in (TODAY.year + 1, 1900):
        assert wrong(clerk, types=("Báo cáo",), first_number=5, first_year=year)[0] == "first_year"
    assert wrong(clerk, types=("Báo cáo",), unit_id=999)[0] == "unit_id"
    assert len(number_series.listing(clerk)) == 3 and events("series:create") == []


def test_a_series_with_numbers_is_closed_and_not_deleted(clerk: Actor) -> None:
    series, unused = delivered(clerk), made(clerk, "Báo cáo", types=("Báo cáo",))
    issue.issue_number(clerk, paper())
    with pytest.raises(Invalid, match="chỉ đóng được"):
        number_series.delete(clerk, series)
    number_series.delete(clerk, unused)
    row = number_series.get(clerk, series).series
    with pytest.raises(Invalid, match="đã cấp đến số 1"):
        number_series.edit(clerk, series, SeriesInput(row.name, organ="X", first_number=9), revision=row.revision)
    with pytest.raises(Conflict):
        number_series.edit(clerk, series, SeriesInput(row.name, organ="X"), revision=row.revision - 1)
    assert [event.action for event in events("series:create", "series:delete", "series:edit")] == ["series:edit", "series:create", "series:delete"]
