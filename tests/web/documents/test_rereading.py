"""The pages about readings that were put off: the clerk's first page, the list, the decision, and the health page."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from docmgr import db, worker
from docmgr.models import Task
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.texts import kept
from docmgr.services.trail import readings
from tests.filling import old_readings as old
from tests.filling.desk import actions, stored
from tests.filling.papers import decision
from tests.support.acting import actor_of
from tests.support.browsers import Auth


@pytest.fixture
def paper(app: Flask, auth: Auth) -> int:
    """A document whose old reading was kept, because a task refers to its Điều 2."""
    document = stored(app, auth("clerk"), decision(), publish="1")
    clerk = actor_of(auth.people["clerk"])
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024))
    task = tasks.create(clerk, plan, TaskInput("Việc", clerk.unit_id, due_rule="continuous", document_id=document, anchor="dieu-2"))
    old.age_anchors(document, {"dieu-2": "phu-luc.dieu-2"})
    with db.write() as session:
        session.get_one(Task, task).anchor = "phu-luc.dieu-2"
    assert "Đang đọc lại 0/1 văn bản theo cách đọc mới" in auth("administrator").get("/health").text
    worker.run_until_idle(app.extensions["docmgr"], again=True)
    db.release()
    return document


def test_the_way_of_the_clerk(app: Flask, auth: Auth, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = auth("clerk")
    assert "1 bản đọc cũ được giữ, chờ văn thư xem" in auth("administrator").get("/health").text
    home = clerk.get("/").text
    assert "Đọc lại cần xem" in home and 'href="/documents/rereading"' in home
    address = f"/documents/{paper}/rereading?v=1"
    assert f'href="{address}"' in clerk.get("/documents/rereading").text
    assert f'href="{address}"' in clerk.get(f"/documents/{paper}").text
    assert f'href="{address}"' not in auth("staff").get(f"/documents/{paper}").text
    views = actions(paper).count("document:view")
    clerk.get(address)
    assert actions(paper).count("document:view") == views, "a page of the visit that has begun"
    monkeypatch.setattr(readings, "TABS", dt.timedelta(0))
    page = clerk.get(address).text
    assert "Trách nhiệm của người đứng đầu" in page and 'name="anchor" value="phu-luc.dieu-2"' in page
    assert actions(paper).count("document:view") == views + 1
    answer = clerk.submit(f"/documents/{paper}/rereading", {"v": "1", "decision": "accept", "anchor": "phu-luc.dieu-2"}, follow_redirects=True)
    assert "Đang đọc lại tệp; các chỗ trỏ sẽ chuyển như đã hiện." in answer.text
    worker.run_until_idle(app.extensions["docmgr"])
    assert "dieu-2" in old.anchors_of(paper)
    assert "Chỗ trỏ chuyển sang" in auth("auditor").get(f"/documents/{paper}/trail").text
    assert "Đọc lại cần xem" not in clerk.get("/").text and clerk.get(address).status_code == 404


def test_keeping_and_coming_too_late(auth: Auth, paper: int) -> None:
    clerk, address = auth("clerk"), f"/documents/{paper}/rereading"
    assert "Hãy chọn một mục" in clerk.submit(address, {"v": "1"}, follow_redirects=True).text
    assert "Đã giữ bản đọc cũ." in clerk.submit(address, {"v": "1", "decision": "keep"}, follow_redirects=True).text
    assert "Việc này đã có người xử lý." in clerk.submit(address, {"v": "1", "decision": "keep"}, follow_redirects=True).text
    assert "Không có văn bản nào chờ xem" in clerk.get("/documents/rereading").text


def test_others_have_no_such_pages(auth: Auth, paper: int) -> None:
    for role in ("auditor", "administrator", "staff"):
        browser = auth(role)
        assert browser.get(f"/documents/{paper}/rereading?v=1").status_code == 404
        assert browser.submit(f"/documents/{paper}/rereading", {"v": "1", "decision": "keep"}).status_code in (403, 404)
    assert kept.count(actor_of(auth.people["clerk"])) == 1


@pytest.mark.parametrize("no", ["", "0", "2", "x"])
def test_other_versions_have_no_such_page(auth: Auth, paper: int, no: str) -> None:
    assert auth("clerk").get(f"/documents/{paper}/rereading?v={no}").status_code == 404
