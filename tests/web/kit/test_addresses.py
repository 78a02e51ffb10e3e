"""Links keep the parameters of their page: those that the page reads, and no others."""

from __future__ import annotations

import pytest
from flask import Flask, request

from docmgr.services.folders import tree
from docmgr.services.listing import in_folder
from docmgr.web.kit import addresses, guard
from tests.filling.filing import file_document
from tests.support.browsers import Auth


@pytest.fixture
def folder(app: Flask, auth: Auth, monkeypatch: pytest.MonkeyPatch) -> int:
    """The root folder with three documents, one on each page."""
    monkeypatch.setattr(in_folder, "PAGE_SIZE", 1)
    for number in range(3):
        file_document(tree.root_id(), number=f"{number}/QĐ")
    return tree.root_id()


def test_the_next_page_keeps_the_order_and_nothing_unknown(auth: Auth, folder: int) -> None:
    page = auth("clerk").get(f"/folders/{folder}?sort=-number&page=2&_external=1&folder_id=2&x=1&undo=1").text
    assert f'href="/folders/{folder}?sort=-number&amp;page=3"' in page
    assert f'href="/folders/{folder}?sort=-number"' in page  # The first page has no number.
    assert "_external=" not in page.split("<main")[1] and "x=1" not in page.split("<main")[1]


def test_of_a_parameter_given_twice_the_first_counts(auth: Auth, folder: int) -> None:
    page = auth("clerk").get(f"/folders/{folder}?sort=-number&sort=type&page=2&page=1").text
    assert f'href="/folders/{folder}?sort=-number&amp;page=3"' in page


def test_the_list_of_tasks_keeps_its_plan_and_its_unit(app: Flask) -> None:
    with app.test_request_context("/tasks?lead=2&plan=3&state=done"):
        assert addresses.with_args(page=2) == "/tasks?plan=3&lead=2&state=done&page=2"


def test_what_is_longer_than_any_field_is_not_carried_on(auth: Auth, folder: int) -> None:
    page = auth("clerk").get(f"/folders/{folder}?sort={'x' * 1001}").text
    assert "x" * 1001 not in page.split("<main")[1] and 'page=2"' in page


def test_a_refused_form_leads_to_pages_that_exist(auth: Auth, folder: int) -> None:
    browser = auth("clerk")
    answer = browser.submit(f"/folders/{folder}/folders?folder_id=9", {"name": ""})
    assert answer.status_code == 400 and f'href="/folders/{folder}?page=2"' in answer.text
    assert browser.get(f"/folders/{folder}?page=2").status_code == 200


def test_the_path_is_the_pages_own(app: Flask) -> None:
    with app.test_request_context("/documents/5/trail?who=3&document_id=7&_anchor=x"):
        assert addresses.with_args(page=2) == "/documents/5/trail?who=3&page=2"
        assert addresses.with_args(document_id=8, who=None) == "/documents/5/trail"


def test_every_page_of_the_list_is_there(app: Flask) -> None:
    assert {*addresses.CARRIED, *addresses.SHOWN_BY, *addresses.SHOWN_BY.values()} <= set(app.view_functions)
    for endpoint in addresses.CARRIED:
        assert guard.rule_of(app, endpoint) is not None
    taken = {"_external", "_scheme", "_anchor", "_method", "endpoint", "self", "values"}
    paths = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    assert not {name for names in addresses.CARRIED.values() for name in names} & (taken | paths)


def test_a_page_without_a_list_carries_nothing(app: Flask) -> None:
    with app.test_request_context("/people/new?year=2024&page=3"):
        assert request.args["year"] == "2024" and addresses.with_args() == "/people/new"
