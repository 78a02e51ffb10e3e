"""The matrix of legal bases: every number agrees with its list, only readable documents count, and what nobody does is named."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import docx
import openpyxl
import pytest

from docmgr import db
from docmgr.models import Citation, Version
from docmgr.policy import Denied
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.views import export, matrix
from legaltext.numbers import normalise_number
from tests.filling.planning import LAW_WORDS, PLAN_WORDS, World, world
from tests.services.planning.views.test_views import TODAY, YESTERDAY, number

__all__ = ["world"]


@dataclass
class Woven:
    """A plan with bases: two tasks on an article, one on a typed basis, one on a hidden decree, one on nothing."""

    plan: int
    document: int
    law: int
    on_law: int
    done: int
    inspection: int


def weave(world: World) -> Woven:
    clerk = world.actors["clerk"]
    document = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    law, hidden = world.document("10/2022/QH15", "Luật dân chủ", LAW_WORDS), world.document("9/QĐ-KIN", "Quyết định kín", closed=True)
    plan = plans.create(clerk, PlanInput("Kế hoạch dân chủ", TODAY.year, document_id=document))

    def add(title: str, state: str = "open", basis: str = "") -> int:
        return tasks.create(clerk, plan, TaskInput(title, world.units["tccb"], due_rule="fixed", due_on=YESTERDAY, state=state, legal_basis=basis))

    on_law, done, typed, secret = add("Muộn"), add("Xong", "done"), add("Nhập tay", basis="Nghị định 59/2023/NĐ-CP, Điều 20"), add("Kín")
    add("Cũng nhập tay", basis="Nghị định 59/2023/NĐ-CP, Điều 20")
    add("Không có gì")
    for task, of, anchor in ((on_law, law, "dieu-52.khoan-3"), (done, law, "dieu-52.khoan-3"), (typed, law, "dieu-63"), (secret, hidden, None)):
        links.add(clerk, document_id=of, role="basis", task_id=task, anchor=anchor)
    inspection = inspections.create(world.actors["leader"], InspectionInput("Kiểm tra", world.units["tccb"], started_on=TODAY, plan_id=plan))
    return Woven(plan, document, law, on_law, done, inspection)


def cite(woven: Woven, *numbers: str) -> None:
    """The plan's document names these as its bases."""
    with db.write() as session:
        version = session.query(Version).filter_by(document_id=woven.document).one()
        version.outcome = "ok"
        for place, one in enumerate(numbers):
            session.add(Citation(version_id=version.id, position=place, role="basis", number=one, number_key=normalise_number(one), type="Nghị định", quote=one))


def test_every_number_of_the_matrix_is_that_of_its_list(world: World) -> None:
    woven = weave(world)
    staff = world.actors["staff"]
    found = matrix.load(staff, woven.plan)
    told = {(row.basis.anchor or row.basis.typed): (row.tasks, row.done, row.late, row.unproven) for row in found.rows}
    assert told == {"dieu-52.khoan-3": (2, 1, 1, 1), "dieu-63": (1, 0, 1, 0), "Nghị định 59/2023/NĐ-CP, Điều 20": (2, 0, 2, 0)}
    assert (found.total, found.items, found.baseless, found.unproven) == (3, 6, 2, 1)
    for row in found.rows:
        of = {"basis": row.basis.document.id, "place": row.basis.anchor} if row.basis.document else {"typed": row.basis.typed_id}
        counted = (row.tasks, row.done, row.late, row.unproven)
        assert counted == tuple(number(staff, plan_id=woven.plan, **of, **more) for more in ({}, {"kind": "done"}, {"kind": "late"}, {"unproven": True}))
    assert number(staff, plan_id=woven.plan, baseless=True) == 2 and number(staff, plan_id=woven.plan, basis=woven.law) == 3
    # The auditor reads the hidden decree.
    assert matrix.load(world.actors["auditor"], woven.plan).total == 4 and matrix.load(world.actors["auditor"], woven.plan).baseless == 1
    assert [row.basis for row in matrix.load(staff, woven.plan, limit=1, skip=2).rows] == [found.rows[2].basis]
    assert matrix.load(staff).rows == found.rows


