"""A workbook on the page of its document: its sheets in the outline, its rows with their anchors."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tests.filling.desk import stored
from tests.services.search.test_rows import workbook


def test_sheets_are_the_outline_and_rows_have_anchors(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    rows = [["STT", "Trường"], [1, "THPT <b>Uông Bí</b>"]]
    number = stored(app, clerk, workbook(("Danh sách", rows), ("Ghi chú", [["Hết"]])), "a.xlsx")
    page = clerk.get(f"/documents/{number}").text
    outline = page[page.index('<nav class="document-outline') :].split("</nav>")[0]
    assert 'href="#bang-1"' in outline and 'href="#bang-2"' in outline and "Danh sách" in outline
    assert "bang-1.2" not in outline
    assert 'id="bang-1.2"' in page and 'id="bang-2.1"' in page
    assert "THPT &lt;b&gt;Uông Bí&lt;/b&gt;" in page
    found = clerk.get(f"/documents/{number}", query_string={"q": "uong bi"}).text
    assert "#bang-1.2" in found and "<mark>Uông Bí</mark>" in found
