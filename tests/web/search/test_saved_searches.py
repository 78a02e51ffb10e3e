"""Pages of saved searches: saved from the page of results, run at their own address, restored after deletion."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.filling.desk import actions
from tests.support.browsers import Auth

FORM = {
    "name": "Dân chủ 2024",
    "q": "dân chủ",
    "type": ["Nghị định", "Thông tư"],
    "sort": "date",
    "page": "3",
}


def kept(browser: Any, **more: str) -> str:
    """A search that was saved; its address."""
    assert browser.submit("/saved", {**FORM, **more}).status_code == 302
    found = re.findall(r'href="(/saved/\d+)">', browser.get("/saved").text)
    assert found
    return str(found[0])


def test_the_form_shows_what_will_be_kept(auth: Auth) -> None:
    page = auth("staff").get("/saved/new?q=dân chủ&type=Nghị định&at=2024-02-05&page=2").text
    assert 'value="dân chủ"' in page and "05/02/2024" in page
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    assert ("type", "Nghị định") in hidden and ("at", "2024-02-05") in hidden
    assert "page" not in dict(hidden)


def test_its_address_runs_the_search(auth: Auth) -> None:
    staff = auth("staff")
    answer = staff.get(kept(staff))
    assert answer.status_code == 302
    asked = urlsplit(answer.headers["Location"])
    assert asked.path == "/search"
    assert parse_qs(asked.query) == {"q": ["dân chủ"], "type": ["Nghị định", "Thông tư"], "sort": ["date"]}


def test_a_shared_one_can_be_run_and_not_changed_by_others(auth: Auth) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    own, shared = kept(clerk, name="Riêng"), kept(clerk, name="Chung", shared="1")
    assert own != shared
    page = staff.get("/saved").text
    assert "Chung" in page and "Riêng" not in page and "Của Văn thư thử" in page
    assert staff.get(shared).status_code == 302
    for address in (own, f"{own}/edit", f"{shared}/edit"):
        assert staff.get(address).status_code == 404
    for address in (f"{own}/delete", f"{shared}/delete", f"{shared}/edit"):
        assert staff.submit(address, {"name": "X"}).status_code == 404
    assert clerk.get(own).status_code == clerk.get(shared).status_code == 302


def test_what_was_removed_can_be_brought_back(auth: Auth) -> None:
    staff = auth("staff")
    answer = staff.submit(f"{kept(staff, shared='1')}/delete")
    page = staff.get(answer.headers["Location"]).text
    assert "Đã xóa “Dân chủ 2024”." in page and "Hoàn tác" in page
    form = re.search(r'<form method="post" action="/saved" class="alert.*?</form>', page, re.S)
    assert form is not None
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form[0]):
        sent.setdefault(name, []).append(unescape(value))
    sent.pop("csrf_token")
    assert staff.submit("/saved", sent).status_code == 302
    again = re.findall(r'href="(/saved/\d+)">', staff.get("/saved").text)
    assert len(again) == 1 and "Dùng chung" in staff.get("/saved").text
    assert "type=Ngh" in staff.get(again[0]).headers["Location"]


def test_a_name_that_cannot_be_is_told_at_the_field(auth: Auth) -> None:
    staff = auth("staff")
    kept(staff)
    answer = staff.submit("/saved", FORM)
    assert answer.status_code == 400 and 'id="name-error">Bạn đã có tìm kiếm mang tên này.' in answer.text
    assert ('name="type" value="Thông tư"') in answer.text
    address = kept(staff, name="Khác")
    assert staff.fill(f"{address}/edit", {"name": " "}).status_code == 400
    assert staff.fill(f"{address}/edit", {"name": "Tên mới"}).status_code == 302
    assert "Tên mới" in staff.get("/saved").text


def test_without_a_search_the_form_leads_to_one(auth: Auth) -> None:
    page = auth("staff").get("/saved/new?sort=date").text
    assert "hãy tìm trước" in page and 'href="/search"' in page


def test_a_hostile_name_stays_text(auth: Auth) -> None:
    staff = auth("staff")
    kept(staff, name="<script>alert(1)</script>", q='"><img src=x onerror=alert(1)>')
    page = staff.get("/saved").text
    assert "<script>alert" not in page and "<img src=x" not in page
    assert actions().count("search:save") == 1
