"""The steps of tasks that pages show: a day that was asked for, a task that another one needs, a workbook of tasks."""

from __future__ import annotations

import datetime as dt

from docmgr import db
from docmgr.models import TaskSheet
from docmgr.policy import Actor
from docmgr.services.planning import preconditions, tasks
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.work import extensions
from docmgr.services.planning.work.extensions import ExtensionInput
from legaltext import dates


def steps_of(clerk: Actor, plan_id: int, unit_id: int) -> dict[str, int]:
    """The ids of the three in this plan; this unit leads its tasks."""
    first, second = (tasks.create(clerk, plan_id, TaskInput(title, unit_id, due_on=dates.today())) for title in ("Một", "Hai"))
    preconditions.add(clerk, second, first, revision=1)
    asked = extensions.ask(clerk, ExtensionInput(dates.today() + dt.timedelta(days=5), "Chờ"), task_id=first, revision=1)
    with db.write() as session:
        session.add(row := TaskSheet(plan_id=plan_id, made_by=clerk.user_id, name="a.xlsx", head=["Nhiệm vụ"], rows=[[2, ["Việc"]]]))
        session.flush()
        return {"needed_id": first, "extension_id": asked, "sheet_id": row.id}
