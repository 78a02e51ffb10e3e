"""The page on which administrators set what each role of the site may do, and that nobody is offered what would be refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from docmgr import policy
from docmgr.models import User
from docmgr.policy import ACTIONS, COMMAND_LINE, SITE_BOUNDS
from docmgr.services.cases import files
from docmgr.services.cases.files import CaseInput
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.inspection import inspections
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.people import site_roles
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.web.kit import guard
from tests.filling.filing import file_document
from tests.support.acting import actor_of
from tests.support.browsers import Auth

TICKED = {action: sorted(ACTIONS[action]) for action in SITE_BOUNDS}


def test_an_administrator_sets_what_a_role_may_do(auth: Auth, people: dict[str, User]) -> None:
    browser, leader = auth("administrator"), actor_of(people["leader"])
    page = browser.get("/roles").text
    assert 'name="document:edit" value="staff"' in page and 'name="document:edit" value="auditor"' not in page
    assert 'name="people:manage"' not in page and "Về mặc định" not in page
    assert browser.fill("/roles", {**TICKED, "plan:edit": ["clerk"]}, page="/roles").status_code == 302
    assert not policy.may(leader, "plan:edit")
    page = browser.get("/roles").text
    assert "(đã đổi)" in page and "Về mặc định" in page
    refused = browser.fill("/roles", {**TICKED, "document:edit": ["clerk"]}, page="/roles")
    assert refused.status_code == 400 and "cần có cả" in refused.text
    stale = browser.submit("/roles", {**TICKED, "plan:edit": ["leader"], "revision": "0"})
    assert stale.status_code == 409 and "Người khác vừa sửa" in stale.text and "Lập, sửa kế hoạch" in stale.text
    assert browser.submit("/roles/reset", {"revision": "0"}, follow_redirects=True).text.count("Về mặc định") == 1
    assert not policy.may(leader, "plan:edit")
    assert "Đã về mặc định" in browser.submit("/roles/reset", {"revision": "1"}, follow_redirects=True).text
    assert policy.may(leader, "plan:edit")
    for role in ("clerk", "leader", "auditor"):
        assert auth(role).get("/roles").status_code == 404 == auth(role).submit("/roles/reset").status_code


def offered(app: Flask, page: str) -> Iterator[tuple[str, str, str]]:
    """What a page offers: (method, address, endpoint) of each link and form."""
    found = {("GET", address) for address in re.findall(r'<a [^>]*href="(/[^"#]*)', page)}
    for form in re.findall(r"<form\b.*?</form>", page, re.S):
        method = "POST" if 'method="post"' in form.partition(">")[0] else "GET"
        found |= {(method, address) for address in re.findall(r'(?:form)?action="(/[^"]*)"', form)}
    adapter = app.url_map.bind("localhost")
    for method, address in sorted(found):
        try:
            yield method, address, adapter.match(address.replace("&amp;", "&").partition("?")[0], method)[0]
        except HTTPException:
            continue


@pytest.mark.parametrize("role", ["staff", "clerk", "auditor"])
def test_nobody_is_offered_what_would_be_refused(app: Flask, auth: Auth, people: dict[str, User], role: str) -> None:
    folder = tree.by_path(COMMAND_LINE, "Riêng của tôi", create=True).id
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=folder), f"user:{people[role].id}", "manager")
    paper = file_document(folder, "1/QĐ-X")
    clerk = actor_of(people["clerk"])
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024))
    task = tasks.create(clerk, plan, TaskInput("Nhiệm vụ", people["staff"].unit_id, due_rule="continuous"))
    check = inspections.create(clerk, InspectionInput("Kiểm tra", people["staff"].unit_id or 0))
    case = files.create(clerk, CaseInput("HS-1", "Hồ sơ", permanent=True))
    browser = auth(role)
    least = {action: site_roles.bounds(action)[0] if role in ("clerk", "auditor") else ACTIONS[action] - {role} for action in SITE_BOUNDS}
    site_roles.save(COMMAND_LINE, {action: least[action] | site_roles.bounds(action)[0] for action in least}, revision=None)
    actor = actor_of(people[role])
    pages = ["/", f"/documents/{paper}", f"/folders/{folder}", "/documents", "/plans", f"/plans/{plan}", f"/tasks/{task}", "/inspections"]
    pages += [f"/inspections/{check}", "/cases", f"/cases/{case}", "/search?q=x", "/desk"]
    seen = 0
    for page in pages:
        answer = browser.get(page)
        assert answer.status_code == 200, page
        for method, address, endpoint in offered(app, answer.text):
            rule = guard.rule_of(app, endpoint)
            assert rule is not None and (rule.action is None or policy.may(actor, rule.action)), (page, method, address, rule.action)
            seen += 1
    assert seen > 200
