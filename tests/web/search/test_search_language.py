"""The query language on the page: fields, dates, folders, notes on what was not understood, the page that explains
it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, Folder
from docmgr.services import jobs
from docmgr.services.folders import tree
from docmgr.services.search.notes import SENTENCES, told
from indexer.match import expansion
from indexer.match.expansion import MOST_EXPANDED
from indexer.query.lexer import MAX_CHARACTERS, MAX_DISTANCE, MAX_OPERATORS, MAX_SYLLABLES
from indexer.query.parser import parse
from indexer.types import Note
from legaltext import dates
from tests.filling.desk import NONCE, own_folder, stored, work
from tests.filling.papers import decision
from tests.support.hostile import queries
from tests.web.search.test_search import links, total, two_documents

__all__ = ["two_documents"]
NOT_HERE = re.compile("Không có (văn bản nào mang số|loại văn bản|cơ quan ban hành)|Dưới đây là văn bản có nhắc đến")


COUNTS = (
    ("dân chủ loại:quyết định", "1"),
    ("loai:QĐ", "2"),
    ("khen thưởng OR cán bộ", "2"),
    ("thưởng (tập thể HOẶC zzqx)", "1"),
    ("khen thư*", "1"),
    ("kh?n thư*ng", "1"),
    ("khem~ thưởng", "1"),
    ('"thưởng khen"~1', "1"),
    ('"khen thưởng"^2 điều^0,5', "1"),
    ("điều -khen", "1"),
    ("số:40 điều", "1"),
    ('cơ quan:"giáo dục"', "2"),
    ("từ:02/2024 đến:05/02/2024 điều", "2"),
    ("đến:04/02/2024 điều", "0"),
    ("hiệu lực:05/02/2024 điều", "1"),
    ("hiệu lực:2023 điều", "0"),
    ("hiệu lực:hôm qua điều", "1"),
    ("từ:ngày mai điều", "0"),
)


def test_the_language_of_the_box(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    for typed, count in COUNTS:
        page = staff.get("/search", query_string={"q": typed}).text
        assert total(page) == count and 'class="alert' not in page, typed


def test_what_was_not_understood_is_said_and_the_rest_is_found(
    auth: Any, two_documents: tuple[int, int]
) -> None:
    staff = auth("staff")
    typed = 'khen thưởng năm:99 từ:31/02/2024 mục:x* "tập'
    page = unescape(staff.get("/search", query_string={"q": typed, "at": "tuần trước"}).text)
    for sentence in (
        "Không hiểu ngày “tuần trước”",
        "Không hiểu năm “99”",
        "Không hiểu ngày “31/02/2024”",
        "Không có mục “mục:”",
        "Trước dấu * cần ít nhất hai chữ cái",
        "Thiếu dấu ngoặc kép đóng",
    ):
        assert page.count(sentence) == 1, sentence
    assert total(staff.get("/search?q=khen thưởng năm:99 (tập thể").text) == "1"
    staff.submit("/language", {"language": "en"})
    assert "“99” is not a year" in unescape(staff.get("/search?q=năm:99").text)


MISTAKES = (
    ("điều -(loại:quyết định)", "2", "Không loại trừ được theo mục “loại:quyết định”"),
    ("loại:quyết định OR số:40", "1", "Mục “loại:quyết định, số:40” áp dụng cho cả câu"),
    ("số:999 số:40", "1", "Mục “số:” chỉ ghi được một lần"),
    ("loại:Luật năm:2024 dân chủ", "0", "Không có loại văn bản “Luật” trong các văn bản bạn đọc được."),
    ("loại:xyz", "0", "Không có loại văn bản “xyz” trong các văn bản bạn đọc được."),
    ("cơ quan:zzqx điều", "0", "Không có cơ quan ban hành “zzqx”"),
    ("khen thưởng)", "1", "Dấu ) đứng lẻ, đã bỏ qua."),
    ("%", "0", "Trong câu tìm không có từ nào để tìm."),
    ("điều NOT khen", "1", "NOT được hiểu là dấu trừ"),
    ("khen AND thưởng", "1", "Không cần viết AND"),
    ('"khen thư*"', "1", "được tìm từng từ"),
    ("khen^20 thưởng", "1", "Số sau dấu ^ phải từ 0,1 đến 10; “^20” được thay bằng số gần nhất."),
    ('"thưởng khen"~99', "1", "cách nhau nhiều nhất 50 tiếng; số trong “~99” được thay bằng 50."),
    ("khen~5 thưởng", "1", "khác nhiều nhất 2 chữ cái; “khen~5” được tìm theo mức đó."),
    ("kh*n^2 thưởng", "1", "trong “kh*n^2” đã bỏ qua dấu này."),
    ("kh**n thưởng", "1", "“kh**n” được tìm như từ thường."),
    ("hiệu lực:tuần khen thưởng", "1", "Không hiểu ngày “tuần”, đã bỏ qua."),
    ("hiệu lực:tuần khen thưởng", "1", "Vẫn tìm “khen thưởng” như từ thường."),
    ("khen thưởng cơ quan:", "1", "Sau “cơ quan:” chưa có giá trị"),
)


def test_a_mistake_is_told_and_never_turned_round(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    for typed, count, sentence in MISTAKES:
        page = unescape(staff.get("/search", query_string={"q": typed}).text)
        assert total(page) == count and page.count(sentence) == 1, (typed, sentence)


def test_a_type_that_only_hidden_documents_have_is_none(
    app: Flask, auth: Any, two_documents: tuple[int, int]
) -> None:
    hidden = stored(app, auth("clerk"), decision(number="41"), "c.docx")
    with db.write() as session:
        session.get_one(Document, hidden).type = "Chỉ thị"
        jobs.enqueue(session, "index", hidden)
    work(app)
    said = "Không có loại văn bản “chỉ thị”"
    assert said in auth("staff").get("/search?q=loại:chỉ thị").text
    assert said not in auth("clerk").get("/search?q=loại:chỉ thị").text


def test_a_field_that_there_is_not_is_dropped_whole(auth: Any, two_documents: tuple[int, int]) -> None:
    page = unescape(auth("staff").get("/search?q=zzqw lĩnh vực:zzqx").text)
    ways = dict(re.findall(r'<a class="btn btn-outline-primary" href="([^"]*)">([^<]*)</a>', page))
    (address,) = [address for address, label in ways.items() if label == "Bỏ từ “lĩnh vực:zzqx”"]
    assert address == "/search?q=zzqw" and "Không có mục “lĩnh vực:”" in page


def test_a_question_typed_with_the_input_method_off(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = staff.get("/search?q=khen thuwowrng taapj theer").text
    assert total(page) == "1" and "cách gõ Telex: khen thưởng tập thể" in page
    (address,) = re.findall(r'<a href="([^"]*)" rel="nofollow">Tìm đúng như đã gõ</a>', page)
    kept = staff.get(unescape(address)).text
    assert total(kept) == "0" and "cách gõ Telex" not in kept and "Tìm đúng như đã gõ" not in kept


def test_words_typed_without_a_space_are_searched_with_one_and_there_is_a_way_back(
    auth: Any, two_documents: tuple[int, int]
) -> None:
    staff = auth("staff")
    page = unescape(staff.get("/search?q=khenthưởng tập thể").text)
    assert total(page) == "1" and "Tìm theo “khen thưởng tập thể”" in page and "Ý bạn là" not in page
    back = next(link for link in links(page) if "khenth" in link and "%22" in link)
    kept = unescape(staff.get(back).text)
    assert "Tìm theo “" not in kept and "Tìm đúng như đã gõ" not in kept and "khenthưởng" in kept



def test_a_day_in_the_question_stands_in_its_field(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    assert 'name="at" value="31/12/2023"' in staff.get("/search?q=điều hiệu lực:2023").text
    # A value of the form replaces the typed one.
    page = staff.get("/search?q=điều hiệu lực:2023&at=05/02/2024").text
    assert 'name="at" value="05/02/2024"' in page and total(page) == "1"


def test_nothing_found_by_fields_offers_the_words_alone(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = staff.get("/search?q=khen thưởng loại:nghị định năm:2024&since=01/01/2024").text
    ways = dict(re.findall(r'<a class="btn btn-outline-primary" href="([^"]*)">([^<]*)</a>', page))
    words = next(unescape(address) for address, label in ways.items() if label == "Chỉ tìm từ, bỏ các mục")
    assert total(staff.get(words).text) == "1" and "Bỏ giới hạn “Ban hành từ 01/01/2024”" in ways.values()
    page = staff.get("/search?q=zzqx HOẶC đuýx").text
    bare = next(link for link in links(page) if link.endswith("zzqx+OR+duyx"))
    assert 'class="alert' not in staff.get(bare).text


def test_dates_of_issue_are_addresses_and_can_be_dropped(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = staff.get("/search?q=điều&since=01/01/2024&until=31/01/2024").text
    assert total(page) == "0" and "Ban hành từ 01/01/2024 đến 31/01/2024" in page
    assert total(staff.get("/search?since=05/02/2024").text) == "2"
    assert total(staff.get("/search?q=điều từ:2023&until=2024-02-05").text) == "2"
    assert total(staff.get("/search?q=điều đến:2023&until=2024-02-05").text) == "0"
    dropped = next(link for link in links(page) if urlsplit(link).query == "q=%C4%91i%E1%BB%81u")
    assert total(staff.get(dropped).text) == "2"


def test_a_month_or_a_year_is_enough_in_the_fields_of_days(
    auth: Any, two_documents: tuple[int, int]
) -> None:
    staff = auth("staff")
    for fields, count, shown in (
        ("since=2024&until=2024", "2", "Ban hành từ 01/01/2024 đến 31/12/2024"),
        ("since=02/2024&until=05 . 02 . 2024", "2", "Ban hành từ 01/02/2024 đến 05/02/2024"),
        ("until=01/2024", "0", "Ban hành đến 31/01/2024"),
        ("until=hôm nay", "2", f"Ban hành đến {dates.today():%d/%m/%Y}"),
        ("at=2024", "1", "Có hiệu lực ngày 31/12/2024"),
        ("at=01/2024", "0", "Có hiệu lực ngày 31/01/2024"),
    ):
        page = staff.get(f"/search?q=điều&{fields}").text
        assert (total(page), shown in page, 'class="alert' in page) == (count, True, False), fields
    turned = staff.get("/search?q=điều&since=2025&until=2023").text
    assert total(turned) == "2" and "đã đổi chỗ hai ngày" in turned
    assert 'name="since" value="01/01/2023"' in turned and 'name="until" value="31/12/2025"' in turned
    assert "Không hiểu ngày “13/2024”" in staff.get("/search?q=điều&until=13/2024").text


def test_within_a_folder_and_those_below(app: Flask, auth: Any, two_documents: tuple[int, int]) -> None:
    clerk, root = auth("clerk"), tree.root_id()
    for name in ("Ngoài", "Trong"):
        clerk.submit(f"/folders/{root}/folders", {"name": name})
    outside, inside = (folder_called(name) for name in ("Ngoài", "Trong"))
    clerk.submit(f"/folders/{inside}/folders", {"name": "Sâu"})
    stored(app, clerk, decision(number="41"), "c.docx", publish="1", folder=str(folder_called("Sâu")))
    counts = {
        folder: total(clerk.get(f"/search?q=điều&folder_in={folder}").text)
        for folder in (root, inside, outside)
    }
    assert counts == {root: "3", inside: "1", outside: "0"}
    page = clerk.get(f"/search?q=điều&folder_in={inside}").text
    assert "Trong thư mục: Trong" in page and "/search?q=%C4%91i%E1%BB%81u" in links(page)
    # The next query typed in the frame searches in the folder too, like the one that narrows the results.
    assert page.count(f'name="folder_in" value="{inside}"') == 2
    assert '<label class="visually-hidden" for="search-box">Tìm trong thư mục này và các thư mục con</label>' in page
    assert 'name="folder_in"' not in clerk.get("/search?q=điều").text


def test_a_hidden_folder_is_like_one_that_is_not_there(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    hidden = own_folder(auth.people["clerk"])
    pages = [staff.get(f"/search?q=điều&folder_in={folder}").text for folder in (hidden, "999999")]
    alike = [NONCE.sub("", re.sub(r"<span>\d+ ms</span>", "", page)) for page in pages]
    alike[0] = alike[0].replace(f"folder_in={hidden}", "folder_in=999999")
    alike[0] = alike[0].replace(f'"folder_in" value="{hidden}"', '"folder_in" value="999999"')
    assert alike[0] == alike[1] and "Không có thư mục này" in alike[0]
    assert total(pages[0]) == "2"


def folder_called(name: str) -> int:
    with db.read() as session:
        return session.scalars(select(Folder.id).where(Folder.name == name)).one()


def test_every_example_of_the_help_page_is_understood(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = staff.get("/search/help").text
    examples = [link for link in links(page) if link.startswith("/search?q=")]
    assert len(examples) > 20 and "/search/help" in links(staff.get("/search").text)
    assert "/search/help" in links(staff.get("/search?q=điều").text)
    for example in examples:
        answer = staff.get(example)
        noted = re.findall(r"<li>(.*?)</li>", answer.text.partition('class="alert')[2].partition("</div>")[0])
        # This site has no documents with these numbers, types and issuers.
        assert answer.status_code == 200 and all(map(NOT_HERE.match, noted)), example
    said = re.findall(r"(\d+) (?:ký tự|tiếng|dấu|lớp)", page)
    assert {MAX_CHARACTERS, MAX_SYLLABLES, MAX_OPERATORS} <= set(map(int, said))


def test_the_help_page_says_how_words_are_widened_and_weighed(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = unescape(staff.get("/search/help").text)
    for typed in ("ngh*m thu", "ng?ị quyết", "kiễm~ tra", "nghiem~2 thu", '"hội nghị công chức"~5', "lưu^3 trữ"):
        assert f'<code lang="vi">{typed}</code>' in page, typed
        assert parse(typed).strict is not None or parse(typed).boosts
    assert f"(nhiều nhất {MAX_DISTANCE})" in page and f"nhiều nhất {MOST_EXPANDED} từ khác nhau" in page
    assert "Số sau dấu ^ phải từ 0,1 đến 10" in page and "“kiễm~” tìm thấy “kiểm”" in page
    # What the page says of the order and of a question mark between vowels is what the query language does.
    assert "dấu ~> và một số" in page and "Dấu ~> (đúng thứ tự đã gõ)" in told(parse('-"hội nghị"~>5 cán bộ').notes)[0]
    assert "Không dùng cạnh OR hay sau dấu trừ." in page and not parse('("hội nghị"~>5) cán bộ').notes
    assert "“chu?ên” là hai từ, hãy viết “chu*ên”" in page and parse("chu?ên").free == ("chu", "ên")
    staff.submit("/language", {"language": "en"})
    assert f"({MAX_DISTANCE} at most)" in unescape(staff.get("/search/help").text)


def test_words_that_were_cut_are_told(auth: Any, two_documents: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "MOST_EXPANDED", 0)
    for typed in ("kh?n", "khem~", "kh*n thưởng"):
        page = auth("staff").get("/search", query_string={"q": typed}).text
        assert "Câu tìm quá rộng, đã dừng sớm: có thể còn văn bản khác." in page, typed


def test_what_was_found_so_is_marked(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    for typed in ("kh?n*", "khem~ thưởng", '"thưởng khen"~1'):
        assert "<mark>" in staff.get("/search", query_string={"q": typed}).text, typed
    page = staff.get("/search", query_string={"q": '"thưởng khen zzqx"~4^2'}).text
    ways = dict(re.findall(r'<a class="btn btn-outline-primary" href="([^"]*)">([^<]*)</a>', page))
    (address,) = [unescape(address) for address, label in ways.items() if label == "Bỏ từ “zzqx”"]
    assert total(staff.get(address).text) == "1" and address.endswith("khen%22~4%5E2")


def test_every_note_has_its_sentence() -> None:
    codes = {note.code for typed in queries(3, 1_500) for note in parse(typed).notes}
    assert len(codes) > 10 and codes <= set(SENTENCES)
    for code in SENTENCES:
        (sentence,) = told([Note(code, "50% <b>"), Note(code, "50% <b>")])
        assert "%(" not in sentence


def test_grown_questions_never_break_the_page(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    for typed in queries(4, 400)[-60:]:
        answer = staff.get("/search", query_string={"q": typed.encode("utf-8", "ignore").decode()})
        assert answer.status_code == 200, typed
