"""What pages show of a document's validity, in both languages: the status, what ended it, and how certain that is."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from docmgr.models import User
from docmgr.policy import COMMAND_LINE
from docmgr.services.relations import relations
from tests.filling.ending import DAY, OLD, closed_folder, paper, says, settle

LONE = "Còn hiệu lực · kho chưa có văn bản thay thế"


@pytest.fixture
def clerk(app: Flask, site: Any, auth: Any) -> Any:
    site.backend.index.create()
    return auth("clerk")


def _head(browser: Any, document_id: int) -> str:
    """The words in the head of the page."""
    page = browser.get(f"/documents/{document_id}").text
    return " ".join(page.partition("<header class=\"document-head\">")[2].partition("</header>")[0].split())


def test_where_only_the_first_day_is_known_the_page_says_what_the_store_lacks(clerk: Any) -> None:
    assert LONE in _head(clerk, paper("12/QĐ-SGDĐT"))
    assert LONE not in _head(clerk, paper("13/QĐ-SGDĐT", effective_to=DAY.replace(year=2090)))
    assert LONE not in _head(clerk, paper("14/QĐ-SGDĐT", effective_from=None))


def test_what_ended_a_document_is_told_on_its_page_in_search_and_in_its_folder(clerk: Any) -> None:
    old, new = paper("12/QĐ-SGDĐT"), paper("30/QĐ-SGDĐT", effective_from=DAY)
    relations.add(COMMAND_LINE, new, "replaces", old)
    settle()
    head = _head(clerk, old)
    assert "Hết hiệu lực" in head and "Còn hiệu lực" not in head and "is-over" in head
    assert f'Được thay thế bởi <a href="/documents/{new}">Quyết định 30/QĐ-SGDĐT</a> từ ngày 01/06/2024' in head
    for address in ("/search?q=văn+bản+thử", "/documents"):
        page = " ".join(clerk.get(address).text.split())
        assert f'theo <a href="/documents/{new}">Quyết định 30/QĐ-SGDĐT</a>' in page, address
    clerk.submit("/language", {"language": "en"})
    assert "Replaced by <a" in _head(clerk, old) and "from 01/06/2024" in _head(clerk, old)


def test_a_day_that_is_not_known_is_not_made_up(clerk: Any) -> None:
    old, new = paper("12/QĐ-SGDĐT"), paper("30/QĐ-SGDĐT", effective_from=None, issued_on=DAY)
    relations.add(COMMAND_LINE, new, "repeals", old)
    head = _head(clerk, old)
    assert "Hết hiệu lực" in head and "Bị bãi bỏ bởi" in head and "(chưa rõ từ ngày nào)" in head
    assert "01/06/2024" not in head


def test_what_nobody_confirmed_is_only_possible(clerk: Any) -> None:
    old, new = paper("12/QĐ-SGDĐT"), paper("30/QĐ-SGDĐT", effective_from=DAY)
    says(new, "12/QĐ-SGDĐT", "Quyết định này thay thế {}.", confirmed=False, issued_on=OLD)
    head = _head(clerk, old)
    assert "Còn hiệu lực" in head and LONE not in head
    assert f'Có thể đã được thay thế bởi <a href="/documents/{new}">Quyết định 30/QĐ-SGDĐT</a> (chưa xác nhận)' in head


def test_a_cause_that_others_may_not_read_is_told_to_those_who_may(people: dict[str, User], auth: Any, clerk: Any) -> None:
    old = paper("12/QĐ-SGDĐT")
    hidden = paper("30/QĐ-SGDĐT", closed_folder("role:clerk"), effective_from=DAY)
    draft = paper("31/QĐ-SGDĐT", effective_from=DAY, workflow="draft")
    for cause in (hidden, draft):
        relations.add(COMMAND_LINE, cause, "replaces", old)
    settle()
    head = _head(clerk, old)
    assert "Còn hiệu lực" in head and "không phải ai cũng đọc được" in head and "Sẽ được thay thế bởi" in head
    staff = _head(auth("staff"), old)
    assert LONE in staff and "30/QĐ" not in staff and "31/QĐ" not in staff


def test_choosing_a_document_tells_that_it_is_over(clerk: Any) -> None:
    old, new = paper("12/QĐ-SGDĐT"), paper("30/QĐ-SGDĐT", effective_from=DAY)
    relations.add(COMMAND_LINE, new, "replaces", old)
    settle()
    choices = clerk.get("/links/documents?name=document&q=văn bản").text.split('type="radio"')[1:]
    over = {number: "Hết hiệu lực" in next(one for one in choices if f'value="{number}"' in one) for number in (old, new)}
    assert over == {old: True, new: False}
