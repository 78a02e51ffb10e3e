"""The agency's own forms of papers: kept with what is wrong with them, one in use, and papers made with it or without."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docmgr import context, db
from docmgr.models import PaperTemplate, TrailEvent, WithheldBytes
from docmgr.policy import COMMAND_LINE, Denied
from docmgr.reading.outcomes import Unreadable
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.paper_templates import child, making, opening, running, versions
from docmgr.services.planning import plans
from docmgr.services.planning.plans import PlanInput
from docmgr.services.reports import plan_report
from docmgr.services.upkeep import checks, sweeping
from docmgr.writing.own_forms import plan as plan_form
from docmgr.writing.own_forms.filling import Faulty
from docmgr.writing.own_forms.papers import PAPERS
from tests.filling.keeping import paper_forms
from tests.filling.planning import World, world
from tests.filling.registers import paper

__all__ = ["world"]
GOOD = ("Báo cáo {{ ky_bao_cao }} của {{ co_quan }}", "{%p for dong in so_lieu_chung %}", "{{ dong.noi_dung }}: {{ dong.so_luong }}", "{%p endfor %}")
OUTSIDE = (
    b'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s" TargetMode="External"/></Relationships>'
)


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forms are filled in this process, by what the process of a form does."""

    def filled(path: Path, paper: str, values: Any = None) -> running.FilledForm:
        return running.told(child.answer(path, paper, values))

    monkeypatch.setattr(running, "fill", filled)
    yield


def address(_name: str, **_chosen: Any) -> str:
    return "https://vanban.example/x"


def actions() -> list[str]:
    with db.read() as session:
        return [one for (one,) in session.query(TrailEvent.action).filter(TrailEvent.action.like("paper_template:%")).order_by(TrailEvent.seq)]


def test_a_form_is_uploaded_tried_used_and_left(world: World, inside: None) -> None:
    leader, staff = world.actors["leader"], world.actors["staff"]
    plan = plans.create(world.actors["clerk"], PlanInput("Kế hoạch thử", 2024))
    row = versions.upload(leader, "plan_report", "mau.docx", paper_forms.form(*GOOD), note=" Lần đầu ")
    assert (row.no, row.problems, row.active, row.note, row.file_name) == (1, (), False, "Lần đầu", "mau.docx")
    assert paper_forms.words(plan_report.write(staff, plan, "year", address).body)[0] != "Báo cáo năm 2024 của Cơ quan"
    assert "Báo cáo 6 tháng đầu năm 2024 của Cơ quan mẫu" in paper_forms.words(versions.trial(leader, row.id).body)
    assert versions.activate(leader, row.id) == versions.activate(leader, row.id) == "plan_report"
    file = plan_report.write(staff, plan, "year", address)
    said = paper_forms.words(file.body)
    assert said[0].startswith("Báo cáo năm 2024 của ") and "Quá hạn: 0" in said and file.notice is None
    with db.read() as session:
        told = session.query(TrailEvent).filter_by(action="plan:report").order_by(TrailEvent.seq.desc()).first()
        assert told is not None and told.details["Mẫu số"] == "1"
    second = versions.upload(leader, "plan_report", "hai.docx", paper_forms.form("Hai"))
    versions.activate(leader, second.id)
    page = versions.page(leader, "plan_report")
    assert [(one.no, one.active) for one in page.versions] == [(2, True), (1, False)] and (page.total, page.active) == (2, 2)
    assert [(one.active, one.versions) for one in versions.papers(leader) if one.key == "plan_report"] == [(2, 2)]
    versions.reset(leader, "plan_report")
    versions.reset(leader, "plan_report")
    assert paper_forms.words(plan_report.write(staff, plan, "year", address).body)[0] != "Hai"
    assert versions.file(leader, second.id).body == paper_forms.form("Hai") or versions.file(leader, second.id).body.startswith(b"PK")
    assert actions() == [f"paper_template:{one}" for one in ("upload", "use", "upload", "use", "reset")]


def test_a_form_with_faults_is_kept_and_not_used(world: World, inside: None) -> None:
    leader = world.actors["administrator"]
    row = versions.upload(leader, "plan_report", "mau.docx", paper_forms.form("Tên: {{ ten_la }}", "{% for x in %}"))
    assert row.problems and "Sai cú pháp" in row.problems[0].told()
    row = versions.upload(leader, "plan_report", "mau.docx", paper_forms.form("Tên: {{ ten_la }}"))
    assert [one.told() for one in row.problems] == ["Không có trường “ten_la”, gần: “Tên: {{ ten_la }}”."]
    for ask in (lambda: versions.activate(leader, row.id), lambda: versions.trial(leader, row.id)):
        with pytest.raises(Invalid, match="ten_la"):
            ask()
    assert versions.page(leader, "plan_report").active is None and actions() == ["paper_template:upload"] * 2


