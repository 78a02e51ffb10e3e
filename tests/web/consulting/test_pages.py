"""Consultations in browsers: opened on the page of a document, answered, gone through, and written as a summary."""

from __future__ import annotations

import io
import re

import docx
import pytest
from flask import Flask

from docmgr.models import User
from docmgr.services.consulting import listing, opening, summary
from docmgr.services.errors import Conflict
from docmgr.writing.layout.check import check
from tests.filling.desk import stored
from tests.filling.keeping.consulting import ahead, allow, keys, opened, opinion, pass_days, row, says
from tests.filling.papers import decision
from tests.support.acting import actor_of
from tests.support.browsers import Auth
from tests.support.racing import events


@pytest.fixture
def paper(app: Flask, auth: Auth) -> int:
    """A published decision, read by the worker."""
    return stored(app, auth("clerk"), decision(), "du-thao.docx", publish="1")


def test_from_the_document_to_the_summary(auth: Auth, people: dict[str, User], paper: int) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    assert f"/consultations?document={paper}" in clerk.get(f"/documents/{paper}").text
    assert f"/documents/{paper}/consultations/new" in clerk.get(f"/consultations?document={paper}").text
    form = clerk.get(f"/documents/{paper}/consultations/new").text
    assert "ít nhất 5 ngày" in form and f'value="user:{people["staff"].id}"' in form
    sent = {"question": "Góp ý <dự thảo>", "from_on": ahead(0).isoformat(), "to_on": ahead(4).isoformat(), "keys": f"user:{people['staff'].id}"}
    answer = clerk.submit(f"/documents/{paper}/consultations/new", sent)
    assert answer.status_code == 302
    here = answer.headers["Location"]
    assert re.fullmatch(r"/consultations/\d+", here)
    assert "Góp ý &lt;dự thảo&gt;" in staff.get(f"/documents/{paper}").text and here in staff.get(f"/documents/{paper}").text
    assert here in staff.get("/desk").text and "Chưa nêu ý kiến" in staff.get("/desk").text
    assert here in staff.get("/consultations?view=mine").text
    page = staff.get(here).text
    assert '<option value="dieu-1">Điều 1</option>' in page and "Bạn chưa nêu ý kiến" in page
    typed = {"anchor": "dieu-1", "stance": "changes", "text": ""}
    refused = staff.submit(f"{here}/answer?anchor=dieu-1", typed)
    assert refused.status_code == 400 and "Hãy viết ý kiến" in refused.text
    assert staff.submit(f"{here}/answer?anchor=dieu-1", {**typed, "text": "Thêm <thời hạn>"}).status_code == 302
    assert "Thêm &lt;thời hạn&gt;" in staff.get(here).text and here not in staff.get(f"/documents/{paper}").text
    assert "1 trên 1 người" in clerk.get(here).text and f"{here}/opinions/" not in clerk.get(here).text
    # Nothing of the text of the document stands on the page, so no reading is recorded.
    assert not [event for event in events("document:view") if event.actor_id == people["auditor"].id]
    assert clerk.submit(f"{here}/close", {}).status_code == 302
    settle = re.search(rf"{here}/opinions/(\d+)", clerk.get(here).text)
    assert settle is not None and staff.get(settle[0]).status_code == 404
    assert clerk.submit(settle[0], {"reception": "explained", "text": ""}).status_code == 400
    assert clerk.submit(settle[0], {"reception": "explained", "text": "Luật đã có", "revision": "1"}).status_code == 302
    assert opinion(int(settle[1])).reception == "explained" and "Luật đã có" in staff.get(here).text
    made = staff.submit(f"{here}/summary", {})
    assert made.status_code == 200 and check(docx.Document(io.BytesIO(made.data))) == []


def test_who_may_not_read_is_named_with_the_way_to_share(app: Flask, auth: Auth, people: dict[str, User]) -> None:
    draft = stored(app, auth("clerk"), decision(), "du-thao.docx")
    sent = {"question": "Góp ý", "from_on": ahead(0).isoformat(), "to_on": ahead(9).isoformat(), "keys": f"user:{people['staff'].id}"}
    refused = auth("clerk").submit(f"/documents/{draft}/consultations/new", sent)
    assert refused.status_code == 400 and people["staff"].full_name in refused.text and f"/documents/{draft}/sharing" in refused.text and "Góp ý" in refused.text
    assert f'value="user:{people["staff"].id}" selected' in refused.text


