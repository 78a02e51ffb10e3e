"""The main job with the given plan: uploaded, cited documents named, obligations linked, inspected, and in the
trail."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import TrailEvent
from docmgr.services.documents import page as document_page
from docmgr.services.inspection import findings, inspections, lists
from docmgr.services.inspection.findings import FindingInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.search import find
from docmgr.services.trail import history
from docmgr.services.trail.history import Filter
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

SEED = Path(__file__).resolve().parents[1] / "../shared/data/seed/ke-hoach-dan-chu-o-co-so-2024.md"
NUMBERS = {"25/KH-UBND", "179/NQ-HĐND", "56/KH-UBND", "45/2020/NĐ-CP", "107/2021/NĐ-CP", "140/KH-UBND"}
# Obligations 2, 10 and 14 of the plan, by the paragraphs that create them.
OBLIGATIONS = {
    "muc-II.1.doan-2": "quy chế thực hiện dân chủ",
    "muc-II.3.gach-2": "rà soát",
    "muc-II.3.gach-4": "định kỳ 06 tháng một lần",
}


@pytest.mark.skipif(not SEED.exists(), reason="the plan of ../shared/data is not here")
def test_plan_to_tasks_to_inspection_to_trail(site, people) -> None:
    clerk, auditor = actor_of(people["clerk"]), actor_of(people["auditor"])
    plan_document = upload(clerk, SEED.read_bytes(), SEED.name, publish=True)
    resolution = upload(clerk, decision(number="7", subject="Nghị quyết hội nghị viên chức năm 2024"), publish=True)
    work(site)

    page = document_page.load(clerk, plan_document)
    missing = {c.citation.number for c in page.citations if c.citation.number and c.target_id is None}
    assert missing == NUMBERS
    by_anchor = {p.anchor: p for p in page.provisions}
    for anchor, words in OBLIGATIONS.items():
        assert words in by_anchor[anchor].text

    plan = plans.create(clerk, PlanInput("Kế hoạch dân chủ ở cơ sở", 2024, clerk.unit_id, plan_document))
    made = [
        tasks.create(
            clerk,
            plan,
            TaskInput(
                by_anchor[anchor].text[:60], clerk.unit_id, due_rule="recurring", due_note="hằng năm",
                document_id=plan_document, anchor=anchor,
            ),  # fmt: skip
        )
        for anchor in OBLIGATIONS
    ]
    inspection = inspections.create(clerk, InspectionInput("Kiểm tra thực hiện dân chủ", people["staff"].unit_id, plan_id=plan))
    finding = findings.create(clerk, inspection, FindingInput("Chưa rà soát quy chế", task_id=made[1]))
    links.add(clerk, document_id=resolution, role="evidence", task_id=made[2], dated_on=dt.date(2024, 1, 20))

    for task_id, (anchor, words) in zip(made, OBLIGATIONS.items(), strict=True):
        view = tasks.get(auditor, task_id)
        assert view.provision is not None
        assert view.provision.anchor == anchor
        assert words in view.provision.text
    assert [f.id for f in lists.findings_of_task(auditor, made[1])] == [finding]
    assert [row.document.id for row in links.history(auditor, task_id=made[2], ended=False)] == [resolution]
    assert find.find(auditor, "kiểm tra đánh giá nghị quyết hội nghị").hits[0].document.id == plan_document

    events, _ = history.find(auditor, Filter(), per_page=200)
    seen = [event.action for event in reversed(events)]
    wanted = ["document:upload", "document:read", "plan:create", "task:create", "inspection:create", "finding:create"]
    assert [action for action in dict.fromkeys(seen) if action in wanted] == wanted
    assert seen.count("task:create") == 3
    assert seen.index("link:add") > seen.index("finding:create")
    with db.read() as session:
        numbers = sorted(session.scalars(select(TrailEvent.seq)))
    # Without gaps, in the order of the acts.
    assert numbers == list(range(1, len(numbers) + 1)) == sorted(event.seq for event in events)
