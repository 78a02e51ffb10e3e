"""Make the task that has the resolution of a conference checked every some months, in a plan."""

from __future__ import annotations

from sqlalchemy import select

from docmgr import db, policy
from docmgr.models import Task
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.cases.words import months_after
from docmgr.services.conferences import lists, rules, tied
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.planning import known_days, plans, tasks
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.tasks import TaskInput

TITLE = "Kiểm tra, đánh giá việc thực hiện nghị quyết hội nghị năm %d và thông báo kết quả"
EVIDENCE = "Biên bản hoặc báo cáo kiểm tra; thông báo đến toàn thể"
# Months of the rule → the recurrence of planning.occurrences.recurrence.
_EVERY = {1: "month", 3: "quarter", 6: "half_year", 12: "year"}
# As many plans are offered.
PLANS_SHOWN = 100


def offered(actor: Actor, conference_id: int) -> list[tuple[int, str]]:
    """List the plans of the year of the conference and the next one in which the actor may have the resolution checked, as (id, title); empty
    when the actor may not edit the conference. Raises Denied and NotFound."""
    view = lists.get(actor, conference_id)
    if not view.may_edit:
        return []
    years = (view.row.year + 1, view.row.year)
    return [(one.id, plans.titled(one.title, one.year)) for year in years for one in plans.listing(actor, year, limit=PLANS_SHOWN)]


def make(actor: Actor, conference_id: int, plan_id: int | None) -> int:
    """Add a recurring task to a plan and return its id: the unit of the conference checks the resolution as often as the rule of its day asks,
    for a year after the conference. Raises Denied, NotFound, and Invalid when no plan is chosen, no
    resolution that the actor may read is tied, the rule is missing or no recurrence, or there is such a task already."""
    policy.require(actor, "plan:edit")
    view = lists.get(actor, conference_id)
    if not view.may_edit:
        raise Denied("plan:edit")
    resolution = next((one.document.id for one in tied.papers(actor, conference_id) if one.role == "resolution"), None)
    if resolution is None or view.row.held_on is None:
        raise Invalid(Message("Chưa gắn nghị quyết mà bạn đọc được."), "plan")
    if plan_id is None:
        raise Invalid(Message("Hãy chọn kế hoạch."), "plan")
    rule = view.rules.get("checking")
    every = _EVERY.get(rule.amount) if rule is not None else None
    if rule is None or every is None:
        raise Invalid(Message("Chưa có quy tắc về việc kiểm tra nghị quyết; hãy lập nhiệm vụ bằng tay."), "plan")
    title, held_on = TITLE % view.row.year, view.row.held_on
    with db.write() as session:
        # As tasks.create does; of two at once, the second finds the task of the first.
        known_days.hold(session)
        forms.one_at_a_time(session, Task)
        same = select(Task.id).where(Task.document_id == resolution, Task.title == title, Task.state != "cancelled")
        if session.scalar(same.limit(1)) is not None:
            raise Invalid(Message("Đã có nhiệm vụ kiểm tra nghị quyết này."), "plan")
        given = TaskInput(
            title, lead_id=view.row.unit_id, due_rule="recurring", expected_evidence=EVIDENCE, legal_basis=rule.basis,
            document_id=resolution, spread=SpreadInput(every=every, first=months_after(held_on, rule.amount), until=months_after(held_on, 12)),
        )  # fmt: skip
        return tasks.create(actor, plan_id, given)


def every_said(view: lists.ConferenceView) -> str:
    """How often the resolution is to be checked, in months, "" where no rule says so."""
    rule = view.rules.get("checking")
    return rules.said(rule) if rule is not None else ""
