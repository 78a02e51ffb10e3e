"""The search page: hits link to their provision, every choice is an address, and nothing hidden is shown."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from docmgr import db
from docmgr.models import Folder
from docmgr.services.folders import tree
from tests.filling.desk import NONCE, actions, hand_in, own_folder, stored, work
from tests.filling.papers import BODY, decision

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
    assert urlsplit(found[0]).fragment == "dieu-1.khoan-2"
    assert "<mark>" in page
    opened = staff.get(found[0].split("#")[0]).text
    assert 'id="dieu-1.khoan-2"' in opened and "<mark>Hội nghị cán bộ" in opened


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
    # It is not known when the other one took effect.
    assert total(narrowed) == "1" and 'class="chosen"' in narrowed
    back = [link for link in links(narrowed) if link.startswith("/search") and "type=" not in link]
    assert any(parse_qs(urlsplit(link).query).get("q") == ["điều"] for link in back)


def test_a_day_finds_what_was_in_force_on_it(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    for day, count in (("2024-02-04", "0"), ("2024-02-05", "1")):
        page = staff.get(f"/search?q=điều&at={day}").text
        assert total(page) == count
        assert found_in(page) == found_in(staff.get(f"/search?q=điều hiệu lực:{day}").text)
        assert found_in(page) == found_in(staff.get(f"/search?at={day}").text)
    assert "Có hiệu lực ngày 05/02/2024" in page and "status-good" in page
    # Both the chip and the checkbox of the status that came with the day remove the day.
    off = [link for link in links(page) if link == "/search?q=%C4%91i%E1%BB%81u"]
    assert len(off) == 2 and total(staff.get(off[0]).text) == "2"


def found_in(page: str) -> list[str]:
    """The addresses of the documents found, in their order."""
    return re.findall(r'class="hit-title"><a href="(/documents/\d+)', page)


def test_chosen_values_have_their_names_where_nothing_is_found(
    auth: Any, two_documents: tuple[int, int]
) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    clerk.submit(f"/folders/{tree.root_id()}/folders", {"name": "Kho lưu"})
    hidden = own_folder(auth.people["clerk"])
    with db.read() as session:
        seen = session.scalars(select(Folder.id).where(Folder.name == "Kho lưu")).one()
    address = "/search?q=điều&status=het_hieu_luc&folder="
    assert ticked(staff.get(f"{address}{seen}").text) == ["Hết hiệu lực", "Kho lưu"]
    for other in (hidden, 999_999, "x"):
        assert ticked(staff.get(f"{address}{other}").text) == ["Hết hiệu lực", "Thư mục khác"]


def ticked(page: str) -> list[str]:
    return re.findall(r'☑</span>\s*<span class="facet-label">([^<]*)</span>', page)


def test_folders_of_one_name_are_told_apart(app: Flask, auth: Any) -> None:
    clerk, root = auth("clerk"), tree.root_id()
    below = {}
    for number, above in enumerate(("Phòng A", "Phòng B")):
        below[above] = make_folder(clerk, make_folder(clerk, root, above), "Kế hoạch")
        paper = decision(number=str(50 + number))
        stored(app, clerk, paper, f"{number}.docx", publish="1", folder=str(below[above]))
    page = clerk.get("/search?q=điều").text
    assert {"Kế hoạch (Phòng A)", "Kế hoạch (Phòng B)"} <= set(labels(page))


def test_a_folder_that_is_not_shared_lends_no_name(app: Flask, auth: Any) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    hidden = own_folder(auth.people["clerk"])
    shared = stored(app, clerk, decision(), publish="1", folder=str(hidden))
    with db.read() as session:
        name = session.get_one(Folder, hidden).name
    clerk.fill(f"/documents/{shared}/sharing/rights", {"give": "reader staff"}, page=f"/documents/{shared}/sharing")
    work(app)
    assert name in labels(clerk.get("/search?q=điều").text)
    page = staff.get("/search?q=điều").text
    assert "Thư mục khác" in labels(page) and name not in page
    form = {"q": "điều", "form": "csv", "columns": ["number", "folder"]}
    files = [browser.submit("/search/export", form).get_data(as_text=True) for browser in (clerk, staff)]
    assert ["12/QĐ-SGDĐT" in file for file in files] == [True, True]
    assert [name in file for file in files] == [True, False]


def labels(page: str) -> list[str]:
    return re.findall(r'<span class="facet-label">([^<]*)</span>', page)


def make_folder(browser: Any, above: int, name: str) -> int:
    """The id of a new folder."""
    answer = browser.submit(f"/folders/{above}/folders", {"name": name})
    return int(answer.headers["Location"].rsplit("/", 1)[1])


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
    assert "Bỏ điều kiện “-khen”" in page and "Bỏ từ “tích”" in page
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


@pytest.mark.parametrize("address", ["/search", "/search/why", "/search/export", "/saved/new", "/search/explain"])
def test_every_page_of_a_search_cuts_it_at_the_same_place(
    auth: Any, two_documents: tuple[int, int], address: str
) -> None:
    """Decomposed letters count as one, and a query that was cut is reported."""
    letters, staff = "quyết định " * 46, auth("staff")
    parts = {"document": str(two_documents[0]), "at": "31/02/2024"}
    whole, long = (unicodedata.normalize("NFD", letters + end) for end in ("cuối", "cuối cùng"))
    page = unescape(staff.get(address, query_string={"q": whole, **parts}).text)
    assert f"{letters}cuối" in page and "512 ký tự" not in page and "Không hiểu ngày “31/02/2024”" in page
    page = unescape(staff.get(address, query_string={"q": long, **parts}).text)
    assert f"{letters}cuối c" in page and f"{letters}cuối cù" not in page and "dài quá 512 ký tự" in page


BREAKING = (
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
)


def test_no_question_breaks_the_page(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    for typed in BREAKING:
        asked = {"q": typed, "type": typed, "year": typed, "page": "-3", "at": typed}
        page = staff.get("/search", query_string=asked)
        assert page.status_code == 200, typed
        assert "<script>alert" not in page.text and "<img src=x" not in page.text, typed


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
    # A filter that is on can be removed there.
    assert "Lọc kết quả" in staff.get("/search?q=zzqx&type=Luật").text


def test_a_clause_asked_for_is_where_the_hit_leads(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = staff.get("/search?q=khoản 2 điều 1 quyết định 12").text
    found = [link for link in links(page) if link.startswith("/documents/") and "#" in link]
    assert {urlsplit(link).fragment for link in found[:2]} == {"dieu-1.khoan-2"}
    assert urlsplit(found[0]).path == f"/documents/{two_documents[0]}"
    assert ">Khoản 2 Điều 1. Phạm vi điều chỉnh</a>" in page and "Thiếu:" not in page.split("</li>")[0]
    assert 'id="dieu-1.khoan-2"' in staff.get(found[0].split("#")[0]).text
    why = next(link for link in links(page) if link.startswith("/search/explain"))
    assert "Vị trí này của văn bản không có trong kết quả" not in staff.get(why).text


def test_missing_words_are_told_as_they_were_typed(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = staff.get("/search?q=quyết định điều tỉ lệ Zzqx thuỵ").text
    missing = page.split("Không nơi nào bạn đọc được có:")[1].split("</p>")[0]
    assert "tỉ" in missing and "Zzqx" in missing and "thuỵ" in missing
    # A word can be removed in either spelling.
    assert "Bỏ từ “tỉ”" in staff.get("/search?q=tỉ zzqx").text


def test_a_place_or_number_that_is_not_there_is_said(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    assert "Văn bản 12/QĐ-SGDĐT không có Điều 200." in staff.get("/search?q=điều 200 quyết định 12").text
    page = staff.get("/search?q=quyết định 999").text
    assert "Không có văn bản nào mang số quyết định 999 mà bạn đọc được." in page
    assert "Dưới đây là văn bản có nhắc đến hoặc có các từ đó." in page
    assert "Không nơi nào bạn đọc được có" not in page
    hostile = staff.get("/search", query_string={"q": "1/2020/NĐ-CP<script>alert(1)</script>"}).text
    assert "<script>alert" not in hostile
