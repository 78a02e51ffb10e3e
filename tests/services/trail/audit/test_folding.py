"""Folded readings: one line for a person and a day, every event within reach, and rights, export and proof as before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from docmgr import db
from docmgr.models import User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.documents import lifecycle
from docmgr.services.errors import NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.trail import append, export, history, readings
from docmgr.services.trail.audit import folding
from docmgr.services.trail.audit.folding import ReadingFold
from docmgr.services.trail.history import Filter
from tests.filling.filing import file_document
from tests.support.acting import actor_of

# 00:30 on 6 February in Vietnam, and the evening before.
NIGHT = dt.datetime(2024, 2, 5, 17, 30, tzinfo=dt.UTC)
EVENING = dt.datetime(2024, 2, 5, 14, 0, tzinfo=dt.UTC)


@pytest.fixture
def paper(people: dict[str, User]) -> int:
    return file_document(tree.root_id(), "12/QĐ-SGDĐT", "Quy chế dân chủ")


def dated(at: dt.datetime, actor: Actor, document_id: int, action: str = "document:view", times: int = 1) -> None:
    """Events as they would have been written at `at`."""
    with db.write() as session:
        row = append.row(actor, action, append.EventSubject("document", document_id, "x", document_id))
        for turn in range(times):
            append.add(session, {**row, "at": at + dt.timedelta(minutes=turn)})
    db.release()


def told(page: folding.TrailPage) -> list[str | tuple[str, int, int]]:
    """Folds as (day, views, files), and other events by their actions."""
    return [(row.day.isoformat(), row.views, row.files) if isinstance(row, ReadingFold) else row.action for row in page.rows]


def test_readings_of_a_person_and_a_day_are_one_row(paper: int, staff: Actor, clerk: Actor, auditor: Actor) -> None:
    dated(EVENING, staff, paper, times=3)
    dated(EVENING, staff, paper, "file:open", times=2)
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    dated(EVENING, clerk, paper, times=2)
    # The same night in UTC is the next day in Vietnam.
    dated(NIGHT, staff, paper, times=2)
    dated(NIGHT, clerk, paper)
    page = folding.of_document(auditor, paper, Filter())
    assert told(page) == ["document:view", ("2024-02-06", 2, 0), ("2024-02-05", 2, 0), "document:withdraw", ("2024-02-05", 3, 2)]
    assert (page.total, page.events) == (5, 11)
    fold = page.rows[-1]
    assert isinstance(fold, ReadingFold) and fold.count == 5 and fold.roles == ("Chuyên viên",)
    assert [event.action for event in fold.events] == ["file:open"] * 2 + ["document:view"] * 3
    hidden = folding.of_document(auditor, paper, Filter(), hide=True)
    assert told(hidden) == ["document:withdraw"] and (hidden.total, hidden.events) == (1, 1)


def test_who_has_no_number_is_told_apart_by_name(paper: int, auditor: Actor) -> None:
    for who in (COMMAND_LINE, Actor(None, "Người có liên kết 1"), Actor(None, "Người có liên kết 2")):
        dated(EVENING, who, paper, times=2)
    assert told(folding.of_document(auditor, paper, Filter())) == [("2024-02-05", 2, 0)] * 3


def test_exports_and_the_list_one_by_one_have_every_event(paper: int, staff: Actor, auditor: Actor) -> None:
    dated(EVENING, staff, paper, times=25)
    (fold,) = folding.of_document(auditor, paper, Filter()).rows
    assert isinstance(fold, ReadingFold) and (fold.count, len(fold.events)) == (25, folding.IN_FOLD)
    numbers = [event.seq for event in fold.events]
    assert numbers == sorted(numbers, reverse=True)
    day = Filter(actor_id=staff.user_id, since=fold.day, until=fold.day)
    assert history.of_document(auditor, paper, day, per_page=100)[1] == 25
    assert export.export(auditor, Filter(), "csv", document_id=paper).rows == 25


def test_pages_of_rows_have_no_gaps(paper: int, staff: Actor, clerk: Actor, auditor: Actor) -> None:
    for day in range(7):
        dated(EVENING + dt.timedelta(days=day), staff, paper, times=3)
        dated(EVENING + dt.timedelta(days=day), clerk, paper, times=2)
    whole = told(folding.of_document(auditor, paper, Filter()))
    pieces = [row for number in range(1, 6) for row in told(folding.of_document(auditor, paper, Filter(), page=number, per_page=3))]
    assert pieces == whole and len(whole) == 14
    assert folding.of_document(auditor, paper, Filter(), page=9, per_page=3).rows == ()


def test_readings_and_the_document_stay_hidden(paper: int, staff: Actor, people: dict[str, User], clerk: Actor) -> None:
    dated(EVENING, actor_of(people["leader"]), paper, times=2)
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    lifecycle.set_workflow(clerk, paper, "published")
    assert told(folding.of_document(staff, paper, Filter())) == ["document:publish", "document:withdraw"]
    assert told(folding.of_document(clerk, paper, Filter()))[-1] == ("2024-02-05", 2, 0)
    sharing.set_inherit(clerk, SharedThing(document_id=paper), inherit=False)
    for number in (paper, 9_999):
        with pytest.raises(NotFound):
            folding.of_document(staff, number, Filter())


def test_the_number_of_queries_is_fixed(paper: int, staff: Actor, clerk: Actor, auditor: Actor, count_queries: Callable[[], Any]) -> None:
    numbers = []
    for many in (1, 30):
        for day in range(many):
            dated(EVENING + dt.timedelta(days=day), staff, paper, times=3)
            readings.opened(clerk, paper, apart=True)
        db.release()
        with count_queries() as counted:
            folding.of_document(auditor, paper, Filter())
        numbers.append(counted.number)
    assert numbers[0] == numbers[1] <= 6
