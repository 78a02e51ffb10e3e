"""The table of waiting documents as a page: cells to edit, rows confirmed one by one or together, and rows that fail."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask

from docmgr import db
from docmgr.models import DocumentFact, Version
from docmgr.services.documents.waiting import listing
from tests.filling.desk import actions, hand_in, own_folder, work
from tests.filling.filing import load
from tests.filling.papers import decision

ADDRESS = "/documents/waiting"
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def three(app: Flask, auth: Any) -> list[int]:
    """Three decisions that were read; the number of the last one is doubtful."""
    files = {f"{number}.docx": decision(str(number)) for number in (12, 13, 14)}
    made = [int(row["document"]) for row in hand_in(auth("clerk"), files)]
    work(app)
    with db.write() as session:
        session.get_one(DocumentFact, (made[2], "number")).sure = False
    return made


def form(page: str) -> dict[str, list[str]]:
    """What the form on the page would send: hidden fields, chosen boxes and cells."""
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and value and ('type="hidden"' in tag or " checked" in tag):
            sent.setdefault(name[1], []).append(unescape(value[1]))
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n([^<]*)</textarea>', page):
        sent.setdefault(name, []).append(unescape(text))
    return sent


def press(client: Any, page: str | None = None, /, address: str = ADDRESS, **more: Any) -> Any:
    """Send the form of the page (None: opens it) with the changes of `more`; "number_12" is the cell of document 12."""
    sent = form(client.get(address).text if page is None else page)
    return client.submit(address, {**sent, **{re.sub(r"_(?=\d+$)", "-", name): value for name, value in more.items()}})


def decision_lines() -> str:
    """A decision with all facts but the name of the signer, whose office is printed."""
    return (
        "SỞ GIÁO DỤC VÀ ĐÀO TẠO\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\nSố: 77/QĐ-SGDĐT\n\n"
        "Hà Nội, ngày 5 tháng 2 năm 2024\n\nQUYẾT ĐỊNH\n\nVề việc thử nghiệm\n\nĐiều 1. Nội dung.\n\nGIÁM ĐỐC\n"
    )


def row(page: str, document_id: int) -> str:
    return next(part for part in page.split("data-row")[1:] if f'name="row" value="{document_id}"' in part)


def test_the_table_offers_what_was_read(auth: Any, three: list[int]) -> None:
    clerk = auth("clerk")
    page = clerk.get(ADDRESS).text
    sent = form(page)
    one, _, last = three
    assert sent["row"] == [str(number) for number in three]
    assert (sent[f"number-{one}"], sent[f"issued_on-{one}"]) == (["12/QĐ-SGDĐT"], ["05/02/2024"])
    assert sent["good"] == [str(number) for number in three[:2]] and "Xác nhận các dòng tốt (2)" in page
    assert "chưa chắc" in row(page, last) and "is-marked" in row(page, last)
    assert "chưa chắc" not in row(page, one) and "is-marked" not in row(page, one)
    assert "12.docx" in row(page, one) and f'href="/documents/{one}/facts"' in row(page, one)
    # Facts are labels, so the table records no reading.
    assert "document:view" not in actions(one)
    narrowed = form(clerk.get(f"{ADDRESS}?look=doubtful").text)
    assert narrowed["row"] == [str(last)] and "good" not in narrowed
    assert form(clerk.get(f"{ADDRESS}?look=good").text)["row"] == sent["good"]


def test_all_good_rows_at_once_and_no_other(auth: Any, three: list[int]) -> None:
    clerk = auth("clerk")
    answer = press(clerk, act="good", **{f"subject_{three[1]}": "Trích yếu đã sửa"})
    assert answer.status_code == 302 and answer.location == ADDRESS
    page = clerk.get(answer.location).text
    assert "Đã xác nhận 2 văn bản." in page and form(page)["row"] == [str(three[2])]
    assert [load(one).workflow for one in three] == ["published", "published", "draft"]
    assert load(three[1]).subject == "Trích yếu đã sửa" and load(three[2]).confirmed_at is None


def test_one_row_keeps_the_filter_and_what_is_typed_elsewhere(auth: Any, three: list[int]) -> None:
    clerk = auth("clerk")
    one, two, _ = three
    answer = press(clerk, one=str(one), address=f"{ADDRESS}?look=good", unpublished="1")
    assert answer.location == f"{ADDRESS}?look=good"
    assert (load(one).confirmed_at is not None, load(one).workflow) == (True, "draft")
    answer = press(clerk, one=str(three[2]), **{f"signer_{two}": f"Người {EVIL}"})
    sent = form(answer.text)
    assert answer.status_code == 200 and "Đã xác nhận 1 văn bản." in answer.text
    assert sent["row"] == [str(two)] and sent[f"signer-{two}"] == [f"Người {EVIL}"] and EVIL not in answer.text
    assert load(two).signer == "Người Ký Thử"
    press(clerk, answer.text, act="chosen", pick=[str(two)])
    assert load(two).signer == f"Người {EVIL}"


def test_rows_that_fail_come_back_and_the_others_are_saved(auth: Any, three: list[int]) -> None:
    clerk = auth("clerk")
    one, two, last = three
    page = clerk.get(ADDRESS).text
    press(clerk, one=str(two), **{f"subject_{two}": "Của người khác"})
    chosen = [str(number) for number in three]
    typed = {f"subject_{two}": "Của tôi", f"issued_on_{last}": "31/02/2024"}
    answer = press(clerk, page, act="chosen", pick=chosen, unpublished="1", **typed)
    assert answer.status_code == 409
    assert "Đã xác nhận 1 văn bản." in answer.text and "2 dòng chưa xác nhận được" in answer.text
    assert load(one).confirmed_at is not None
    sent = form(answer.text)
    assert sent["row"] == sent["pick"] == [str(two), str(last)] and sent["unpublished"] == ["1"]
    assert sent[f"subject-{two}"] == ["Của tôi"] and sent[f"issued_on-{last}"] == ["31/02/2024"]
    assert "đã được xác nhận trước đó" in row(answer.text, two)
    assert "<ins>Của người khác</ins>" in row(answer.text, two) and "<ins>" not in row(answer.text, last)
    assert "ngày không hợp lệ" in row(answer.text, last) and 'aria-invalid="true"' in row(answer.text, last)
    assert load(two).subject == "Của người khác"
    # Who has been told of the other's values may save over them.
    again = press(clerk, answer.text, one=str(two), **{f"issued_on_{last}": "05/02/2024"})
    assert again.status_code == 302 and load(two).subject == "Của tôi"


def test_a_wrong_cell_alone_is_bad_input(auth: Any, three: list[int]) -> None:
    answer = press(auth("clerk"), one=str(three[0]), **{f"issued_on_{three[0]}": "x"})
    assert answer.status_code == 400 and load(three[0]).confirmed_at is None
    assert form(answer.text)["row"] == [str(number) for number in three]
    taken = press(auth("clerk"), one=str(three[0]), **{f"number_{three[0]}": "13/QĐ-SGDĐT"})
    assert "Hãy so sánh ở phiếu xác nhận" in row(taken.text, three[0]) and load(three[0]).confirmed_at is None


def test_without_a_choice_nothing_is_confirmed_and_nothing_lost(auth: Any, three: list[int]) -> None:
    clerk = auth("clerk")
    for more in ({}, {"act": "chosen"}, {"act": ""}, {"one": "999999"}, {"act": "nonsense", "pick": [str(three[0])]}):
        answer = press(clerk, **more, **{f"signer_{three[0]}": "Đã gõ"})
        assert answer.status_code == 400 and "Chưa xác nhận dòng nào" in answer.text
        assert form(answer.text)[f"signer-{three[0]}"] == ["Đã gõ"]
    assert all(load(one).confirmed_at is None for one in three)


def test_a_form_confirms_at_most_one_page_and_only_its_rows(
    auth: Any, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = auth("clerk")
    page = clerk.get(ADDRESS).text
    press(clerk, page, row=[str(three[0])], act="chosen", pick=[str(three[0]), str(three[1])])
    assert [load(one).confirmed_at is not None for one in three] == [True, False, False]
    monkeypatch.setattr(listing, "PAGE_SIZE", 1)
    press(clerk, page, act="chosen", pick=[str(number) for number in three[1:]], row=[str(n) for n in three[1:]])
    assert [load(one).confirmed_at is not None for one in three] == [True, True, False]


def test_a_row_that_is_no_longer_the_persons_says_so(auth: Any, three: list[int]) -> None:
    clerk = auth("clerk")
    page = clerk.get(ADDRESS).text
    clerk.submit(f"/documents/{three[0]}/delete")
    answer = press(clerk, page, one=str(three[0]), **{f"signer_{three[0]}": "Đã gõ"})
    assert answer.status_code == 409 and "không còn, hoặc bạn không được sửa nữa" in answer.text
    assert "Đã gõ" in answer.text and "12.docx" not in answer.text


def test_what_is_wrong_with_the_text_is_said(auth: Any, three: list[int]) -> None:
    with db.write() as session:
        session.query(Version).filter_by(document_id=three[0]).update({"health": "doubtful", "health_reason": "odd_words"})
        session.get_one(DocumentFact, (three[1], "place")).sure = False
    page = auth("clerk").get(ADDRESS).text
    assert "Nhiều từ không thành chữ" in row(page, three[0]) and "Nhiều từ không thành chữ" not in row(page, three[1])
    assert "Chưa chắc ở phiếu xác nhận: Nơi ban hành" in " ".join(row(page, three[1]).split())
    assert "good" not in form(page)


def test_what_is_printed_but_not_read_is_marked(app: Flask, auth: Any, three: list[int]) -> None:
    made = int(hand_in(auth("clerk"), {"a.txt": decision_lines().encode()})[0]["document"])
    work(app)
    page = auth("clerk").get(ADDRESS).text
    part = row(page, made)
    cell = part.split('data-cell="signer"')[1].split("</td>")[0]
    assert "chưa đọc được" in cell and f'name="good" value="{made}"' not in part
    assert str(made) in form(auth("clerk").get(f"{ADDRESS}?look=doubtful").text)["row"]
    with db.write() as session:
        session.query(Version).filter_by(document_id=three[0]).update({"health": "converted", "health_reason": "converted"})
    good = row(auth("clerk").get(ADDRESS).text, three[0])
    assert "Chữ được chuyển mã" in good and "tốt" in good and "cell-doubtful" not in good


def test_folders_and_the_ways_to_the_table(app: Flask, auth: Any, three: list[int]) -> None:
    clerk = auth("clerk")
    folder = own_folder(auth.people["clerk"])
    hand_in(clerk, {"x.docx": decision("50")}, folder=folder)
    work(app)
    page = clerk.get(ADDRESS).text
    assert f'<option value="{folder}">' in page
    own = clerk.get(f"{ADDRESS}?folder={folder}").text
    assert len(form(own)["row"]) == 1 and f'<option value="{folder}" selected>' in own
    empty = clerk.get(f"{ADDRESS}?folder=999999").text
    assert "Không có văn bản nào như vậy" in empty and "row" not in form(empty)
    for address in ("/", "/documents/new", f"/documents/{three[0]}/facts"):
        assert f'href="{ADDRESS}"' in clerk.get(address).text
    assert f'href="{ADDRESS}"' not in auth("leader").get("/").text
    assert auth("auditor").get(ADDRESS).status_code == 404
