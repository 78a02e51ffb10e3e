"""Pages of own fields: the definitions, the form for facts with all kinds of controls, the document, lists, filters, exports."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from docmgr import db, worker
from docmgr.context import Context
from docmgr.models import User
from docmgr.policy import Actor
from docmgr.services.own_fields import definitions, values
from docmgr.services.own_fields.definitions import OwnFieldInput
from tests.filling.desk import stored
from tests.filling.filing import load
from tests.filling.papers import decision
from tests.filling.registers import hide
from tests.support.acting import actor_of
from tests.support.browsers import Client


@pytest.fixture
def admin(people: dict[str, User]) -> Actor:
    return actor_of(people["administrator"])


def followed(client: Client, address: str, **form: Any) -> str:
    """The page after a form was sent."""
    answer = client.submit(address, form)
    assert answer.status_code == 302, (address, answer.status_code, re.findall(r"alert-link[^<]*<|field-error\">[^<]*", answer.text))
    return str(client.get(answer.headers["Location"]).text)


def test_an_administrator_defines_changes_and_removes_a_field(app: Flask, auth: Any) -> None:
    client = auth("administrator")
    assert "Chưa có trường riêng nào." in client.get("/own-fields").text
    wrong = client.submit("/own-fields", {"label": "Kỳ họp", "kind": "choice", "choices": "A\na", "types": ["Nghị quyết"], "required": "1"})
    assert wrong.status_code == 400 and "có hai lần" in wrong.text and 'value="Kỳ họp"' in wrong.text
    assert re.search(r'value="Nghị quyết" checked', wrong.text) and re.search(r'name="required" value="1" checked', wrong.text)
    page = followed(client, "/own-fields", label="Kỳ họp", kind="choice", choices="A\nB", types=["Nghị quyết"])
    assert "Đã thêm trường riêng." in page and "ky_hop" in page and "Chọn một mục" in page
    page = client.get("/own-fields/1").text
    assert "ky_hop" in page and re.search(r">\s*A\nB</textarea>", page)
    sent = {"label": "Phiên họp", "choices": "A\nB", "position": "10", "revision": "1"}
    assert "Đã lưu." in followed(client, "/own-fields/1", **sent)
    stale = client.submit("/own-fields/1", {**sent, "label": "Khác", "revision": "1"})
    assert stale.status_code == 409 and "Phiên họp" in stale.text
    assert "Đã xóa trường riêng." in followed(client, "/own-fields/1/remove")
    assert auth("clerk").get("/own-fields").status_code == 404


def test_the_form_for_facts_asks_shows_and_keeps(app: Flask, auth: Any, admin: Actor, people: dict[str, User], clerk: Actor) -> None:
    for given in (
        OwnFieldInput("Kỳ họp", required=True, types=("Nghị quyết",), in_lists=True, help="Như in trên giấy mời"),
        OwnFieldInput("Nội dung", kind="long_text", types=("Nghị quyết",)), OwnFieldInput("Ngày họp", kind="date", types=("Nghị quyết",)),
        OwnFieldInput("Ban", kind="choices", choices="Kinh tế\nPháp chế", types=("Nghị quyết",)),
        OwnFieldInput("Công khai", kind="yes_no", types=("Nghị quyết",)), OwnFieldInput("Người trình", kind="person", types=("Nghị quyết",)),
    ):  # fmt: skip
        definitions.create(admin, given)
    client = auth("clerk")
    one = stored(app, client, decision())
    address = f"/documents/{one}/facts"
    page = client.get(address).text
    assert 'name="own_form"' in page and "own_ky_hop" not in page
    changed = {"revision": load(one).revision, "confirm": "1", "type": "Nghị quyết", "own_form": "1", "despite_doubt": "1"}
    asked = client.submit(address, changed)
    assert asked.status_code == 409 and "trường riêng chưa hiện" in asked.text and 'name="own_ky_hop"' in asked.text and load(one).type == "Quyết định"
    assert "Như in trên giấy mời" in asked.text and "(bắt buộc)" in asked.text and people["leader"].full_name in asked.text
    codes = ["ky_hop", "noi_dung", "ngay_hop", "ban", "cong_khai", "nguoi_trinh"]
    typed = {"own_ngay_hop": "31/02/2024", "own_ban": ["Pháp chế"], "own_noi_dung": "<b>Một</b>\nHai", "own_cong_khai": "yes", "own_nguoi_trinh": str(people["leader"].id)}
    wrong = client.submit(address, {**changed, **typed, "own": codes})
    assert wrong.status_code == 400 and "ngày không hợp lệ" in wrong.text and 'value="31/02/2024"' in wrong.text and re.search(r'value="Pháp chế" checked', wrong.text)
    assert "&lt;b&gt;Một" in wrong.text and re.search(r'value="yes" selected', wrong.text)
    typed["own_ngay_hop"] = "05/02/2024"
    blank = client.submit(address, {**changed, **typed, "own": codes})
    assert blank.status_code == 400 and "Hãy điền “Kỳ họp”." in blank.text and 'href="#own_ky_hop"' in blank.text
    followed(client, address, **changed, **typed, own=codes, own_ky_hop="Kỳ thứ 3", after="stay")
    page = client.get(f"/documents/{one}").text
    shown = {
        "Kỳ họp": "Kỳ thứ 3", "Nội dung": "&lt;b&gt;Một&lt;/b&gt;\nHai", "Ngày họp": "05/02/2024", "Ban": "Pháp chế", "Công khai": "Có",
        "Người trình": people["leader"].full_name,
    }  # fmt: skip
    assert dict(re.findall(r"<dt>([^<]+)</dt><dd[^>]*>([^<]*)</dd>", page)).items() >= shown.items()
    assert "Kỳ thứ 3" in client.get(f"/folders/{load(one).folder_id}").text
    stale = client.submit(address, {**changed, **typed, "own": codes, "own_ky_hop": "Kỳ thứ 4", "revision": "1"})
    assert stale.status_code == 409 and "<ins>Kỳ thứ 3</ins>" in stale.text and 'value="Kỳ thứ 4"' in stale.text
    assert values.plain(clerk, one)["ky_hop"]["value"] == "Kỳ thứ 3"


def test_results_are_filtered_listed_and_exported(app: Flask, site: Context, auth: Any, admin: Actor) -> None:
    definitions.create(admin, OwnFieldInput("Kỳ họp", kind="choice", choices="Thường lệ\nBất thường", in_lists=True))
    definitions.create(admin, OwnFieldInput("Công khai", kind="yes_no"))
    client = auth("clerk")
    one = stored(app, client, decision(), publish="1")
    stored(app, client, decision(number="99", subject="Về việc khác"), "b.docx", publish="1")
    sent = {"revision": load(one).revision, "confirm": "0", "own_form": "1", "own": ["ky_hop", "cong_khai"], "own_ky_hop": "Bất thường", "own_cong_khai": "no"}
    assert client.submit(f"/documents/{one}/facts", sent).status_code == 302
    worker.run_until_idle(site)
    db.release()
    shown = values.for_lists(actor_of(auth.people["clerk"]), [one])[one]
    assert [(line.field.label, line.words) for line in shown] == [("Kỳ họp", ("Bất thường",))]
    page = client.get("/search?q=dân+chủ").text
    assert 'id="facet-own_ky_hop">Kỳ họp' in page and "Bất thường" in page and "own-listed" in page and ">Không<" in page
    for address in ("/search?q=dân+chủ&own_ky_hop=Bất+thường", "/search?q=dân+chủ+ky_hop:\"bat+thuong\"+cong_khai:khong"):
        page = client.get(address).text
        assert 'class="chosen"' in page and f"/documents/{one}?" in page and page.count('class="hit"') == 1, address
    assert 'class="chosen"' not in client.get("/search?q=ky_hop:\"không+có\"").text
    assert "Bỏ lọc theo Kỳ họp" in client.get("/search?q=xyzw&own_ky_hop=Bất+thường").text
    page = client.get("/search/export?q=dân+chủ&own_ky_hop=Bất+thường").text
    assert 'value="own_ky_hop"' in page and "Kỳ họp" in page
    made = client.submit("/search/export", {"q": "dân chủ", "columns": ["subject", "own_ky_hop"], "form": "csv"})
    assert "Bất thường" in made.data.decode("utf-8-sig")
    hide(one)
    page = auth("staff").get("/search?q=dân+chủ").text
    assert "facet-own_ky_hop" not in page and "Bất thường" not in page
