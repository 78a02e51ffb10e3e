"""`read`: what is printed of a file that is not stored, and that neither a database nor a site is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from docmgr.settings import ROOT
from tests.filling.papers import decision

pytestmark = pytest.mark.slow

SHAPE = {
    "path", "kind", "outcome", "reason", "health", "notes", "pages", "text", "provisions", "facts", "citations", "obligations",
    "signatures",
}  # fmt: skip
BODY = (
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ;",
    "QUYẾT ĐỊNH:",
    "Điều 1. Ban hành quy định:",
    "1. Theo điểm a, b khoản 2 Điều 46 Luật Tiếp công dân.",
    "2. Theo khoản 1 Điều này.",
    "Điều 2. Thi hành từ Điều 1 đến Điều 3 của Quyết định này.",
    "Điều 3. Hiệu lực",
)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "quyết định.docx"
    path.write_bytes(decision(body=BODY))
    return path


def _read(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with a data folder and a database that do not exist."""
    environment = {
        **os.environ, "DOCMGR_HOME": str(home / "none"), "DOCMGR_DATABASE_URL": f"sqlite:///{home / 'none' / 'x.db'}",
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "docmgr", "read", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def _rows(answer: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.stdout.splitlines()]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A file in a folder of its own, and what the command printed of it."""
    path = tmp_path_factory.mktemp("read") / "quyết định.docx"
    path.write_bytes(decision(body=BODY))
    return path, _read(path, "--json", home=path.parent)


def test_a_file_is_read_without_a_site_and_nothing_is_stored(told: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    paper, answer = told
    (row,) = _rows(answer)
    assert answer.returncode == 0
    assert not (paper.parent / "none").exists()
    assert set(row) == SHAPE
    assert (row["path"], row["kind"], row["outcome"], row["reason"], row["health"]) == (
        str(paper), "docx", "text", None, "good",
    )  # fmt: skip
    assert row["obligations"] == row["signatures"] == []
    text = row["text"]
    clause = next(one for one in row["provisions"] if one["anchor"] == "dieu-1.khoan-2")
    assert set(clause) == {"anchor", "kind", "label", "title", "start", "end"}
    assert text[clause["start"] : clause["end"]] == "2. Theo khoản 1 Điều này.\n"
    assert row["facts"]["number"]["value"] == "12/QĐ-SGDĐT" and row["facts"]["number"]["sure"] is True
    assert row["facts"]["issued_on"]["value"] == "2024-02-05" and "tháng 02" in row["facts"]["issued_on"]["quote"]
    assert row["facts"]["recipients"]["value"] == ["Như Điều 3"]
    assert row["facts"]["effective_to"] == {"value": None, "quote": None, "sure": False}


def test_citations_have_offsets_and_all_their_provisions(told: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    (row,) = _rows(told[1])
    for one in row["citations"]:
        assert set(one) == {"start", "end", "quote", "number", "name", "type", "provision", "role", "own", "whole"}
        assert row["text"][one["start"] : one["end"]] == one["quote"]
    found = [(one["quote"], one["number"] or one["name"], one["provision"], one["own"]) for one in row["citations"]]
    assert found[:4] == [
        ("Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020", "30/2020/NĐ-CP", [], False),
        (
            "điểm a, b khoản 2 Điều 46 Luật Tiếp công dân", "Luật Tiếp công dân",
            ["dieu-46.khoan-2.diem-a", "dieu-46.khoan-2.diem-b"], False,
        ),
        ("khoản 1 Điều này", None, ["dieu-1.khoan-1"], True),
        ("từ Điều 1 đến Điều 3 của Quyết định này", None, ["dieu-1", "dieu-2", "dieu-3"], True),
    ]  # fmt: skip
    assert [one["whole"] for one in row["citations"][:4]] == [True, False, False, False]
    assert row["citations"][0]["role"] == "basis" and row["citations"][3]["type"] == "Quyết định"


def test_every_file_gets_its_own_answer_and_a_bad_one_is_exit_1(paper: Path, tmp_path: Path) -> None:
    empty, program, secret = tmp_path / "empty.docx", tmp_path / "program.exe", tmp_path / "mật.docx"
    empty.write_bytes(b"")
    secret.write_bytes(decision(stamp="TUYỆT MẬT"))
    program.write_bytes(b"MZ" + bytes(range(256)) * 8)
    answer = _read("--json", empty, tmp_path / "missing.pdf", tmp_path, program, paper, secret, home=tmp_path)
    assert answer.returncode == 1
    *others, withheld = _rows(answer)
    # The text of a secret file is not printed.
    assert (withheld["outcome"], withheld["text"], withheld["provisions"], withheld["citations"]) == ("withheld", "", [], [])
    assert [(row["outcome"], row["health"], row["text"] != "") for row in others] == [
        ("unreadable", "none", False),
        ("refused", "none", False),
        ("refused", "none", False),
        ("refused", "none", False),
        ("text", "good", True),
    ]
    reasons = [row["reason"] for row in _rows(answer)]
    assert reasons[:3] == [
        "Không đọc được tệp: tệp rỗng.",
        "Không mở được tệp: không có tệp hoặc thư mục này.",
        "Không phải là tệp.",
    ]
    assert all(set(row) == SHAPE for row in _rows(answer))


def test_a_person_gets_a_short_table(paper: Path, tmp_path: Path) -> None:
    answer = _read(paper, home=tmp_path)
    assert f"{paper}: docx · có chữ" in answer.stdout
    assert "2 dẫn chiếu văn bản khác" in answer.stdout
    assert "Số, ký hiệu:" in answer.stdout and "12/QĐ-SGDĐT" in answer.stdout


def test_no_file_is_wrong_usage(tmp_path: Path) -> None:
    assert _read("--json", home=tmp_path).returncode == 2
