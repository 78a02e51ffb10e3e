"""Searching within a document: the matching provisions are listed above its text, and matches in it are marked."""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from docmgr import context
from tests.filling.desk import actions, stored, work
from tests.filling.papers import BODY, decision
from tests.support.browsers import Client

BODY_LONG = (
    *BODY[:2],
    "Điều 1. Thời hạn công khai",
    "1. Thời hạn công khai là 30 ngày; công chức gửi Ủy ban nhân dân.",
    "2. Quy chế dân chủ được công bố cho công nhân.",
    *(f"Điều {number}. Công việc khác\nNội dung công khai thứ {number}." for number in range(2, 15)),
)


@pytest.fixture
def clerk(auth: Any) -> Client:
    browser: Client = auth("clerk")
    return browser


@pytest.fixture
def number(app: Flask, clerk: Client) -> int:
    return stored(app, clerk, decision(body=BODY_LONG))


def look(clerk: Client, number: int, query: str, version: int | None = None) -> tuple[str, str, list[str]]:
    """(the list above the text without its marks, the whole page, the marked words in the text)."""
    page = clerk.get(f"/documents/{number}", query_string={"q": query, "v": version}).text
    above = re.search(r'<section id="found".*?</section>', page, re.DOTALL)
    text = page[page.index('<article class="document-text"') : page.index("</article>")]
    plain = unescape(re.sub(r"</?mark>", "", above.group() if above else ""))
    return plain, page, [unescape(words) for words in re.findall("<mark>(.*?)</mark>", text)]


def test_provisions_that_answer_are_links_into_the_text_with_their_passages(clerk: Client, number: int) -> None:
    above, page, marked = look(clerk, number, '"thời hạn công khai"')
    assert 'href="#dieu-1.khoan-1">Khoản 1 Điều 1. Thời hạn công khai</a>' in above and "Tìm thấy ở 1 điều, mục" in above
    assert "1. Thời hạn công khai là 30 ngày" in above and 'href="#dieu-2' not in above
    assert marked == ["Thời hạn công khai", "Thời hạn công khai"] and "2 vị trí</span>" in page


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("UBND", ["UBND", "Ủy ban nhân dân"]),
        ("quy chế dan chu", ["Quy chế", "Quy chế dân chủ", "dân chủ"]),
        ("số:12 quy chế dan chu", ["Quy chế", "Quy chế dân chủ", "dân chủ"]),
        ("ngà*", ["ngày"]),
        ("điều 1", ["Điều 1"]),
    ],
)
def test_the_text_is_marked_as_the_engine_understands(clerk: Client, number: int, query: str, marked: list[str]) -> None:
    above, _, found = look(clerk, number, query)
    assert set(marked) <= set(found) and 'href="#dieu-1' in above
    assert not {"Điều", "ban", "nhân", "công", "dân"} & set(found)


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("tk 331 xe tải", ["tk 331", "Xe tải"]),
        ("kế hoạch 5 môn toán", ["Kế hoạch 5 môn toán", "5"]),
        ("luật 43 xe tải", ["Xe tải", "43"]),
        ("vitamin b12", ["Vitamin b12"]),
    ],
)
def test_what_may_be_a_number_and_is_none_is_marked_as_words(
    app: Flask, clerk: Client, query: str, marked: list[str]
) -> None:
    lines = (*BODY[:2], "Điều 1. Kế hoạch 5 môn toán", "Chi tk 331, lần 5. Xe tải. Vitamin b12. Lớp 43.")
    assert look(clerk, stored(app, clerk, decision(body=lines)), query)[2] == marked


CONTRACTS = (
    *BODY[:2],
    "Điều 1. Việc chung\nPhù hợp với hoạt động; đồng thời họp.",
    "Điều 2. Việc khác\nHợp tác, đồng chí. " + "Nội dung khác. " * 30 + "Ký hợp đồng lao động.",
    "Điều 3. Hợp đồng\nTrở thành viên; trả lời.",
)


@pytest.mark.parametrize(
    ("query", "articles", "marked"),
    [
        ("hợp đồng", 2, ["hợp đồng", "Hợp đồng"]),
        ("hop dong", 2, ["hợp đồng", "Hợp đồng"]),
        ("hợp đồng lao dong", 1, ["hợp đồng lao động", "Hợp đồng"]),
        ("thanh tra", 1, ["thành", "trả"]),
    ],
)
def test_only_what_is_meant_is_marked_and_counted(
    app: Flask, clerk: Client, query: str, articles: int, marked: list[str]
) -> None:
    number = stored(app, clerk, decision(body=CONTRACTS))
    above, page, found = look(clerk, number, query)
    assert found == marked and f"{len(marked)} vị trí</span>" in page
    assert f"Tìm thấy ở {articles} điều, mục" in above and above.count("<li>") == articles


def test_an_old_version_is_marked_by_what_it_has_itself(app: Flask, clerk: Client) -> None:
    number = stored(app, clerk, decision(body=(*BODY[:2], CONTRACTS[2])))
    form = {"file": (io.BytesIO(decision(body=CONTRACTS)), "ban-2.docx"), "note": ""}
    assert clerk.submit(f"/documents/{number}/versions/new", form).status_code == 302
    work(app)
    assert look(clerk, number, "hop dong", 1)[2] == ["hợp", "đồng"]
    assert look(clerk, number, "hop dong")[2] == ["hợp đồng", "Hợp đồng"]


