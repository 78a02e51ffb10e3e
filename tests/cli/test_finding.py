"""`search` and `show` print exactly the format on which other people's scripts depend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from docmgr import db
from docmgr.models import TrailEvent, User
from docmgr.services.documents.facts import FIELDS
from tests.cli.conftest import Answer

pytestmark = pytest.mark.slow

Command = Callable[..., Answer]
DECISION = """UBND TỈNH MẪU
SỞ GIÁO DỤC VÀ ĐÀO TẠO
Số: 45/QĐ-SGDĐT
Mẫu, ngày 25 tháng 02 năm 2024
QUYẾT ĐỊNH
Về việc ban hành quy chế dân chủ
Căn cứ Nghị định số 59/2023/NĐ-CP ngày 14 tháng 8 năm 2023;
Điều 1. Phạm vi điều chỉnh
Quy chế này áp dụng trong cơ quan Sở.
Điều 2. Thời hạn công khai
1. Công khai chậm nhất 05 ngày làm việc.
2. Niêm yết ít nhất 20 ngày.
"""


@pytest.fixture
def decision(command: Command, tmp_path: Path) -> int:
    """A published decision; its id."""
    path = tmp_path / "qd45.txt"
    path.write_text(DECISION)
    return command("import", path, "--wait", "--json").row["document"]


def test_search_answers_in_its_shape(command: Command, decision: int) -> None:
    answer = command("search", "thời hạn công khai", "--json")
    found = answer.row
    assert answer.code == 0
    assert set(found) == {"total", "took_ms", "hits", "facets", "suggestion"}
    assert found["total"] == 1
    assert set(found["facets"]) == {"type", "issuer", "year", "status", "folder", "health", "field_of_work", "tag"}
    assert found["facets"]["health"] == [{"value": "good", "label": "Chữ tốt", "count": 1}]
    assert found["facets"]["type"] == [{"value": "Quyết định", "label": "Quyết định", "count": 1}]
    (hit,) = found["hits"]
    assert set(hit) == {
        "id", "number", "title", "type", "issued_on", "score", "provision", "anchor", "snippet", "more",
    }  # fmt: skip
    assert (hit["id"], hit["number"], hit["issued_on"]) == (decision, "45/QĐ-SGDĐT", "2024-02-25")
    assert (hit["provision"], hit["anchor"]) == ("Điều 2", "dieu-2")
    assert any(part["match"] for part in hit["snippet"]) and set(hit["snippet"][0]) == {"text", "match"}
    assert all(set(more) == {"provision", "anchor", "snippet"} for more in hit["more"])


def test_nothing_found_is_an_answer(command: Command, decision: int) -> None:
    answer = command("search", "xyzzy", "--json")
    assert answer.code == 0 and answer.row["total"] == 0 and answer.row["hits"] == []


def test_bytes_of_another_encoding_are_no_characters(command: Command, decision: int) -> None:
    typed = "thời hạn công khai \udce1"
    assert command("search", typed, "--json").row["hits"][0]["id"] == decision
    assert command("search", "x", "--as", typed, "--json").code == command("show", typed, "--json").code == 1


def test_limit_counts_documents(command: Command, decision: int, tmp_path: Path) -> None:
    (tmp_path / "kh.txt").write_text("KẾ HOẠCH\nĐiều 1. Thời hạn công khai\nCông khai ngay.\n")
    command("import", tmp_path / "kh.txt", "--wait")
    found = command("search", "thời hạn công khai", "--limit", "1", "--json").row
    assert found["total"] == 2 and len(found["hits"]) == 1


def test_as_somebody_only_what_they_may_read(
    command: Command, tmp_path: Path, people: dict[str, User], decision: int
) -> None:
    (tmp_path / "draft.txt").write_text("DỰ THẢO\nĐiều 1. Thời hạn công khai bí mật\n")
    command("import", tmp_path / "draft.txt", "--draft", "--wait")
    assert command("search", "thời hạn công khai", "--json").row["total"] == 2
    assert command("search", "thời hạn công khai", "--as", "staff", "--json").row["total"] == 1
    assert command("search", "thời hạn công khai", "--as", "auditor", "--json").row["total"] == 2
    assert command("search", "x", "--as", "nobody", "--json").code == 1
    with db.read() as session:
        labels = session.scalars(sa.select(TrailEvent.actor_label).where(TrailEvent.action == "search:find")).all()
    assert labels[0] == "Dòng lệnh" and "staff" in labels[1]


def test_at_a_day(command: Command, decision: int) -> None:
    assert command("search", "quy chế", "--at", "2020-01-01", "--json").code == 0
    assert command("search", "quy chế", "--at", "01/01/2020", "--json").code == 2


def test_what_was_not_understood_is_noted_beside_the_answer(command: Command, decision: int) -> None:
    answer = command("search", "coong khai năm:99")
    noted = answer.err.splitlines()
    assert "Không hiểu năm “99”, đã bỏ qua. Hãy viết như 2020 hoặc 2018-2020." in noted
    assert "99" not in answer.out and "45/QĐ-SGDĐT" in answer.out
    taken = command("search", "thoong baos coong khai")
    assert "Đã hiểu theo cách gõ Telex: thông báo công khai" in taken.err.splitlines()
    assert set(command("search", "năm:99", "--json").row) == {"total", "took_ms", "hits", "facets", "suggestion"}


def test_a_clause_asked_for_and_what_is_not_there(command: Command, decision: int) -> None:
    best = command("search", "khoản 2 điều 2 quyết định 45", "--json").row["hits"][0]
    assert (best["anchor"], best["provision"]) == ("dieu-2.khoan-2", "Khoản 2 Điều 2")
    assert "".join(part["text"] for part in best["snippet"]) == "2. Niêm yết ít nhất 20 ngày."
    assert "\tKhoản 2 Điều 2 Thời hạn công khai" in command("search", "khoản 2 điều 2 quyết định 45").out
    assert "Văn bản 45/QĐ-SGDĐT không có khoản 9 Điều 2." in command("search", "khoản 9 điều 2 qđ 45").err
    assert "Không có văn bản nào mang số 999/2020/NĐ-CP mà bạn đọc được." in command("search", "999/2020/NĐ-CP").err


def test_show_answers_in_its_shape(command: Command, decision: int) -> None:
    shown = command("show", decision, "--json").row
    assert set(shown) == {
        "id", "state", "workflow", "folder", "facts", "provisions", "citations", "relations", "versions", "signatures", "tasks",
        "inspections", "own_fields",
    }  # fmt: skip
    assert (shown["id"], shown["state"], shown["workflow"]) == (decision, "findable", "published")
    assert set(shown["facts"]) == set(FIELDS)
    assert shown["facts"]["number"]["value"] == "45/QĐ-SGDĐT" and shown["facts"]["number"]["confirmed"] is False
    assert shown["facts"]["signer"] == {"value": None, "confirmed": False, "quote": None}
    anchors = [provision["anchor"] for provision in shown["provisions"]]
    assert {"dieu-1", "dieu-2", "dieu-2.khoan-1", "dieu-2.khoan-2"} <= set(anchors)
    assert set(shown["provisions"][0]) == {"anchor", "parent", "label", "title", "text"}
    (cited,) = [row for row in shown["citations"] if row["number"] == "59/2023/NĐ-CP"]
    assert set(cited) == {"number", "name", "provision", "target", "anchor", "quote"} and cited["target"] is None
    (version,) = shown["versions"]
    assert set(version) == {"id", "no", "created_at", "files"} and version["files"][0]["name"] == "qd45.txt"


@pytest.mark.parametrize("reference", ["45/QĐ-SGDĐT", "45/qd-sgddt", "QĐ 45", "quyết định 45", "45/2024"])
def test_show_by_number_in_any_spelling(command: Command, decision: int, reference: str) -> None:
    assert command("show", reference, "--json").row["id"] == decision


def test_show_what_is_not_there(command: Command, decision: int) -> None:
    for reference in ("999", "46/QĐ-SGDĐT", "99999999999999999999", "không có", ""):
        answer = command("show", "--json", "--", reference)
        assert answer.code == 1 and set(answer.row) == {"error"}


@pytest.mark.parametrize("reference", ["45", "-45", "số 45", "+45", "45.", "#45", "(45)", "45/"])
def test_a_numeral_alone_is_an_id_and_never_a_number(command: Command, decision: int, reference: str) -> None:
    answer = command("show", "--json", "--", reference)
    assert answer.code == 1 and set(answer.row) == {"error"}


def test_a_number_that_fits_several(command: Command, decision: int, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(DECISION.replace("TỈNH MẪU", "TỈNH KHÁC").replace("20 ngày", "30 ngày"))
    other = command("import", tmp_path / "other.txt", "--wait", "--json").row["document"]
    answer = command("show", "45/QĐ-SGDĐT", "--json")
    assert answer.code == 2 and answer.row == {"candidates": [decision, other]}


def test_for_people(command: Command, decision: int) -> None:
    assert "45/QĐ-SGDĐT" in command("show", decision).out
    assert "[công khai]" in command("search", "công khai").out.lower()