def test_a_form_that_fails_later_gives_the_paper_of_the_program_and_says_so(world: World, inside: None) -> None:
    number = paper_forms.kept(paper_forms.form("{{ mat_roi }}"), active=True)
    plan = plans.create(world.actors["clerk"], PlanInput("Kế hoạch thử", 2024))
    file = plan_report.write(world.actors["staff"], plan, "half", address)
    assert "BÁO CÁO" in paper_forms.words(file.body)
    assert file.notice is not None and "mat_roi" in file.notice.told() and "mẫu có sẵn" in file.notice.told()
    with db.write() as session:
        sha256 = session.get_one(PaperTemplate, number).sha256
    context.current().storage.remove(sha256)
    made = making.make("plan_report", PAPERS["plan_report"].sample(), lambda: b"x")
    assert made.body == b"x" and made.notice is not None and "Kho không còn tệp" in made.notice.told()
    with pytest.raises(NotFound):
        versions.file(world.actors["leader"], number)


def test_a_busy_machine_makes_nothing_else_instead(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    paper_forms.kept(paper_forms.starter(), active=True)
    monkeypatch.setattr(running, "WAIT_S", 0.01)
    with running._TURN, pytest.raises(Invalid, match="Máy đang bận"):
        making.make("plan_report", PAPERS["plan_report"].sample(), lambda: b"x")


def test_only_administrators_and_leaders_manage_forms(world: World) -> None:
    number = paper_forms.kept(paper_forms.starter())
    for name in ("clerk", "staff", "auditor"):
        actor = world.actors[name]
        for ask in (
            lambda: versions.papers(actor), lambda: versions.page(actor, "plan_report"), lambda: versions.starter(actor, "plan_report"),
            lambda: versions.upload(actor, "plan_report", "x.docx", b"PK"), lambda: versions.trial(actor, number), lambda: versions.activate(actor, number),
            lambda: versions.reset(actor, "plan_report"), lambda: versions.file(actor, number), lambda: versions.get(actor, number),
        ):  # fmt: skip
            with pytest.raises(Denied):
                ask()
    for ask in (lambda: versions.page(world.actors["leader"], "la"), lambda: versions.get(world.actors["leader"], 99), lambda: versions.reset(world.actors["leader"], "la")):
        with pytest.raises(NotFound):
            ask()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "Hãy chọn tệp"),
        (b"%PDF-1.7", "không phải là DOCX"),
        (b"PK\x03\x04" + b"\0" * 5_000_000, "lớn hơn 5 MB"),
        (b"PK\x03\x04xxxx", "DOCX"),
    ],
)
def test_what_is_no_form_is_refused(world: World, inside: None, data: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        versions.upload(world.actors["leader"], "plan_report", "x.docx", data)
    assert versions.page(world.actors["leader"], "plan_report").total == 0


def test_too_long_a_note_and_too_many_versions_are_refused(world: World, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    leader, data = world.actors["leader"], paper_forms.form("x")
    with pytest.raises(Invalid, match="300"):
        versions.upload(leader, "plan_report", "x.docx", data, "x" * 301)
    monkeypatch.setattr(versions, "MOST_VERSIONS", 1)
    versions.upload(leader, "plan_report", "x.docx", data, "x" * 300)
    with pytest.raises(Invalid, match="nhiều nhất 1 phiên bản"):
        versions.upload(leader, "plan_report", "x.docx", data)


def _relation(kind: bytes, target: bytes = b"http://x.example/a.png") -> bytes:
    return paper_forms.changed(paper_forms.form("x"), {"word/_rels/document.xml.rels": lambda xml: xml.replace(b"</Relationships>", OUTSIDE % (kind, target))})


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (_relation(b"image"), "outside"),
        (_relation(b"attachedTemplate"), "outside"),
        (_relation(b"hyperlink", b"file:///etc/passwd"), "outside"),
        (_relation(b"oleObject"), "embedded"),
        (paper_forms.changed(paper_forms.form("x"), {}, {"word/vbaProject.bin": b"x"}), "embedded"),
        (paper_forms.changed(paper_forms.form("x"), {}, {"word/embeddings/a.xlsx": b"x"}), "embedded"),
        (paper_forms.changed(paper_forms.form("x"), {"[Content_Types].xml": lambda xml: xml.replace(b"<Default", b"<Default Extension='q' ContentType='application/vnd.ms-word.document.macroEnabled.x'/><Default", 1)}), "embedded"),
    ],
)
def test_what_reaches_outside_or_runs_is_refused(tmp_path: Path, data: bytes, why: str) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(Faulty) as told:
        opening.safe_copy(tmp_path / "a")
    assert [one.code for one in told.value.faults] == [why]
    answer = running.told(child.answer(tmp_path / "a", "plan_report", None))
    assert answer.unread and answer.body is None and answer.problems[0].told()


