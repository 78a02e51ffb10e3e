"""Words of a document on pages other than its own: one reading per visit, none when nothing is shown, no words without
it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from docmgr import db
from docmgr.services.documents import upload as documents
from docmgr.services.errors import NotFound
from docmgr.services.folders import tree
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.trail import log
from tests.filling.desk import actions, revision, stored
from tests.filling.filing import file_document
from tests.filling.papers import decision, pdf
from tests.support.acting import actor_of
from tests.support.browsers import Auth

WORDS = "thực hiện dân chủ trong hoạt động"
ANCHOR = "dieu-1.khoan-1"


@pytest.fixture
def paper(app: Flask, auth: Auth) -> int:
    """A published document, a plan that was issued as it, and a task with its words for the unit of staff."""
    number = stored(app, auth("clerk"), decision(), publish="1")
    clerk = actor_of(auth.people["clerk"])
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024, document_id=number))
    given = TaskInput(
        "Việc", auth.people["staff"].unit_id, due_rule="continuous", document_id=number, anchor=ANCHOR
    )
    tasks.create(clerk, plan, given)
    db.release()
    return number


def views(number: int) -> int:
    return actions(number).count("document:view")


@pytest.mark.parametrize(
    "address",
    [
        "/", "/tasks/1", "/tasks/1/edit", "/plans/1/coverage", "/tasks/new?document={}&anchor=dieu-1.khoan-1",
        "/links/provisions?document={}&name=anchor", "/links/new?document={}&subject=task:1",
    ],
)  # fmt: skip
def test_words_on_another_page_are_one_reading_a_visit(auth: Auth, paper: int, address: str) -> None:
    staff = auth("staff")
    assert staff.head(address.format(paper)).status_code == 200
    assert views(paper) == 0
    assert WORDS in staff.get(address.format(paper)).text
    assert WORDS in staff.get(address.format(paper)).text
    assert views(paper) == 1


@pytest.mark.parametrize(
    "address",
    [
        "/tasks",
        "/plans",
        "/links/provisions?document={}&name=anchor&q=khong-co",
        "/tasks/new?plan=1",
        "/search/help",
    ],
)
def test_a_page_that_only_names_the_document_is_no_reading(auth: Auth, paper: int, address: str) -> None:
    staff = auth("staff")
    page = staff.get(address.format(paper))
    assert page.status_code == 200
    assert views(paper) == int(WORDS in page.text)


def test_a_form_shown_again_with_its_faults_is_a_reading_too(auth: Auth, paper: int) -> None:
    staff = auth("staff")
    sent = {"document_id": str(paper), "anchor": ANCHOR, "pinned": ANCHOR, "v": "1", "plan_id": "1"}
    answer = staff.submit("/tasks/new", sent)
    assert (answer.status_code, WORDS in answer.text, views(paper)) == (400, True, 1)


def test_the_form_of_facts_answered_with_its_faults_is_a_reading(auth: Auth, paper: int) -> None:
    clerk = auth("clerk")
    answer = clerk.submit(f"/documents/{paper}/facts", {"revision": "0", "subject": "Khác"})
    assert (answer.status_code, WORDS in answer.text, views(paper)) == (409, True, 1)
    sent = {"revision": revision(clerk, paper), "issued_on": "không phải ngày"}
    # The form was opened again, and then answered with its errors: all of it belongs to that reading.
    assert clerk.submit(f"/documents/{paper}/facts", sent).status_code == 400
    assert views(paper) == 1


def test_pictures_shown_again_with_faults_go_on_with_their_preview(app: Flask, auth: Auth) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, pdf(), "a.pdf")
    for _ in range(2):
        answer = clerk.submit(f"/documents/{number}/facts?view=pages", {"revision": "0", "subject": "Khác"})
        assert (answer.status_code, 'class="page-image"' in answer.text) == (409, True)
    assert (actions(number).count("file:preview"), views(number)) == (1, 1)


@pytest.mark.parametrize(
    "address", ["/tasks/1", "/documents/{}", "/links/provisions?document={}&name=anchor"]
)
def test_no_words_go_out_that_cannot_be_recorded(
    app: Flask, auth: Auth, paper: int, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = auth("staff")
    staff.get("/search/help")

    def locked(*_args: Any, **_more: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(log, "document_event", locked)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = staff.get(address.format(paper))
    assert answer.status_code >= 500
    assert WORDS not in answer.text


def test_a_page_that_fails_after_its_quote_leaves_no_reading(
    app: Flask, auth: Auth, paper: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_moment: object) -> str:
        raise NotFound

    # The events of the task are shown below its words.
    monkeypatch.setitem(app.jinja_env.filters, "moment", fail)
    answer = auth("staff").get("/tasks/1")
    assert (answer.status_code, WORDS in answer.text, views(paper)) == (404, False, 0)


def test_a_quote_from_another_document_is_a_reading_of_that_one(app: Flask, auth: Auth, paper: int) -> None:
    """The page of a document shows the words in which others cite it."""
    cited = file_document(tree.root_id(), "30/2020/NĐ-CP", type="Nghị định")
    page = auth("auditor").get(f"/documents/{cited}?tab=relations")
    assert "ngày 05 tháng 3 năm 2020" in page.text
    assert (views(cited), views(paper)) == (1, 1)


def test_the_command_line_leaves_the_trace_of_a_reader(app: Flask, auth: Auth, paper: int, site: Any) -> None:
    cited = file_document(tree.root_id(), "30/2020/NĐ-CP", type="Nghị định")
    db.release()
    # The description of one document contains the words in which the other one cites it.
    said = app.test_cli_runner().invoke(args=["show", str(cited), "--json"])
    assert "ngày 05 tháng 3 năm 2020" in said.stdout
    db.release()
    assert (views(cited), views(paper)) == (1, 1)
    assert WORDS in app.test_cli_runner().invoke(args=["show", str(paper)]).stdout
    db.release()
    assert (views(cited), views(paper)) == (1, 2)


def test_what_waits_to_be_read_is_told_and_not_listed(app: Flask, auth: Auth, paper: int) -> None:
    import io

    clerk = actor_of(auth.people["clerk"])
    documents.add_version(clerk, paper, io.BytesIO(decision(number="99")), "ten-moi.docx", None)
    db.release()
    for tab in ("text", "files"):
        page = auth("staff").get(f"/documents/{paper}?tab={tab}").text
        assert "Một phiên bản mới hơn đang được đọc; dưới đây là phiên bản số 1." in page
        assert "ten-moi.docx" not in page and "?v=2" not in page and "Phiên bản cũ" not in page
    assert "ten-moi.docx" in auth("clerk").get(f"/documents/{paper}?tab=files").text
    assert auth("staff").get(f"/documents/{paper}?v=2").status_code == 404
    for method in ("get", "head"):
        assert getattr(auth("staff"), method)("/files/2/download").status_code == 404
        assert (
            getattr(auth("staff"), method)("/files/2/download", headers={"Range": "bytes=5-"}).status_code
            == 404
        )


def test_a_first_file_that_waits_is_not_said_to_be_secret(app: Flask, auth: Auth) -> None:
    from docmgr.services.documents import lifecycle
    from tests.support.acting import upload

    clerk = actor_of(auth.people["clerk"])
    number = upload(clerk, decision())
    lifecycle.set_workflow(clerk, number, "published")
    db.release()
    page = auth("staff").get(f"/documents/{number}?tab=files").text
    assert "chỉ người tải lên mở được" in page and "dấu mật" not in page
