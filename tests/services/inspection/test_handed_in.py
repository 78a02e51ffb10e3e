"""A self-inspection stays as it was handed in and counts nowhere; lines lose the words of a document that is withheld."""

from __future__ import annotations

import pytest
from sqlalchemy import true

from docmgr import db
from docmgr.models import Inspection, Task, Version, VersionObligation
from docmgr.policy import Denied
from docmgr.services.documents import withholding
from docmgr.services.errors import Invalid
from docmgr.services.inspection import findings, inspections, team
from docmgr.services.inspection.checklists import lines, own, recording, templates
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.following import answers, comparing, papers, pins
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links, restoring
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from legaltext import dates
from tests.filling.planning import LAW_WORDS, World, world

__all__ = ["world"]
YEAR = dates.today().year


@pytest.fixture
def checklist(world: World) -> int:
    """A checklist with two lines."""
    number = templates.create(world.actors["clerk"], "Công khai ở cơ sở")
    templates.add_text(world.actors["clerk"], number, "Có quy chế\nNiêm yết đủ ngày\n")
    return number


def checked_itself(world: World, checklist: int) -> int:
    """A self-inspection of the unit of `other_staff` whose lines failed."""
    unit = world.actors["other_staff"]
    number = own.begin(unit, checklist)
    for row in lines.load(unit, number).rows:
        recording.save(unit, row.id, result="failed", note="Thiếu", revision=row.revision)
    return number


def test_what_was_handed_in_stays(world: World, checklist: int) -> None:
    unit, clerk = world.actors["other_staff"], world.actors["clerk"]
    number = checked_itself(world, checklist)
    first, second = lines.load(unit, number).rows
    finding, _new = recording.make_finding(unit, first.id)
    item = findings.recommend(unit, number, RecommendationInput("Bố trí người", world.units["gdtrh"]))
    document = world.document("5/QĐ", "Quy chế")
    evidence, decision = papers.prove(unit, first.id, document), links.add(unit, document_id=document, role="basis", inspection_id=number)
    ended = papers.prove(unit, second.id, document)
    mark = links.end(unit, ended).mark
    own.send(unit, number)

    view = inspections.get(unit, number)
    assert (view.may_edit, view.may_add, view.may_follow, view.may_tie) == (False, False, True, False)
    given = InspectionInput("Tên khác", world.units["gdtrh"], state="running")
    for act in (
        lambda: inspections.edit(unit, number, given, revision=view.revision),
        lambda: findings.edit(unit, finding, FindingInput("Viết lại", unit_id=world.units["gdtrh"]), revision=1),
        lambda: findings.edit_recommendation(unit, item, RecommendationInput("Khác", world.units["gdtrh"]), revision=1),
        lambda: links.end(unit, evidence),
        lambda: links.end(unit, decision),
        lambda: restoring.restore(unit, ended, mark),
    ):
        with pytest.raises(Invalid, match="tự kiểm tra đã gửi"):
            act()
    for refused in (
        lambda: findings.create(unit, number, FindingInput("Thêm sau khi gửi")),
        lambda: findings.create(clerk, number, FindingInput("Của văn thư")),
        lambda: findings.recommend(clerk, number, RecommendationInput("Của văn thư")),
        lambda: links.add(unit, document_id=world.document("6/QĐ", "Khác"), role="basis", inspection_id=number),
        lambda: papers.prove(unit, second.id, document),
    ):
        with pytest.raises(Denied):
            refused()
    with db.read() as session:
        assert session.get_one(Inspection, number).state == "concluded"
    assert not any(link.may_end for link in links.history(unit, inspection_id=number))
    assert not lines.load(unit, number).rows[0].evidence[0].may_end


def test_faults_that_a_unit_found_itself_are_followed(world: World, checklist: int) -> None:
    unit = world.actors["other_staff"]
    number = checked_itself(world, checklist)
    finding, _new = recording.make_finding(unit, lines.load(unit, number).rows[0].id)
    item = findings.recommend(unit, number, RecommendationInput("Bố trí người", world.units["gdtrh"]))
    own.send(unit, number)
    row = findings.get(unit, finding)
    assert row.may_tie
    findings.edit(unit, finding, FindingInput(row.text, unit_id=row.unit_id, state="closed"), revision=1)
    assert findings.get(unit, finding).state == "closed"
    answers.answer(unit, item, "Đã bố trí", revision=1)
    answers.judge(world.actors["leader"], item, "accepted", revision=2)


def test_only_the_unit_writes_what_it_found_itself(world: World, checklist: int) -> None:
    number, document = checked_itself(world, checklist), world.document("5/QĐ", "Quy chế")
    view = inspections.get(world.actors["clerk"], number)
    assert (view.may_edit, view.may_add, view.may_tie) == (True, False, True)
    with pytest.raises(Denied):
        findings.create(world.actors["clerk"], number, FindingInput("Của văn thư"))
    with pytest.raises(Denied):
        links.add(world.actors["staff"], document_id=document, role="basis", inspection_id=number)
    links.end(world.actors["other_staff"], links.add(world.actors["other_staff"], document_id=document, role="basis", inspection_id=number))
    with pytest.raises(Invalid, match="không có đoàn"):
        team.add(world.actors["clerk"], number, world.users["leader"].id)


