"""A query is parsed once, whatever the page shows."""

from __future__ import annotations

import re
from typing import Any

import pytest

from docmgr.services.indexing import access
from indexer.query import lexer
from tests.web.search.test_search import two_documents

__all__ = ["two_documents"]


@pytest.mark.parametrize("address", ["/search?q=hội+nghị+thi+đua", "/search/explain?q=thi+đua&document={}&anchor=dieu-1"])
def test_a_page_parses_its_question_once(
    auth: Any, two_documents: tuple[int, int], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    parsed: list[str] = []
    real = lexer.pieces
    monkeypatch.setattr(lexer, "pieces", lambda text, notes: parsed.append(text) or real(text, notes))
    page = auth("staff").get(address.format(two_documents[1]))
    assert page.status_code == 200 and "thi đua" in page.text
    # A suggestion is tried out as a query of its own.
    assert [text for text in parsed if text in ("hội nghị thi đua", "thi đua")] == parsed[:1] and parsed


def test_a_page_asks_once_what_may_be_read(auth: Any, two_documents: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The footer counts what the search of the same page was asked over."""
    asked: list[object] = []
    real = access.index_access
    monkeypatch.setattr(access, "index_access", lambda *given: asked.append(given) or real(*given))
    page = auth("staff").get("/search?q=thi+đua")
    assert page.status_code == 200 and len(asked) == 1
    start = auth("staff").get("/search")
    footers = [re.findall(r'<footer class="search-footer.*?</footer>', one.text, re.S) for one in (page, start)]
    assert footers[0] == footers[1] != []
