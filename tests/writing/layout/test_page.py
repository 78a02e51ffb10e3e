"""The page that checks the layout of a document, and the command: hostile files, other kinds of files, rights and the trail."""

from __future__ import annotations

import io
import json
import zipfile
from collections import OrderedDict
from pathlib import Path

import pytest
from flask import Flask

from docmgr.services.texts import layout, layout_child
from tests.filling.desk import actions, stored
from tests.support.browsers import Auth
from tests.writing.layout.good_papers import OpenPaper, plan
from tests.writing.layout.part_papers import annex_alone


def wrong_plan() -> bytes:
    """A plan with one mistake: its left margin."""
    paper = OpenPaper(plan())
    paper.margin("left", 25)
    out = io.BytesIO()
    paper.document.save(out)
    return out.getvalue()


def packed(parts: dict[str, bytes]) -> bytes:
    """The plan with some parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plan())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*(one for one in old.namelist() if one not in parts), *parts]:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return out.getvalue()


def main_part() -> bytes:
    with zipfile.ZipFile(io.BytesIO(plan())) as package:
        return package.read("word/document.xml")


def test_deviations_are_shown_with_the_annex_and_the_reading_is_recorded(app: Flask, auth: Auth) -> None:
    paper = stored(app, auth("clerk"), wrong_plan(), "ke-hoach.docx", publish="1")
    staff, address = auth("staff"), f"/documents/{paper}/layout"
    before = actions(paper).count("document:view")
    page = staff.get(address).text
    assert f'href="{address}?v=1"' in staff.get(f"/documents/{paper}").text
    assert "1 chỗ sai thể thức." in page and "lề trái" in page and "30 - 35 mm" in page and "25 mm" in page
    assert "Phụ lục I, phần I, mục I.3" in page and "cách mép trái 30 - 35 mm" in page
    staff.head(address)
    assert actions(paper).count("document:view") == before + 1 and actions(paper)[-1] == "document:view"
    assert staff.get(f"{address}?v=2").status_code == 404


def test_only_who_may_read_the_document_sees_it_and_other_kinds_of_files_are_refused(app: Flask, auth: Auth) -> None:
    draft = stored(app, auth("clerk"), wrong_plan(), "ke-hoach.docx")
    assert auth("staff").get(f"/documents/{draft}/layout").status_code == 404
    text = stored(app, auth("clerk"), "Báo cáo về dân chủ ở cơ sở".encode(), "bao-cao.txt", publish="1")
    staff = auth("staff")
    assert f"/documents/{text}/layout" not in staff.get(f"/documents/{text}").text
    assert "Chỉ kiểm tra được thể thức của tệp DOCX." in staff.get(f"/documents/{text}/layout").text


def test_one_file_is_checked_at_a_time_and_once(app: Flask, auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_KEPT", OrderedDict())
    monkeypatch.setattr(layout, "WAIT_S", 0.01)
    checks: list[Path] = []

    def check_file(path: Path) -> layout.CheckedFile:
        checks.append(path)
        if len(checks) == 1:
            raise FileNotFoundError(str(path))
        return layout.CheckedFile(None)

    monkeypatch.setattr(layout, "check_file", check_file)
    clerk = auth("clerk")
    address = f"/documents/{stored(app, clerk, wrong_plan(), 'ke-hoach.docx')}/layout"
    with layout._TURN:
        assert "Máy đang bận kiểm tra văn bản khác" in clerk.get(address).text
    assert not checks
    assert "tệp gốc không còn trong kho lưu trữ" in clerk.get(address).text
    for _ in range(2):
        assert "Không thấy chỗ nào sai thể thức." in clerk.get(address).text
    assert len(checks) == 2


def test_an_answer_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "dài.docx"
    path.write_bytes(plan())
    monkeypatch.setattr(layout, "MOST_ANSWER_BYTES", 10)
    found = layout.check_file(path)
    assert found.reason is not None and "quá nhiều bộ nhớ" in layout.told(found.reason)


def test_an_annex_by_itself_does_not_pass(app: Flask, auth: Auth, tmp_path: Path) -> None:
    path = tmp_path / "phụ lục.docx"
    path.write_bytes(annex_alone())
    answer = app.test_cli_runner().invoke(args=["layout", str(path)])
    assert answer.exit_code == 1 and "phụ lục: chỉ xét khổ giấy, phông chữ và phần đầu" in answer.output
    clerk = auth("clerk")
    page = clerk.get(f"/documents/{stored(app, clerk, path.read_bytes(), 'phu-luc.docx')}/layout").text
    assert "Tệp là một phụ lục: chỉ xét" in page and "Không thấy chỗ nào sai" not in page


def test_a_good_paper_is_said_to_be_good(tmp_path: Path) -> None:
    path = tmp_path / "tốt.docx"
    path.write_bytes(plan())
    assert layout.check_file(path) == layout.CheckedFile(None)


DTD = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
HOSTILE = {
    "bomb": lambda: packed({"word/media/big.xml": b"0" * (70 << 20)}),
    "doctype": lambda: packed({"word/document.xml": main_part().replace(b"?>", b"?>" + DTD, 1)}),
    "too_large": lambda: packed({"word/document.xml": main_part().replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * 2_000_001)}),
    "broken": lambda: packed({"word/document.xml": main_part()[:-40]}),
    "not_docx": lambda: b"%PDF-1.4 no",
}


@pytest.mark.parametrize("code", HOSTILE)
def test_hostile_files_end_with_a_reason(tmp_path: Path, code: str) -> None:
    path = tmp_path / "xấu.docx"
    path.write_bytes(HOSTILE[code]())
    with pytest.raises(layout_child.Unreadable) as caught:
        layout_child.checked(path)
    assert caught.value.code == code


def test_a_process_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "chậm.docx"
    # Long enough that it is not over before a busy machine looks at it.
    path.write_bytes(packed({"word/document.xml": main_part().replace(b"</w:body>", b"<w:p><w:r><w:t>Ch\xe1\xba\xadm.</w:t></w:r></w:p>" * 20_000 + b"</w:body>")}))
    monkeypatch.setattr(layout, "BOUNDS", layout.watch.Bounds(0.01, 8.0, 0.01, layout.BOUNDS.memory_bytes))
    found = layout.check_file(path)
    assert found.reason is not None and "đọc quá thời gian cho phép" in layout.told(found.reason) and not found.broken


def test_strict_files_templates_and_files_with_macros_are_checked(tmp_path: Path) -> None:
    usual, strict = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    with zipfile.ZipFile(io.BytesIO(plan())) as package:
        types = package.read("[Content_Types].xml")
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    path = tmp_path / "khác.docx"
    for data in (
        packed({"word/document.xml": main_part().replace(usual, strict)}),
        packed({"[Content_Types].xml": types.replace(main, b"application/vnd.ms-word.document.macroEnabled.main+xml")}),
    ):
        path.write_bytes(data)
        assert layout_child.checked(path)["broken"] == []


def test_the_command_prints_deviations_and_fails_where_something_is_wrong(app: Flask, tmp_path: Path) -> None:
    good, bad, missing = tmp_path / "tốt.docx", tmp_path / "sai.docx", tmp_path / "không-có.docx"
    good.write_bytes(plan())
    bad.write_bytes(wrong_plan())
    run = app.test_cli_runner().invoke
    answer = run(args=["layout", str(good)])
    assert answer.exit_code == 0 and "đúng thể thức" in answer.output
    answer = run(args=["layout", str(bad), str(missing), "--json"])
    first, second = (json.loads(line) for line in answer.stdout.splitlines())
    assert answer.exit_code == 1 and (first["wrong"], first["reason"]) == (1, None) and second["reason"].startswith("Không mở được tệp")
    (rule,) = first["rules"]
    assert (rule["rule"], rule["severity"], rule["total"]) == ("page.left", "error", 1)
    assert rule["deviations"] == [{"where": "lề trái", "paragraph": None, "expected": "30 - 35 mm", "found": "25 mm"}]
    answer = run(args=["layout", str(bad), str(tmp_path)])
    assert "cần 30 - 35 mm; đang là 25 mm" in answer.output and "không phải là một tệp" in answer.output
