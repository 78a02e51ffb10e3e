"""The filter of the search by the health of texts: its values are words, and follow what was read last."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask

from docmgr import db
from docmgr.models import Document, Version
from docmgr.services import jobs
from tests.filling.desk import stored, work
from tests.filling.old_fonts import in_bytes
from tests.filling.papers import BODY, decision
from tests.web.search.test_search import links, total

OLD = ("Bộ Tài chính", "Số: 77/2003/TT-BTC", "Thông tư", "Hướng dẫn quản lý hoá đơn bán lẻ", *BODY)
ASKED = "/search?q=hội+nghị"


def ticks(page: str) -> dict[str, str]:
    return {value: link for link in links(page) for value in parse_qs(urlsplit(link).query).get("health", ())}


def test_texts_are_told_apart_by_their_health(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    good = stored(app, clerk, decision(), publish="1")
    converted = stored(app, clerk, in_bytes("\n".join(OLD), "tcvn3"), "cu.txt", publish="1")
    page = clerk.get(ASKED).text
    assert total(page) == "2" and "Chất lượng chữ" in page and "Chữ đã chuyển mã" in page
    assert ticks(page).keys() == {"good", "converted"}
    chosen = clerk.get(ticks(page)["converted"]).text
    assert f'href="/documents/{converted}' in chosen and f'href="/documents/{good}' not in chosen
    assert total(clerk.get(f"{ASKED}&health=good&health=converted").text) == "2"
    assert "Bỏ lọc theo chất lượng chữ" in clerk.get(f"{ASKED}&health=nonsense").text


def test_a_document_without_text_is_none_and_an_unknown_one_is_nothing(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    blank = stored(app, clerk, b"\n \n", "trong.txt", publish="1")
    unknown = stored(app, clerk, decision(), publish="1")
    with db.write() as session:
        session.query(Version).filter_by(document_id=unknown).update({"health": None})
        session.get_one(Document, unknown).revision += 1
        jobs.enqueue(session, "index", unknown)
    work(app)
    assert ticks(clerk.get("/search?type=Quyết+định").text) == {}
    page = clerk.get("/search?health=none").text
    assert total(page) == "1" and f'href="/documents/{blank}' in page and "Không có chữ" in page


def test_a_new_version_changes_the_health(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    one = stored(app, clerk, in_bytes("\n".join(OLD), "tcvn3"), "cu.txt", publish="1")
    clerk.submit(f"/documents/{one}/versions/new", {"file": (io.BytesIO(decision()), "moi.docx")})
    work(app)
    assert ticks(clerk.get(ASKED).text).keys() == {"good"}
    # A version without text leaves the older text in the index, and its health with it.
    clerk.submit(f"/documents/{one}/versions/new", {"file": (io.BytesIO(b"\n \n"), "trong.txt")})
    work(app)
    assert ticks(clerk.get(ASKED).text).keys() == {"good"}