def test_at_most_ten_are_listed_and_the_others_counted(clerk: Client, number: int) -> None:
    above, _, _ = look(clerk, number, "công khai")
    assert above.count("<li>") == 10
    more = re.search(r"… và (\d+) vị trí khác", above)
    assert more and f"Tìm thấy ở {10 + int(more[1])} điều, mục" in above


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("loại:luật công khai", "Không có kết quả cho cả câu tìm “loại:luật công khai” trong văn bản này"),
        ("loại:luật zzz", "Không thấy “loại:luật zzz” trong nội dung văn bản này."),
        ("loại:quyết định", "Văn bản này khớp câu tìm “loại:quyết định”."),
        ("-zzz", "Văn bản này khớp câu tìm “-zzz”."),
        ("zz*", "Không thấy “zz*” trong nội dung văn bản này."),
    ],
)
def test_conditions_without_a_provision_leave_a_sentence(clerk: Client, number: int, query: str, said: str) -> None:
    above, page, _ = look(clerk, number, query)
    assert said in above
    landmarks = re.findall(r'<form[^>]*role="search"[^>]*>', page)
    assert [one for one in landmarks if "find-inside" in one and 'aria-label="Tìm trong văn bản này"' in one]


@pytest.mark.parametrize("query", ["zzz", '"khai công"', "<b>zzz</b>"])
def test_what_is_not_there_is_said(clerk: Client, number: int, query: str) -> None:
    above, page, marked = look(clerk, number, query)
    assert f"Không thấy “{query}” trong nội dung văn bản này." in above
    assert not marked and "<b>zzz" not in page


def test_a_place_that_the_document_does_not_have_is_said(clerk: Client, number: int) -> None:
    assert "không có Điều 99" in look(clerk, number, "điều 99")[0]


def test_the_number_of_the_document_itself_lists_nothing_beside_the_point(clerk: Client, number: int) -> None:
    above, _, marked = look(clerk, number, "12/QĐ-SGDĐT")
    assert "Điều 2" not in above and "Không thấy" not in above and marked == ["12/QĐ-SGDĐT"]


def test_an_old_version_is_marked_but_the_list_is_of_the_newest(app: Flask, clerk: Client, number: int) -> None:
    form = {"file": (io.BytesIO(decision(body=BODY)), "ban-2.docx"), "note": ""}
    assert clerk.submit(f"/documents/{number}/versions/new", form).status_code == 302
    work(app)
    above, page, marked = look(clerk, number, '"thời hạn công khai"', 1)
    assert marked == ["Thời hạn công khai", "Thời hạn công khai"] and "2 vị trí</span>" in page
    assert "<li>" not in above and "Không thấy" not in above
    assert "Không thấy" in look(clerk, number, '"thời hạn công khai"')[0]


def test_a_result_with_more_places_leads_to_their_list(clerk: Client, number: int) -> None:
    page = clerk.get("/search", query_string={"q": "công khai"}).text
    link = re.search(r'href="(/documents/\d+\?q=[^"]*#found)">\+ \d+ vị trí khác', page)
    assert link and 'id="found"' in clerk.get(link[1].split("#")[0]).text


def test_it_is_a_reading_and_no_search_and_asks_the_database_a_fixed_number_of_times(app: Flask, clerk: Client) -> None:
    short = stored(app, clerk, decision(number="13"))
    long = stored(app, clerk, decision(number="14", body=BODY_LONG), "dai.docx")
    searches = actions().count("search:find")
    counts = []
    for number in (short, long):
        seen: list[str] = []
        listener = lambda *args, seen=seen: args[2].startswith("PRAGMA") or seen.append(args[2])  # noqa: E731
        engine = app.extensions["docmgr"].database.engine
        event.listen(engine, "before_cursor_execute", listener)
        look(clerk, number, "công khai")
        event.remove(engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    # One more asks for the clauses of all hits, which only the long one has.
    assert counts[1] - counts[0] == 1
    assert actions().count("search:find") == searches and actions(long)[-1] == "document:view"


def test_without_an_index_nothing_is_said_of_what_was_not_looked_through(app: Flask, clerk: Client, number: int) -> None:
    with app.app_context():
        shutil.rmtree(context.current().backend.index.path)
    above, _, _ = look(clerk, number, "thời hạn")
    assert "Chỉ mục đang được lập lại" in above and "Không" not in above
    page = clerk.get("/search?q=thời hạn").text
    assert "Chỉ mục đang được lập lại" in page and "Không thấy văn bản nào" not in page and ">0 văn bản" not in page and "theo kịp" not in page


def test_a_question_of_letters_typed_apart_is_as_long_as_on_the_search_page(clerk: Client, number: int) -> None:
    typed = unicodedata.normalize("NFD", "quyết định " * 40) + "kế hoạch"
    page = clerk.get(f"/documents/{number}", query_string={"q": typed}).text
    assert "kế hoạch" in unescape(page.split('id="inside"')[1].split(">")[0])
    long = clerk.get(f"/documents/{number}", query_string={"q": "quyết định " * 60}).text
    assert "512" in long.split('id="found"')[1].split("</section>")[0]


def test_a_letter_of_which_two_are_made_in_small_is_marked_like_any(app: Flask, clerk: Client) -> None:
    number = stored(app, clerk, decision(body=(*BODY[:2], "Điều 1. Hợp tác với İstanbul")))
    assert look(clerk, number, "hợp tác İstanbul")[2] == ["Hợp tác", "Istanbul"]
