"""How the plan of the demonstration is carried out: conditions, later days, a hand-over, occurrences in every state, and the plan of a school."""

from __future__ import annotations

from docmgr.demo import work as told
from docmgr.demo.work import Supervised
from docmgr.policy import Actor
from docmgr.services.links import proving
from docmgr.services.planning import board, chain, preconditions, tasks
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.work import extensions, handing, inheriting
from docmgr.services.planning.work.extensions import ExtensionInput
from docmgr.services.planning.work.inheriting import InheritedInput
from docmgr.services.upkeep.staging.stage import Stage, anchor_of


def carry(stage: Stage) -> None:
    """Record how far the tasks of the plan are, and add the plan of the school that answers it."""
    _conditions(stage)
    _extensions(stage)
    _hand(stage)
    for one in told.SUPERVISED:
        _occurrence(stage, one)
    _answer(stage)


def _revision(actor: Actor, task_id: int) -> int:
    return tasks.get(actor, task_id).revision


def _conditions(stage: Stage) -> None:
    leader = stage.actors["lanhdao"]
    after = InheritedInput(stage.duties[told.SCHOOL_CHECKS], "due", told.SUMMARY_DAYS, "working")
    summary = stage.duties[told.SUMMARY]
    inheriting.start(leader, summary, after, revision=_revision(leader, summary))
    for waits, needed, reason in told.NEEDS:
        task_id, needed_id = stage.duties[waits], stage.duties[needed]
        preconditions.add(leader, task_id, needed_id, revision=_revision(leader, task_id))
        if reason:
            preconditions.waive(leader, task_id, needed_id, reason=stage.say(reason), revision=_revision(leader, task_id))


def _extensions(stage: Stage) -> None:
    staff, leader = stage.actors["chuyenvien"], stage.actors["lanhdao"]
    for place, wanted, reason, answer in told.EXTENSIONS:
        task_id = stage.duties[place]
        asked = extensions.ask(staff, ExtensionInput(stage.day(wanted), reason), task_id=task_id, revision=_revision(staff, task_id))
        if answer is not None:
            grant, note = answer
            extensions.decide(leader, asked, grant=grant, granted_on=None, note=note, revision=_revision(leader, task_id))


def _hand(stage: Stage) -> None:
    place, first, second, why = told.HANDED
    leader, task_id = stage.actors["lanhdao"], stage.duties[place]
    for actor, person, note in ((leader, first, ""), (stage.actors[first], second, why)):
        handing.hand(actor, stage.actors[person].user_id, note, task_id=task_id, revision=_revision(actor, task_id))


def _occurrence(stage: Stage, one: Supervised) -> None:
    leader = stage.actors["lanhdao"]
    # The people of a school work for it; for another one the clerk does.
    worker = stage.actors["truong" if one.unit == told.SCHOOL else "vanthu"]
    units = {unit_id: short for short, unit_id in stage.units.items()}
    found = board.load(leader, stage.duties[told.SUPERVISION], number=one.number)
    rows = [board.get(leader, row.id) for row in (found.rows if found else ())]
    view = next(row for row in rows if units[row.unit_id] == one.unit)
    if one.ends == "not_applicable":
        steps.skip(leader, view.id, reason=one.said, revision=view.revision)
    elif one.ends == "doing":
        steps.save(worker, view.id, state="doing", note=one.said, person_id=worker.user_id, revision=view.revision)
    elif one.paper:
        # Evidence reports it.
        proving.prove(worker, view.id, stage.papers[one.paper], note=one.said, dated_on=stage.day("{year}-03-28"))
    else:
        steps.report(worker, view.id, note="Đã giám sát theo kế hoạch." if one.ends == "returned" else one.said, revision=view.revision)
    if one.ends == "done":
        steps.confirm(leader, view.id, revision=board.get(leader, view.id).revision)
    elif one.ends == "returned":
        steps.give_back(leader, view.id, reason=one.said, revision=board.get(leader, view.id).revision)


def _answer(stage: Stage) -> None:
    school, document_id, unit_id = stage.actors["truong"], stage.papers[told.SCHOOL_PAPER], stage.units[told.SCHOOL]
    plan_id = chain.answer(school, stage.plan, stage.say(told.SCHOOL_PLAN), document_id)
    for title, quote, due, expected, state in told.SCHOOL_TASKS:
        given = tasks.TaskInput(
            title, lead_id=unit_id, due_on=stage.day(due), expected_evidence=expected, state=state, document_id=document_id,
            anchor=anchor_of(school, document_id, quote), quote=quote,
        )  # fmt: skip
        tasks.create(school, plan_id, given)
