"""One document saved by an office suite as DOC, ODT, RTF and PDF must be read like the original DOCX."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH

from docmgr import worker
from docmgr.reading.formats.doc import docbook_blocks
from docmgr.reading.formats.kinds import sniff
from docmgr.reading.process.runner import Reader
from tests.support import needs

PARAGRAPHS = [
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025 và các văn bản hướng dẫn;",
    "Điều 1. Phạm vi điều chỉnh",
    "1. Quy chế này quy định việc thực hiện dân chủ ở cơ sở trong các cơ quan, đơn vị thuộc Sở; "
    "trách nhiệm của người đứng đầu, quyền và nghĩa vụ của cán bộ, công chức, viên chức và người lao động.",
    "a) Những việc phải công khai;",
    "đ) Những việc công chức, viên chức được kiểm tra, giám sát.",
]
HEAD = [
    ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", 0, 0),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0, 1),
    ("Độc lập - Tự do - Hạnh phúc", 0, 1),
    ("Số: 12/QĐ-SGDĐT", 1, 0),
    ("Hạ Long, ngày 05 tháng 3 năm 2024", 1, 1),
]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The document by kind; the names of the files are wrong on purpose."""
    office = needs.office("writer")
    folder = tmp_path_factory.mktemp("office")
    source = folder / "a.docx"
    build(source)
    found = {"docx": source}
    for kind in ("doc", "odt", "rtf", "pdf"):
        subprocess.run(
            [
                office,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                kind,
                "--outdir",
                str(folder / kind),
                str(source),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        found[kind] = (folder / kind / f"a.{kind}").rename(folder / f"{kind}.docx")
    return found


def build(path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "Tên từ thuộc tính"
    table = document.add_table(2, 2)
    for text, row, col in HEAD:
        cell = table.cell(row, col)
        paragraph = cell.paragraphs[0] if not cell.text else cell.add_paragraph()
        # No line is wider than its column, so the PDF breaks none.
        paragraph.add_run(text).font.size = docx.shared.Pt(8)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title = document.add_paragraph()
    title.add_run("QUYẾT ĐỊNH").bold = True
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in PARAGRAPHS:
        document.add_paragraph(text)
    for text in ("Mục tự đánh số", "Mục thứ hai"):
        document.add_paragraph(text, style="List Number")
    document.save(str(path))


@pytest.mark.parametrize("kind", ["docx", "doc", "odt", "rtf", "pdf"])
def test_same_text_in_every_format(saved: dict[str, Path], kind: str) -> None:
    assert sniff(saved[kind]) == kind
    with worker.Reader() as reader:
        reading = reader.read(saved[kind], interpret=False)
    assert (reading.outcome, reading.kind) == ("text", kind)
    cells = [(b.text, b.row, b.col) for b in reading.blocks if b.kind == "cell"]
    assert cells == HEAD
    assert {b.table for b in reading.blocks if b.kind == "cell"} == {0}
    rest = [b for b in reading.blocks if b.kind != "cell"]
    assert [b.text for b in rest][:-2] == ["QUYẾT ĐỊNH", *PARAGRAPHS]
    assert rest[0].bold and not rest[1].bold
    assert rest[0].centered


@pytest.mark.parametrize("tool", ["libreoffice", "antiword", "catdoc"])
def test_doc_with_each_tool(
    saved: dict[str, Path], tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tool != "libreoffice":
        (tmp_path / tool).symlink_to(needs.program(tool))
        monkeypatch.setenv("PATH", str(tmp_path))
    with Reader() as reader:
        reading = reader.read(saved["doc"], interpret=False)
    assert "Tên từ thuộc tính" not in reading.text
    if tool != "catdoc":
        assert [(b.text, b.row, b.col) for b in reading.blocks if b.kind == "cell"] == HEAD
    if tool == "libreoffice":
        assert [b.text for b in reading.blocks][-2:] == ["1. Mục tự đánh số", "2. Mục thứ hai"]
    words = set(re.findall(r"\w+", reading.text))
    assert reading.outcome == "text" and set(re.findall(r"\w+", " ".join(PARAGRAPHS))) <= words


def test_rows_that_antiword_draws_with_bars_are_cells() -> None:
    lines = "<para>Danh mục</para><para>STT |Tên | |\n1 |Khu A |Quảng Ninh |</para><para>Hết</para><para>A | |</para>"
    table = "<informaltable><tgroup><tbody><row><entry><para>x</para></entry></row></tbody></tgroup></informaltable>"
    blocks = docbook_blocks(f"<book><title>Tên</title><chapter><title/>{table}{lines}</chapter></book>")
    assert [(b.text, b.table, b.row, b.col) for b in blocks] == [
        ("x", 0, 0, 0), ("Danh mục", None, None, None), ("STT", 1, 0, 0), ("Tên", 1, 0, 1), ("1", 1, 1, 0),
        ("Khu A", 1, 1, 1), ("Quảng Ninh", 1, 1, 2), ("Hết", None, None, None), ("A", 2, 0, 0),
    ]  # fmt: skip
