"""The pages of workflows as people see them: the desk, a document's flow, delegation, and the form of a workflow."""

from __future__ import annotations

import re

from flask import Flask

from tests.filling.registers import delivered, flow_of, key, running
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
    told = boss.submit("/desk", {"pick": [pick, "x", "999:1"], "step": "approve"}, follow_redirects=True).text
    assert "Đã chuyển bước 1 văn bản" in told and "Không tìm thấy văn bản này" in told
    assert "Về việc thử quy trình" in browser.get("/desk/sent").text
    assert flow_of(document).state == "approved"
    shown = browser.get(f"/documents/{document}").text
    assert "Đã duyệt" in shown and ">Cấp số</button>" in shown and ">Công bố</button>" not in shown
    assert "Kính trình" in boss.get(here).text
