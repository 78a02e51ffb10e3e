"""The pages of the trail, and the files made from them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from urllib.parse import urlencode

import pytest

from docmgr import db
from docmgr.models import User
from docmgr.policy import Actor
from docmgr.services.documents import lifecycle
from docmgr.services.folders import tree
from docmgr.services.trail import history, log, readings
from docmgr.services.trail.history import Filter
from docmgr.web.trail.trail import NOUNS, parse_filter
from tests.filling.filing import actions, file_document
from tests.support.acting import actor_of
from tests.support.browsers import Auth

XSS = '<script>alert(1)</script>"%s %(count)s'


@pytest.fixture
def paper(clerk: Actor) -> int:
    """A document with a hostile name, withdrawn by the clerk and opened by a colleague."""
    made = file_document(tree.root_id(), "12/QĐ-X", XSS)
    lifecycle.set_workflow(clerk, made, "withdrawn")
    lifecycle.set_workflow(clerk, made, "published")
    return made


def lines(page: str) -> int:
    return page.count('<div class="what">')


def test_the_page_of_one_document(auth: Auth, paper: int, people: dict[str, User]) -> None:
    readings.opened(actor_of(people["staff"]), paper)
    page = auth("staff").get(f"/documents/{paper}/trail").text
    assert lines(page) == 2
    assert "Thu hồi" in page
    assert "Việc xem và mở tệp chỉ hiện cho" in page
    for role in ("clerk", "auditor"):
        page = auth(role).get(f"/documents/{paper}/trail").text
        assert lines(page) == 3
        assert "Chuyên viên thử" in page
        assert "<script>alert" not in page
    # Looking at the trail is no reading of the document.
    assert actions(paper).count("document:view") == 1


def test_the_whole_trail(auth: Auth, paper: int) -> None:
    page = auth("auditor").get("/trail").text
    assert lines(page) == history.find(actor_of(auth.people["auditor"]), Filter())[1]
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\dT[\d:]+Z" title="\d{4}-[^"]+Z">\d\d:\d\d</time>', page)
    assert re.search(r'<h2 class="trail-day">\d\d/\d\d/\d{4}</h2>', page)
    assert "<del>Đã công bố</del>" not in page
    for role in ("clerk", "staff", "leader"):
        assert auth(role).get("/trail").status_code == 404
        assert auth(role).submit("/trail/export", {"form": "csv"}).status_code == 404


def test_filters_are_addresses(auth: Auth, paper: int, clerk: Actor) -> None:
    browser = auth("auditor")

    def count(**asked: object) -> int:
        return lines(browser.get("/trail?" + urlencode(asked)).text)

    assert count(action="document:withdraw") == 1
    assert count(who=clerk.user_id, unit=clerk.unit_id) == 2
    assert count(document=paper, action="document:publish") == 1
    assert count(about="12/QĐ-X") == 2
    assert count(who="cli") == 1
    assert count(since="2000-01-01", until="2000-01-02") == 0
    page = browser.get("/trail?since=2000-01-01&until=2000-01-02").text
    assert "Không có sự kiện nào khớp bộ lọc" in page
    assert 'value="01/01/2000"' in page


@pytest.mark.parametrize(
    "query",
    [
        "who=x&unit=-1&action=drop&since=0000-00-00&until=9999-12-31&document=99999999999999999999&page=0",
        "since=0001-01-01&until=0001-01-01&about=%00%25_'\"&page=99999999999",
        "who=%D9%A1&unit=%F0%9F%98%80&page=abc&about=" + "a" * 5000,
    ],
)
def test_nonsense_in_the_address_is_no_error(auth: Auth, paper: int, query: str) -> None:
    assert auth("auditor").get(f"/trail?{query}").status_code == 200
    assert auth("clerk").get(f"/documents/{paper}/trail?{query}").status_code == 200


def test_what_is_typed_about_a_document_is_clean_before_it_is_written_into_exports() -> None:
    typed = unicodedata.normalize("NFD", " Quyết\u202e  định\u200b ")
    assert parse_filter({"about": typed}).about == "Quyết định"
    assert parse_filter({"about": "\u200b\u0000 "}).about is None


def test_parse_filter_takes_only_what_it_knows() -> None:
    assert parse_filter({"who": "worker", "action": "x", "since": "05/02/2024"}) == Filter(via="worker", since=dt.date(2024, 2, 5))
    assert parse_filter({"who": "7", "unit": "2", "document": "3", "about": " a "}) == Filter(
        actor_id=7, unit_id=2, document_id=3, about="a"
    )


def test_every_action_has_a_noun() -> None:
    assert {code.split(":")[0] for code in log.ACTION_LABELS} <= NOUNS.keys()


def test_paging_keeps_the_filter(auth: Auth, paper: int, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(60):
        readings.opened(clerk, paper, apart=True)
    page = auth("auditor").get("/trail?action=document:view").text
    assert lines(page) == history.PAGE_SIZE
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    assert lines(auth("auditor").get(following[1].replace("&amp;", "&")).text) == 10


@pytest.mark.parametrize(("form", "kind"), [("csv", "text/csv"), ("xlsx", "application/vnd.openxml")])
def test_export(auth: Auth, paper: int, clerk: Actor, form: str, kind: str) -> None:
    answer = auth("auditor").submit("/trail/export", {"form": form, "who": clerk.user_id})
    assert answer.status_code == 200
    assert answer.content_type.startswith(kind)
    assert re.fullmatch(rf"attachment; filename=nhat-ky-\d+-\d+\.{form}", answer.headers["Content-Disposition"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if form == "csv":
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert [row[7] for row in rows[6:]] == ["document:withdraw", "document:publish"]
        assert rows[1] == [f"Bộ lọc: người {clerk.label}"]
    assert actions()[-1] == "trail:export"


def test_a_reader_exports_what_they_see(auth: Auth, paper: int) -> None:
    readings.opened(actor_of(auth.people["clerk"]), paper)
    body = auth("staff").submit(f"/documents/{paper}/trail/export", {"form": "csv"}).data.decode()
    assert "document:publish" in body
    assert "document:view" not in body
    assert auth("staff").submit("/documents/9999/trail/export", {"form": "csv"}).status_code == 404


def test_an_unknown_form_of_file_is_said(auth: Auth, paper: int) -> None:
    answer = auth("auditor").submit("/trail/export", {"form": "pdf"})
    assert answer.status_code == 400
    assert "CSV hoặc XLSX" in answer.text


def test_an_export_needs_its_token(auth: Auth, paper: int) -> None:
    before = actions()
    assert auth("auditor").post("/trail/export", data={"form": "csv"}).status_code == 400
    assert auth("auditor").get("/trail/export").status_code in {404, 405}
    assert actions() == before
    db.release()


def test_a_documents_filter_offers_what_happened_to_it(auth: Auth, paper: int) -> None:
    page = auth("auditor").get(f"/documents/{paper}/trail").text
    offered = re.findall(r'<option value="([a-z]+:[a-z]+)"', page)
    assert offered == ["document:publish", "document:withdraw"]
    assert 'value="person:create"' in auth("auditor").get("/trail").text
