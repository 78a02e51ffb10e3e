"""The report on a plan: its figures are those of the lists, it says only what the reader may read, and it passes the checker of layouts."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import docx
import pytest
from flask import Flask

from docmgr import db
from docmgr.models import Assignment, Occurrence, Plan, Task, TrailEvent
from docmgr.policy import Denied
from docmgr.services.conferences import lists as conference_lists
from docmgr.services.conferences import records
from docmgr.services.conferences.records import ConferenceInput
from docmgr.services.documents.references import ProvisionRef
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection import lists as inspection_lists
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.inspection.wanted import InspectionFilter, totals
from docmgr.services.planning import coverage, lists, plans, tasks
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.targets.storing import TargetInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.wanted.filters import TaskFilter
from docmgr.services.reports import plan_report, wording
from docmgr.web.planning import reports
from docmgr.writing.layout.check import check
from docmgr.writing.reports.plan_report import FigureTable
from legaltext import dates
from tests.filling.planning import PLAN_WORDS, World, world

__all__ = ["world"]
YEAR = 2024
BASIS = "Luật Thực hiện dân chủ ở cơ sở"


def address(name: str, **chosen: Any) -> str:
    return f"https://vanban.example/{name}?" + "&".join(f"{key}={value}" for key, value in chosen.items())


@pytest.fixture
def plan(world: World) -> int:
    """A plan of four tasks: one done in time, one overdue, one of the second half, one cancelled; and one inspection."""
    clerk = world.actors["clerk"]
    document = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    number = plans.create(clerk, PlanInput("Thực hiện dân chủ", YEAR, document_id=document))

    def task(title: str, unit: str, state: str, due_on: dt.date, **more: Any) -> None:
        given = TaskInput(title, world.units[unit], due_on=due_on, state=state, legal_basis=BASIS, **more)
        tasks.create(clerk, number, given)

    task("Rà soát quy chế", "tccb", "done", dt.date(YEAR, 3, 1), document_id=document, anchor="muc-II.3.gach-2")
    task("Tổ chức hội nghị", "tccb", "doing", dt.date(YEAR, 6, 30))
    task("Báo cáo năm", "gdtrh", "done", dt.date(YEAR, 7, 1))
    task("Việc bỏ", "gdtrh", "cancelled", dt.date(YEAR, 2, 1))
    inspection = inspections.create(
        clerk, InspectionInput("Kiểm tra", world.units["tccb"], state="concluded", started_on=dt.date(YEAR, 5, 2), conclusion="Tốt", plan_id=number)
    )
    findings.create(clerk, inspection, FindingInput("Chưa công khai"))
    findings.recommend(clerk, inspection, RecommendationInput("Công khai ngay"))
    return number


def gathered(world: World, plan: int, period: str, who: str = "clerk") -> Any:
    return plan_report.gather(world.actors[who], plan, period, address)


def counts(figures: Any) -> dict[str, int]:
    return {one.words: one.count for one in figures}


def test_the_figures_are_those_of_the_records(world: World, plan: int) -> None:
    half = gathered(world, plan, "half")
    assert [one.count for one in half.general] == [3, 0, 1, 0, 2, 1, 0, 1, 2]
    assert [one.count for one in half.due] == [2, 1, 1]
    assert [one.count for one in gathered(world, plan, "year").due] == [3, 2, 1]
    assert half.units.rows == (("Phòng Giáo dục trung học (thử)", "1", "1", "0", "0"), ("Phòng Tổ chức cán bộ (thử)", "2", "1", "1", "0"))
    assert half.sections.rows == (("II. Nội dung thực hiện", "1", "1", "0"), ("Phần khác", "2", "1", "1"))
    (late,) = half.late.rows
    assert late == ("Tổ chức hội nghị", "Phòng Tổ chức cán bộ (thử)", "30/06/2024", f"{(dates.today() - dt.date(YEAR, 6, 30)).days} ngày")
    assert counts(half.inspections) == {
        "Cuộc kiểm tra trong kỳ": 1, "Trong đó đã kết luận": 1, "Phát hiện": 1, "Trong đó đã khắc phục": 0, "Kiến nghị": 1,
        "Trong đó chưa được trả lời": 1,
    }  # fmt: skip
    assert half.bases[0] == f"Căn cứ {BASIS}" and half.bases[1].startswith("Căn cứ Kế hoạch")


@pytest.mark.parametrize("period", plan_report.PERIODS)
def test_the_paper_passes_the_checker_and_each_figure_has_a_footnote(world: World, plan: int, period: str) -> None:
    file = plan_report.write(world.actors["clerk"], plan, period, address)
    assert check(docx.Document(io.BytesIO(file.body))) == []
    with zipfile.ZipFile(io.BytesIO(file.body)) as package:
        notes, main = package.read("word/footnotes.xml").decode(), package.read("word/document.xml").decode()
    for found in (f"https://vanban.example/tasks?plan={plan}&amp;state=done", f"https://vanban.example/inspections?plan={plan}&amp;since=2024-01-01&amp;until=2024-", f"/coverage?plan_id={plan}"):
        assert found in notes
    assert main.count("<w:footnoteReference") == 9 + 3 + 2 + 6 + 2
    with db.read() as session:
        event = session.query(TrailEvent).filter_by(action="plan:report").one()
    assert (event.subject_id, event.details["file"]) == (plan, file.name)


def test_tasks_of_several_periods_or_units_count_as_often_as_lists_show_them(world: World, plan: int) -> None:
    clerk, lead, units = world.actors["clerk"], world.units["tccb"], tuple(world.units.values())
    quarters = SpreadInput("quarter", dt.date(YEAR, 3, 29), fan_out="listed", unit_ids=units)
    made = tasks.create(clerk, plan, TaskInput("Báo cáo quý", lead, due_rule="recurring", spread=quarters))
    shared = TaskInput("Tự kiểm tra", lead, due_on=dt.date(YEAR, 5, 6), spread=SpreadInput(fan_out="listed", unit_ids=units[:2]))
    tasks.create(clerk, plan, shared)
    dropped = tasks.create(clerk, plan, shared)
    tasks.set_state(clerk, dropped, "cancelled", revision=tasks.get(clerk, dropped).revision)
    with db.write() as session:
        rows = session.query(Occurrence).filter_by(task_id=made).order_by(Occurrence.id).all()
        for one, state in zip(rows, ("doing", "waiting", "waiting", "done", "not_applicable"), strict=False):
            one.state = state

    half = gathered(world, plan, "half")

    shown = counts(half.general)
    assert len(rows) == 16 and shown["Không áp dụng"] == 1
    for state, words in lists.WORDS.items():
        assert shown[words] == lists.find(clerk, TaskFilter(plan_id=plan, state=state))[1]
    assert shown["Quá hạn"] == half.late_count and sum(shown[lists.WORDS[state]] for state in ("open", "doing", "waiting", "done")) == half.general[0].count
    total = coverage.coverage(clerk, plan).total
    assert half.general[0].count == total.tasks == 3 + 15 + 2
    assert [sum(int(row[at]) for row in half.units.rows) for at in (1, 2, 3)] == [total.tasks, total.done, total.overdue]
    assert [sum(int(row[at]) for row in half.sections.rows) for at in (1, 2, 3)] == [total.tasks, total.done, total.overdue]
    # One quarter of four units, as the calendar moves the second one to 1 July; two units, and the two tasks of before.
    assert [one.count for one in half.due] == [4 + 2 + 2, 2, half.due[2].count]
    assert [one.count for one in gathered(world, plan, "year").due] == [total.tasks, total.done, total.overdue]


def test_the_list_of_each_footnote_counts_what_its_figure_says(world: World, plan: int) -> None:
    """The addresses of what is due in the period and of inspections, read back as the pages read them."""
    clerk, units = world.actors["clerk"], tuple(world.units.values())
    quarters = SpreadInput("quarter", dt.date(YEAR, 3, 29), fan_out="listed", unit_ids=units)
    made = tasks.create(clerk, plan, TaskInput("Báo cáo quý", units[0], due_rule="recurring", spread=quarters))
    inspections.create(clerk, InspectionInput("Năm sau", units[1], started_on=dt.date(YEAR + 1, 1, 2), plan_id=plan))
    inspections.create(clerk, InspectionInput("Của kế hoạch khác", units[1], started_on=dt.date(YEAR, 5, 2)))
    with db.write() as session:
        session.query(Occurrence).filter_by(task_id=made, number=1).first().state = "not_applicable"
    for period in plan_report.PERIODS:
        report = gathered(world, plan, period)
        for figure in report.due:
            chosen = dict(parse_qsl(urlsplit(figure.address).query))
            days = {name: dt.date.fromisoformat(chosen[name]) for name in ("since", "until")}
            wanted = TaskFilter(plan_id=int(chosen["plan"]), state=chosen.get("state"), overdue="overdue" in chosen, **days)
            assert lists.find(clerk, wanted)[1] == figure.count > 0
        for place, figure in enumerate(report.inspections):
            chosen = dict(parse_qsl(urlsplit(figure.address).query))
            days = {name: dt.date.fromisoformat(chosen[name]) for name in ("since", "until")}
            asked = InspectionFilter(chosen.get("state"), int(chosen["plan"]), **days)
            found = inspection_lists.count(clerk, asked.conditions())
            told = totals(clerk, asked)
            assert figure.count == (found, found, told.findings, told.closed, told.recommendations, told.unanswered)[place]
        assert report.inspections[0].count == 1


def test_only_what_the_reader_may_read_is_said(world: World) -> None:
    document = world.document("9/KH-X", "Điều kín", PLAN_WORDS, closed=True)
    clerk = world.actors["clerk"]
    number = plans.create(clerk, PlanInput("Kế hoạch kín", YEAR, document_id=document))
    tasks.create(clerk, number, TaskInput("Việc", world.units["tccb"], due_on=dt.date(YEAR, 3, 1), document_id=document, anchor="muc-II.3.gach-2"))
    assert "Nội dung thực hiện" in gathered(world, number, "half").sections.rows[0][0]
    seen = gathered(world, number, "half", "staff")
    assert seen.sections.rows[0][0] == "Phần khác" and seen.bases == ()
    with pytest.raises(Denied):
        gathered(world, number, "half", "administrator")


def views(document: int, user: int | None) -> int:
    with db.read() as session:
        return session.query(TrailEvent).filter_by(action="document:view", document_id=document, actor_id=user).count()


def test_who_gets_words_of_the_document_has_read_it(world: World, plan: int) -> None:
    staff = world.actors["staff"]
    with db.read() as session:
        document = session.query(Plan.document_id).filter_by(id=plan).scalar()
    assert not views(document, staff.user_id)
    plan_report.write(staff, plan, "half", address)
    assert views(document, staff.user_id) == 1
    closed = world.document("9/KH-X", "Điều kín", PLAN_WORDS, closed=True)
    number = plans.create(world.actors["clerk"], PlanInput("Kế hoạch kín", YEAR, document_id=closed))
    given = TaskInput("Việc", world.units["tccb"], due_on=dt.date(YEAR, 3, 1), document_id=closed, anchor="muc-II.3.gach-2")
    tasks.create(world.actors["clerk"], number, given)
    file = plan_report.write(staff, number, "half", address)
    with zipfile.ZipFile(io.BytesIO(file.body)) as package:
        assert "Nội dung thực hiện" not in package.read("word/document.xml").decode()
    assert not views(closed, staff.user_id)


def test_addresses_are_those_of_the_site_and_not_of_the_request(app: Flask) -> None:
    site = app.extensions["docmgr"].settings.public_url
    with app.test_request_context("/", base_url="http://khac.example"):
        assert reports._address("tasks", plan=7, state="done") == f"{site}/tasks?plan=7&state=done"


@pytest.mark.parametrize(
    ("subject", "about"),
    [
        ("Về việc ban hành", " về việc ban hành"), ("VỀ VIỆC BAN HÀNH", " VỀ VIỆC BAN HÀNH"), ("Thực hiện dân chủ", " về thực hiện dân chủ"),
        ("UBND tỉnh giao", " về UBND tỉnh giao"), ("", ""),
    ],
)  # fmt: skip
def test_a_subject_stands_within_a_sentence(subject: str, about: str) -> None:
    assert wording.about(subject) == about


def test_the_parts_of_a_long_plan_are_added_up() -> None:
    shown = plan_report.SECTIONS_SHOWN
    rows = tuple((f"Phần {no}", "2", "1", "0") for no in range(shown + 3))
    cut = plan_report._first_rows(FigureTable(("", "", "", ""), rows, ""))
    assert cut.rows == (*rows[:shown], ("Và 3 phần khác", "6", "3", "0"))


def test_unknown_plans_and_periods_are_refused(world: World, plan: int) -> None:
    with pytest.raises(NotFound):
        plan_report.write(world.actors["clerk"], 999, "half", address)
    with pytest.raises(Invalid):
        plan_report.write(world.actors["clerk"], plan, "quarter", address)


def test_a_plan_of_five_thousand_tasks_takes_less_than_five_seconds(world: World) -> None:
    number = plans.create(world.actors["clerk"], PlanInput("Kế hoạch lớn", YEAR))
    units = list(world.units.values())
    with db.write() as session:
        rows = [Task(plan_id=number, title=f"Việc {no}", due_on=dt.date(YEAR, 1 + no % 12, 5), state="open", position=no) for no in range(5_000)]
        session.add_all(rows)
        session.flush()
        session.add_all(Assignment(task_id=row.id, unit_id=units[no % len(units)], role="lead") for no, row in enumerate(rows))
    began = time.process_time()
    file = plan_report.write(world.actors["clerk"], number, "year", address)
    assert time.process_time() - began < 5
    text = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(file.body)).paragraphs)
    assert "Có 5000 nhiệm vụ quá hạn; 50 nhiệm vụ quá hạn lâu nhất là:" in text


@pytest.mark.parametrize(
    ("label", "title", "named"),
    [
        ("II", "II. NỘI DUNG", "II. NỘI DUNG"), ("II", "Nội dung", "II. Nội dung"), ("Điều 5", "Điều 5. Phạm vi", "Điều 5. Phạm vi"),
        ("Điều 5", "Phạm vi", "Điều 5. Phạm vi"),
    ],
)  # fmt: skip
def test_a_part_has_its_number_once(label: str, title: str, named: str) -> None:
    assert plan_report._part(ProvisionRef(1, 1, 1, "x", label, title, "")) == named


def test_the_report_prints_targets_and_what_was_reached_and_leads_to_the_lists(world: World, plan: int) -> None:
    clerk, tccb = world.actors["clerk"], world.units["tccb"]
    assert gathered(world, plan, "year").targets == ()
    for title, figure, reached in (("Giải quyết hồ sơ", "95", "96,5"), ("Tiếp công dân", "90", "")):
        task_id = tasks.create(clerk, plan, TaskInput(title, tccb, due_rule="continuous", target=TargetInput(figure, "%")))
        tasks.set_state(clerk, task_id, "doing", revision=1, reached=reached)
    report = gathered(world, plan, "year")
    assert [one.count for one in report.targets] == [2, 1, 1]
    assert report.reached.rows == (("Giải quyết hồ sơ", "ít nhất 95%", "96,5%", "đạt"), ("Tiếp công dân", "ít nhất 90%", "chưa có số liệu", "chưa đạt"))
    for figure in report.targets:
        asked = dict(parse_qsl(urlsplit(figure.address).query))
        assert lists.find(clerk, TaskFilter(plan_id=int(asked["plan"]), target=asked["target"]))[1] == figure.count
    body = plan_report.write(clerk, plan, "year", address).body
    said = [line.text for line in docx.Document(io.BytesIO(body)).paragraphs]
    assert "5. Chỉ tiêu" in said and any("Trong đó chưa đạt hoặc chưa có số liệu: 1" in line for line in said)


def test_the_report_counts_conferences_by_state_as_their_lists_do(world: World, plan: int) -> None:
    assert gathered(world, plan, "year").conferences == ()
    clerk = world.actors["clerk"]
    records.create(clerk, ConferenceInput(YEAR, world.units["tccb"], "annual", dt.date(YEAR, 12, 20), invited=60, present=50))
    records.create(clerk, ConferenceInput(YEAR, world.units["gdtrh"], "annual"))
    shown = gathered(world, plan, "year").conferences
    # Units of other plans count for nothing, whatever they held.
    assert [one.count for one in shown] == [0, 0, 1, 1, 0]
    records.create(clerk, ConferenceInput(YEAR, world.units["van-phong"], "annual", dt.date(YEAR, 12, 20), invited=60, present=50))
    assert gathered(world, plan, "year").conferences == shown
    for one in shown:
        state = one.address.rpartition("state=")[2]
        assert conference_lists.of_year(clerk, YEAR, state, plan_id=plan)[1] == one.count and f"year={YEAR}" in one.address and f"plan={plan}" in one.address
    body = plan_report.write(clerk, plan, "year", address).body
    assert "Đơn vị đã tổ chức, chưa có nghị quyết: 1" in "\n".join(one.text for one in docx.Document(io.BytesIO(body)).paragraphs)
    assert check(docx.Document(io.BytesIO(body))) == []
