"""The search page: hits open at their provision, every choice is an address, and nothing hidden shows."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from tests.desk import NONCE, actions, hand_in, stored, work
from tests.papers import BODY, decision

EVIL = "<script>alert(1)</script>"
SECRET = "zirkonia"


def links(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]*)"', page)]


def total(page: str) -> str:
    found = re.search(r"<strong>([\d.]+) văn bản</strong>", page)
    assert found is not None
    return found[1]


@pytest.fixture
def two_documents(app: Flask, auth: Any) -> tuple[int, int]:
    """Two published decisions, one of them about emulation."""
    clerk = auth("clerk")
    one = stored(app, clerk, decision(), publish="1")
    body = (
        "Điều 1. Thi đua",
        "Khen thưởng tập thể có thành tích.",
        "Điều 2. Hiệu lực",
        "Có hiệu lực từ ngày ký.",
    )
    other = decision(number="40", subject="Về việc thi đua, khen thưởng năm học", body=body)
    return one, stored(app, clerk, other, "b.docx", publish="1")


def test_a_hit_opens_at_its_provision_with_the_words_marked(
    auth: Any, two_documents: tuple[int, int]
) -> None:
    staff = auth("staff")
    page = staff.get("/search?q=hội nghị cán bộ công chức mỗi năm một lần").text
    found = [link for link in links(page) if link.startswith("/documents/") and "#" in link]
    assert urlsplit(found[0]).path == f"/documents/{two_documents[0]}"
    assert urlsplit(found[0]).fragment == "dieu-1"
    assert "<mark>" in page
    opened = staff.get(found[0].split("#")[0]).text
    assert 'id="dieu-1"' in opened and "<mark>Hội nghị cán bộ" in opened


@pytest.mark.parametrize("typed", ["40/QĐ-SGDĐT", "40/qđ-sgdđt", "qd 40", "40 qd sgddt"])
def test_a_number_in_any_spelling_comes_first(auth: Any, two_documents: tuple[int, int], typed: str) -> None:
    page = auth("staff").get("/search", query_string={"q": typed}).text
    first = next(link for link in links(page) if re.match(r"/documents/\d", link))
    assert urlsplit(first).path == f"/documents/{two_documents[1]}"


def test_filters_order_and_day_are_addresses(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = staff.get("/search?q=điều&sort=date&at=2024-03-01").text
    choice = next(link for link in links(page) if "type=" in link)
    asked = parse_qs(urlsplit(choice).query)
    assert asked == {"q": ["điều"], "type": ["Quyết định"], "sort": ["date"], "at": ["2024-03-01"]}
    narrowed = staff.get(choice).text
    assert total(narrowed) == "2" and 'class="chosen"' in narrowed
    back = [link for link in links(narrowed) if link.startswith("/search") and "type=" not in link]
    assert any(parse_qs(urlsplit(link).query).get("q") == ["điều"] for link in back)


def test_a_day_before_its_date_says_not_yet_in_force(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    assert "Chưa có hiệu lực" in staff.get("/search?q=dân chủ&at=2024-01-01").text
    assert "Chưa có hiệu lực" not in staff.get("/search?q=dân chủ&at=2024-03-01").text


def test_nothing_found_names_the_word_and_leads_on(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = staff.get('/search?q="dân chủ zzqx"&type=Luật').text
    assert "Không thấy văn bản nào" in page and "<strong>zzqx</strong>" in page
    ways = re.findall(r'<a class="btn btn-outline-primary" href="([^"]*)">([^<]*)</a>', page)
    words = [unescape(label) for _, label in ways]
    assert "Bỏ từ “zzqx”" in words and "Bỏ lọc theo loại văn bản" in words
    dropped = unescape(ways[words.index("Bỏ lọc theo loại văn bản")][0])
    assert "type" not in parse_qs(urlsplit(dropped).query)


def test_words_that_no_document_has_together_may_be_dropped_one_by_one(
    auth: Any, two_documents: tuple[int, int]
) -> None:
    page = auth("clerk").get("/search?q=thành+tích+-khen").text
    assert "Không thấy văn bản nào" in page
    assert "Bỏ từ “-khen”" in page and "Bỏ từ “tích”" in page
    assert 'href="/documents">Xem theo thư mục</a>' in page


def test_an_empty_question_shows_how_and_what_is_new(auth: Any, two_documents: tuple[int, int]) -> None:
    before = actions()
    page = auth("staff").get("/search").text
    assert "ngoặc kép" in page and f'href="/documents/{two_documents[1]}"' in page
    assert [a for a in actions()[len(before) :] if a == "search:find"] == []


def test_one_search_is_one_event(auth: Any, two_documents: tuple[int, int]) -> None:
    before = actions().count("search:find")
    auth("staff").get("/search?q=dân chủ")
    assert actions().count("search:find") == before + 1


def test_a_long_question_is_cut_and_said_so(auth: Any, two_documents: tuple[int, int]) -> None:
    page = auth("staff").get("/search", query_string={"q": "dân chủ " * 100})
    assert page.status_code == 200 and "dài quá 512 ký tự" in page.text


@pytest.mark.parametrize(
    "typed",
    [
        EVIL,
        f'"{EVIL}',
        "'\"><img src=x onerror=alert(1)>",
        "((((",
        '"',
        "-",
        "\x00\x01",
        "?*?*",
        "[a TO z]",
        "‮đảo",
        "a" * 5000,
    ],
)
def test_no_question_breaks_the_page(auth: Any, two_documents: tuple[int, int], typed: str) -> None:
    page = auth("staff").get(
        "/search", query_string={"q": typed, "type": typed, "year": typed, "page": "-3", "at": typed}
    )
    assert page.status_code == 200
    assert "<script>alert" not in page.text and "<img src=x" not in page.text


def test_hostile_text_in_snippets_and_filters_stays_text(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision(body=(*BODY, f"Điều 4. Từ khóa {EVIL}")), publish="1")
    values = {
        "issuer": EVIL,
        "type": f"Loại {EVIL}",
        "revision": "3",
        "confirm": "1",
        "subject": f"Về {EVIL}",
    }
    clerk.submit(f"/documents/{number}/facts", values)
    work(app)
    page = clerk.get("/search?q=từ khóa alert").text
    assert "<script>alert" not in page and unescape(page).count("alert") >= 3


def test_hidden_documents_leave_no_trace(app: Flask, auth: Any) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    stored(app, clerk, decision(), publish="1")
    queries = [
        "dân chủ",
        SECRET,
        f"dân chủ {SECRET}",
        "77/QĐ-SGDĐT",
        "77",
        "",
        "điều",
        f'"{SECRET} khoản"',
        "-dân điều",
    ]
    before = [_seen(staff, query) for query in queries]
    body = (f"Điều 1. {SECRET} dân chủ", f"{SECRET} khoản này nói về dân chủ.")
    stored(app, clerk, decision(number="77", subject=f"Về việc {SECRET}", body=body), f"{SECRET}.docx")
    assert [_seen(staff, query) for query in queries] == before
    assert SECRET in clerk.get(f"/search?q={SECRET}").text.split("</header>")[1]


def _seen(browser: Any, query: str) -> str:
    page = NONCE.sub("", browser.get("/search", query_string={"q": query}).text)
    return re.sub(r"<span>\d+ ms</span>", "", page)


def test_a_withdrawn_document_is_gone_from_the_next_search(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    assert total(staff.get("/search?q=khen thưởng tập thể").text) == "1"
    auth("clerk").submit(f"/documents/{two_documents[1]}/workflow", {"workflow": "withdrawn"})
    assert total(staff.get("/search?q=khen thưởng tập thể").text) == "0"


def test_pages_follow_each_other(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    files = {f"{n}.docx": decision(number=str(100 + n)) for n in range(23)}
    hand_in(clerk, files)
    work(app)
    first, second = clerk.get("/search?q=dân chủ").text, clerk.get("/search?q=dân chủ&page=2").text
    documents = [
        set(re.findall(r'class="hit-title"><a href="(/documents/\d+)', page)) for page in (first, second)
    ]
    assert [len(found) for found in documents] == [20, 3]
    assert documents[0].isdisjoint(documents[1])
    assert 'rel="next"' in first and 'rel="prev"' in second


def test_headers_alone_are_no_search(auth: Any, two_documents: tuple[int, int]) -> None:
    before = actions()
    assert auth("staff").head("/search?q=dân chủ").status_code == 200
    assert actions()[len(before) :].count("search:find") == 0


def test_the_box_of_filters_is_there_only_with_something_to_filter(
    auth: Any, two_documents: tuple[int, int]
) -> None:
    staff = auth("staff")
    assert "Lọc kết quả" in staff.get("/search?q=dân chủ").text
    assert "Lọc kết quả" not in staff.get("/search?q=zzqx").text
    # A filter that is on can be taken off there.
    assert "Lọc kết quả" in staff.get("/search?q=zzqx&type=Luật").text