def test_what_no_inspection_touched_is_named(world: World) -> None:
    woven, leader = weave(world), world.actors["leader"]
    # What came of an inspection is not what it was checked against.
    links.add(leader, document_id=woven.law, role="result", inspection_id=woven.inspection, anchor="dieu-63")
    assert [one.anchor for one in matrix.never(leader, woven.plan)] == ["dieu-52.khoan-3", "dieu-63"] and matrix.load(leader, woven.plan).never == 2
    findings.create(leader, woven.inspection, FindingInput("Chậm", task_id=woven.on_law))
    found = {row.basis.anchor: row.inspections for row in matrix.load(leader, woven.plan).rows}
    assert found == {"dieu-52.khoan-3": 1, "dieu-63": 0, "": None}
    assert number(leader, plan_id=woven.plan, basis=woven.law, inspected=True) == 1 and number(leader, plan_id=woven.plan, basis=woven.law, inspected=False) == 2
    # An inspection that is checked against the article touches it too, and is counted once.
    for anchor in ("dieu-63", "dieu-52.khoan-3"):
        links.add(leader, document_id=woven.law, role="checked_against", inspection_id=woven.inspection, anchor=anchor)
    assert matrix.load(leader, woven.plan).never == 0 and not matrix.never(leader, woven.plan)
    assert {row.basis.anchor: row.inspections for row in matrix.load(leader, woven.plan).rows} == {"dieu-52.khoan-3": 1, "dieu-63": 1, "": None}
    of, listed = matrix.inspections(leader, woven.plan, woven.law, "dieu-63")
    assert of.document is not None and of.document.id == woven.law and [one.id for one in listed] == [woven.inspection]
    assert matrix.inspections(leader, woven.plan, woven.law, "")[1] and not matrix.inspections(leader, woven.plan, woven.law, "dieu-5")[1]


def test_regulations_that_nobody_carries_out_are_named(world: World) -> None:
    woven, staff = weave(world), world.actors["staff"]
    stored = world.document("45/2020/NĐ-CP", "Thủ tục điện tử")
    cite(woven, "10/2022/QH15", "45/2020/NĐ-CP", "179/NQ-HĐND", "59/2023/NĐ-CP", "179/NQ-HĐND")
    found = matrix.load(staff, woven.plan).unused
    assert [(one.document_id, one.source_id) for one in found] == [(stored, woven.document), (None, woven.document)]
    assert found[1].label == "Nghị định 179/NQ-HĐND"
    links.add(world.actors["clerk"], document_id=stored, role="basis", task_id=woven.done)
    assert [one.label for one in matrix.load(staff, None).unused] == ["Nghị định 179/NQ-HĐND"]


def test_the_matrix_is_sent_as_a_file_with_an_event(world: World) -> None:
    woven, staff = weave(world), world.actors["staff"]
    cite(woven, "179/NQ-HĐND")
    file = export.coverage(staff, woven.plan, "xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(file.body)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[1][0] == "Tổng số nhiệm vụ: 6" and rows[-1][:3] == ("Nghị định 179/NQ-HĐND", "Chưa có nhiệm vụ nào thực hiện", 0)
    assert [row[2:6] for row in rows if row[1] and "52" in str(row[1])] == [(2, 1, 1, 1)]
    paper = docx.Document(io.BytesIO(export.coverage(staff, None, "docx").body))
    assert len(paper.tables[0].rows) == 5
    assert [(event.subject_id, event.details["format"]) for event in world.events("plan:matrix")] == [(woven.plan, "xlsx"), (None, "docx")]
    # The name of the missing decree is a word of the plan's document.
    assert woven.document in {event.document_id for event in world.events("document:view")}


def test_the_matrix_refuses_what_it_may_not_show(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    woven, staff, nobody = weave(world), world.actors["staff"], world.actors["administrator"]
    refused: list[tuple[type[Exception], Callable[[], object]]] = [
        (Denied, lambda: matrix.load(nobody, woven.plan)),
        (Denied, lambda: matrix.never(nobody, woven.plan)),
        (Denied, lambda: matrix.inspections(nobody, woven.plan, woven.law, "")),
        (Denied, lambda: export.coverage(nobody, woven.plan, "xlsx")),
        (NotFound, lambda: matrix.load(staff, 10_000)),
        (NotFound, lambda: matrix.inspections(world.actors["leader"], woven.plan, 10_000, "")),
        (Invalid, lambda: export.coverage(staff, woven.plan, "exe")),
    ]
    for error, act in refused:
        with pytest.raises(error):
            act()
    monkeypatch.setattr(export, "MOST_BASES", 2)
    with pytest.raises(Invalid):
        export.coverage(staff, woven.plan, "xlsx")
    assert not world.events("plan:matrix")
