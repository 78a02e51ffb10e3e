"""Proposals that are changed, split and merged before they become tasks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docmgr.policy import Denied
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.people.unit_names import UnitNames
from docmgr.services.planning.obligations import deciding, editing, listing, times, units
from docmgr.services.planning.obligations.editing import ObligationInput
from docmgr.services.planning.obligations.rows import ObligationRow, Picked
from tests.filling.planning import World, world
from tests.services.planning.proposals import a_plan_paper, picked, stored

__all__ = ["world"]
TWO = "1. Phòng Tổ chức cán bộ (thử) rà soát các quy chế đã ban hành và tổng hợp ý kiến của cán bộ trước ngày 15/6/2024."


def listed(world: World, document_id: int) -> list[ObligationRow]:
    return list(listing.load(world.actors["clerk"], document_id).shown)


def test_a_changed_proposal_becomes_the_task_that_was_typed(world: World) -> None:
    document_id, clerk = a_plan_paper(world), world.actors["clerk"]
    (one, *_) = picked(document_id)
    given = ObligationInput(
        "Xây dựng kế hoạch kiểm tra nội bộ", world.units["gdtrh"], (world.units["tccb"], world.units["gdtrh"]), "after", n=10, unit="day", event="ngày họp",
        evidence="Kế hoạch kiểm tra", target="100% đơn vị",
    )  # fmt: skip

    editing.edit(clerk, document_id, one.id, given, revision=one.revision)

    row = listed(world, document_id)[0]
    assert (row.action, row.lead, row.support) == (given.action, (world.units["gdtrh"], "Phòng Giáo dục trung học (thử)"), ((world.units["tccb"], "Phòng Tổ chức cán bộ (thử)"),))
    assert row.due_words.told() == "10 ngày sau: ngày họp" and row.changed
    with pytest.raises(Conflict):
        editing.edit(clerk, document_id, one.id, given, revision=one.revision)
    editing.edit(clerk, document_id, one.id, given, revision=2)
    # Saving the same again is no change.
    assert stored(document_id)[0].revision == 2 and len(world.events("obligation:edit")) == 1
    assert "kiểm tra nội bộ" not in str(world.events("obligation:edit")[0].details)


def test_fields_that_do_not_fit_are_refused(world: World) -> None:
    document_id, clerk = a_plan_paper(world), world.actors["clerk"]
    one = picked(document_id, 0)[0]
    bad: list[tuple[str, dict[str, Any]]] = [
        ("action", {"action": " "}), ("action", {"action": "x" * 2001}), ("lead_id", {"lead_id": 99999}), ("lead_id", {"support_ids": (99999,)}),
        ("rule", {"rule": "never"}), ("on", {"rule": "fixed"}), ("every", {"rule": "recurring", "every": "hour"}), ("n", {"rule": "after"}),
        ("n", {"rule": "after", "n": 367}), ("n", {"rule": "after", "n": 0}), ("unit", {"rule": "after", "n": 1, "unit": "hour"}), ("event", {"event": "x" * 501}),
    ]  # fmt: skip
    for field, values in bad:
        with pytest.raises(Invalid) as refused:
            editing.edit(clerk, document_id, one.id, ObligationInput(**{"action": "Việc", **values}), revision=1)
        assert refused.value.field == field, values
    assert stored(document_id)[0].revision == 1
    with pytest.raises(Denied):
        editing.get(world.actors["staff"], document_id, one.id)
    secret = a_plan_paper(world, closed=True)
    for document, number in ((secret, stored(secret)[0].id), (document_id, stored(secret)[0].id), (document_id, 10**12)):
        with pytest.raises(NotFound):
            editing.get(world.actors["leader"], document, number)


def test_a_proposal_is_split_and_merged_again(world: World) -> None:
    document_id, clerk = a_plan_paper(world, TWO), world.actors["clerk"]
    whole = listed(world, document_id)[0]
    form = editing.get(clerk, document_id, whole.id)
    cut = next(at for at, words in form.cuts if words.startswith("và tổng hợp"))
    with pytest.raises(Invalid):
        editing.split(clerk, document_id, whole.id, cut + 1, revision=1)

    both = editing.split(clerk, document_id, whole.id, cut, revision=1)

    first, second = listed(world, document_id)
    assert (first.action, second.action) == ("rà soát các quy chế đã ban hành", whole.action.split(" và ")[1])
    assert first.quote.endswith("đã ban hành") and second.quote.startswith("và tổng hợp") and whole.quote.endswith(second.quote)
    assert first.lead == second.lead == (world.units["tccb"], "Phòng Tổ chức cán bộ (thử)") and first.due == second.due == whole.due
    editing.merge(clerk, document_id, both.picked)
    (again,) = listed(world, document_id)
    assert (again.quote, again.action, again.due, again.lead) == (whole.quote, whole.action.replace(" và ", "; "), whole.due, whole.lead)
    assert [event.action for event in world.events() if event.action.startswith("obligation:")] == ["obligation:split", "obligation:merge"]


def test_only_neighbours_are_merged_and_all_they_say_is_kept(world: World) -> None:
    document_id, clerk = a_plan_paper(world), world.actors["clerk"]
    for wrong in ((0,), (0, 2), (1, 3)):
        with pytest.raises(Invalid):
            editing.merge(clerk, document_id, picked(document_id, *wrong))
    assert len(stored(document_id)) == 4
    # What was dropped does not stand between.
    deciding.drop(clerk, document_id, picked(document_id, 1))

    editing.merge(clerk, document_id, picked(document_id, 0, 2))

    row = listed(world, document_id)[0]
    assert row.units == ("Phòng Tổ chức cán bộ (thử)", "Văn phòng (thử)") and row.due["rule"] == "fixed" and "; " in row.action
    assert [one.state for one in stored(document_id)] == ["proposed", "dropped", "proposed"]
    with pytest.raises(Conflict):
        editing.merge(clerk, document_id, [*picked(document_id, 0), Picked(10**6, 1)])


@pytest.mark.parametrize(
    ("due", "words", "fields"),
    [
        ({"rule": "fixed", "on": "2024-06-15"}, "Đến ngày 15/06/2024", {"due_rule": "fixed", "due_on": dt.date(2024, 6, 15)}),
        ({"rule": "fixed", "on": "hỏng"}, "Có thời hạn cụ thể", {"due_rule": "fixed", "due_on": None}),
        ({"rule": "recurring", "every": "quarter"}, "Hằng quý", {"due_rule": "recurring", "due_note": "Hằng quý"}),
        ({"rule": "recurring"}, "Định kỳ (không nêu kỳ)", {"due_rule": "recurring", "due_note": "Định kỳ (không nêu kỳ)"}),
        ({"rule": "after", "n": 2, "unit": "week"}, "Trong 2 tuần", {"due_rule": "event", "due_note": "Trong 2 tuần", "due_days": 14, "due_unit": "calendar"}),
        ({"rule": "after", "n": 3, "unit": "month", "event": "ngày ký"}, "3 tháng sau: ngày ký", {"due_rule": "event", "due_note": "3 tháng sau: ngày ký"}),
        ({"rule": "inherited", "event": "Kế hoạch 140"}, "Theo Kế hoạch 140", {"due_rule": "inherited", "due_note": "Theo Kế hoạch 140"}),
        ({"rule": "continuous", "event": "kịp thời"}, "Thường xuyên", {"due_rule": "continuous", "due_note": None}),
        ({"rule": "request"}, "Theo yêu cầu", {"due_rule": "on_request"}),
        ({"rule": None}, "Không nêu thời hạn", {"due_rule": "fixed", "due_on": None}),
    ],
)
def test_times_in_words_and_as_fields_of_a_task(due: dict[str, Any], words: str, fields: dict[str, Any]) -> None:
    assert times.words({**times.NOTHING, **due}).told() == words
    assert times.task_fields({**times.NOTHING, **due}, None) == fields


@pytest.mark.parametrize(
    ("due", "every", "first", "until"),
    [
        ({"rule": "recurring", "every": "month"}, "month", dt.date(2024, 3, 31), None),
        ({"rule": "recurring", "every": "quarter"}, "quarter", dt.date(2024, 3, 31), None),
        ({"rule": "recurring", "every": "half-year", "on": "2024-06-15"}, "half_year", dt.date(2024, 6, 15), None),
        ({"rule": "recurring", "every": "quarter", "on": "2024-01-15"}, "quarter", dt.date(2024, 4, 15), None),
        ({"rule": "recurring", "every": "year", "on": "2025-06-15"}, "year", dt.date(2024, 12, 31), None),
        ({"rule": "recurring", "every": "year", "on": "2024-02-15"}, "year", dt.date(2024, 2, 15), None),
        ({"rule": "recurring", "every": "school-year"}, "school_year", dt.date(2025, 5, 31), dt.date(2025, 5, 31)),
        ({"rule": "recurring", "every": "school-year", "on": "2024-03-20"}, "school_year", dt.date(2024, 3, 20), None),
        ({"rule": "recurring", "every": "week"}, None, None, None),
        ({"rule": "fixed", "on": "2024-06-15", "every": "year"}, None, None, None),
    ],
)
def test_what_recurs_begins_with_the_first_period_that_is_not_over(
    due: dict[str, Any], every: str | None, first: dt.date | None, until: dt.date | None
) -> None:
    found = times.recurrence({**times.NOTHING, **due}, 2024, dt.date(2024, 3, 15))
    assert (found.every, found.first, found.until) == (every, first, until)


@pytest.mark.parametrize(("issued", "first"), [(dt.date(2023, 12, 1), 1), (dt.date(2024, 10, 1), 10), (dt.date(2024, 10, 31), 10), (dt.date(2025, 1, 1), 12)])
def test_periods_before_the_text_was_issued_are_left_out(issued: dt.date, first: int) -> None:
    found = times.recurrence({**times.NOTHING, "rule": "recurring", "every": "month"}, 2024, issued)
    assert found.first is not None and (found.first.month, found.until) == (first, None)


def test_printed_names_mean_units_only_where_one_is_meant() -> None:
    called = [
        ("Văn phòng Sở", "VP", 1), ("Phòng Tổ chức cán bộ", "TCCB", 2), ("Phòng Kế hoạch - Tài chính", "KHTC", 3), ("Trường THPT Số 1", None, 4),
        ("Thanh tra Sở", "TTr", 5), ("Tổ Hóa", None, 6), ("Tổ Hoá", None, 7), ("Các đơn vị trực thuộc", None, 8),
    ]  # fmt: skip
    site = units.SiteUnits({number: name for name, _, number in called}, UnitNames(called))
    means = {
        "Văn phòng Sở": 1, "Văn phòng": 1, "Chánh Văn phòng Sở": 1, "phòng Tổ chức cán bộ": 2, "Trưởng phòng Tổ chức cán bộ": 2, "Phòng TCCB": 2, "TCCB": 2,
        "Hiệu trưởng Trường THPT Số 1": 4, "Thanh tra": 5, "Chánh Thanh tra Sở": 5, "các đơn vị trực thuộc": None, "Thủ trưởng các đơn vị": None,
        "Trưởng các phòng": None, "mỗi trường": None, "tổ Hóa": None, "Phòng Không có": None, " ; ": None,
    }  # fmt: skip
    assert {name: site.meant(name) for name in means} == means
    assert site.all_meant(["Phòng TCCB", "các đơn vị", "Văn phòng", "TCCB"]) == [2, 1] and site.pairs([1, 99]) == ((1, "Văn phòng Sở"),)
