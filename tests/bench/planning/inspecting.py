"""Inspections of each unit with lines, findings and recommendations, the plans of two years, and checklists (see `filling`)."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import (
    Checklist,
    ChecklistLine,
    Finding,
    Inspection,
    InspectionCheck,
    InspectionMember,
    Link,
    PlannedInspection,
    PlannedUnit,
    Recommendation,
)
from legaltext import dates
from tests.bench.planning.filling import ARTICLES, Agency, add_rows, anchor, insert_rows, phrase
from tests.bench.planning.work import LABEL

CHECKLISTS, LINES, CHECKS, FINDINGS, TEAM = 10, 30, 10, 2, 3
# So many units are named by one line of the plan of a year.
TOGETHER = 10


def fill(made: Agency, chance: random.Random) -> list[int]:
    """Add them; returns the ids of the inspections, the newest rounds last."""
    with db.write() as session:
        lines = _checklists(session, made, chance)
        inspections = _inspections(session, made, chance)
        checks = _checks(session, made, inspections, lines, chance)
        _found(session, made, inspections, checks, chance)
        return [one["id"] for one in inspections]


def _checklists(session: Session, made: Agency, chance: random.Random) -> list[list[dict[str, Any]]]:
    """Add checklists; returns the lines of each, with their ids."""
    lists = insert_rows(session, Checklist, [{"title": f"Danh mục kiểm tra {made.mark} {n + 1}", "created_by": made.clerk} for n in range(CHECKLISTS)])
    lines = [
        {
            "checklist_id": one, "place": n, "text": phrase(chance, 15), "document_id": chance.choice(made.laws), "anchor": anchor("QH", chance.randrange(ARTICLES)),
        }
        for one in lists for n in range(LINES)
    ]  # fmt: skip
    found = [{**line, "id": number} for number, line in zip(insert_rows(session, ChecklistLine, lines), lines, strict=True)]
    return [found[start : start + LINES] for start in range(0, len(found), LINES)]


def _inspections(session: Session, made: Agency, chance: random.Random) -> list[dict[str, Any]]:
    this, rows = dates.today().year, []
    inspected = made.units[2:]
    for turn in range(made.scale.rounds):
        year = this - (made.scale.rounds - 1 - turn) // 3
        for start in range(0, len(inspected), TOGETHER):
            some = inspected[start : start + TOGETHER]
            planned = {"year": year, "month": 1 + start // TOGETHER % 12, "subject": phrase(chance, 10), "head_id": made.inspector}
            (line,) = insert_rows(session, PlannedInspection, [planned])
            add_rows(session, PlannedUnit, [{"planned_id": line, "unit_id": unit} for unit in some])
            day = dt.date(year, planned["month"], 3 + turn)
            rows += [_inspection(made, unit, line, day, len(rows) + n) for n, unit in enumerate(some)]
    found = [{**row, "id": number} for number, row in zip(insert_rows(session, Inspection, rows), rows, strict=True)]
    members = [(one["id"], made.inspector, True) for one in found]
    members += [(one["id"], made.people[3 + (one["id"] + n) % (2 * len(made.units) - 4)], False) for one in found for n in range(TEAM - 1)]
    add_rows(session, InspectionMember, [{"inspection_id": one, "user_id": user, "head": head} for one, user, head in members])
    return found


def _inspection(made: Agency, unit: int, line: int, day: dt.date, number: int) -> dict[str, Any]:
    state = ("concluded", "concluded", "running", "concluded", "planned")[number % 5]
    return {
        "title": f"Kiểm tra việc thực hiện dân chủ đợt {number}", "inspected_unit_id": unit, "planned_id": line, "started_on": day,
        "ended_on": day + dt.timedelta(days=4) if state == "concluded" else None, "state": state, "plan_id": made.plans[number % len(made.plans)],
        "conclusion": "Đơn vị thực hiện tốt." if state == "concluded" else None, "created_by": made.clerk,
    }  # fmt: skip


def _checks(
    session: Session, made: Agency, inspections: list[dict[str, Any]], lines: list[list[dict[str, Any]]], chance: random.Random
) -> list[int]:
    rows = []
    for n, one in enumerate(inspections):
        for place, line in enumerate(chance.sample(lines[n % len(lines)], CHECKS)):
            rows.append({
                "inspection_id": one["id"], "line_id": line["id"], "place": place, "text": line["text"], "document_id": line["document_id"],
                "anchor": line["anchor"], "task_id": made.once[n % len(made.once)] if place == 0 else None,
                "result": ("passed", "failed", "passed", "open", "not_applicable")[(place + n) % 5], "checked_by_label": LABEL,
            })  # fmt: skip
    return insert_rows(session, InspectionCheck, rows)


def _found(session: Session, made: Agency, inspections: list[dict[str, Any]], checks: list[int], chance: random.Random) -> None:
    today, findings, asked = dates.today(), [], []
    tasks = [*made.once, *made.spread]
    for n, one in enumerate(inspections):
        for place in range(FINDINGS):
            findings.append({
                "inspection_id": one["id"], "text": phrase(chance, 15), "severity": ("low", "medium", "high")[(n + place) % 3],
                "unit_id": one["inspected_unit_id"], "due_on": today + dt.timedelta(days=chance.randrange(-60, 60)),
                "state": ("open", "fixing", "closed", "closed")[(n + place) % 4], "task_id": tasks[n % len(tasks)] if place else None,
                "check_id": checks[n * CHECKS + place], "pinned_document_id": chance.choice(made.laws), "pinned_anchor": anchor("QH", n % ARTICLES),
                "pinned_on": one["started_on"],
            })  # fmt: skip
    ids = insert_rows(session, Finding, findings)
    for n, (number, finding) in enumerate(zip(ids, findings, strict=True)):
        if n % 4:
            day = today + dt.timedelta(days=chance.randrange(-40, 40))
            done = {"answer": "Đã khắc phục.", "answered_on": day, "verdict": "accepted"} if n % 2 else {"answer": None, "answered_on": None, "verdict": "none"}
            asked.append({
                "inspection_id": finding["inspection_id"], "finding_id": number, "text": phrase(chance, 15), "unit_id": finding["unit_id"],
                "received_on": day, "due_on": day, **done,
            })  # fmt: skip
    add_rows(session, Recommendation, asked)
    against = [
        {"finding_id": number, "role": "checked_against", "document_id": chance.choice(made.laws), "anchor": anchor("QH", n % ARTICLES), "created_by_label": LABEL}
        for n, number in enumerate(ids)
    ]  # fmt: skip
    add_rows(session, Link, against)
