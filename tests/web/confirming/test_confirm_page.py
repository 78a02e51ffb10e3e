"""The page of the facts around its fields: the queue, what must be looked at, suggestions, and files of one number."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, File, Rendering, Version
from tests.filling import mixed
from tests.filling.desk import actions, hand_in, own_folder, revision, stored, work
from tests.filling.filing import load
from tests.filling.old_fonts import in_bytes
from tests.filling.papers import BODY, decision, pdf

DOUBTFUL = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\nSố:      /KH-SGDĐT\n\nKẾ HOẠCH\n\nTổ chức hội nghị cán bộ\n\nNội dung.\n".encode()


def confirm(client: Any, number: int, /, **values: Any) -> Any:
    """Send the form with the button "Lưu và xác nhận"."""
    return client.submit(f"/documents/{number}/facts", {"revision": revision(client, number), "confirm": "1", **values})


@pytest.fixture
def clerk(auth: Any) -> Any:
    return auth("clerk")


@pytest.fixture
def three(app: Flask, clerk: Any) -> list[int]:
    """Three drafts that wait."""
    rows = hand_in(clerk, {f"{n}.docx": decision(number=str(n)) for n in (1, 2, 3)})
    work(app)
    return [row["document"] for row in rows]


def test_the_head_says_the_place_in_the_queue(clerk: Any, three: list[int]) -> None:
    page = clerk.get(f"/documents/{three[1]}/facts").text
    assert "Xác nhận 2/3" in page
    assert f'rel="prev" href="/documents/{three[0]}/facts"' in page
    assert re.search(rf'rel="next" data-later href="/documents/{three[2]}/facts"', page)


def test_what_follows_is_chosen_and_remembered(clerk: Any, three: list[int]) -> None:
    # Without a choice the next later one follows; one that was put off comes after the last.
    assert confirm(clerk, three[1]).location == f"/documents/{three[2]}/facts"
    assert confirm(clerk, three[2]).location == f"/documents/{three[0]}/facts"
    stays = confirm(clerk, three[0], after="stay")
    assert stays.location == f"/documents/{three[0]}"
    # The message leads to the document that was confirmed.
    link = f'Đã xác nhận “<a class="alert-link" href="/documents/{three[0]}">Quyết định 1/QĐ-SGDĐT</a>”.'
    assert link in clerk.get(stays.location).text


def test_staying_is_remembered_but_the_key_for_the_next_goes_on(clerk: Any, three: list[int]) -> None:
    confirm(clerk, three[0], after="stay")
    assert '<option value="stay" selected>' in clerk.get(f"/documents/{three[1]}/facts").text
    assert confirm(clerk, three[1], confirm="next").location == f"/documents/{three[2]}/facts"
    assert confirm(clerk, three[2], after="nonsense").location == f"/documents/{three[2]}"


def test_who_corrects_a_confirmed_document_stays_there(clerk: Any, three: list[int]) -> None:
    confirm(clerk, three[0])
    page = clerk.get(f"/documents/{three[0]}/facts").text
    assert 'name="after"' not in page and 'value="next"' not in page
    for sent in ({"after": "next"}, {"confirm": "next"}):
        done = confirm(clerk, three[0], signer="Người Khác", **sent)
        assert done.location == f"/documents/{three[0]}"
        assert "Đã sửa “<a" in clerk.get(done.location).text


def test_the_first_button_of_the_form_is_the_one_for_enter(clerk: Any, three: list[int]) -> None:
    buttons = re.findall(r"<button[^>]*confirm-form[^>]*>|<button[^>]*data-main[^>]*>", clerk.get(f"/documents/{three[0]}/facts").text)
    assert 'value="1"' in buttons[0] and 'value="next"' in buttons[1]


def test_what_must_be_looked_at_is_asked_once(app: Flask, clerk: Any) -> None:
    number = stored(app, clerk, DOUBTFUL, "a.txt")
    page = clerk.get(f"/documents/{number}/facts").text
    assert 'data-must="number"' in page and 'data-must="issuer"' in page and 'data-must="subject"' not in page
    assert page.count("⚠ chưa đọc được") == 2
    asked = confirm(clerk, number, number="", issuer="", signer="Người Gõ Tay")
    assert asked.status_code == 409 and "document:confirm" not in actions(number)
    assert "Hãy xem lại các mục sau rồi xác nhận: Số, ký hiệu, Cơ quan ban hành." in asked.text
    assert 'value="Người Gõ Tay"' in asked.text
    assert 'name="despite_doubt" value="1">Đã xem, lưu và xác nhận</button>' in asked.text
    done = confirm(clerk, number, confirm="0", despite_doubt="1", number="", issuer="", signer="Người Gõ Tay")
    assert done.status_code == 302 and actions(number).count("document:confirm") == 1


def test_fields_with_the_focus_or_a_new_value_are_looked_at(app: Flask, clerk: Any) -> None:
    number = stored(app, clerk, DOUBTFUL, "a.txt")
    some = confirm(clerk, number, looked="number")
    assert some.status_code == 409 and 'name="looked" value="number"' in some.text
    assert "xác nhận: Cơ quan ban hành." in some.text
    assert confirm(clerk, number, looked="number", issuer="Sở Mẫu").status_code == 302
    other = stored(app, clerk, DOUBTFUL + b"x", "b.txt")
    assert confirm(clerk, other, looked=["number", "issuer"]).status_code == 302


def test_saving_without_confirming_asks_nothing(app: Flask, clerk: Any) -> None:
    number = stored(app, clerk, DOUBTFUL, "a.txt")
    assert confirm(clerk, number, confirm="0").status_code == 302


def test_an_untouched_doubtful_day_counts_as_untouched(app: Flask, clerk: Any) -> None:
    number = stored(app, clerk, decision())
    with db.write() as session:
        for fact in session.get_one(Document, number).facts:
            fact.sure = fact.field != "issued_on"
    assert confirm(clerk, number, issued_on="05/02/2024").status_code == 409
    assert confirm(clerk, number, issued_on="06/02/2024").status_code == 302


def test_suggestions_are_in_the_page_and_at_an_address(app: Flask, auth: Any, clerk: Any) -> None:
    number = stored(app, clerk, decision(), publish="1")
    other = stored(app, clerk, decision(number="13"), "b.docx")
    page = clerk.get(f"/documents/{other}/facts").text
    assert '<datalist id="suggested-signer"><option value="Người Ký Thử">' in page
    assert clerk.get("/documents/suggestions?field=signer&q=nguoi+k").json == {"values": ["Người Ký Thử"]}
    assert clerk.get("/documents/suggestions?field=khong-co&q=n").json == {"values": []}
    assert auth("auditor").get("/documents/suggestions?field=signer&q=n").status_code == 404
    assert number


def test_suggestions_and_clashes_never_come_from_what_is_hidden(app: Flask, auth: Any, clerk: Any) -> None:
    hidden = own_folder(auth.people["staff"])
    stored(app, auth("staff"), decision(subject="Về việc kín"), "kin.docx", folder=hidden, publish="1")
    number = stored(app, clerk, decision(), "b.docx")
    page = clerk.get(f"/documents/{number}/facts").text
    assert "Về việc kín" not in page and "<datalist" in page and "Đã có" not in page
    assert clerk.get("/documents/suggestions?field=signer&q=nguoi").json == {"values": []}


@pytest.fixture
def pair(app: Flask, clerk: Any) -> tuple[int, int]:
    """A confirmed decision, and a draft of the same number."""
    one = stored(app, clerk, decision(), "goc.docx")
    confirm(clerk, one, type="Quyết định", number="12/QĐ-SGDĐT")
    return one, stored(app, clerk, pdf(2), "khac.pdf")


def names(document_id: int) -> list[str]:
    """The names of all files of a document, by version."""
    with db.read() as session:
        query = select(File.name).join(Version).where(Version.document_id == document_id).order_by(Version.no, File.id)
        return list(session.scalars(query))


SAME = {"number": "12/qđ-sgdđt", "issuer": "SỞ GD&ĐT", "issued_on": "05/02/2024", "type": "Quyết định"}


def test_the_same_number_shows_both_and_three_choices(clerk: Any, pair: tuple[int, int]) -> None:
    one, two = pair
    asked = confirm(clerk, two, **SAME)
    assert asked.status_code == 409
    for value in (f"version-{one}", f"rendition-{one}", "separate"):
        assert f'name="same" form="confirm-form" value="{value}"' in asked.text
    assert '<tr class="differs"><th scope="row">Trích yếu' in asked.text
    assert '<tr><th scope="row">Ngày ban hành</th>' in asked.text and "</span>05/02/2024</td>" in asked.text
    assert 'value="12/qđ-sgdđt"' in asked.text


@pytest.mark.parametrize(("way", "files"), [("version", ["goc.docx", "khac.pdf"]), ("rendition", ["goc.docx", "khac.pdf"])])
def test_a_file_is_given_to_the_other_document(app: Flask, clerk: Any, pair: tuple[int, int], way: str, files: list[str]) -> None:
    one, two = pair
    done = confirm(clerk, two, **SAME, same=f"{way}-{one}")
    assert done.location == f"/documents/{one}"
    work(app)
    page = clerk.get(f"/documents/{one}?tab=files").text
    assert names(one) == files
    assert ("Phiên bản 2" in page) == (way == "version")
    assert ("bản thể hiện khác" in page) == (way == "rendition")
    assert f'Đã nhập tệp vào “<a class="alert-link" href="/documents/{pair[0]}">Quyết định 12/QĐ-SGDĐT</a>”' in page
    assert clerk.get(f"/documents/{two}").location == f"/documents/{one}"
    assert clerk.get("/bin").text.count("khac.pdf") == 0
    assert "document:publish" not in actions(two)


def test_it_is_asked_before_other_people_may_read_a_file(app: Flask, clerk: Any, auth: Any) -> None:
    one = stored(app, clerk, decision(), "goc.docx", publish="1")
    own = own_folder(auth.people["clerk"])
    two = stored(app, clerk, pdf(2), "rieng.pdf", folder=own)
    shown = confirm(clerk, two, **SAME).text
    assert "có người đọc khác với văn bản này" in shown and "Thư mục “Văn bản”" in shown
    asked = confirm(clerk, two, **SAME, same=f"version-{one}")
    assert asked.status_code == 409 and 'name="despite_readers"' in asked.text
    assert names(one) == ["goc.docx"] and "document:edit" not in actions(two)
    done = confirm(clerk, two, **SAME, same=f"version-{one}", despite_readers="1")
    assert done.status_code == 302 and names(one) == ["goc.docx", "rieng.pdf"]


def test_a_separate_document_is_confirmed_as_it_is(clerk: Any, pair: tuple[int, int]) -> None:
    assert confirm(clerk, pair[1], **SAME, same="separate").status_code == 302
    assert actions(pair[1]).count("document:confirm") == 1 and names(pair[0]) == ["goc.docx"]


def test_a_choice_of_a_hidden_document_gives_nothing_away(app: Flask, auth: Any, clerk: Any, pair: tuple[int, int]) -> None:
    hidden = own_folder(auth.people["staff"])
    kept = stored(app, auth("staff"), decision(number="99"), "kin.docx", folder=hidden)
    for number in (kept, 999_999):
        assert confirm(clerk, pair[1], same=f"version-{number}").status_code == 404
    assert names(kept) == ["kin.docx"] and names(pair[1]) == ["khac.pdf"]


def test_a_refused_choice_keeps_what_was_typed(app: Flask, clerk: Any, pair: tuple[int, int]) -> None:
    unread = hand_in(clerk, {"moi.docx": decision(number="44")})[0]["document"]
    refused = confirm(clerk, pair[1], signer="Người Gõ Tay", same=f"version-{unread}")
    assert refused.status_code == 400 and "còn đang đọc" in refused.text
    assert 'value="Người Gõ Tay"' in refused.text and names(pair[1]) == ["khac.pdf"]


@pytest.mark.parametrize("same", ["rendition-{own}", "version-khong", "rendition-", "gop"])
def test_a_choice_that_cannot_be_made_saves_nothing(app: Flask, clerk: Any, pair: tuple[int, int], same: str) -> None:
    before = load(pair[1]).signer
    refused = confirm(clerk, pair[1], signer="Người Gõ Tay", same=same.format(own=pair[1]))
    assert refused.status_code == 400 and 'value="Người Gõ Tay"' in refused.text
    document = load(pair[1])
    assert document.signer == before and not {"document:edit", "document:confirm"} & set(actions(pair[1]))
    assert document.confirmed_at is None and document.workflow == "draft"


def test_the_address_of_a_joined_draft_leads_on(app: Flask, auth: Any, clerk: Any, pair: tuple[int, int]) -> None:
    confirm(clerk, pair[1], same=f"rendition-{pair[0]}")
    moved = clerk.get(f"/documents/{pair[1]}")
    assert (moved.status_code, moved.location) == (302, f"/documents/{pair[0]}")
    # Who might not read the draft learns nothing, though the other document may be read.
    staff = auth("staff")
    assert staff.get(f"/documents/{pair[0]}").status_code == 200
    assert staff.get(f"/documents/{pair[1]}").status_code == staff.get("/documents/999999").status_code == 404


def test_a_further_file_comes_from_the_tab_of_files(app: Flask, auth: Any, clerk: Any, pair: tuple[int, int]) -> None:
    address = f"/documents/{pair[0]}/files"

    def add(data: bytes, name: str) -> str:
        answer = clerk.submit(address, {"file": (io.BytesIO(data), name)})
        assert answer.location == f"/documents/{pair[0]}?tab=files"
        return str(clerk.get(answer.location).text)

    assert "Đã thêm bản thể hiện" in add(mixed.pdf_paper(12), "ky-so.pdf")
    page = clerk.get(f"/documents/{pair[0]}?tab=files").text
    assert "đang kiểm tra dấu mật" in page and "PDF" in page
    assert "ky-so.pdf" not in auth("staff").get(f"/documents/{pair[0]}?tab=files").text
    work(app)
    page = auth("staff").get(f"/documents/{pair[0]}?tab=files").text
    assert "ky-so.pdf" in page and "đang kiểm tra dấu mật" not in page and "Thêm bản thể hiện" not in page
    assert "đã có tệp ấy" in add(mixed.pdf_paper(12), "lan-hai.pdf")
    assert "không phải là văn bản" in add(b"GIF89a\1\0\1\0", "a.gif")
    assert "Xin chọn một tệp" in clerk.get(clerk.submit(address, {}).location).text
    assert auth("staff").submit(address, {"file": (io.BytesIO(b"x"), "x.txt")}).status_code == 404
    assert "file:add" in actions(pair[0])


def test_the_picture_turns_and_grows_by_links(app: Flask, clerk: Any) -> None:
    number = stored(app, clerk, pdf(3), "a.pdf")
    page = clerk.get(f"/documents/{number}/facts?page=2&zoom=150").text
    assert "trang 2/3" in page and "zoom-150" in page and "/pages/2.png" in page
    for link in ("page=1&amp;zoom=150", "page=3&amp;zoom=150", "page=2&amp;zoom=100", "page=2&amp;zoom=200"):
        assert f"/documents/{number}/facts?{link}" in page
    odd = clerk.get(f"/documents/{number}/facts?page=99&zoom=7").text
    assert "trang 3/3" in odd and "zoom-100" in odd


def test_a_picture_without_the_old_fonts_is_not_shown_first(app: Flask, clerk: Any) -> None:
    words = ("Bộ Tài chính", "Số: 12/2003/TT-BTC", "Thông tư", "Hướng dẫn thực hiện dân chủ", *BODY)
    number = stored(app, clerk, in_bytes("\n".join(words), "tcvn3"), "cu.txt")
    address = f"/documents/{number}/facts"
    page = clerk.get(address).text
    assert "Chữ được chuyển mã từ bảng mã cũ sang Unicode." in page and "Xem ảnh trang" not in page
    with db.write() as session:
        file = session.scalars(select(File).join(Version).where(Version.document_id == number)).one()
        file.kind = "docx"
        session.merge(Rendering(sha256=file.sha256, pdf_sha256=file.sha256, pages=1, reason_code=None))
    page = clerk.get(address).text
    assert "data-confirm-text" in page and "data-picture-tools" not in page and f"{address}?view=picture" in page
    drawn = clerk.get(f"{address}?view=picture").text
    assert "data-picture-tools" in drawn and "ảnh trang hiện sai dấu" in drawn


def test_the_places_of_words_are_in_the_page(app: Flask, clerk: Any) -> None:
    number = stored(app, clerk, mixed.pdf_paper(12), "a.pdf")
    page = clerk.get(f"/documents/{number}/facts").text
    assert '<rect data-field="number" x="0.' in page and '<rect data-field="signer"' in page
