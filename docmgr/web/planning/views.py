"""Views of plans: what I have to do, the calendar of a month, and the timeline of the year of a plan."""

from __future__ import annotations

import datetime as dt
import re

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.people import units
from docmgr.services.planning import lists, plans
from docmgr.services.planning.lists import DUE_RULES, WORDS
from docmgr.services.planning.views import month, sections
from docmgr.services.planning.wanted import own
from docmgr.services.planning.wanted.filters import TaskFilter
from docmgr.services.planning.wanted.kinds import KINDS
from docmgr.web.kit import addresses
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import page_number
from docmgr.web.planning import task_filters, timeline
from legaltext import dates

blueprint = Blueprint("plan_views", __name__)
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


@blueprint.get("/tasks/mine")
@requires("plan:read")
def mine() -> str | Response:
    """List what the person has to do with tasks, by the parameter `who`; without it what there is most likely to do."""
    counts = own.counts(actor())
    asked = request.args.get("who", "")
    who = asked if asked in own.WHO else next((one for one in ("mine", "unit", "confirm", "support") if counts[one]), "mine")
    page = page_number(request.args)
    rows, total = lists.find(actor(), TaskFilter(who=who), page=page)
    if away := addresses.past_the_end(page, total, lists.PAGE_SIZE):
        return away
    return render_template(
        "tasks/mine.html", rows=rows, total=total, page=page, per_page=lists.PAGE_SIZE, who=who, whose=own.WHO, counts=counts, states=WORDS, rules=DUE_RULES
    )


@blueprint.get("/tasks/month")
@requires("plan:read")
def calendar() -> str:
    """Show a month with what is due on each day. `month` is like "2026-03", or "03/2026" as people type it; what is missing or wrong is the present month. `plan`, `unit` and
    `who` narrow what is counted."""
    first = _month(request.args.get("month", ""))
    asked = task_filters.read(request.args)
    wanted = TaskFilter(plan_id=asked.plan_id, unit_id=asked.unit_id, who=asked.who)
    return render_template(
        "tasks/month.html",
        found=month.load(actor(), first, wanted),
        wanted=wanted,
        kept={name: value for name, value in task_filters.written(wanted).items() if value is not None},
        plans=month.plans_offered(actor()),
        units=units.options(actor()),
        whose=own.WHO,
        kinds=KINDS,
        weekdays=WEEKDAYS,
        today=dates.today(),
    )


def _month(text: str) -> dt.date:
    found = re.fullmatch(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})", text) or re.fullmatch(r"\s*(?P<m>[0-9]{1,2})\s*/\s*(?P<y>[0-9]{4})\s*", text)
    asked, number = (whole(found["y"]) or 0, whole(found["m"]) or 0) if found else (0, 0)
    if asked in month.YEARS and 1 <= number <= 12:
        return dt.date(asked, number, 1)
    return dates.today().replace(day=1)


@blueprint.get("/plans/<int:plan_id>/timeline")
@requires("plan:read")
def year(plan_id: int) -> str:
    """Show when the tasks of a plan are due over its year, by section."""
    plan = plans.get(actor(), plan_id, limit=0)
    found = sections.load(actor(), plan_id, by_day=True)
    return render_template(
        "plans/timeline.html", plan=plan, found=found, drawn=timeline.draw(found, plan.year, dates.today()), kinds=KINDS, geometry=timeline, today=dates.today()
    )
