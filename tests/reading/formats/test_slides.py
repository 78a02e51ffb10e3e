"""Presentations: slides in their order, with titles, tables, diagrams and notes."""

from __future__ import annotations

import os
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from docmgr import worker
from docmgr.reading.formats.kinds import sniff
from docmgr.reading.formats.slides.odp import read_odp
from docmgr.reading.formats.slides.pptx import read_pptx
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import Block
from tests.reading.samples import R_NS, ole
from tests.support import needs

NAMES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    f'xmlns:r="{R_NS}" xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
BOX = (
    '<p:spPr><a:xfrm><a:off x="900000" y="{y}"/><a:ext cx="7000000" cy="900000"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
)


def text(*lines: str) -> str:
    return "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)


def shape(lines: str, kind: str = "", number: int = 2) -> str:
    holder = f'<p:ph type="{kind}"/>' if kind else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="s{number}"/><p:cNvSpPr/><p:nvPr>{holder}</p:nvPr></p:nvSpPr>'
        f"{BOX.format(y=number * 900_000)}<p:txBody><a:bodyPr/>{lines}</p:txBody></p:sp>"
    )


def table(rows: list[list[str]]) -> str:
    grid = "".join('<a:gridCol w="3000000"/>' for _ in rows[0])
    cells = "".join(
        '<a:tr h="370840">'
        + "".join(f"<a:tc><a:txBody><a:bodyPr/>{text(c)}</a:txBody><a:tcPr/></a:tc>" for c in row)
        + "</a:tr>"
        for row in rows
    )
    return (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="9" name="t"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
        '<p:xfrm><a:off x="900000" y="3000000"/><a:ext cx="6000000" cy="741680"/></p:xfrm><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">'
        f"<a:tbl><a:tblGrid>{grid}</a:tblGrid>{cells}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )


def tree(shapes: str, root: str = "sld") -> str:
    group = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    return f"<p:{root} {NAMES}><p:cSld><p:spTree>{group}{shapes}</p:spTree></p:cSld></p:{root}>"


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    items = "".join(f'<Relationship Id="{i}" Type="{R_NS}/{kind}" Target="{to}"/>' for i, (kind, to) in targets.items())
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{items}</Relationships>'


def pptx(path: Path, slides: list[str], extra: Mapping[str, str] | None = None) -> Path:
    """A PPTX with these slides as XML, in reverse in the package; `extra` are further parts."""
    ids = "".join(f'<p:sldId id="{256 + n}" r:id="r{n}"/>' for n in range(len(slides)))
    kinds = "".join(
        f'<Override PartName="/ppt/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'presentationml.{kind}+xml"/>'
        for name, kind in [("presentation", "presentation.main")] + [(f"slides/s{9 - n}", "slide") for n in range(len(slides))]
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{kinds}</Types>',
        "_rels/.rels": relations({"r1": ("officeDocument", "ppt/presentation.xml")}),
        "ppt/presentation.xml": f'<p:presentation {NAMES}><p:sldIdLst>{ids}</p:sldIdLst><p:sldSz cx="9144000" '
        'cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": relations(
            {f"r{n}": ("slide", f"slides/s{9 - n}.xml") for n in range(len(slides))}
        ),
        **{f"ppt/slides/s{9 - n}.xml": slide for n, slide in enumerate(slides)},
        **(extra or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            archive.writestr(name, parts[name])
    return path


def talk(path: Path) -> Path:
    group = f"<p:grpSp><p:grpSpPr/>{shape(text('Trong nhóm'))}</p:grpSp>"
    older = f"<mc:AlternateContent><mc:Choice/><mc:Fallback>{shape(text('bản cũ'))}</mc:Fallback></mc:AlternateContent>"
    diagram = (
        '<p:graphicFrame><a:graphic><a:graphicData><d:relIds r:dm="r5"/></a:graphicData></a:graphic></p:graphicFrame>'
    )
    first = shape("<a:p><a:r><a:t>Nội</a:t></a:r><a:r><a:t> dung</a:t></a:r><a:br/><a:r><a:t>dòng hai</a:t></a:r></a:p>")
    slides = [
        tree(first + shape(text("BÁO CÁO"), "ctrTitle") + shape(text("01/02/2024"), "dt") + shape(text("7"), "sldNum")),
        tree(shape(text("Số liệu"), "title") + table([["Trường", "Lớp"], ["Hòn Gai", "36"]]) + group + older + diagram),
    ]
    extra = {
        "ppt/slides/_rels/s8.xml.rels": relations(
            {"r4": ("notesSlide", "../notes/n1.xml"), "r5": ("diagramData", "../diagrams/d1.xml")}
        ),
        "ppt/notes/n1.xml": tree(shape(text("Nhớ nói chậm"), "body") + shape(text("2"), "sldNum"), "notes"),
        "ppt/diagrams/d1.xml": f"<d:dataModel {NAMES}>{text('Giám đốc', 'Phòng')}</d:dataModel>",
    }
    return pptx(path, slides, extra)


def test_slides_come_in_their_order_with_their_titles_first(tmp_path: Path) -> None:
    path = talk(tmp_path / "a.docx")
    assert sniff(path) == "pptx"
    contents = read_pptx(path)
    assert (contents.kind, contents.pages) == ("pptx", 2)
    assert list(contents.blocks) == [
        Block("BÁO CÁO", "heading", 1, page=1),
        Block("Nội dung", page=1),
        Block("dòng hai", page=1),
        Block("Số liệu", "heading", 1, page=2),
        Block("Trường", "cell", table=0, row=0, col=0, page=2),
        Block("Lớp", "cell", table=0, row=0, col=1, page=2),
        Block("Hòn Gai", "cell", table=0, row=1, col=0, page=2),
        Block("36", "cell", table=0, row=1, col=1, page=2),
        Block("Trong nhóm", page=2),
        Block("Giám đốc", page=2),
        Block("Phòng", page=2),
        Block("Nhớ nói chậm", "footnote", page=2),
    ]


def test_each_slide_is_a_provision(tmp_path: Path) -> None:
    with worker.Reader() as reader:
        reading = reader.read(talk(tmp_path / "a.pptx"))
    found = reading.interpretation
    assert found is not None and reading.pages == 2
    assert [(p.anchor, p.parent, p.kind, p.label, p.title) for p in found.provisions] == [
        ("trang-1", None, "trang", "Trang chiếu 1", "BÁO CÁO"),
        ("trang-2", None, "trang", "Trang chiếu 2", "Số liệu"),
    ]
    assert found.provisions[1].text.endswith("Nhớ nói chậm")


def test_tables_of_later_slides_have_numbers_of_their_own(tmp_path: Path) -> None:
    path = pptx(tmp_path / "a.pptx", [tree(table([["một"]])), tree(table([["hai"]]))])
    assert [(b.text, b.table) for b in read_pptx(path).blocks] == [("một", 0), ("hai", 1)]


def test_a_presentation_without_its_slides_is_broken(tmp_path: Path) -> None:
    path = pptx(tmp_path / "a.pptx", [tree("")], {"ppt/_rels/presentation.xml.rels": relations({})})
    with pytest.raises(Unreadable, match="broken"):
        read_pptx(path)
    dtd = pptx(tmp_path / "b.pptx", ["<!DOCTYPE x [<!ENTITY a 'b'>]>" + tree(shape(text("&a;")))])
    with pytest.raises(Unreadable, match="doctype"):
        read_pptx(dtd)


def test_odp(tmp_path: Path) -> None:
    kinds = {"office": "office", "text": "text", "table": "table", "draw": "drawing", "presentation": "presentation"}
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"' for n, uri in kinds.items())
    row = "<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell><table:table-cell><text:p>{}</text:p>"
    row += "</table:table-cell></table:table-row>"
    pages = (
        '<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>BÁO<text:s/>CÁO</text:p></draw:text-box>'
        "</draw:frame><draw:frame><draw:text-box><text:list><text:list-item><text:p>Ý<text:line-break/>một</text:p>"
        "</text:list-item></text:list></draw:text-box></draw:frame><office:annotation><text:p>góp ý</text:p>"
        "</office:annotation></draw:page><draw:page><draw:frame><table:table>"
        f"{row.format('a', 'b')}{row.format('c', 'd')}</table:table></draw:frame>"
        "<presentation:notes><text:p>nhắc</text:p></presentation:notes></draw:page>"
    )
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.presentation")
        body = f"<office:body><office:presentation>{pages}</office:presentation></office:body>"
        archive.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
    assert sniff(path) == "odp"
    contents = read_odp(path)
    assert contents.pages == 2
    assert list(contents.blocks) == [
        Block("BÁO CÁO", "heading", 1, page=1),
        Block("Ý", page=1),
        Block("một", page=1),
        Block("a", "cell", table=0, row=0, col=0, page=2),
        Block("b", "cell", table=0, row=0, col=1, page=2),
        Block("c", "cell", table=0, row=1, col=0, page=2),
        Block("d", "cell", table=0, row=1, col=1, page=2),
        Block("nhắc", "footnote", page=2),
    ]


def test_ppt_by_libreoffice(tmp_path: Path) -> None:
    office = needs.office("impress")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    source = talk(tmp_path / "a.pptx")
    command = [office, profile, "--headless", "--convert-to", "ppt", "--outdir", str(tmp_path / "made"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    made = tmp_path / "made/a.ppt"
    assert sniff(made) == "ppt"
    with worker.Reader() as reader:
        reading = reader.read(made, interpret=False)
    assert (reading.outcome, reading.kind, reading.pages) == ("text", "ppt", 2)
    found = {(b.text, b.page) for b in reading.blocks}
    assert {("BÁO CÁO", 1), ("Nội dung", 1), ("Số liệu", 2), ("Hòn Gai", 2), ("Nhớ nói chậm", 2)} <= found


def test_ppt_where_libreoffice_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    path = ole(tmp_path / "a.ppt", "PowerPoint Document")
    monkeypatch.setenv("PATH", str(tools))
    with Reader() as poor:
        assert poor.read(path, interpret=False).reason_code == "reader_missing"
    # The first slide as it was before a quick save comes once more.
    (tools / "catppt").write_text("#!/bin/sh\nprintf 'Trang đầu\\nÝ một\\n\\fTrang sau\\n\\f\\fTrang đầu\\nÝ một\\n'\n")
    (tools / "catppt").chmod(0o755)
    with Reader() as reader:
        reading = reader.read(path, interpret=False)
    assert [(b.text, b.page) for b in reading.blocks] == [("Trang đầu", 1), ("Ý một", 1), ("Trang sau", 2)]
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    locked = ole(tmp_path / "b.ppt", "PowerPoint Document")
    locked.write_bytes(locked.read_bytes() + b"\xdf\xc4\xd1\xf3".ljust(512, b"\0"))
    with Reader() as reader:
        assert reader.read(locked, interpret=False).reason_code == "encrypted"