def test_links_that_people_follow_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(_relation(b"hyperlink", b"https://x.example/"))
    assert b"https://x.example/" in zipfile.ZipFile(io.BytesIO(opening.safe_copy(tmp_path / "a"))).read("word/_rels/document.xml.rels")


def test_bombs_and_dtds_are_refused(tmp_path: Path) -> None:
    bomb = paper_forms.changed(paper_forms.form("x"), {}, {"word/media/a.png": bytes(300_000_000)})
    entity = paper_forms.changed(paper_forms.form("x"), {"word/document.xml": lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml[xml.index(b"<w:document") :]})
    for data, code in ((bomb, "bomb"), (entity, "doctype")):
        (tmp_path / "a").write_bytes(data)
        with pytest.raises(Unreadable) as told:
            opening.safe_copy(tmp_path / "a")
        assert told.value.code == code


def test_the_process_fills_a_form(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(paper_forms.form(*GOOD))
    filled = running.fill(tmp_path / "a.docx", "plan_report", {**PAPERS["plan_report"].sample_values(), "co_quan": "Sở <A>"})
    assert filled.body is not None and paper_forms.words(filled.body)[0] == "Báo cáo 6 tháng đầu năm 2024 của Sở <A>"


def test_the_bytes_of_forms_are_never_swept(world: World) -> None:
    number = paper_forms.kept(paper_forms.starter())
    with db.read() as session:
        sha256 = session.get_one(PaperTemplate, number).sha256
        assert sha256 in set(session.scalars(sweeping.originals()))
    db.release()
    assert sweeping._sweep_one(sha256, -1.0) is False and context.current().storage.exists(sha256)


def test_bytes_that_are_known_to_be_secret_are_no_form(world: World, inside: None) -> None:
    data = paper_forms.form(*GOOD)
    sha256 = hashlib.sha256(data).hexdigest()
    with db.write() as session:
        session.add(WithheldBytes(sha256=sha256, document_id=paper(), secrecy="Mật"))
    with pytest.raises(Invalid):
        versions.upload(world.actors["leader"], "plan_report", "mau.docx", data)
    with db.read() as session:
        assert session.query(PaperTemplate).count() == 0
    assert not context.current().storage.exists(sha256)


def test_the_check_of_stored_files_knows_forms(world: World) -> None:
    number = paper_forms.kept(paper_forms.starter())
    with db.read() as session:
        sha256 = session.get_one(PaperTemplate, number).sha256
    assert [one for one in checks.check(COMMAND_LINE) if sha256 in str(one)] == []
    context.current().storage.remove(sha256)
    assert [one.kind for one in checks.check(COMMAND_LINE) if sha256 in str(one)] == ["missing_file"]


def test_the_version_in_use_makes_the_paper_and_no_other(world: World, inside: None) -> None:
    paper_forms.kept(paper_forms.form("Một"))
    paper_forms.kept(paper_forms.form("Hai {{ co_quan }}"), no=2, active=True)
    made = making.make("plan_report", plan_form.sample(), lambda: b"")
    assert made.version == 2 and paper_forms.words(made.body) == ["Hai Cơ quan mẫu"]


def test_a_part_that_is_not_filled_may_not_fetch_either(tmp_path: Path) -> None:
    code = b'<x xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:instrText>INCLUDETEXT a</w:instrText></x>'
    (tmp_path / "a").write_bytes(paper_forms.changed(paper_forms.form("x"), {}, {"word/comments.xml": code}))
    with pytest.raises(Faulty) as told:
        opening.safe_copy(tmp_path / "a")
    assert [one.code for one in told.value.faults] == ["fetching"]