def test_two_who_settle_or_change_see_both(auth: Auth, people: dict[str, User], paper: int) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    browser, number = auth("clerk"), opened(clerk, paper, staff)
    one = says(staff, number, "disagree", "Không")
    form = {"question": "Của tôi", "to_on": ahead(9).isoformat(), "revision": "1"}
    opening.edit(clerk, number, "Của người khác", ahead(9), revision=1)
    both = browser.submit(f"/consultations/{number}/edit", form)
    assert both.status_code == 409 and "Của tôi" in both.text and "Của người khác" in both.text
    stale = auth("staff").submit(f"/consultations/{number}/answer", {"anchor": "", "stance": "agree", "text": "Lại", "revision": "9"})
    assert stale.status_code == 409 and "Lại" in stale.text and "Không" in stale.text
    opening.close(clerk, number)
    first = {"reception": "accepted", "text": "Của tôi", "revision": "1"}
    assert browser.submit(f"/consultations/{number}/opinions/{one}", first).status_code == 302
    both = browser.submit(f"/consultations/{number}/opinions/{one}", {**first, "text": "Của bạn"})
    assert both.status_code == 409 and "Của tôi" in both.text and "Của bạn" in both.text
    late = auth("staff").submit(f"/consultations/{number}/answer", {"anchor": "", "stance": "agree", "text": "Muộn", "revision": "1"})
    assert late.status_code == 409 and "Đã hết thời gian" in late.text and "Muộn" in late.text


def test_addresses_that_lead_nowhere(auth: Auth, people: dict[str, User], paper: int) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    number = opened(clerk, paper, staff)
    for address in ("/consultations/999999", "/consultations?document=999999", f"/consultations/{number}/answer?anchor=dieu-99", f"/consultations/{number}/edit"):
        assert auth("staff").get(address).status_code == 404, address
    assert auth("clerk").get(f"/consultations/{number}/answer").status_code == 404
    assert auth("clerk").get("/consultations?page=9").status_code == 302 and auth("clerk").get(f"/consultations/{number}?page=9").status_code == 302
    assert auth("clerk").get("/consultations?view=x&document=x").status_code == 200
    assert row(number).closed_at is None and len(keys(staff)) == 1


def test_rules_are_shown_to_all_and_set_by_administrators(auth: Auth) -> None:
    administrator = auth("administrator")
    page = administrator.get("/consultation-rules").text
    assert "10/2022/QH15" in page and "Thêm quy tắc" in page and "Thêm quy tắc" not in auth("staff").get("/consultation-rules").text
    sent = {"from_on": "2024-01-01", "least_days": "", "anonymous": "1", "basis": "Quy chế X"}
    refused = administrator.submit("/consultation-rules", sent)
    assert refused.status_code == 400 and "Quy chế X" in refused.text
    assert administrator.submit("/consultation-rules", {**sent, "least_days": "3"}).status_code == 302
    assert "Quy chế X" in administrator.get("/consultation-rules").text


def test_an_anonymous_one_has_no_name_on_any_page(auth: Auth, people: dict[str, User], paper: int) -> None:
    clerk, asked = actor_of(people["clerk"]), [actor_of(people[name]) for name in ("staff", "leader", "auditor")]
    allow(actor_of(people["administrator"]))
    number = opened(clerk, paper, *asked, anonymous=True)
    says(asked[0], number, "disagree", "Điều này thừa")
    for one in asked[1:]:
        says(one, number, "agree")
    opening.close(clerk, number)
    page = auth("clerk").get(f"/consultations/{number}").text
    table = page[page.index('id="opinions"') : page.index("<details", page.index('id="opinions"'))]
    assert "Điều này thừa" in table and "Không nêu tên" in table and not any(one.label in table for one in asked)
    trail = auth("auditor").get(f"/trail?document={paper}").text
    assert "<strong>Nêu ý kiến trong đợt lấy ý kiến</strong>" not in trail and "Điều này thừa" not in trail


