"""A new filter of the search page is one entry of the list, for a facet that the index has."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from docmgr.services.search import request
from docmgr.services.search.filters import FILTERS, SearchFilter
from indexer.match import facets
from tests.web.search.test_search import links, two_documents

__all__ = ["two_documents"]


@pytest.fixture
def by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """A further filter by the number of a document."""
    monkeypatch.setitem(facets.FACETS, "number", lambda snapshot, _readable, _at: facets._by_name(snapshot, "number"))
    monkeypatch.setitem(FILTERS, "number", SearchFilter("Số và ký hiệu"))


def test_the_filters_are_the_facets_of_the_index() -> None:
    assert list(FILTERS) == list(facets.FACETS) == ["type", "issuer", "year", "status", "folder", "health", "field_of_work", "tag"]


@pytest.mark.usefixtures("by_number")
def test_one_entry_makes_a_filter(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = staff.get("/search?q=hiệu+lực").text
    assert "Số và ký hiệu" in page
    ticks = {parse_qs(urlsplit(link).query)["number"][0]: link for link in links(page) if "number=" in link}
    assert len(ticks) == 2
    number, tick = next((number, link) for number, link in ticks.items() if number.startswith("40"))
    ticked = staff.get(tick).text
    assert f"/documents/{two_documents[1]}" in ticked and f"/documents/{two_documents[0]}" not in ticked
    # The page that explains a place prints the new condition with the whole question.
    explained = next(link for link in links(ticked) if "/explain" in link)
    assert f"number:{number}" in staff.get(explained).text
    # A chosen value stays and can be removed when nothing is found.
    assert "Bỏ lọc theo số và ký hiệu" in staff.get(f"/search?q=zorblax&number={number}").text
    read = request.read({"q": ["hiệu lực"], "number": [number]})
    assert read.filters == {"number": (number,)} and read.parts()["number"] == [number]
    assert request.Condition("number", (number,)).line == f"Số và ký hiệu: {number}"
