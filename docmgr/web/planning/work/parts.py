"""What the templates of a task's way need on the pages of tasks and occurrences."""

from __future__ import annotations

from typing import Any

from flask import request

from docmgr.services.planning import preconditions
from docmgr.services.planning.due import DAY_UNITS
from docmgr.services.planning.lists import STATES
from docmgr.services.planning.occurrences.inherited import AFTER
from docmgr.services.planning.work import extensions, page
from docmgr.web.kit.guard import actor
from docmgr.web.kit.inputs import Sent, translated
from docmgr.web.planning import filing


def of_task(task_id: int) -> dict[str, Any]:
    """The variables of a task's page. The parameter `needed_q` asks for tasks that it could need."""
    view = page.load(actor(), task_id)
    text = Sent(request.args).text("needed_q")[:200]
    offered = preconditions.offered(actor(), task_id, text) if "needed_q" in request.args and view.may_edit else None
    return {**_common(view), "needed_q": text, "offered": offered, "filing": filing.offered() if view.may_edit else None}


def of_occurrence(task_id: int, occurrence_id: int) -> dict[str, Any]:
    """The variables of an occurrence's page."""
    return _common(page.load(actor(), task_id, occurrence_id))


def _common(view: page.WorkView) -> dict[str, Any]:
    return {"way": view, "task_states": STATES, "extension_states": extensions.STATES, "afters": translated(AFTER), "day_units": translated(DAY_UNITS)}
