"""The papers of an inspection and its package: what the records know, for the reader, in a layout that passes the checker."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from typing import Any

import docx
import openpyxl
import pytest

from docmgr import context, db
from docmgr.models import File, TrailEvent, Version
from docmgr.policy import Denied
from docmgr.services.cases import packing
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.checklists import lines, recording
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links
from docmgr.services.reports import inspection_package, inspection_papers
from docmgr.writing.layout.check import check
from tests.filling.planning import LAW_WORDS, World, world

__all__ = ["world"]
TITLE = "Kiểm tra thực hiện dân chủ ở cơ sở"


def address(name: str, **chosen: Any) -> str:
    return f"https://vanban.example/{name}/{chosen['inspection_id']}"


def with_file(document_id: int, name: str, body: bytes) -> str:
    """Give the document a file, and return its hash."""
    with db.write() as session:
        version = session.query(Version).filter_by(document_id=document_id).one()
        held = context.current().storage.put(io.BytesIO(body), 1 << 30)
        session.add(File(version_id=version.id, sha256=held.sha256, size=held.size, name=name, kind="pdf"))
        return held.sha256


@pytest.fixture
def inspection(world: World) -> int:
    """An inspection of a unit with two findings, one answered recommendation, a legal basis, evidence, and a hidden document."""
    clerk = world.actors["clerk"]
    law = world.document("10/2022/QH15", "Thực hiện dân chủ ở cơ sở", LAW_WORDS)
    shown, hidden = world.document("1/BC-X", "Báo cáo tự kiểm tra", LAW_WORDS), world.document("2/BC-KIN", "Điều kín", LAW_WORDS, closed=True)
    number = inspections.create(
        clerk,
        InspectionInput(
            TITLE, world.units["tccb"], team="Trưởng đoàn: bà A\nThành viên: ông B", period="Năm 2024", started_on=dt.date(2024, 5, 2),
            ended_on=dt.date(2024, 5, 3), state="concluded", conclusion="Đơn vị đã thực hiện tốt.",
        ),
    )  # fmt: skip
    found = findings.create(clerk, number, FindingInput("Chưa công khai quy chế", "high", world.units["tccb"], dt.date(2024, 6, 2)))
    findings.create(clerk, number, FindingInput("Biên bản ghi <thiếu> chữ ký", state="closed"))
    findings.recommend(
        clerk, number, RecommendationInput("Công khai ngay", world.units["tccb"], dt.date(2024, 5, 6), answer="Đã công khai", answered_on=dt.date(2024, 5, 9))
    )
    links.add(clerk, document_id=law, role="basis", inspection_id=number)
    links.add(clerk, document_id=law, role="checked_against", finding_id=found, anchor="dieu-52.khoan-3")
    for document in (shown, hidden):
        links.add(clerk, document_id=document, role="evidence", inspection_id=number)
        with_file(document, "bao cao.pdf", b"%PDF-" + str(document).encode())
    return number


def text_of(body: bytes) -> str:
    document = docx.Document(io.BytesIO(body))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


@pytest.mark.parametrize("paper", inspection_papers.PAPERS)
def test_a_paper_passes_the_checker_and_says_what_the_records_know(world: World, inspection: int, paper: str) -> None:
    file = inspection_papers.write(world.actors["clerk"], inspection, paper, address)
    assert check(docx.Document(io.BytesIO(file.body))) == []
    text = text_of(file.body)
    for words in ("Trưởng đoàn: bà A", "Thành viên: ông B", "Năm 2024", "Phòng Tổ chức cán bộ (thử)", "Căn cứ", "10/2022/QH15", "Biên bản ghi <thiếu> chữ ký"):
        assert words in text
    assert "Chưa công khai quy chế (đối chiếu: khoản 3 Điều 52 Văn bản 10/2022/QH15)" in text and "trả lời trước khi hết ngày 21/05/2024" in text
    with db.read() as session:
        event = session.query(TrailEvent).filter_by(action="inspection:paper").one()
    assert (event.subject_type, event.subject_id, event.details["file"]) == ("inspection", inspection, file.name)


def test_the_two_papers_differ_in_what_they_are_for(world: World, inspection: int) -> None:
    clerk = world.actors["clerk"]
    minutes = text_of(inspection_papers.write(clerk, inspection, "minutes", address).body)
    notice = inspection_papers.write(clerk, inspection, "notice", address)
    told = text_of(notice.body)
    assert "TRƯỞNG ĐOÀN KIỂM TRA" in minutes and "1/BC-X" in minutes and "Đơn vị đã thực hiện tốt." not in minutes and "Đã công khai" not in minutes
    assert "Biên bản ghi <thiếu> chữ ký – đã khắc phục" in told and "– đã khắc phục" not in minutes
    assert "Đơn vị đã thực hiện tốt." in told and "Đã trả lời: Đã công khai (ngày 09/05/2024)" in told and "Lưu: VT" in told
    for figure in ("- Số phát hiện: 2;", "- Trong đó chưa khắc phục: 1;", "- Số kiến nghị: 1;", "- Trong đó chưa được trả lời: 0."):
        assert figure in told
    with zipfile.ZipFile(io.BytesIO(notice.body)) as package:
        assert package.read("word/footnotes.xml").decode().count(f"https://vanban.example/inspection/{inspection}#") == 4


@pytest.mark.parametrize("paper", inspection_papers.PAPERS)
def test_a_paper_has_the_lines_that_were_looked_at_in_their_order(world: World, paper: str) -> None:
    clerk = world.actors["clerk"]
    number = inspections.create(clerk, InspectionInput("Chuyên đề", world.units["tccb"]))
    for text in ("Có quy chế dân chủ.", "Công khai tài chính"):
        lines.add(clerk, number, text)
    second = lines.load(clerk, number).rows[1]
    recording.save(clerk, second.id, result="failed", note="Chưa niêm yết quý I", revision=second.revision)
    file = inspection_papers.write(clerk, number, paper, address)
    assert check(docx.Document(io.BytesIO(file.body))) == []
    assert "- Có quy chế dân chủ: chưa kiểm tra;\n- Công khai tài chính: chưa đạt (Chưa niêm yết quý I);" in text_of(file.body)


def test_what_was_taken_off_is_in_no_paper(world: World, inspection: int) -> None:
    clerk = world.actors["clerk"]
    before = inspection_papers.tied(clerk, inspection)
    links.end(clerk, before[0].id)
    assert [row.id for row in inspection_papers.tied(clerk, inspection)] == [row.id for row in before[1:]]


def test_a_bare_inspection_gives_papers_with_dots(world: World) -> None:
    number = inspections.create(world.actors["clerk"], InspectionInput("Chuyên đề", world.units["tccb"]))
    for paper in inspection_papers.PAPERS:
        file = inspection_papers.write(world.actors["clerk"], number, paper, address)
        assert check(docx.Document(io.BytesIO(file.body))) == []
        assert "…………" in text_of(file.body) and "None" not in text_of(file.body)


def opened(world: World, who: str, inspection: int) -> zipfile.ZipFile:
    made = inspection_package.make(world.actors[who], inspection, address)
    body = made.stream.read()
    made.stream.close()
    assert len(body) == made.size and made.name == "kiem-tra-kiem-tra-thuc-hien-dan-chu-o-co-so.zip"
    return zipfile.ZipFile(io.BytesIO(body))


def test_the_package_has_everything_with_its_hash(world: World, inspection: int) -> None:
    package = opened(world, "clerk", inspection)
    told = json.loads(package.read("manifest.json"))
    assert {one["path"] for one in told["files"]} == set(package.namelist()) - {"manifest.json"}
    for one in told["files"]:
        body = package.read(one["path"])
        assert (one["bytes"], one["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    documents = [name for name in package.namelist() if name.startswith("van-ban/")]
    assert len(documents) == 2 and all(package.read(name).startswith(b"%PDF-") for name in documents)
    assert [one["text"] for one in told["findings"]] == ["Chưa công khai quy chế", "Biên bản ghi <thiếu> chữ ký"]
    assert told["recommendations"][0]["answered_on"] == "2024-05-09" and told["inspection"]["state"] == "Đã kết luận"
    rows = list(csv.reader(io.StringIO(package.read("phat-hien.csv").decode("utf-8-sig"))))
    assert rows[-2][1:4] == ["Chưa công khai quy chế", "Nghiêm trọng", "Phòng Tổ chức cán bộ (thử)"]
    sheet = openpyxl.load_workbook(io.BytesIO(package.read("kien-nghi.xlsx"))).active
    assert sheet is not None and "Đã công khai" in [cell.value for row in sheet.iter_rows() for cell in row]
    # The law has no file that could be sent.
    assert [one["document"] for one in told["left_out"]] == ["Văn bản 10/2022/QH15"]
    assert "Không có trong gói: Văn bản 10/2022/QH15 (chưa đọc xong" in package.read("doc-truoc.txt").decode()


def test_who_may_not_read_a_document_gets_nothing_of_it_and_readings_are_recorded(world: World, inspection: int) -> None:
    package = opened(world, "staff", inspection)
    everything = b"".join(package.read(name) for name in package.namelist())
    assert b"BC-KIN" not in everything and "Điều kín" not in everything.decode("utf-8", "ignore")
    assert not [name for name in package.namelist() if "KIN" in name]
    with db.read() as session:
        exported = session.query(TrailEvent).filter_by(action="document:export").all()
        whole = session.query(TrailEvent).filter_by(action="inspection:package").one()
    assert [event.subject_label.split(" · ")[0] for event in exported] == ["Văn bản 1/BC-X"]
    assert whole.details == {"format": "zip", "documents": 1}
    for ask in (lambda who: inspection_papers.write(who, inspection, "minutes", address), lambda who: inspection_package.make(who, inspection, address)):
        with pytest.raises(Denied):
            ask(world.actors["administrator"])


def test_a_file_that_the_store_has_lost_is_named(world: World, inspection: int) -> None:
    clerk = world.actors["clerk"]
    lost = world.document("3/BB-X", "Biên bản")
    links.add(clerk, document_id=lost, role="result", inspection_id=inspection)
    with db.write() as session:
        version = session.query(Version).filter_by(document_id=lost).one()
        session.add(File(version_id=version.id, sha256="0" * 64, size=3, name="mat.pdf", kind="pdf"))
    told = json.loads(opened(world, "clerk", inspection).read("manifest.json"))
    assert {"document": "Văn bản 3/BB-X: mat.pdf", "why": "kho không còn tệp"} in told["left_out"]


def test_too_large_and_unknown_ones_are_refused(world: World, inspection: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = world.actors["clerk"]
    with pytest.raises(Invalid):
        inspection_papers.write(clerk, inspection, "letter", address)
    with pytest.raises(NotFound):
        inspection_package.make(clerk, 999, address)
    with monkeypatch.context() as patch:
        patch.setattr(inspection_package, "MOST_ROWS", 3)
        with pytest.raises(Invalid, match="hơn 3"):
            inspection_package.make(clerk, inspection, address)
    monkeypatch.setattr(packing, "MOST_BYTES", 5)
    with pytest.raises(Invalid):
        inspection_package.make(clerk, inspection, address)
