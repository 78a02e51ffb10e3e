"""Uploading: the result for each file, as a page and as JSON, and its state afterwards."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask

from docmgr.models import User
from docmgr.policy import COMMAND_LINE, DELIVERED, OWNER, Actor
from docmgr.services.folders import local_roles, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.desk import JSON, actions, hand_in, own_folder, work
from tests.filling.papers import decision, pdf

GIF = b"GIF89a\1\0\1\0"


def test_each_file_gets_an_answer_of_its_own(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    rows = hand_in(
        clerk, {"một.docx": decision(), "hai.pdf": pdf(), "ảnh.gif": GIF, "một nữa.docx": decision(day="06")}
    )
    assert [row["path"] for row in rows] == ["một.docx", "hai.pdf", "ảnh.gif", "một nữa.docx"]
    assert [row["outcome"] for row in rows] == ["stored", "stored", "refused", "stored"]
    assert [row["state"] for row in rows] == ["waiting", "waiting", None, "waiting"]
    assert rows[2]["document"] is None and "không phải là văn bản" in rows[2]["reason"]
    assert set(rows[0]) == {"path", "outcome", "reason", "document", "state"}


def test_the_same_bytes_lead_to_the_document_that_is_here(app: Flask, auth: Any) -> None:
    clerk, data = auth("clerk"), decision()
    (first,) = hand_in(clerk, {"a.docx": data})
    page = clerk.submit("/documents/new", {"files": [(io.BytesIO(data), "b.docx")]})
    assert page.status_code == 200
    assert "Đã có trong kho" in page.text
    assert f'href="/documents/{first["document"]}"' in page.text


def test_a_hidden_twin_does_not_give_itself_away(auth: Any, people: dict[str, User]) -> None:
    data = decision()
    (hidden,) = hand_in(auth("clerk"), {"a.docx": data})
    (own,) = hand_in(auth("leader"), {"a.docx": data}, folder=own_folder(people["leader"]))
    assert own["outcome"] == "stored"
    assert own["document"] != hidden["document"]


def test_states_move_from_waiting_to_findable_and_looking_records_nothing(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    (row,) = hand_in(clerk, {"a.docx": decision()})
    address = f"/documents/states?ids={row['document']},999999,x"
    before = actions()
    waiting = clerk.get(address).json
    assert [(s["document"], s["state"], s["done"]) for s in waiting] == [(row["document"], "waiting", False)]
    assert actions() == before
    work(app)
    (done,) = clerk.get(address).json
    assert (done["state"], done["done"], done["label"]) == ("findable", True, "Quyết định 12/QĐ-SGDĐT")
    assert "cần xác nhận" in done["sentence"]


def test_states_of_documents_one_may_not_read_are_left_out(app: Flask, auth: Any) -> None:
    (row,) = hand_in(auth("clerk"), {"a.docx": decision()})
    assert auth("staff").get(f"/documents/states?ids={row['document']}").json == []


def test_without_script_the_page_names_each_result_and_offers_to_look_again(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    parts = [(io.BytesIO(decision()), "quyết định.docx"), (io.BytesIO(GIF), "ảnh.gif")]
    page = clerk.submit("/documents/new", {"files": parts})
    assert "quyết định.docx" in page.text and "Đã lưu, đang chờ đọc" in page.text
    assert "Không nhận:" in page.text
    work(app)
    again = clerk.get("/documents/new?ids=1")
    assert "Quyết định 12/QĐ-SGDĐT</a>" in again.text and "data-name>quyết định.docx</span>" in again.text and "cần xác nhận" in again.text


def test_a_document_stays_a_draft_until_confirmed_unless_asked(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    (draft,) = hand_in(clerk, {"a.docx": decision()})
    (public,) = hand_in(clerk, {"b.docx": decision(number="13")}, publish="1")
    work(app)
    staff = auth("staff")
    assert staff.get(f"/documents/{draft['document']}").status_code == 404
    assert staff.get(f"/documents/{public['document']}").status_code == 200


def test_no_file_is_said_at_the_field(auth: Any) -> None:
    clerk = auth("clerk")
    page = clerk.submit("/documents/new", {"folder": "1"})
    assert page.status_code == 400 and 'href="#files"' in page.text
    assert clerk.submit("/documents/new", {}, headers=JSON).json == {"error": "Xin chọn ít nhất một tệp."}


def test_a_file_over_the_limit_is_refused_by_name(auth: Any) -> None:
    (row,) = hand_in(auth("clerk"), {"to.txt": b"a" * 20_000_001})
    assert (row["outcome"], row["reason"]) == ("refused", "Tệp lớn hơn 19 MB.")


def test_a_request_over_the_limit_answers_413_in_vietnamese(app: Flask, auth: Any) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    clerk = auth("clerk")
    data = {"files": [(io.BytesIO(b"a" * 20_000), "to.txt")]}
    page = clerk.submit("/documents/new", data)
    assert page.status_code == 413 and "Dung lượng gửi lên quá lớn" in page.text
    data = {"files": [(io.BytesIO(b"a" * 20_000), "to.txt")]}
    assert clerk.submit("/documents/new", data, headers=JSON).status_code == 413


def test_more_files_than_allowed_are_refused_before_any_is_stored(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    parts = [(io.BytesIO(b"x"), f"{n}.txt") for n in range(201)]
    page = clerk.submit("/documents/new", {"files": parts})
    assert page.status_code == 413 and "nhiều nhất 200 tệp" in page.text
    assert actions() == ["folder:create"]


def test_who_may_not_upload_finds_no_page(auth: Any) -> None:
    for role in ("auditor", "administrator"):
        browser = auth(role)
        assert browser.get("/documents/new").status_code == 404
        assert browser.submit("/documents/new", {"files": [(io.BytesIO(b"x"), "a.txt")]}).status_code == 404


def test_a_folder_one_may_not_edit_is_refused_and_not_offered(app: Flask, auth: Any) -> None:
    staff = auth("staff")
    assert "Bạn chưa có quyền thêm văn bản" in staff.get("/documents/new").text
    answer = staff.submit("/documents/new", {"files": [(io.BytesIO(decision()), "a.docx")], "folder": "1"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.docx", "..\\..\\a.docx", "a\x00b.docx", "<svg onload=alert(1)>.docx", "‮xcod.exe"],
)
def test_strange_names_are_only_data(app: Flask, auth: Any, name: str) -> None:
    site = app.extensions["docmgr"]
    clerk = auth("clerk")
    page = clerk.submit("/documents/new", {"files": [(io.BytesIO(decision()), name)]})
    assert page.status_code == 200
    assert "<svg onload" not in page.text
    files = [path for path in site.settings.uploads.rglob("*") if path.is_file()]
    assert [len(path.name) for path in files] == [64]


def test_without_ids_the_page_lists_what_still_waits(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    assert "còn chờ" not in clerk.get("/documents/new").text
    (first,) = hand_in(clerk, {"a.docx": decision()})
    work(app)
    (second,) = hand_in(clerk, {"b.docx": decision(number="13")})
    page = clerk.get("/documents/new").text
    assert "Bạn tải lên trong 24 giờ qua, và trước đó còn chờ" in page and "data-upload-waiting" in page
    assert page.index(f'data-document="{second["document"]}"') < page.index(f'data-document="{first["document"]}"')
    assert 'data-state="waiting" data-document="{}"'.format(second["document"]) in page
    assert "cần xác nhận" in page and "còn chờ" not in clerk.get(f"/documents/new?ids={first['document']}").text
    assert clerk.get("/documents/new?page=99").status_code == 200
    # What is done stays in the list of who comes back the same day, without the button to confirm it.
    form = clerk.get(f"/documents/{first['document']}/facts").text
    sent = {"revision": re.search(r'name="revision" value="(\d+)"', form)[1], "confirm": "1"}  # type: ignore[index]
    assert clerk.submit(f"/documents/{first['document']}/facts", sent).status_code == 302
    row = clerk.get("/documents/new").text.partition(f'data-document="{first["document"]}"')[2].partition("</li>")[0]
    assert "Đã tìm kiếm được" in row and re.search(r"data-confirm [^>]* hidden", row)


def test_the_folder_for_dropped_files(auth: Any, people: dict[str, User]) -> None:
    assert auth("clerk").get("/documents/new/folder").json == {"id": 1, "name": "Văn bản"}
    assert auth("staff").get("/documents/new/folder").json == {"id": None, "name": None}
    own = own_folder(people["leader"])
    assert auth("leader").get("/documents/new/folder").json["id"] == int(own)
    assert auth("auditor").get("/documents/new/folder").status_code == 404


def test_pages_say_where_dropped_files_go(app: Flask, auth: Any, people: dict[str, User]) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    (row,) = hand_in(clerk, {"a.docx": decision()}, publish="1")
    work(app)
    address = f"/documents/{row['document']}"
    assert f'data-drop-version="{address}/versions/new"' in clerk.get(address).text
    assert 'data-drop-folder="1" data-drop-name="Văn bản"' in clerk.get("/documents").text
    assert "js/drop.js" in clerk.get("/search").text
    for page in (address, "/documents", "/"):
        shown = staff.get(page).text
        assert not any(words in shown for words in ("js/drop.js", "data-drop-version", "data-drop-folder"))
    assert "js/drop.js" not in app.test_client().get("/login").text


def test_publishing_at_once_is_offered_where_one_may(auth: Any, people: dict[str, User], clerk: Actor) -> None:
    narrow = {OWNER: DELIVERED[OWNER] - {"approve"}, "editor": DELIVERED["editor"] - {"approve"}}
    folder = tree.create(clerk, tree.root_id(), "A").id
    leader, staff = f"user:{people['leader'].id}", f"user:{people['staff'].id}"
    for key in (leader, staff):
        sharing.grant(clerk, SharedThing(folder_id=folder), key, "contributor")
    assert 'name="publish"' in auth("staff").get("/documents/new").text
    local_roles.save(COMMAND_LINE, DELIVERED | narrow, revision=None)
    page = auth("staff").get("/documents/new").text
    assert 'name="publish"' not in page and f'<option value="{folder}" data-draft>' in page
    # Who may publish in one of the folders is told about the others.
    own = tree.create(clerk, tree.root_id(), "B").id
    for role in ("contributor", "reviewer"):
        sharing.grant(COMMAND_LINE, SharedThing(folder_id=own), staff, role)
    page = auth("staff").get("/documents/new").text
    assert 'name="publish"' in page and f'<option value="{own}">' in page and f'<option value="{folder}" data-draft>' in page
    assert "văn bản chờ người có quyền công bố" in page
