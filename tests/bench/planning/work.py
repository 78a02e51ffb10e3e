"""Plans with tasks, of which some recur in each unit, with evidence, legal bases, targets and later days (see `filling`)."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Assignment, DueExtension, Link, Occurrence, Plan, Task, TaskPrecondition
from docmgr.services.planning.occurrences.rollup import roll_up
from legaltext import dates
from tests.bench.planning.filling import ARTICLES, PROVISIONS, Agency, add_rows, anchor, insert_rows, phrase

# Tasks of a plan that are carried out once, by each unit once, and by each unit twice a year.
ONCE, EACH, TWICE = 30, 6, 2
STATES = ("done", "open", "done", "waiting", "doing", "done", "not_applicable", "done")
LABEL = "Văn thư thử"


def fill(made: Agency, chance: random.Random) -> None:
    """Add plans, tasks, occurrences and what is tied to them."""
    with db.write() as session:
        this = dates.today().year
        plans = [
            {
                "title": f"Kế hoạch{made.mark} {phrase(chance, 8)}", "year": this - n % 2, "document_id": document, "unit_id": made.units[0],
                "created_by": made.clerk,
            }
            for n, (document, _) in enumerate(made.plan_documents)
        ]  # fmt: skip
        made.plans = insert_rows(session, Plan, plans)
        _tasks(session, made, chance)
        _occurrences(session, made, chance)
        _ties(session, made, chance)
        for task in session.scalars(select(Task).where(Task.id.in_(made.spread))):
            roll_up(session, task)


def _tasks(session: Session, made: Agency, chance: random.Random) -> None:
    rows = []
    for plan_id, (document, version) in zip(made.plans, made.plan_documents, strict=True):
        for n in range(ONCE + EACH + TWICE):
            rows.append(_task(plan_id, document, version, n, chance) | _spread(made, n))
    ids = insert_rows(session, Task, [{**_NOTHING, **row} for row in rows])
    for task_id, row in zip(ids, rows, strict=True):
        (made.spread if row.get("fan_out") else made.once).append(task_id)
    above = made.units[0]
    leads = [
        {"task_id": one, "unit_id": above if row.get("fan_out") else made.units[n % len(made.units)], "role": "lead"}
        for n, (one, row) in enumerate(zip(ids, rows, strict=True))
    ]  # fmt: skip
    supports = [{"task_id": one["task_id"], "unit_id": made.units[1 + n % (len(made.units) - 1)], "role": "support"} for n, one in enumerate(leads)]
    add_rows(session, Assignment, leads)
    add_rows(session, Assignment, [one for one, lead in zip(supports, leads, strict=True) if one["unit_id"] != lead["unit_id"]])


# Rows of one insert have the same columns.
_NOTHING: dict[str, Any] = dict.fromkeys(("fan_out", "fan_out_unit_id", "recurs_every", "recurs_from", "recurs_until", "legal_basis", "target", "target_unit", "target_rule", "reached", "person_id"))


def _task(plan_id: int, document: int, version: int, number: int, chance: random.Random) -> dict[str, Any]:
    today = dates.today()
    with_target = {"target": 95_000, "target_unit": "%", "target_rule": "least", "reached": 90_000 + 500 * number} if number % 3 == 0 else {}
    return {
        "plan_id": plan_id, "position": number, "title": phrase(chance, 14), "due_rule": "fixed", "document_id": document, "version_id": version,
        "anchor": anchor("KH", number * 3 % PROVISIONS), "quote": phrase(chance, 20), "expected_evidence": "Báo cáo",
        "due_on": today + dt.timedelta(days=chance.randrange(-200, 120)), "state": ("open", "doing", "done", "cancelled", "done")[number % 5],
        "legal_basis": f"Hướng dẫn số {number % 9}" if number % 4 == 0 else None, **with_target,
    }  # fmt: skip


def _spread(made: Agency, number: int) -> dict[str, Any]:
    if number < ONCE:
        return {"person_id": made.people[number % len(made.people)]}
    found: dict[str, Any] = {"fan_out": "below", "fan_out_unit_id": made.units[0], "state": "doing"}
    if number >= ONCE + EACH:
        this = dates.today().year
        found |= {"due_rule": "recurring", "recurs_every": "half_year", "recurs_from": dt.date(this, 5, 31), "recurs_until": dt.date(this, 12, 31)}
    return found


def _occurrences(session: Session, made: Agency, chance: random.Random) -> None:
    rows, this = [], dates.today().year
    for turn, task_id in enumerate(made.spread):
        twice = turn % (EACH + TWICE) >= EACH
        days = [dt.date(this, 5, 31), dt.date(this, 11, 30)] if twice else [dates.today() + dt.timedelta(days=chance.randrange(-120, 60))]
        rows += [
            {
                "task_id": task_id, "unit_id": unit, "number": period, "counted_on": day if twice else None, "due_on": day,
                "state": STATES[(place * 3 + turn + period) % len(STATES)], "reached": 90_000 + 100 * (place % 120), "person_id": made.people[2 * place],
            }
            for period, day in enumerate(days, 1) for place, unit in enumerate(made.units)
        ]  # fmt: skip
    add_rows(session, Occurrence, rows)


def _ties(session: Session, made: Agency, chance: random.Random) -> None:
    """Evidence for three quarters of what is done, two legal bases for most tasks, preconditions, and later days that were asked for."""
    tied = {"role": "evidence", "created_by": made.clerk, "created_by_label": LABEL, "dated_on": dates.today()}
    done = session.execute(select(Occurrence.id, Occurrence.task_id).where(Occurrence.task_id.in_(made.spread), Occurrence.state == "done")).all()
    proofs = [
        {**tied, "task_id": task_id, "occurrence_id": one, "document_id": made.proofs[one % len(made.proofs)]} for one, task_id in done if one % 4
    ]
    proofs += [{**tied, "task_id": one, "occurrence_id": None, "document_id": made.proofs[one % len(made.proofs)]} for one in made.once if one % 3]
    add_rows(session, Link, proofs)
    bases = [
        {**tied, "role": "basis", "task_id": one, "document_id": chance.choice(made.laws), "anchor": anchor("QH", chance.randrange(ARTICLES))}
        for one in (*made.once, *made.spread) for _ in range(2) if one % 7
    ]  # fmt: skip
    add_rows(session, Link, bases)
    first, second = made.once[::ONCE], made.once[1::ONCE]
    add_rows(session, TaskPrecondition, [{"task_id": one, "needed_id": two} for one, two in zip(second, first, strict=True)])
    wants = {"state": "asked", "due_on": dates.today(), "wanted_on": dates.today() + dt.timedelta(days=20), "reason": "Chờ số liệu", "asked_by_label": LABEL}
    waiting = session.execute(select(Occurrence.id, Occurrence.task_id).where(Occurrence.task_id.in_(made.spread), Occurrence.state == "doing").limit(200))
    add_rows(session, DueExtension, [{**wants, "task_id": task_id, "occurrence_id": one} for one, task_id in waiting])
