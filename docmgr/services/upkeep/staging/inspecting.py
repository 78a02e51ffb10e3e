"""What the demonstration agency inspects: the plan of the year, a checklist, an inspection that is over and one under way, and a school that
checks itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from docmgr.demo import agency, office
from docmgr.demo import checked as told
from docmgr.demo.checked import Asked
from docmgr.policy import Actor
from docmgr.services.inspection import findings, inspections, planned, team
from docmgr.services.inspection.checklists import lines, own, photos, recording, templates
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.following import answers, papers
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.inspection.planned import PlannedInput
from docmgr.services.upkeep.staging.stage import Stage, anchor_of
from legaltext import dates


def plan(stage: Stage) -> list[int]:
    """Add the plan of the year; returns the ids of its lines."""
    leader = stage.actors["lanhdao"]
    return [
        planned.create(leader, PlannedInput(subject, stage.year, month, tuple(stage.units[short] for short in units), leader.user_id, note))
        for subject, month, units, note in told.PLANNED
    ]


def check(stage: Stage, first: int, planned_ids: Sequence[int]) -> None:
    """Make the checklist; record its lines in the inspection `first`, which is over, in one that is under way, and in what a school says of
    itself."""
    leader, school = stage.actors["lanhdao"], stage.actors["truong"]
    checklist_id = _checklist(stage)
    _team(stage, first)
    lines.take(leader, first, checklist_id)
    _record(stage, leader, first, told.FIRST)
    late = lines.load(leader, first).rows[told.LATE].id
    papers.prove(leader, late, stage.papers[told.PROOF], note="Biên bản niêm yết dùng để đối chiếu.")
    for place, severity, state in ((told.LATE, "medium", "closed"), (told.BOARD, "low", "fixing")):
        _finding(stage, first, place, severity, state)
    templates.drop(leader, templates.get(leader, checklist_id).lines[told.DROPPED].id)
    _second(stage, planned_ids[1], checklist_id)
    self_check = own.begin(school, checklist_id)
    _record(stage, school, self_check, told.OWN)
    own.send(school, self_check)


def _checklist(stage: Stage) -> int:
    leader, regulation = stage.actors["lanhdao"], stage.papers[told.REGULATION]
    made = templates.create(leader, told.CHECKLIST)
    templates.add_text(leader, made, told.LINES)
    templates.add_provisions(leader, made, regulation, [anchor_of(leader, regulation, quote) for quote in told.PROVISIONS])
    templates.add_tasks(leader, made, [stage.duties[place] for place in told.TASKS])
    return made


def _team(stage: Stage, inspection_id: int) -> None:
    leader = stage.actors["lanhdao"]
    for name in (told.HEAD, *told.MEMBERS):
        team.add(leader, inspection_id, stage.actors[name].user_id or 0, head=name == told.HEAD)


def _record(stage: Stage, actor: Actor, inspection_id: int, results: Sequence[tuple[str, str | None]]) -> None:
    rows = lines.load(actor, inspection_id).rows
    for row, (result, note) in zip(rows, results, strict=True):
        recording.save(actor, row.id, result=result, note=stage.say(note) if note else None, revision=row.revision)
    photos.add(actor, rows[told.BOARD].id, office.photo())


def _finding(stage: Stage, inspection_id: int, place: int, severity: str, state: str) -> None:
    """Make a finding of the line at this place, which failed, and say how grave it is, why it came about and until when it is mended."""
    leader = stage.actors["lanhdao"]
    number, _new = recording.make_finding(leader, lines.load(leader, inspection_id).rows[place].id)
    row = findings.get(leader, number)
    due_on = (inspections.get(leader, inspection_id).row.ended_on or dates.today()) + dt.timedelta(days=30)
    given = FindingInput(row.text, severity, stage.units["THPTM1"], due_on, state, cause=told.CAUSE)
    findings.edit(leader, number, given, revision=row.revision)


def _second(stage: Stage, planned_id: int, checklist_id: int) -> None:
    leader, school = stage.actors["lanhdao"], stage.units["THPTM1"]
    number = planned.start(leader, planned_id, school)
    view = inspections.get(leader, number)
    # It is under way, and still of the year of the plan.
    started = min(dates.today() - dt.timedelta(days=25), dt.date(stage.year, 12, 10))
    given = InspectionInput(
        view.row.title, school, agency.TEAM, stage.say("Từ ngày kết luận tháng 4 năm {year} đến ngày kiểm tra"), started, state="running", plan_id=stage.plan
    )
    inspections.edit(leader, number, given, revision=view.revision)
    _team(stage, number)
    lines.take(leader, number, checklist_id)
    _record(stage, leader, number, told.SECOND)
    _finding(stage, number, told.BOARD, "medium", "open")
    _finding(stage, number, 3, "high", "open")
    for one in told.ASKED:
        _ask(stage, number, one)


def _ask(stage: Stage, inspection_id: int, one: Asked) -> None:
    leader, school = stage.actors["lanhdao"], stage.actors["truong"]
    day = dates.today() - dt.timedelta(days=one.ago) if one.ago is not None else None
    number = findings.recommend(leader, inspection_id, RecommendationInput(one.text, stage.units["THPTM1"], day))

    def revision() -> int:
        return findings.get_recommendation(leader, number).revision

    if day is not None:
        answers.receive(school, number, revision=revision())
    if one.answer and day is not None:
        answers.answer(school, number, one.answer, day + dt.timedelta(days=6), revision=revision())
    for verdict, note in one.verdicts:
        answers.judge(leader, number, verdict, note=note, revision=revision())
