"""The pages of workflows as people see them: the desk, a document's flow, delegation, and the form of a workflow."""

from __future__ import annotations

import re

import lxml.html
from flask import Flask

from legaltext import dates
from tests.filling.registers import delivered, flow_of, key, paper, running, step, workflow
from tests.support.acting import actor_of
from tests.support.browsers import Auth


def test_a_document_goes_from_desk_to_desk(app: Flask, auth: Auth) -> None:
    clerk, leader = actor_of(auth.people["clerk"]), actor_of(auth.people["leader"])
    delivered(clerk)
    document = running(clerk, "outgoing", subject="Về việc thử quy trình")
    browser, boss = auth("clerk"), auth("leader")
    here = f"/documents/{document}/flow"
    page = browser.get(f"{here}?step=submit").text
    assert "Giao cho (chủ trì)" in page and key(leader) in page
    revision = re.search(r'name="revision" value="(\d+)"', page)[1]
    sent = {"step": "submit", "revision": revision, "comment": "Kính trình"}
    answer = browser.submit(here, sent)
    assert answer.status_code == 400 and "Hãy chọn người hoặc đơn vị nhận" in answer.text and "Kính trình" in answer.text
    assert browser.submit(here, {**sent, "lead": key(leader), "due_on": "nonsense"}).status_code == 400
    assert browser.submit(here, {**sent, "lead": key(leader), "due_on": "05/02/2024"}).status_code == 302
    stale = browser.submit(here, {**sent, "lead": key(leader)})
    assert stale.status_code == 409 and "Người khác vừa chuyển bước" in stale.text
    desk = boss.get("/desk").text
    assert "Về việc thử quy trình" in desk and "Quá hạn 05/02/2024" in desk
    pick = re.search(r'name="pick" value="([\d:]+)"', desk)[1]
    option = re.search(r'<option value="(approve\|[^"]+)"', desk)[1]
    assert "bước ấy là" in boss.submit("/desk", {"pick": pick, "step": "approve|Ký"}, follow_redirects=True).text
    told = boss.submit("/desk", {"pick": [pick, "x", "999:1"], "step": option}, follow_redirects=True).text
    assert "Đã chuyển bước 1 văn bản" in told and "Không tìm thấy văn bản này" in told
    assert "Về việc thử quy trình" in browser.get("/desk/sent").text
    assert flow_of(document).state == "approved"
    shown = browser.get(f"/documents/{document}").text
    assert "Đã duyệt" in shown and ">Cấp số</button>" in shown and ">Công bố</button>" not in shown
    assert "Kính trình" in boss.get(here).text


def test_an_administrator_draws_and_edits_a_workflow(app: Flask, auth: Auth) -> None:
    admin, clerk = auth("administrator"), auth("clerk")
    number = workflow("publication")
    page = admin.get(f"/workflows/{number}").text
    assert page.count("<rect ") == 4 and "Đã trình" in page and 'role="img"' in page
    form = lxml.html.fromstring(page).xpath(f'//form[@action="/workflows/{number}"]')[0]
    sent: dict[str, object] = {name: form.fields[name] for name in form.fields.keys() if form.fields[name] is not None}
    for box in form.xpath('.//input[@type="checkbox"]'):
        sent[box.name] = [one.get("value") for one in form.xpath(f'.//input[@name="{box.name}"]') if one.checked]
    assert sent["state-0-name"] == "Riêng" and sent["step-1-who"] == ["editor", "role:leader"]
    # A new state that nothing leads to; then with a step to it and one from it.
    added = {**sent, "state-4-name": "Chờ đăng"}
    answer = admin.submit(f"/workflows/{number}", added)
    assert answer.status_code == 400 and "Không bước nào dẫn tới trạng thái “Chờ đăng”" in answer.text and 'value="Chờ đăng"' in answer.text
    new = str(sent["state-4-code"])
    added |= {"step-5-name": "Chờ", "step-5-from": ["submitted"], "step-5-to": new, "step-5-who": ["editor"], "step-5-awaited": "1"}
    added |= {"step-6-name": "Đăng", "step-6-from": [new], "step-6-to": "published", "step-6-who": ["editor"]}
    assert admin.submit(f"/workflows/{number}", added).status_code == 302
    page = admin.get(f"/workflows/{number}").text
    assert page.count("<rect ") == 5 and "Phiên bản 2" in page
    assert admin.submit(f"/workflows/{number}", added).status_code == 409
    assert admin.get(f"/workflows/{number}?v=1").text.count("<rect ") == 4
    assert clerk.get(f"/workflows/{number}").status_code == 404
    assert "Đã thêm quy trình" in admin.submit("/workflows", {"name": "Của sở", "source": number}, follow_redirects=True).text
    told = clerk.submit("/workflows/rules", {"type": "Công văn", "workflow_id": number}, follow_redirects=True).text
    assert "Đã lưu" in told and "Công văn" in told
    assert auth("staff").get("/workflows").status_code == 404


def test_a_delegation_is_typed_and_ended(app: Flask, auth: Auth) -> None:
    leader, staff = auth("leader"), auth.people["staff"]
    day = dates.printed(dates.today())
    answer = leader.submit("/delegations", {"delegate_id": staff.id, "from_on": day, "to_on": "31/02/2026"})
    assert answer.status_code == 400 and f'value="{staff.id}" selected' in answer.text
    page = leader.submit("/delegations", {"delegate_id": staff.id, "from_on": day, "to_on": day}, follow_redirects=True).text
    assert "Đang áp dụng" in page
    number = re.search(r"/delegations/(\d+)/end", page)[1]
    assert auth("staff").submit(f"/delegations/{number}/end", {}).status_code == 404
    assert "Đã kết thúc" in leader.submit(f"/delegations/{number}/end", {}, follow_redirects=True).text


def test_a_document_is_started_handed_over_and_stopped(app: Flask, auth: Auth) -> None:
    clerk, leader = auth("clerk"), actor_of(auth.people["leader"])
    document = paper("Công văn mật danh", workflow="draft")
    here = f"/documents/{document}/flow"
    assert clerk.submit(f"{here}/start", {"workflow": workflow("outgoing")}, follow_redirects=True).text.count("Văn bản đã vào quy trình") == 1
    assert "đang theo quy trình" in clerk.submit(f"{here}/start", {"workflow": workflow("outgoing")}, follow_redirects=True).text
    sent = {"step": "hand_over", "revision": flow_of(document).revision, "lead": key(leader), "comment": "Xem giúp"}
    assert clerk.submit(here, sent).headers["Location"] == f"/documents/{document}"
    step(actor_of(auth.people["clerk"]), document, "submit", to=key(leader))
    assert "Xem giúp" in auth("leader").get(here).text
    assert auth("staff").get(here).status_code == 404
    told = clerk.submit(f"{here}/stop", {"reason": "Làm lại", "revision": flow_of(document).revision}, follow_redirects=True).text
    assert "Đã dừng quy trình" in told and "Bắt đầu quy trình" in told
    assert auth("leader").get(here).status_code == 404
    assert "Công bố" in clerk.get(f"/documents/{document}").text
