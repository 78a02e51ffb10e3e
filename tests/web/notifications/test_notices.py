"""Pages of notices and of what is followed: buttons on the pages of things, the number in the header, by day, marked as read."""

from __future__ import annotations

import io
import re
from typing import Any

from flask import Flask

from docmgr import db
from docmgr.services.documents import lifecycle
from docmgr.services.documents import upload as uploads
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links
from docmgr.services.notifications import following, listing, making
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.relations import relations
from docmgr.services.search import saved
from tests.filling.desk import actions, body
from tests.support.acting import actor_of
from tests.support.browsers import Auth

BELL = re.compile(r'class="btn[^"]*frame-bell".*?</a>', re.S)


def bell(browser: Any, address: str = "/notices") -> str:
    """The number in the header; "" when nothing is unread."""
    found = BELL.search(browser.get(address).text)
    assert found is not None
    number = re.search(r'frame-bell-count">([^<]*)<', found[0])
    return number[1] if number else ""


def test_each_page_has_a_button_that_follows_and_one_that_stops(app: Flask, auth: Auth) -> None:
    staff, clerk = auth("staff"), actor_of(auth.people["clerk"])
    unit = auth.people["staff"].unit_id
    assert unit is not None
    document = uploads.upload(clerk, io.BytesIO(b"a text"), "a.txt").document_id or 0
    lifecycle.set_workflow(clerk, document, "published")
    plan = plans.create(clerk, PlanInput(title="Kế hoạch năm", year=2026))
    task = tasks.create(clerk, plan, TaskInput(title="Báo cáo", lead_id=unit, due_rule="on_request"))
    inspection = inspections.create(clerk, InspectionInput(title="Kiểm tra quý", inspected_unit_id=unit))
    search = saved.create(clerk, "Dân chủ", {"q": ["dân chủ"]}, shared=True)
    pages = {
        "document": (document, f"/documents/{document}"), "folder": (tree.root_id(), f"/folders/{tree.root_id()}"), "plan": (plan, f"/plans/{plan}"),
        "task": (task, f"/tasks/{task}"), "inspection": (inspection, f"/inspections/{inspection}"), "search": (search, "/saved"),
    }  # fmt: skip
    told = len(actions())
    for kind, (number, address) in pages.items():
        form = f'<input type="hidden" name="kind" value="{kind}"><input type="hidden" name="subject" value="{number}">'
        assert form in staff.get(address).text and 'action="/following"' in staff.get(address).text, kind
        answer = staff.submit("/following", {"kind": kind, "subject": number})
        assert answer.status_code == 302 and answer.headers["Location"] == address, kind
        assert 'action="/following/stop"' in staff.get(address).text, kind
    listed = staff.get("/following").text
    assert all(name in listed for name in ("a.txt", "Văn bản", "Kế hoạch năm (2026)", "Báo cáo", "Kiểm tra quý", "Dân chủ"))
    assert staff.submit("/following/stop", {"kind": "plan", "subject": plan, "from": "list"}).headers["Location"] == "/following"
    assert listed.count("/following/stop") == 6 and staff.get("/following").text.count("/following/stop") == 5
    # It is private: nothing of it is in the trail, beyond the two pages of the document that were opened.
    assert [one for one in actions()[told:] if not one.endswith((":view", ":find"))] == []
    for wrong in ({"kind": "person", "subject": 1}, {"kind": "document", "subject": "x"}, {"kind": "folder", "subject": 999}, {}):
        assert staff.submit("/following", wrong).status_code == 404
    assert staff.post("/following", data={"kind": "document", "subject": document}).status_code == 400