def test_who_is_asked_shows_in_the_trail_to_editors_alone(auth: Auth, people: dict[str, User], paper: int) -> None:
    opened(actor_of(people["clerk"]), paper, actor_of(people["leader"]))
    assert "<strong>Mở đợt lấy ý kiến</strong>" in auth("clerk").get(f"/documents/{paper}/trail").text
    page = auth("staff").get(f"/documents/{paper}/trail")
    assert page.status_code == 200 and "<strong>Mở đợt lấy ý kiến</strong>" not in page.text


def test_what_has_not_begun_is_not_counted_as_open(people: dict[str, User], paper: int) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    opened(clerk, paper, staff)
    later = opened(clerk, paper, staff, from_on=ahead(3), to_on=ahead(20))
    assert listing.page(clerk, "open").total == 1 and listing.page(clerk).total == 2
    opening.close(clerk, later)
    with pytest.raises(Conflict):
        summary.write(clerk, later)


def test_further_people_are_asked_and_an_opinion_is_taken_back_on_the_pages(auth: Auth, people: dict[str, User], paper: int) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    browser, number = auth("clerk"), opened(clerk, paper, staff)
    at = f"/consultations/{number}"
    assert f"{at}/invite" in browser.get(at).text and f"{at}/invite" not in auth("staff").get(at).text
    refused = browser.submit(f"{at}/invite", {"keys": f"user:{people['staff'].id}"})
    assert refused.status_code == 400 and "đã được lấy ý kiến" in refused.text and f'value="user:{people["staff"].id}" selected' in refused.text
    leader = f"user:{people['leader'].id}"
    assert browser.submit(f"{at}/invite", {"keys": leader}).location == at and people["leader"].full_name in browser.get(at).text
    says(staff, number, "disagree", "Không")
    person = auth("staff")
    assert "Rút ý kiến" in person.get(at).text and "Rút ý kiến" not in browser.get(at).text
    stale = person.submit(f"{at}/withdraw", {"anchor": "", "revision": "9"})
    assert "Người khác vừa sửa" in person.get(stale.location).text
    person.submit(f"{at}/withdraw", {"anchor": "", "revision": "1"})
    assert "Bạn chưa nêu ý kiến" in person.get(at).text
    opening.close(clerk, number)
    late = browser.submit(f"{at}/invite", {"keys": leader})
    assert late.status_code == 409 and "Đã hết thời gian" in late.text and f'value="{leader}" selected' in late.text


def test_sealed_opinions_are_on_no_page_and_the_period_is_made_longer(auth: Auth, people: dict[str, User], paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(actor_of(people["administrator"]))
    clerk, staff, leader, auditor = (actor_of(people[name]) for name in ("clerk", "staff", "leader", "auditor"))
    number = opened(clerk, paper, staff, leader, auditor, anonymous=True)
    at = f"/consultations/{number}"
    assert "chưa đủ 3 người trả lời, các ý kiến được giữ kín" in auth("staff").get(f"{at}/answer").text
    one = says(staff, number, "disagree", "Lời kín")
    pass_days(monkeypatch, 10)
    browser = auth("clerk")
    page = browser.get(at).text
    assert "giữ kín" in page and "Lời kín" not in page and "1 trên 3 người" in page and "Gia hạn đợt này" in page and f"{at}/summary" not in page
    assert "Giữ kín" in browser.get("/consultations").text and browser.get(f"{at}/opinions/{one}").status_code == 409
    assert "giữ kín" in browser.submit(f"{at}/summary", {}).text
    assert "Lời kín" not in auth("leader").get(at).text and "Gia hạn đợt này" not in auth("leader").get(at).text
    wrong = browser.submit(f"{at}/edit", {"question": "Góp ý", "to_on": ahead(3).isoformat(), "remind_days": "99", "revision": "1"})
    assert wrong.status_code == 400 and 'value="99"' in wrong.text
    assert browser.submit(f"{at}/edit", {"question": "Góp ý", "to_on": ahead(3).isoformat(), "remind_days": "", "revision": "1"}).status_code == 302
    assert "Đang lấy ý kiến" in browser.get(at).text and row(number).remind_days == 0
