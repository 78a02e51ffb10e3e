"""The administrator's pages about abbreviations."""

from __future__ import annotations

from docmgr import db
from docmgr.services.search import abbreviations
from tests.support.browsers import Auth


def known() -> dict[str, tuple[str, ...]]:
    with db.read() as session:
        return dict(abbreviations.table(session))


def test_abbreviations_are_added_changed_taken_out_and_restored(auth: Auth) -> None:
    admin = auth("administrator")
    added = admin.submit(
        "/abbreviations", {"short": "QLMN", "names": "quản lý mầm non"}, follow_redirects=True
    )
    assert "Đã thêm từ viết tắt" in added.text
    assert 'href="/abbreviations/qlmn"' in added.text
    admin.fill("/abbreviations/qlmn", {"names": "quản lý mầm non\nquản lý màng não"})
    assert known()["QLMN"] == ("quản lý mầm non", "quản lý màng não")
    assert "quản lý mầm non\nquản lý màng não</textarea>" in admin.get("/abbreviations/qlmn").text
    admin.fill("/abbreviations/qlmn/delete", {}, page="/abbreviations/qlmn")
    assert admin.get("/abbreviations/qlmn").status_code == 404
    admin.fill("/abbreviations/gd-dt/delete", {}, page="/abbreviations/gd-dt")
    assert "GD&ĐT" not in known()
    assert "Bỏ từ viết tắt" not in admin.get("/abbreviations/gd-dt").text
    admin.fill("/abbreviations/gd-dt/restore", {}, page="/abbreviations/gd-dt")
    assert "GD&ĐT" in known()


def test_a_form_that_is_refused_keeps_what_was_typed(auth: Auth) -> None:
    admin = auth("administrator")
    answer = admin.submit("/abbreviations", {"short": "UBND", "names": "ủy ban"})
    assert answer.status_code == 400
    assert "Đã có từ viết tắt này" in answer.text
    assert 'value="UBND"' in answer.text and "ủy ban</textarea>" in answer.text
    answer = admin.fill("/abbreviations/ubnd", {"names": ""})
    assert answer.status_code == 400
    assert "mỗi dòng một tên" in answer.text


def test_only_administrators_see_them(auth: Auth) -> None:
    for role in ("clerk", "staff", "leader", "auditor"):
        assert auth(role).get("/abbreviations").status_code in (403, 404)
    assert 'href="/abbreviations"' in auth("administrator").get("/abbreviations").text
    assert 'href="/abbreviations"' not in auth("clerk").get("/").text
