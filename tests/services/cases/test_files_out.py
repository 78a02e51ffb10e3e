"""The contents list in three forms, and the whole case file as a ZIP: what its asker may read, copied in pieces."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from typing import Any, BinaryIO

import docx
import lxml.etree
import openpyxl
import pypdfium2
import pytest

from docmgr import context, db
from docmgr.context import Context
from docmgr.models import Agency, Document, File, Rendering, Version
from docmgr.policy import Actor
from docmgr.services.cases import contents, export, files, package, packing
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.people import agency
from docmgr.services.registers import arrivals
from docmgr.services.trail import history, of_subjects
from docmgr.services.trail.history import Filter
from docmgr.storage.local import LocalStorage
from docmgr.writing import case_xml
from docmgr.writing.case_xml import XmlDocument
from tests.filling.registers import SECRET, delivered, hide, opened, paper
from tests.support.racing import events


def stored(subject: str, *named: tuple[str, bytes], **facts: Any) -> int:
    """A decision with a version that has these files (name, bytes)."""
    number = paper(subject, **facts)
    with db.write() as session:
        version = Version(document_id=number, no=1, outcome="text", text="Lời", pages=3)
        session.add(version)
        session.flush()
        for name, body in named:
            held = context.current().storage.put(io.BytesIO(body), 1 << 30)
            session.add(File(version_id=version.id, sha256=held.sha256, size=held.size, name=name, kind=name.rpartition(".")[2]))
    return number


def opened_zip(actor: Actor, case_id: int) -> zipfile.ZipFile:
    made = package.package(actor, case_id)
    body = made.stream.read()
    made.stream.close()
    assert len(body) == made.size and made.name == "ho-so-01-tccb.zip"
    return zipfile.ZipFile(io.BytesIO(body))


@pytest.fixture
def filled(clerk: Actor) -> tuple[int, int, int]:
    """A case file with two documents and a third that only auditors may read; the ids of the case file, the first and the
    hidden document."""
    one = opened(clerk, title="Tuyển dụng <2024>", retention_years=20)
    first = stored("Về việc tuyển dụng", ("quyet dinh.docx", b"PK-1"), ("Bản ký.pdf", b"%PDF-2"), number="12/QĐ-SGDĐT", urgency="Thượng khẩn")
    second = stored("Không số", ("a/b\x01:c.txt", b"x" * 100), ("A-b-c.txt", b"y"))
    secret = stored(SECRET, ("mat.pdf", b"%PDF-secret"), number="7/QĐ-MAT")
    contents.add(clerk, one, [secret, first, second])
    hide(secret)
    return one, first, secret


def test_the_contents_list_has_what_its_asker_may_read(clerk: Actor, staff: Actor, auditor: Actor, filled: tuple[int, int, int]) -> None:
    one = filled[0]
    with db.write() as session:
        session.add(Agency(id=agency.KEY, name="Trường Thử", skipped=[]))
    body = {form: export.export(staff, one, form) for form in export.FORMS}
    sheet = openpyxl.load_workbook(io.BytesIO(body["xlsx"].body)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "Trường Thử" in str(rows)
    assert ["Số TT", "Số, ký hiệu văn bản"] in [row[:2] for row in rows]
    assert [row[1:4:2] for row in rows if row[0] in (1, 2)] == [["12/QĐ-SGDĐT", "Quyết định · Về việc tuyển dụng"], [None, "Quyết định · Không số"]]
    table = docx.Document(io.BytesIO(body["docx"].body)).tables[0]
    assert [cell.text for cell in table.rows[1].cells][:2] == ["1", "12/QĐ-SGDĐT"] and len(table.rows) == 3
    pdf = pypdfium2.PdfDocument(body["pdf"].body)
    assert "12/QĐ-SGDĐT" in pdf[0].get_textpage().get_text_range()
    assert all(SECRET.encode() not in made.body for made in body.values()) and not any(SECRET in str(row) for row in rows)
    assert export.export(auditor, one, "xlsx").rows == 3 and body["xlsx"].name == "muc-luc-01-tccb.xlsx"
    with pytest.raises(Invalid):
        export.export(staff, one, "csv")
    assert {str(event.details) for event in events("case:export")} == {str({"format": form}) for form in export.FORMS}


def test_the_zip_has_files_an_xml_and_the_contents_list(clerk: Actor, staff: Actor, auditor: Actor, filled: tuple[int, int, int]) -> None:
    one, first, secret = filled
    delivered(clerk, "incoming")
    arrivals.receive(clerk, first)
    with db.write() as session:
        sha256 = session.query(File.sha256).filter_by(name="quyet dinh.docx").scalar()
        pdf = context.current().storage.put(io.BytesIO(b"%PDF-rendered"), 1 << 20).sha256
        session.add(Rendering(sha256=sha256, pdf_sha256=pdf, pages=1))
    made = opened_zip(staff, one)
    names = made.namelist()
    assert names[:5] == [
        "van-ban/0001 12-QĐ-SGDĐT/quyet dinh.docx", "van-ban/0001 12-QĐ-SGDĐT/quyet dinh.docx.pdf", "van-ban/0001 12-QĐ-SGDĐT/Bản ký.pdf",
        "van-ban/0002 Không số/a-b-c.txt", "van-ban/0002 Không số/A-b-c (2).txt",
    ]  # fmt: skip
    assert names[5:] == ["muc-luc.docx", "muc-luc.pdf", "muc-luc.xlsx", "ho-so.xml", "doc-truoc.txt"]
    assert [made.read(name) for name in names[:3]] == [b"PK-1", b"%PDF-rendered", b"%PDF-2"]
    root = lxml.etree.fromstring(made.read("ho-so.xml"))
    assert [root.findtext(name) for name in ("FileNotation", "Title", "Maintenance", "DocTotal", "PageTotal")] == ["01/TCCB", "Tuyển dụng <2024>", "20 năm", "2", "6"]
    paper_one, paper_two = root.iterfind("Documents/Document")
    assert [paper_one.findtext(name) for name in ("DocOrdinal", "CodeNumber", "CodeNotation", "Subject", "ArrivalNumber", "Priority")] == [
        "1", "12", "QĐ-SGDĐT", "Về việc tuyển dụng", "01", "2",
    ]  # fmt: skip
    assert paper_two.findtext("Priority") == paper_two.findtext("CodeNotation") == ""
    assert [file.text for file in paper_two.iterfind("Files/File")] == names[3:5]
    whole = b"".join(made.read(name) for name in names)
    assert SECRET.encode() not in whole and b"7/Q" not in whole and b"secret" not in whole
    assert [event.document_id for event in events("document:export")].count(secret) == 0 and len(events("document:export")) == 2
    assert [event.details for event in events("case:package")] == [{"format": "zip"}]
    both = dataclasses.replace(clerk, roles=frozenset({"clerk", "administrator"}))
    told = [any(event.action == "case:package" for event in of_subjects.find(actor, {"case": [one]})) for actor in (staff, auditor, clerk)]
    told += [history.find(actor, Filter(action="case:package"))[1] > 0 for actor in (auditor, both)]
    assert told == [True, True, False, True, False]


def test_files_are_copied_in_pieces(clerk: Actor, filled: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    class Piecewise(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size is not None and 0 < size <= packing.PIECE
            return super().read(size)

    opened_as: list[str] = []

    def piecewise(_store: LocalStorage, sha256: str) -> BinaryIO:
        opened_as.append(sha256)
        return Piecewise(b"z" * (3 * packing.PIECE))

    monkeypatch.setattr(LocalStorage, "open", piecewise)
    made = opened_zip(clerk, filled[0])
    assert len(opened_as) == 4 and made.getinfo("van-ban/0002 Không số/a-b-c.txt").file_size == 3 * packing.PIECE


def test_what_may_not_be_sent_is_not_in_the_zip(clerk: Actor, site: Context, filled: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    one, first, _ = filled
    with db.write() as session:
        session.add(Version(document_id=first, no=2, outcome=None))
        session.get_one(Document, first).current_no = 2
        waiting = session.query(File).filter_by(name="Bản ký.pdf").one()
        waiting.waits, waiting.created_by = True, None
        gone = session.query(File.sha256).filter_by(name="A-b-c.txt").scalar()
    site.storage.remove(gone)
    names = opened_zip(clerk, one).namelist()
    assert [name for name in names if name.startswith("van-ban")] == ["van-ban/0001 12-QĐ-SGDĐT/quyet dinh.docx", "van-ban/0002 Không số/a-b-c.txt"]
    lifecycle.delete(clerk, [first])
    assert "12" not in str(opened_zip(clerk, one).namelist())
    monkeypatch.setattr(packing, "MOST_BYTES", 50)
    with pytest.raises(Invalid, match="không lập được một gói"):
        package.package(clerk, one)
    files.close(clerk, one)
    monkeypatch.setattr(packing, "MOST_BYTES", 1 << 20)
    assert "ho-so.xml" in opened_zip(clerk, one).namelist()
    with pytest.raises(NotFound):
        package.package(clerk, 10**6)


def test_xml_takes_any_text() -> None:
    out = io.BytesIO()
    case_xml.write(out, {"Title": "a\x00\x0b<&\ud800\uffff" + "b" * 600}, [XmlDocument({"Subject": "]]>\x1f"})])
    root = lxml.etree.fromstring(out.getvalue())
    assert root.findtext("Title") == "a<&" + "b" * 497 and root.findtext("Documents/Document/Subject") == "]]>"
    assert [child.tag for child in root] == [*case_xml.CASE_FIELDS, "Documents"]
