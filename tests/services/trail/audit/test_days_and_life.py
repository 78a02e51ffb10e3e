"""The bars of days, the groups of actions, and the life of a document."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.models import Document, User
from docmgr.policy import Actor, Denied
from docmgr.services.documents import lifecycle
from docmgr.services.errors import NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.message import Message
from docmgr.services.trail import append, export, history, log
from docmgr.services.trail.audit import days, groups, life
from docmgr.services.trail.history import Filter
from legaltext import dates
from tests.filling.filing import file_document

NIGHT = dt.datetime(2024, 2, 5, 17, 30, tzinfo=dt.UTC)


@pytest.fixture
def paper(people: dict[str, User]) -> int:
    return file_document(tree.root_id(), "12/QĐ-SGDĐT", "Quy chế dân chủ")


def dated(at: dt.datetime, actor: Actor, document_id: int, action: str, kind: str = "document", **details: object) -> None:
    with db.write() as session:
        row = append.row(actor, action, append.EventSubject(kind, document_id, "x", document_id), details)
        append.add(session, {**row, "at": at})
    db.release()


def drawn(found: days.Bars | None) -> list[tuple[str, int, int]]:
    assert found is not None
    return [(bar.since.isoformat(), bar.readings, bar.others) for bar in found.bars if bar.count]


def test_each_bar_counts_its_day_in_vietnam(paper: int, clerk: Actor, auditor: Actor) -> None:
    for at in (NIGHT, NIGHT, NIGHT - dt.timedelta(hours=1), NIGHT + dt.timedelta(days=3)):
        dated(at, clerk, paper, "document:view")
    dated(NIGHT, clerk, paper, "document:confirm")
    found = days.bars(auditor, Filter(document_id=paper), of_document=True)
    assert drawn(found) == [("2024-02-05", 1, 0), ("2024-02-06", 2, 1), ("2024-02-09", 1, 0)]
    assert found is not None and (found.unit, len(found.bars), found.most, found.drawn_from) == ("day", 5, 3, None)
    # What a bar counts is what its day lists.
    for bar in found.bars:
        assert bar.count == history.of_document(auditor, paper, Filter(since=bar.since, until=bar.until))[1]
    chosen = Filter(document_id=paper, actions=groups.actions_of(["approve"]))
    assert drawn(days.bars(auditor, chosen, of_document=True)) == [("2024-02-06", 0, 1)]
    assert days.bars(auditor, Filter(document_id=paper, since=dt.date(2025, 1, 1)), of_document=True) is None


@pytest.mark.parametrize(("apart", "unit", "first"), [(44, "day", "2024-02-06"), (45, "week", "2024-02-05"), (400, "month", "2024-02-01")])
def test_long_times_are_drawn_in_weeks_and_months(paper: int, clerk: Actor, auditor: Actor, apart: int, unit: str, first: str) -> None:
    for at in (NIGHT, NIGHT + dt.timedelta(days=apart)):
        dated(at, clerk, paper, "document:view")
    found = days.bars(auditor, Filter(document_id=paper), of_document=True)
    assert found is not None and (found.unit, found.bars[0].since.isoformat()) == (unit, first)
    assert len(found.bars) <= days.MOST and sum(bar.count for bar in found.bars) == 2
    assert all(one.until + dt.timedelta(days=1) == two.since for one, two in zip(found.bars, found.bars[1:], strict=False))


def test_what_is_too_old_to_be_drawn_is_said(paper: int, clerk: Actor, auditor: Actor) -> None:
    for at in (NIGHT, NIGHT + dt.timedelta(days=3_000)):
        dated(at, clerk, paper, "document:view")
    found = days.bars(auditor, Filter(document_id=paper), of_document=True)
    assert found is not None and len(found.bars) == days.MOST and found.drawn_from == found.bars[0].since > dates.day_of(NIGHT)
    # The whole trail is drawn for the last days only, unless a first day is asked for.
    lately = days.bars(auditor, Filter(action="document:view", until=dates.today()))
    assert lately is None
    assert drawn(days.bars(auditor, Filter(action="document:view", since=dt.date(2024, 1, 1), until=dt.date(2024, 3, 1)))) == [("2024-02-06", 1, 0)]


def test_bars_count_only_what_one_may_see(paper: int, staff: Actor, clerk: Actor) -> None:
    dated(NIGHT, clerk, paper, "document:view")
    assert days.bars(staff, Filter(document_id=paper), of_document=True) is None
    with pytest.raises(Denied):
        days.bars(staff, Filter())
    sharing.set_inherit(clerk, SharedThing(document_id=paper), inherit=False)
    for ask in (lambda: days.bars(staff, Filter(document_id=paper), of_document=True), lambda: life.of_document(staff, paper)):
        with pytest.raises(NotFound):
            ask()


def test_every_action_has_a_group_and_several_can_be_chosen(paper: int, clerk: Actor, auditor: Actor) -> None:
    assert {groups.group_of(action) for action in log.ACTION_LABELS} == set(groups.GROUPS)
    assert groups.ACTIONS.keys() <= log.ACTION_LABELS.keys() and groups.group_of("document:publish") == "approve"
    assert groups.actions_of(groups.GROUPS) == groups.actions_of(["nonsense"]) == groups.actions_of([]) == ()
    dated(NIGHT, clerk, paper, "document:view")
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    sharing.set_inherit(clerk, SharedThing(document_id=paper), inherit=False)

    def found(*chosen: str) -> list[str]:
        return [event.action for event in history.of_document(auditor, paper, Filter(actions=groups.actions_of(chosen)))[0]]

    assert found("rights", "approve") == ["document:share", "document:withdraw"]
    assert found("read") == ["document:view"] and found("inspect") == []
    asked = Filter(actions=groups.actions_of(["read", "rights"]))
    body = export.export(auditor, asked, "csv", document_id=paper).body.decode()
    assert "nhóm việc Đọc, tìm, xuất, Quyền, chia sẻ" in body and "document:withdraw" not in body and "document:view" in body


def test_the_life_of_a_document_in_its_order(paper: int, clerk: Actor, staff: Actor) -> None:
    for day, action, kind, details in (
        (0, "document:upload", "document", {}), (1, "document:confirm", "document", {}), (2, "document:confirm", "document", {}),
        (3, "workflow:move", "document", {"step": Message("Trình duyệt").stored()}), (4, "workflow:move", "document", {"step": Message("Duyệt").stored()}),
        (5, "document:publish", "document", {}), (6, "link:add", "task", {}), (7, "link:add", "task", {}), (8, "link:add", "finding", {}),
    ):  # fmt: skip
        dated(NIGHT + dt.timedelta(days=day), clerk, paper, action, kind, **details)
    after = file_document(tree.root_id(), "99/MAT-X", "Thay thế")
    with db.write() as session:
        document = session.get_one(Document, paper)
        document.ended_on, document.ended_by = dt.date(2024, 3, 1), after
    steps = [(step.key, step.on.day, step.count) for step in life.of_document(staff, paper)]
    assert steps == [("uploaded", 6, 1), ("confirmed", 8, 2), ("approved", 10, 1), ("published", 11, 1), ("tied", 12, 2), ("inspected", 14, 1), ("ended", 1, 1)]
    last = life.of_document(staff, paper)[-1]
    assert last.document_id == after and last.document is not None and "99/MAT-X" in last.document
    sharing.set_inherit(clerk, SharedThing(document_id=after), inherit=False)
    last = life.of_document(staff, paper)[-1]
    assert (last.key, last.document_id, last.document) == ("ended", None, None)
