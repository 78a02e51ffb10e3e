"""The pages of the agency's own forms of papers."""

from __future__ import annotations

import io

import pytest

from docmgr.services.paper_templates import child, running
from tests.filling.keeping import paper_forms
from tests.support.browsers import Auth


@pytest.fixture(autouse=True)
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "fill", lambda path, paper, values=None: running.told(child.answer(path, paper, values)))


def test_a_leader_changes_a_form(auth: Auth) -> None:
    leader = auth("leader")
    assert "Báo cáo 6 tháng, báo cáo năm của kế hoạch" in leader.get("/paper-forms").text
    page = leader.get("/paper-forms/plan_report").text
    assert "mẫu có sẵn" in page and "{{ ky_bao_cao }}" in page and "{%p for dong in so_lieu_chung %}" in page and "6 tháng đầu năm 2024" in page and "%%" not in page
    data = leader.get("/paper-forms/plan_report/starter").data
    answer = leader.submit("/paper-forms/plan_report", {"note": "Đổi phông", "file": (io.BytesIO(data), "mẫu.docx")})
    assert answer.status_code == 302, [one for one in answer.text.splitlines() if "alert-link" in one]
    page = leader.get("/paper-forms/plan_report").text
    assert "Chạy thử không có lỗi" in page and "Đổi phông" in page and "Dùng mẫu này" in page
    assert leader.submit("/paper-forms/versions/1/try").data[:2] == b"PK"
    leader.submit("/paper-forms/versions/1/use")
    assert "Mẫu số 1 của cơ quan" in leader.get("/paper-forms").text
    assert leader.get("/paper-forms/versions/1/file").data == data
    leader.submit("/paper-forms/plan_report/built-in")
    assert "Mẫu số 1 của cơ quan" not in leader.get("/paper-forms").text


def test_faults_are_told_and_what_was_typed_is_kept(auth: Auth) -> None:
    leader = auth("leader")
    answer = leader.submit("/paper-forms/plan_report", {"note": "Ghi chú giữ lại", "file": (io.BytesIO(b"x"), "a.docx")})
    assert answer.status_code == 400 and "Ghi chú giữ lại" in answer.text and "không phải là DOCX" in answer.text
    assert leader.submit("/paper-forms/plan_report", {"note": ""}).status_code == 400
    leader.submit("/paper-forms/plan_report", {"note": "", "file": (io.BytesIO(paper_forms.form("{{ la }}")), "a.docx")})
    page = leader.get("/paper-forms/plan_report").text
    assert "Không có trường “la”" in page and "Dùng mẫu này</button>" not in page
    assert "Chưa dùng được mẫu này" in leader.submit("/paper-forms/versions/1/use", follow_redirects=True).text
    assert "Không có trường “la”" in leader.submit("/paper-forms/versions/1/try", follow_redirects=True).text


def test_a_failing_form_is_told_on_the_next_page(auth: Auth) -> None:
    clerk = auth("clerk")
    clerk.submit("/plans/new", {"title": "Kế hoạch thử", "year": "2024"})
    paper_forms.kept(paper_forms.form("{{ la }}"), active=True)
    assert clerk.submit("/plans/1/report", {"period": "year"}).data[:2] == b"PK"
    assert "được lập theo mẫu có sẵn" in clerk.get("/plans/1").text


def test_others_do_not_see_the_pages(auth: Auth) -> None:
    assert auth("clerk").get("/paper-forms").status_code == 404
    assert auth("leader").get("/paper-forms/khong-co").status_code == 404
