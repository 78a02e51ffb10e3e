"""Numbers that are reserved, used, given up and given again; nothing leaves the register."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr.policy import Actor, Denied
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.registers import issue, listing, reserving
from docmgr.services.registers.columns import cells
from docmgr.services.registers.issue import NumberInput
from docmgr.services.registers.listing import RegisterFilter
from legaltext import dates
from tests.filling.filing import load
from tests.filling.registers import delivered, entry, paper, rows
from tests.support.racing import events

TODAY = dates.today()


def test_a_reserved_number_is_used_or_given_up_and_given_again(clerk: Actor, staff: Actor) -> None:
    series = delivered(clerk)
    first, second = reserving.reserve(clerk, series, "Chờ ký", count=2, holder_id=staff.user_id)
    document, other = paper(), paper("Khác")
    issue.issue_number(clerk, other)
    assert load(other).number == "03/QĐ-SGDĐT"
    issue.issue_number(clerk, document, NumberInput(entry_id=first))
    assert load(document).number == "01/QĐ-SGDĐT" and entry(first).holder_id == staff.user_id
    reserving.release(clerk, second, "Không ký nữa", revision=entry(second).revision)
    grey = listing.page(clerk, RegisterFilter("outgoing", TODAY.year))[1]
    assert (grey.printed, grey.valid) == ("02", False)
    shown = cells("outgoing", grey, str)
    assert shown[2] == "Bỏ giữ" and shown[-1] == f"Không ký nữa; {clerk.label}, {dates.printed(TODAY)}"
    with pytest.raises(Invalid, match="đang là “Bỏ giữ”"):
        reserving.release(clerk, second, "Nữa", revision=entry(second).revision)
    again = paper("Dùng lại")
    issue.issue_number(clerk, again, NumberInput(entry_id=second))
    assert rows(series) == [(1, "issued", document), (2, "issued", again), (3, "issued", other)]
    assert [event.subject_type for event in events("register:reserve", "register:release")] == ["register"] * 3


def test_a_reserved_number_is_of_its_year_and_series(clerk: Actor) -> None:
    series, copies = delivered(clerk), delivered(clerk, "copies")
    (kept,) = reserving.reserve(clerk, series, "Chờ")
    document = paper()
    with pytest.raises(Invalid, match="vừa được dùng"):
        issue.issue_number(clerk, document, NumberInput(entry_id=kept, day=dt.date(TODAY.year - 1, 5, 5)))
    with pytest.raises(Invalid, match="vừa được dùng"):
        issue.issue_copy(clerk, document, "SY", NumberInput(entry_id=kept))
    assert rows(series) == [(1, "reserved", None)] and rows(copies) == [] and load(document).number is None


def test_bad_input_reserves_nothing(clerk: Actor, staff: Actor) -> None:
    series = delivered(clerk)
    for reason, more in (("\x01 ", {}), ("x" * 501, {}), ("Chờ", {"count": 0}), ("Chờ", {"count": 51}), ("Chờ", {"count": -1}), ("Chờ", {"holder_id": 999})):
        with pytest.raises(Invalid):
            reserving.reserve(clerk, series, reason, **more)
    with pytest.raises(Invalid, match="không còn"):
        reserving.reserve(clerk, 999, "Chờ")
    with pytest.raises(Denied):
        reserving.reserve(staff, series, "Chờ")
    assert rows(series) == []
    (kept,) = reserving.reserve(clerk, series, "x" * 300)
    with pytest.raises(Conflict):
        reserving.release(clerk, kept, "Thôi", revision=7)
    with pytest.raises(Invalid, match="lý do"):
        reserving.release(clerk, kept, "", revision=None)
    assert entry(kept).state == "reserved"