def test_self_inspections_count_nowhere(world: World, checklist: int) -> None:
    clerk, staff, unit = (world.actors[name] for name in ("clerk", "staff", "other_staff"))
    number = checked_itself(world, checklist)
    recording.make_finding(unit, lines.load(unit, number).rows[0].id)
    assert (comparing.years(clerk), comparing.count(clerk, YEAR), comparing.load(clerk, YEAR)) == ([], 0, [])
    assert [(line.taken, line.failed) for line in templates.get(clerk, checklist).lines] == [(0, 0), (0, 0)]
    later = inspections.create(clerk, InspectionInput("Kiểm tra", world.units["gdtrh"], started_on=dates.today()))
    lines.take(staff, later, checklist)
    row = lines.load(staff, later).rows[0]
    recording.save(staff, row.id, result="failed", note="", revision=1)
    finding, _new = recording.make_finding(staff, row.id)
    assert pins.earlier(staff, finding) == []
    [figures] = comparing.load(clerk, YEAR)
    assert (figures.inspections, figures.findings, figures.repeated) == (1, 1, 0)


def test_lines_and_findings_lose_the_words_of_a_document_that_is_withheld(world: World, checklist: int) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)
    templates.add_provisions(clerk, checklist, law, ["dieu-63"])
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024))
    task = tasks.create(clerk, plan, TaskInput("Niêm yết công khai", world.units["gdtrh"], due_rule="continuous"))
    with db.write() as session:
        row = session.get_one(Task, task)
        row.document_id, row.anchor = law, "dieu-63"
    templates.add_tasks(clerk, checklist, [task])
    number = inspections.create(clerk, InspectionInput("Kiểm tra", world.units["gdtrh"]))
    lines.take(staff, number, checklist)
    made = []
    for check in lines.load(staff, number).rows:
        recording.save(staff, check.id, result="failed", note="Không có biên bản", revision=1)
        made.append(recording.make_finding(staff, check.id)[0])
    assert "15 ngày" in findings.get(staff, made[2]).text
    with db.write() as session:
        session.get_one(Task, task).title = "Tên mới của nhiệm vụ"

    with db.write() as session:
        withholding.remove_versions(session, law, true())

    lost = withholding.LOST_LINE
    assert [line.text for line in templates.get(staff, checklist).lines] == ["Có quy chế", "Niêm yết đủ ngày", lost, "Niêm yết công khai"]
    assert [check.text for check in lines.load(staff, number).rows] == ["Có quy chế", "Niêm yết đủ ngày", lost, "Niêm yết công khai"]
    assert [findings.get(staff, one).text.split("\n") for one in made[1:]] == [
        [words, "Không có biên bản"] for words in ("Niêm yết đủ ngày", lost, "Niêm yết công khai")
    ]


def test_lines_of_a_task_lose_the_words_that_its_name_loses(world: World, checklist: int) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024))
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)
    task = tasks.create(clerk, plan, TaskInput("Công khai việc mật", world.units["gdtrh"], due_rule="continuous"))
    with db.write() as session:
        version = session.query(Version).filter_by(document_id=law).one()
        session.add(
            VersionObligation(
                version_id=version.id, anchor="dieu-63", action="công khai việc mật", start=0, end=10, units=[], supporting=[], due={}, why=[],
                sure="sure", state="accepted", task_id=task,
            )
        )
    templates.add_tasks(clerk, checklist, [task])
    number = inspections.create(clerk, InspectionInput("Kiểm tra", world.units["gdtrh"]))
    lines.take(staff, number, checklist)
    check = lines.load(staff, number).rows[2]
    recording.save(staff, check.id, result="failed", note="", revision=1)
    finding, _new = recording.make_finding(staff, check.id)
    with db.write() as session:
        withholding.remove_versions(session, law, true())
    with db.read() as session:
        name = session.get_one(Task, task).title
    assert "văn bản không còn" in name
    assert templates.get(staff, checklist).lines[2].text == lines.load(staff, number).rows[2].text == findings.get(staff, finding).text == name


def test_who_makes_lines_of_provisions_has_read_them(world: World, checklist: int) -> None:
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)
    with pytest.raises(Invalid):
        templates.add_provisions(world.actors["clerk"], checklist, law, ["dieu-99"])
    assert world.events("document:view") == []
    templates.add_provisions(world.actors["clerk"], checklist, law, ["dieu-63"])
    assert [(event.document_id, event.actor_label) for event in world.events("document:view")] == [(law, "Clerk")]


def test_only_findings_about_the_same_are_told_as_earlier(world: World, checklist: int) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    before, now = (inspections.create(clerk, InspectionInput(name, world.units["gdtrh"])) for name in ("Trước", "Nay"))
    made = []
    for number, place in ((before, 1), (before, 0), (now, 0)):
        if not lines.load(staff, number).all:
            lines.take(staff, number, checklist)
        row = lines.load(staff, number).rows[place]
        recording.save(staff, row.id, result="failed", note="", revision=row.revision)
        made.append(recording.make_finding(staff, row.id)[0])
    findings.create(staff, before, FindingInput("Việc khác hẳn"))
    assert [number for number, _text, _title in pins.earlier(staff, made[2])] == [made[1]]
