"""The figures of a leader's charts: each counts what its list shows, under the rule of reading."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import Assignment, User
from docmgr.policy import Denied
from docmgr.services.documents import recent
from docmgr.services.documents.recent import Narrowed
from docmgr.services.overview.charts import charts
from docmgr.services.planning import lists
from docmgr.services.planning.coverage import Coverage, coverage
from docmgr.services.planning.wanted.filters import TaskFilter
from tests.support.acting import actor_of
from tests.web.overview.test_home import add_document, add_task

TODAY = dt.date(2026, 3, 31)


def test_documents_are_counted_by_month_and_type_as_each_may_read(site: Context, people: dict[str, User], count_queries) -> None:
    shared = {"workflow": "published", "state": "findable"}
    for day, kind in (((2026, 3, 31), "Kế hoạch"), ((2026, 3, 1), "Kế hoạch"), ((2025, 4, 1), "Báo cáo"), ((2026, 2, 28), None)):
        add_document(people["clerk"], "Đọc được", issued_on=dt.date(*day), type=kind, **shared)
    for day in ((2025, 3, 31), (2026, 4, 1)):
        add_document(people["clerk"], "Ngoài mười hai tháng", issued_on=dt.date(*day), type="Kế hoạch", **shared)
    add_document(people["clerk"], "Dự thảo của văn thư", issued_on=dt.date(2026, 3, 2), type="Kế hoạch", state="findable")
    add_document(people["clerk"], "Chưa rõ ngày", type="Kế hoạch", **shared)
    leader = actor_of(people["leader"])
    with count_queries() as counted:
        found = charts(leader, Coverage(None, ()), TODAY)  # type: ignore[arg-type]
    assert counted.number == 1
    assert [(one.type, one.count) for one in found.types] == [("Kế hoạch", 2), ("Báo cáo", 1), ("", 1)]
    assert [(one.first.isoformat()[:7], one.count) for one in found.months if one.count] == [("2025-04", 1), ("2026-02", 1), ("2026-03", 2)]
    assert len(found.months) == 12 and found.total == 4
    for figure in (*found.types, *found.months):
        assert figure.count == recent.count(leader, figure.listed) == len(recent.documents(leader, 50, 0, figure.listed))
    assert recent.count(leader, found.all) == 4
    assert charts(actor_of(people["clerk"]), Coverage(None, ()), TODAY).total == 5  # type: ignore[arg-type]
    with pytest.raises(Denied):
        charts(actor_of(people["administrator"]), Coverage(None, ()), TODAY)  # type: ignore[arg-type]
    assert recent.count(leader, Narrowed(type="Quyết định")) == 0


def test_overdue_tasks_are_those_that_the_unit_leads(site: Context, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    late, leader = dt.date(2020, 5, 4), actor_of(people["leader"])
    first, second = people["staff"].unit_id, people["clerk"].unit_id
    for number, unit in enumerate([first, second, second, None]):
        task_id = add_task(f"Việc {number}", unit, due_on=late)
        with db.write() as session:
            # Who only supports a task is not asked why it is late.
            session.add(Assignment(task_id=task_id, unit_id=leader.unit_id, role="support"))
    add_task("Chưa đến hạn", first, due_on=dt.date(2090, 1, 1))
    add_task("Đã xong", first, due_on=late, state="done")
    figures = charts(leader, coverage(leader)).overdue
    assert [(one.unit_id, one.count) for one in figures][0] == (second, 2) and {one.unit_id for one in figures} == {first, second, 0}
    assert lists.find(leader, TaskFilter(lead_id=leader.unit_id))[1] == 0 < lists.find(leader, TaskFilter(unit_id=leader.unit_id))[1]
    for one in figures:
        assert one.unit_id != leader.unit_id
        assert lists.find(leader, TaskFilter(lead_id=one.unit_id, overdue=True))[1] == one.count
    monkeypatch.setattr("docmgr.services.overview.charts.UNITS_SHOWN", 1)
    few = charts(leader, coverage(leader))
    assert ([one.unit_id for one in few.overdue], few.more_overdue) == ([second], 2)
