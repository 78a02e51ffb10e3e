"""A question is parsed once, whatever the page shows of it."""

from __future__ import annotations

from typing import Any

import pytest

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
    # A suggestion is tried out as a question of its own.
    assert [text for text in parsed if text in ("hội nghị thi đua", "thi đua")] == parsed[:1] and parsed
