"""The addresses of a results page are written without `url_for`, and are those that it builds."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, url_for

from docmgr.web.kit.words import with_marks
from docmgr.web.search import addresses
from docmgr.web.search.find import PagedRequest
from indexer import Fragment

TEXTS = ("luật đất đai", 'a&b=c#d?e/f+g%h "i" <j>', "!$'()*,/:;?@~-._|\\^`{}[]", "\u00a0ữ\U0001f600", "0")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("changes", [{}, {"page": 3}, {"q": None}, {"type": ("Nghị định", "a&b")}, {"type": ()}, {"own_ky": ("x y",), "sort": "date"}])
def test_an_address_is_that_of_url_for(app: Flask, text: str, changes: dict[str, Any]) -> None:
    asked = PagedRequest(text, {"type": ("Thông tư", text), "year": ("2024",)}, sort="date", folder_in=7, page=2)
    with app.test_request_context("/search"):
        parts = {**asked.parts(), **changes}
        kept = {name: list(one) if isinstance(one, tuple) else one for name, one in parts.items() if one not in (None, "", ())}
        assert asked.address(**changes) == url_for("search.find", **kept)


@pytest.mark.parametrize("root", ["", "/kho/1234567890"])
def test_documents_have_the_addresses_of_url_for(app: Flask, root: str) -> None:
    with app.test_request_context("/search", base_url=f"http://localhost{root}/"):
        of = addresses.of_documents()
        assert [of(one) for one in (1, 1234567890, 2**31 - 1)] == [url_for("documents.show", document_id=one) for one in (1, 1234567890, 2**31 - 1)]
        assert of(5).startswith(root) and PagedRequest().address() == url_for("search.find")


def test_marks_are_the_only_html_of_a_snippet() -> None:
    written = with_marks([Fragment("<b>&", False), Fragment("x'\"<i>", True), Fragment(" …", False)])
    assert written == "&lt;b&gt;&amp;<mark>x&#39;&#34;&lt;i&gt;</mark> …"
    assert with_marks([]) == ""