def test_notices_are_counted_listed_by_day_opened_and_marked(app: Flask, auth: Auth, monkeypatch: Any) -> None:
    staff, clerk = auth("staff"), actor_of(auth.people["clerk"])
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    unit = auth.people["staff"].unit_id
    inspection = inspections.create(clerk, InspectionInput(title="Kiểm tra quý", inspected_unit_id=unit))
    making.make()
    plan = plans.create(clerk, PlanInput(title="Kế hoạch năm", year=2026))
    for number in range(4):
        tasks.create(clerk, plan, TaskInput(title=f"<b>Việc {number}</b>", lead_id=unit, due_rule="on_request"))
    finding = findings.create(clerk, inspection, FindingInput(text="Thiếu biên bản", unit_id=unit))
    assert bell(staff) == "" and "Chưa có thông báo nào" in staff.get("/notices").text
    db.release()
    making.make()
    assert bell(staff, "/plans") == "5" and bell(auth("leader")) == ""
    page = staff.get("/notices").text
    assert "Thiếu biên bản" in page and "&lt;b&gt;Việc 3" in page and "Việc 2" not in page and "Giao cho đơn vị bạn" in page
    assert page.count('class="is-unread"') == 2 and "Văn thư thử" in page
    older = re.search(r'rel="next" href="([^"]*)"', page)
    assert older is not None and "Việc 2" in staff.get(older[1]).text and "Thiếu biên bản" not in staff.get(older[1]).text
    first, second = re.findall(r'action="(/notices/\d+)"', page)
    # Looking changes nothing; opening does, and leads to the place of the finding.
    assert bell(staff) == "5" and staff.get(first).status_code == 404
    assert staff.submit(first).headers["Location"] == f"/inspections/{inspection}#finding-{finding}" and bell(staff) == "4"
    assert staff.submit("/notices", {"id": second.rpartition("/")[2], "unread": "1"}).headers["Location"] == "/notices?unread=1"
    assert bell(staff) == "3" and "Việc 3" not in staff.get("/notices?unread=1").text
    # Nobody opens or marks the notices of others, nor what came after the page was shown.
    leader = auth("leader")
    assert leader.submit(second).status_code == 404
    leader.submit("/notices", {"up_to": "999"})
    tasks.create(clerk, plan, TaskInput(title="Việc sau", lead_id=unit, due_rule="on_request"))
    making.make()
    assert bell(staff) == "4"
    staff.submit("/notices", {"up_to": first.rpartition("/")[2]})
    assert bell(staff) == "1" and "Việc sau" in staff.get("/notices?unread=1").text
    monkeypatch.setattr(listing, "unread", lambda _actor: 100)
    assert bell(staff) == "99+"


def test_a_person_chooses_what_to_be_told_of(app: Flask, auth: Auth) -> None:
    staff, clerk = auth("staff"), actor_of(auth.people["clerk"])
    making.make()
    page = staff.get("/notices/settings").text
    assert page.count(" checked>") == page.count('type="checkbox"') == 34
    assert staff.submit("/notices/settings", {"reason": ["overdue", "nonsense"]}).status_code == 302
    assert staff.get("/notices/settings").text.count(" checked>") == 1
    plan = plans.create(clerk, PlanInput(title="Kế hoạch năm", year=2026))
    tasks.create(clerk, plan, TaskInput(title="Việc", lead_id=auth.people["staff"].unit_id, due_rule="on_request"))
    making.make()
    assert bell(staff) == ""


def test_two_worlds_that_differ_in_hidden_documents_tell_the_same(app: Flask, auth: Auth) -> None:
    staff, clerk = auth("staff"), actor_of(auth.people["clerk"])
    following_of = actor_of(auth.people["staff"])
    making.make()
    folder = tree.create(clerk, tree.root_id(), "Công văn").id
    shown = uploads.upload(clerk, io.BytesIO(b"a text"), "a.txt", folder_id=folder).document_id or 0
    hidden = uploads.upload(clerk, io.BytesIO(b"another text"), "mat.txt", folder_id=folder).document_id or 0
    plan = plans.create(clerk, PlanInput(title="Kế hoạch năm", year=2026))
    task = tasks.create(clerk, plan, TaskInput(title="Việc", lead_id=auth.people["leader"].unit_id, due_rule="on_request"))
    for kind, number in (("folder", folder), ("plan", plan), ("task", task)):
        following.follow(following_of, kind, number)
    lifecycle.set_workflow(clerk, shown, "published")
    lifecycle.set_workflow(clerk, hidden, "published")
    following.follow(following_of, "document", shown)
    following.follow(following_of, "document", hidden)
    making.make()
    lifecycle.set_workflow(clerk, hidden, "withdrawn")
    making.make()
    addresses = ("/notices", "/notices?unread=1", "/following", "/notices/settings")
    before = [body(staff.get(address)) for address in addresses]
    assert 'frame-bell-count">1<' in before[0] and "a.txt" in before[0] and "mat.txt" not in "".join(before)
    relations.add(clerk, hidden, "replaces", shown)
    links.add(clerk, document_id=hidden, role="evidence", task_id=task)
    uploads.add_version(clerk, hidden, io.BytesIO(b"its second version"), "mat2.txt", None)
    uploads.upload(clerk, io.BytesIO(b"one more draft"), "mat3.txt", folder_id=folder)
    tasks.create(clerk, plan, TaskInput(title="Việc mật", lead_id=auth.people["leader"].unit_id, due_rule="on_request", document_id=hidden))
    closed = tree.create(clerk, folder, "Riêng").id
    sharing.set_inherit(clerk, SharedThing(folder_id=closed), inherit=False)
    lifecycle.move(clerk, [hidden], closed)
    lifecycle.set_workflow(clerk, hidden, "published")
    while making.make():
        db.release()
    assert [body(staff.get(address)) for address in addresses] == before
