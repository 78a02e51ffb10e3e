"""Every field of papers that the project makes itself, in every kind of file: what is printed is read, and what is not printed
is not invented. The counts stand in the table at the end of the run."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pptx
import pypdfium2
import pytest
from openpyxl import Workbook

from docmgr import worker
from docmgr.reading.ocr import recogniser
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import Reading
from tests.filling import agency_papers, of_pages, scans
from tests.filling.agency_papers import PAPERS, AgencyPaper
from tests.reading.messages import archive, edxml, mail
from tests.reading.signatures.test_stamped import LOOKS
from tests.support import needs
from tests.tools.field_table import Fields, hashed

Record = Callable[[str, object], None]
MARKS = [("STT", "Họ và tên", "Ngày sinh", "Điểm")] + [
    (n, f"{name} {chr(64 + n)}", f"0{n}/02/2010", 7 + n / 10) for n, name in enumerate(("Nguyễn Văn", "Trần Thị", "Lê Minh", "Phạm Hoài"), 1)
]
SLIDES = (("Giới thiệu phần mềm", "Đăng nhập bằng tài khoản được cấp\nĐổi mật khẩu lần đầu"), ("Câu hỏi thường gặp", "Liên hệ tổ tin học"))
OFFICE = ("doc", "odt", "rtf", "html", "pdf")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with worker.Reader() as one:
        yield one


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The papers in all kinds that an office suite writes, a folder each, under their names."""
    base = tmp_path_factory.mktemp("own")
    (base / "docx").mkdir()
    for paper in PAPERS:
        agency_papers.as_docx(paper, base / "docx" / f"{paper.name}.docx")
    office = needs.office("writer")
    for kind in OFFICE:
        command = [office, f"-env:UserInstallation={(base / 'profile').as_uri()}", "--headless", "--convert-to", kind]
        command += ["--outdir", str(base / kind), *map(str, sorted((base / "docx").iterdir()))]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    return base


def wanted(paper: AgencyPaper) -> dict[str, str]:
    """All values of the paper."""
    return {**paper.values, "signer": paper.signer, "recipients": hashed(paper.sent_to)}


def count(fields: Fields, kind: str, paper: AgencyPaper, reading: Reading) -> None:
    assert reading.outcome == "text" and reading.interpretation is not None, (kind, paper.name, reading.reason_code)
    fields.add(kind, f"{paper.name}.{kind}", wanted(paper), reading.interpretation.facts)


def assert_bounds(fields: Fields, record: Record) -> None:
    """Put the counts into the table, and hold them to the bounds of unseen files."""
    fields.tell(record)
    assert fields.share_right() >= 0.95 and fields.share_invented() <= 0.01, fields.faults


def test_papers_of_an_office_suite(folder: Path, reader: Reader, record_property: Record) -> None:
    fields = Fields("own papers")
    for kind in ("docx", *OFFICE):
        for paper in PAPERS:
            count(fields, kind, paper, reader.read(folder / kind / f"{paper.name}.{kind}"))
    assert_bounds(fields, record_property)


def test_papers_as_plain_text(tmp_path: Path, reader: Reader, record_property: Record) -> None:
    fields = Fields("own papers as text")
    for paper in PAPERS:
        for kind, text in (("txt", agency_papers.as_text(paper)), ("md", agency_papers.as_markdown(paper))):
            path = tmp_path / f"{paper.name}.{kind}"
            path.write_text(text, encoding="utf-8")
            count(fields, kind, paper, reader.read(path))
    assert_bounds(fields, record_property)


def test_scanned_papers(folder: Path, tmp_path: Path, record_property: Record) -> None:
    needs.tesseract()
    fields = Fields("own papers, scanned")
    for paper in PAPERS:
        printed = pypdfium2.PdfDocument(folder / "pdf" / f"{paper.name}.pdf")
        sheets = [scans.crooked(page.render(scale=200 / 72).to_pil().convert("RGB"), 1.0) for page in printed]
        path = tmp_path / f"{paper.name}.pdf"
        sheets[0].save(path, "PDF", save_all=True, append_images=sheets[1:], resolution=200)
        pages = [recogniser.page(path, "pdf", number + 1) for number in range(len(sheets))]
        count(fields, "pdf scan", paper, recogniser.read(pages, "pdf"))
    assert_bounds(fields, record_property)


def test_signed_papers(tmp_path: Path, reader: Reader, record_property: Record) -> None:
    fields = Fields("own papers, signed")
    stated = {
        "type": "Quyết định", "number": "12/QĐ-SGDĐT", "issuer": "Sở Giáo dục và Đào tạo", "place": "Tỉnh Mẫu", "issued_on": "2024-02-05",
        "effective_from": "2024-02-05", "subject": "Về việc ban hành Quy chế thực hiện dân chủ ở cơ sở", "signer": "Trần Văn Ký",
        "position": "Giám đốc", "recipients": hashed(["Như Điều 3"]),
    }  # fmt: skip
    for look, made in LOOKS.items():
        path = tmp_path / f"{look}.pdf"
        path.write_bytes(made())
        found = reader.read(path).interpretation
        assert found is not None
        fields.add("pdf signed", path.name, stated, found.facts)
    assert_bounds(fields, record_property)


def test_messages(tmp_path: Path, reader: Reader, record_property: Record) -> None:
    fields = Fields("own messages")
    message = {
        "type": "Kế hoạch", "number": "25/KH-SGDĐT", "issuer": "Sở Giáo dục tỉnh Ví Dụ", "place": "Ví Dụ", "issued_on": "2024-02-05",
        "subject": "kiểm tra đầu năm", "signer": "Trần Thị Bình", "position": "Giám đốc", "recipients": hashed(["Trường Ví Dụ", "Như trên"]),
        "urgency": "Thượng khẩn",
    }  # fmt: skip
    given: dict[str, tuple[bytes, dict[str, str]]] = {
        "edxml": (edxml(), message),
        "eml": (mail().as_bytes(), {"subject": "Gửi kế hoạch kiểm tra"}),
        "zip": (archive({"a.txt": b"mot dong"}), {}),
    }
    for kind, (data, values) in given.items():
        path = tmp_path / f"a.{kind}"
        path.write_bytes(data)
        found = reader.read(path).interpretation
        fields.add(kind, path.name, values, found.facts if found else {})
    assert_bounds(fields, record_property)


def test_tables_and_slides_are_asked_for_nothing(tmp_path: Path, reader: Reader, record_property: Record) -> None:
    needs.office("calc")
    fields = Fields("own tables and slides")
    made = {"csv": tmp_path / "b.csv", "xlsx": tmp_path / "b.xlsx", "pptx": tmp_path / "c.pptx"}
    made["csv"].write_text("\n".join(",".join(map(str, row)) for row in MARKS), encoding="utf-8")
    book = Workbook()
    for row in MARKS:
        book.active.append(row)
    book.save(made["xlsx"])
    show = pptx.Presentation()
    for title, words in SLIDES:
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, words
    show.save(str(made["pptx"]))
    for kind, source in (("xls", "xlsx"), ("ods", "xlsx"), ("ppt", "pptx"), ("odp", "pptx")):
        made[kind] = of_pages.converted(tmp_path, made[source], kind)
    for kind, path in made.items():
        reading = reader.read(path, name=path.name)
        assert reading.interpretation is not None, (kind, reading.reason_code)
        fields.add(kind, path.name, {}, reading.interpretation.facts)
    fields.tell(record_property)
    assert fields.total["invented"] == 0, fields.faults
