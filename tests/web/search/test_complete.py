"""The completions of the search box: plain JSON that is not cached, and a box that works without them."""

from __future__ import annotations

from flask import Flask

from tests.filling.desk import stored
from tests.filling.papers import decision
from tests.support.browsers import Auth


def test_the_answer_has_addresses_and_questions(app: Flask, auth: Auth) -> None:
    number = stored(app, auth("clerk"), decision(), publish="1")
    answer = auth("staff").get("/search/complete?q=quy che thuc hi")
    assert answer.headers["Cache-Control"] == "no-store" and answer.is_json
    assert answer.json["documents"] == [
        {
            "label": "Quyết định 12/QĐ-SGDĐT",
            "subject": "Về việc ban hành Quy chế thực hiện dân chủ ở cơ sở",
            "address": f"/documents/{number}",
        }
    ]
    assert "quy chế thực hiện dân chủ" in answer.json["words"]


def test_every_page_with_a_box_knows_where_to_ask(auth: Auth) -> None:
    page = auth("staff").get("/documents").text
    assert 'data-complete="/search/complete"' in page and "js/complete.js" in page
    assert "data-complete" not in auth("administrator").get("/people").text
