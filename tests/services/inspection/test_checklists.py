"""Checklists and the lines of inspections: taking, recording, two inspectors, findings, photos, evidence."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from PIL import Image

from docmgr import context, db
from docmgr.models import CheckPhoto, Finding
from docmgr.policy import Actor, Denied
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.inspection import inspections, team
from docmgr.services.inspection.checklists import lines, own, photos, recording, templates
from docmgr.services.inspection.checklists.words import MOST_LINES
from docmgr.services.inspection.following import comparing, papers, pins
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.keeping import kept
from docmgr.services.links import links
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.upkeep import sweeping
from legaltext import dates
from tests.filling.planning import LAW_WORDS, World, world

__all__ = ["world"]


@pytest.fixture
def checklist(world: World) -> int:
    """A checklist with two lines."""
    number = templates.create(world.actors["clerk"], "Công khai ở cơ sở")
    templates.add_text(world.actors["clerk"], number, "Có quy chế\n\nNiêm yết đủ ngày\n")
    return number


def an_inspection(world: World, checklist: int | None = None, unit: str = "gdtrh", day: dt.date | None = None) -> int:
    given = InspectionInput("Kiểm tra quy chế", world.units[unit], started_on=day)
    number = inspections.create(world.actors["clerk"], given)
    if checklist is not None:
        lines.take(world.actors["staff"], number, checklist)
    return number


def record(world: World, check: lines.CheckRow, result: str, note: str = "") -> int:
    return recording.save(world.actors["staff"], check.id, result=result, note=note, revision=check.revision)


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    out, image = io.BytesIO(), Image.new("RGB", size, (200, 10, 10))
    exif = Image.Exif()
    exif[0x010E] = "nơi chụp bí mật"
    image.save(out, form, exif=exif)
    return out.getvalue()


def test_lines_come_from_words_provisions_and_tasks(world: World, checklist: int) -> None:
    clerk = world.actors["clerk"]
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024))
    task = tasks.create(clerk, plan, TaskInput("Niêm yết công khai", world.units["gdtrh"], due_rule="continuous"))

    assert templates.add_provisions(clerk, checklist, law, ["dieu-63", "dieu-52.khoan-3"]) == 2
    assert templates.add_tasks(clerk, checklist, [task]) == 1

    view = templates.get(world.actors["auditor"], checklist)
    assert [line.text for line in view.lines[:2]] == ["Có quy chế", "Niêm yết đủ ngày"]
    assert {(line.anchor, line.document.id if line.document else None) for line in view.lines[2:4]} == {("dieu-63", law), ("dieu-52.khoan-3", law)}
    assert view.lines[4].task_id == task
    assert not view.may_edit


def test_a_line_does_not_name_a_document_that_its_reader_may_not_read(world: World, checklist: int) -> None:
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS, closed=True)
    templates.add_provisions(world.actors["clerk"], checklist, law, ["dieu-63"])
    number = an_inspection(world, checklist)
    assert templates.get(world.actors["staff"], checklist).lines[2].document is None
    assert lines.load(world.actors["staff"], number).rows[2].document is None
    with pytest.raises(NotFound):
        templates.add_provisions(world.actors["staff"], checklist, law, ["dieu-63"])


def test_taking_a_checklist_twice_adds_what_is_new(world: World, checklist: int) -> None:
    number, staff = an_inspection(world, checklist), world.actors["staff"]
    with pytest.raises(Invalid, match="đã có mọi nội dung"):
        lines.take(staff, number, checklist)
    templates.add_text(staff, checklist, "Nội dung mới\nNội dung bỏ")
    templates.drop(staff, templates.get(staff, checklist).lines[3].id)
    assert lines.take(staff, number, checklist) == 1
    lines.add(staff, number, "Nội dung riêng")
    assert [(row.place, row.text) for row in lines.load(staff, number).rows] == [
        (1, "Có quy chế"), (2, "Niêm yết đủ ngày"), (3, "Nội dung mới"), (4, "Nội dung riêng"),
    ]  # fmt: skip


def test_a_checklist_has_limits(world: World, checklist: int) -> None:
    clerk = world.actors["clerk"]
    for text, words in (("", "Hãy nhập nội dung"), ("x" * 2001, "dài quá"), ("a\n" * 201, "nhiều nhất 200")):
        with pytest.raises(Invalid, match=words):
            templates.add_text(clerk, checklist, text)
    for _many in range(2):
        templates.add_text(clerk, checklist, "a\n" * 200)
    with pytest.raises(Invalid, match=str(MOST_LINES)):
        templates.add_text(clerk, checklist, "a\n" * 99)
    with pytest.raises(Invalid, match="tên danh mục"):
        templates.create(clerk, " ")
    with pytest.raises(Denied):
        templates.create(world.actors["auditor"], "Danh mục")
    with pytest.raises(Conflict):
        templates.rename(clerk, checklist, "Tên khác", revision=0)


def test_of_two_inspectors_the_second_sees_both(world: World, checklist: int) -> None:
    number = an_inspection(world, checklist)
    check = lines.load(world.actors["staff"], number).rows[0]
    record(world, check, "passed", "Đủ")
    with pytest.raises(Conflict):
        recording.save(world.actors["clerk"], check.id, result="failed", note="Thiếu", revision=check.revision)
    # What a phone sends again after a lost answer is saved already.
    assert recording.save(world.actors["clerk"], check.id, result="passed", note="Đủ ", revision=check.revision) == check.revision + 1
    stored = lines.load(world.actors["clerk"], number).rows[0]
    assert (stored.result, stored.note, stored.revision) == ("passed", "Đủ", 2)
    assert len(world.events("check:record")) == 1


@pytest.mark.parametrize(("result", "note"), [("nonsense", ""), ("passed", "x" * 5001)])
def test_a_wrong_result_is_refused(world: World, checklist: int, result: str, note: str) -> None:
    check = lines.load(world.actors["staff"], an_inspection(world, checklist)).rows[0]
    with pytest.raises(Invalid):
        record(world, check, result, note)


def test_nobody_inspects_their_own_unit(world: World, checklist: int) -> None:
    number = an_inspection(world, checklist)
    check = lines.load(world.actors["other_staff"], number)
    assert not check.may_record
    with pytest.raises(Denied):
        recording.save(world.actors["other_staff"], check.rows[0].id, result="passed", note="", revision=1)
    with pytest.raises(Denied):
        photos.add(world.actors["other_staff"], check.rows[0].id, picture())
    with pytest.raises(Invalid, match="chính đơn vị"):
        team.add(world.actors["clerk"], number, world.users["other_staff"].id)
    with pytest.raises(Invalid, match="chính đơn vị"):
        inspections.create(world.actors["clerk"], InspectionInput("Kiểm tra Văn phòng", world.units["van-phong"]))


def test_the_team_records_and_others_do_not(world: World, checklist: int) -> None:
    number = an_inspection(world, checklist)
    team.add(world.actors["clerk"], number, world.users["leader"].id, head=True)
    assert not lines.load(world.actors["staff"], number).may_record
    team.add(world.actors["clerk"], number, world.users["staff"].id)
    view = inspections.get(world.actors["auditor"], number)
    assert [(one.name, one.head) for one in view.members] == [("Leader", True), ("Staff", False)]
    assert lines.load(world.actors["staff"], number).may_record
    given = InspectionInput("Kiểm tra quy chế", world.units["tccb"])
    with pytest.raises(Invalid, match="Staff trong đoàn"):
        inspections.edit(world.actors["clerk"], number, given, revision=view.revision)
    team.remove(world.actors["clerk"], number, world.users["staff"].id)
    with pytest.raises(NotFound):
        team.remove(world.actors["clerk"], number, world.users["staff"].id)
    with pytest.raises(Invalid, match="không kiểm tra được"):
        team.add(world.actors["clerk"], number, world.users["auditor"].id)
    assert [name for _id, name in team.candidates(world.actors["clerk"], number, "staff")] == ["Staff · Phòng Tổ chức cán bộ (thử)"]


def test_a_failed_line_becomes_one_finding_that_pins_its_provision(world: World, checklist: int) -> None:
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)
    templates.add_provisions(world.actors["clerk"], checklist, law, ["dieu-52"])
    number = an_inspection(world, checklist, day=dates.today())
    check = lines.load(world.actors["staff"], number).rows[2]
    with pytest.raises(Invalid, match="chưa đạt"):
        recording.make_finding(world.actors["staff"], check.id)
    record(world, check, "failed", "Không có biên bản")

    finding_id, new = recording.make_finding(world.actors["staff"], check.id)

    assert new
    assert recording.make_finding(world.actors["staff"], check.id) == (finding_id, False)
    with db.read() as session:
        row = session.get_one(Finding, finding_id)
        assert (row.unit_id, row.check_id) == (world.units["gdtrh"], check.id)
        assert row.text.endswith("Không có biên bản")
    pinned = pins.of_finding(world.actors["staff"], finding_id)
    assert pinned is not None
    assert pinned.then is not None
    assert "Định kỳ 06 tháng kiểm tra" in (pinned.then.text or "")
    assert not pinned.changed
    world.new_version(law, (*LAW_WORDS[:1], ("dieu-52.khoan-3", "Khoản 3", "khoan", "Định kỳ 03 tháng."), LAW_WORDS[2]))
    later = pins.of_finding(world.actors["staff"], finding_id)
    assert later is not None
    assert later.now is not None
    assert later.now.version_no == 2
    assert kept_because(law) == ["Có điều khoản mà phát hiện"]


def kept_because(document_id: int) -> list[str]:
    with db.read() as session:
        return [str(reason.msgid)[:26] for reason in kept.reasons(session, [document_id]).get(document_id, [])]


def test_the_pinned_text_is_that_of_the_day(world: World) -> None:
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)
    number = an_inspection(world, day=dates.today() - dt.timedelta(days=1))
    with db.write() as session:
        row = Finding(inspection_id=number, text="Thiếu", pinned_document_id=law, pinned_anchor="dieu-63", pinned_on=dates.today() - dt.timedelta(days=1))
        session.add(row)
        session.flush()
        finding_id = row.id
    world.new_version(law, (("dieu-63", "Điều 63", "dieu", "Trả lời trong 10 ngày."),))
    pinned = pins.of_finding(world.actors["staff"], finding_id)
    assert pinned is not None
    # The document came after that day: the first version stands for it.
    assert pinned.early
    assert pinned.changed
    assert (pinned.then and pinned.then.text, pinned.now and pinned.now.text) == ("Trả lời kiến nghị trong 15 ngày.", "Trả lời trong 10 ngày.")
    closed = world.document("11/2022/QH15", "Luật kín", LAW_WORDS, closed=True)
    with db.write() as session:
        session.get_one(Finding, finding_id).pinned_document_id = closed
    assert pins.of_finding(world.actors["staff"], finding_id) is None


def test_what_failed_before_is_told_and_counted(world: World, checklist: int) -> None:
    made = []
    for _time in range(2):
        number = an_inspection(world, checklist, day=dt.date(2024, 5, 6))
        rows = lines.load(world.actors["staff"], number).rows
        record(world, rows[0], "failed")
        record(world, rows[1], "passed")
        made.append(recording.make_finding(world.actors["staff"], rows[0].id)[0])
    assert [row.earlier for row in lines.load(world.actors["staff"], number).rows] == [1, 0]
    assert [one[0] for one in pins.earlier(world.actors["staff"], made[1])] == [made[0]]
    assert pins.earlier(world.actors["staff"], made[0]) == []
    view = templates.get(world.actors["staff"], checklist)
    assert [(line.taken, line.failed) for line in view.lines] == [(2, 2), (2, 0)]
    assert view.silent == 1
    [figures] = comparing.load(world.actors["staff"], 2024)
    assert (figures.inspections, figures.checked, figures.failed, figures.findings, figures.repeated, figures.open) == (2, 4, 2, 2, 1, 2)
    assert comparing.load(world.actors["staff"], 2025)[0].before == 2
    assert comparing.count(world.actors["staff"], 2023) == 0


def test_a_photo_keeps_its_pixels_alone(world: World, checklist: int) -> None:
    check = lines.load(world.actors["staff"], an_inspection(world, checklist)).rows[0]
    number = photos.add(world.actors["staff"], check.id, picture())
    got = photos.read(world.actors["auditor"], number)
    assert got.data.startswith(b"\xff\xd8\xff")
    assert "nơi chụp".encode() not in got.data
    assert not Image.open(io.BytesIO(got.data)).getexif()
    with db.read() as session:
        sha256 = session.get_one(CheckPhoto, number).sha256
    world.document("1/KH", "Kế hoạch")
    sweeping.sweep(0)
    assert context.current().storage.exists(sha256)
    photos.end(world.actors["staff"], number)
    with pytest.raises(NotFound):
        photos.read(world.actors["auditor"], number)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"%PDF-1.7", "JPEG hoặc PNG"), (b"\xff\xd8\xff" + b"x" * 100, "Không đọc được"), (b"\xff\xd8\xff" + bytes(photos.MAX_BYTES), "15 MB")],
)
def test_what_is_no_photo_is_refused(world: World, checklist: int, data: bytes, words: str) -> None:
    check = lines.load(world.actors["staff"], an_inspection(world, checklist)).rows[0]
    with pytest.raises(Invalid, match=words):
        photos.add(world.actors["staff"], check.id, data)


def test_evidence_belongs_to_its_line(world: World, checklist: int) -> None:
    number, staff = an_inspection(world, checklist), world.actors["staff"]
    first, second = lines.load(staff, number).rows
    document = world.document("5/QĐ", "Quy chế")
    papers.prove(staff, first.id, document, note="Bản gốc")
    papers.prove(staff, second.id, document)
    with pytest.raises(Invalid, match="đã được gắn"):
        papers.prove(staff, first.id, document)
    rows = lines.load(staff, number).rows
    assert [[one.document.id for one in row.evidence] for row in rows] == [[document], [document]]
    links.end(staff, rows[0].evidence[0].id)
    assert [len(row.evidence) for row in lines.load(staff, number).rows] == [0, 1]
    with pytest.raises(Denied):
        papers.prove(world.actors["other_staff"], first.id, document)
    with pytest.raises(NotFound):
        papers.prove(staff, first.id, world.document("6/QĐ", "Kín", closed=True))


def test_a_unit_checks_itself_and_hands_the_results_in(world: World, checklist: int) -> None:
    own_staff = world.actors["other_staff"]
    number = own.begin(own_staff, checklist)
    assert not lines.load(world.actors["staff"], number).may_record
    assert not lines.load(world.actors["clerk"], number).may_record
    with pytest.raises(Invalid, match="Còn 2 nội dung"):
        own.send(own_staff, number)
    for check in lines.load(own_staff, number).rows:
        recording.save(own_staff, check.id, result="failed", note="", revision=check.revision)
    with pytest.raises(Denied):
        own.send(world.actors["clerk"], number)
    own.send(own_staff, number)
    view = lines.load(own_staff, number)
    assert (view.sent, view.may_record, view.state) == (True, False, "concluded")
    with pytest.raises(Denied):
        own.send(own_staff, number)
    # What a unit found itself does not count as an earlier inspection.
    assert [row.earlier for row in lines.load(world.actors["staff"], an_inspection(world, checklist)).rows] == [0, 0]
    with pytest.raises(Invalid, match="không thuộc đơn vị"):
        own.begin(Actor(user_id=None, label="Không đơn vị", roles=frozenset({"staff"})), checklist)
