"""Long lists of units and people in the form for facts, and in the same facts for many documents: a search of them saves nothing and loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from docmgr import db
from docmgr.models import RegisterEntry, Unit, User
from docmgr.services.own_fields import definitions
from docmgr.services.own_fields.definitions import OwnFieldInput
from docmgr.web.kit import many
from tests.filling.desk import stored
from tests.filling.filing import load
from tests.filling.papers import decision
from tests.filling.registers import delivered, paper, rows
from tests.support.acting import actor_of
from tests.web.kit.test_many import offered, unit

NOT_CHOSEN = "Hãy bấm “Tìm” rồi chọn một mục"
LOOKED = ["type", "number", "subject", "issuer", "issued_on", "place", "signer", "position", "recipients"]


@pytest.fixture
def schools(people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """More units than a list shows; the people are few."""
    monkeypatch.setattr(many, "MOST", 8)
    with db.write() as session:
        session.add_all(Unit(name=f"Trường Mẫu số {number}") for number in range(1, 13))
    return [unit(f"Trường Mẫu số {number}") for number in range(1, 13)]


def test_the_receiving_unit_of_an_arrival_is_searched_while_facts_are_confirmed(auth: Any, people: dict[str, User], schools: list[int]) -> None:
    clerk, series = auth("clerk"), delivered(actor_of(people["clerk"]), "incoming")
    document = paper("Mời họp", number="5/GM-UBND", workflow="draft")
    address, first = f"/documents/{document}/facts", load(document).revision
    page = clerk.get(address).text
    assert offered(page, "unit_id") == {} and len(offered(page, "person_id")) > 3 and "person_id_q" not in page
    typed = {
        "revision": first, "type": "Quyết định", "number": "5/GM-UBND", "subject": "Mời họp sửa", "sender": "UBND tỉnh", "arrived_on": "", "looked": LOOKED,
        "tags": "nhãn mới", "after": "stay", "unpublished": "1", "arrival": "1", "note": "Chuyển gấp", "searched": "unit_id", "unit_id": "", "unit_id_q": "mau so 12",
    }  # fmt: skip
    found = clerk.submit(address, {**typed, "despite_doubt": "1", "find": "unit_id", "confirm": "1"})
    assert found.status_code == 200 and offered(found.text, "unit_id") == {"Trường Mẫu số 12": True}
    for kept in ("Mời họp sửa", "UBND tỉnh", "nhãn mới", "Chuyển gấp", 'value="stay" selected', 'id="unpublished" checked', 'id="arrival" checked', 'name="despite_doubt" value="1"', "data-changed"):
        assert kept in found.text
    assert found.text.count("autofocus") == 1 and 'id="unit_id_q" value="mau so 12" maxlength="200" autocomplete="off" aria-label="Tìm: Đơn vị nhận" placeholder="Một phần tên" autofocus' in found.text
    assert all(f'name="looked" value="{name}"' in found.text for name in LOOKED)
    assert load(document).revision == first and load(document).confirmed_at is None and load(document).subject == "Mời họp" and rows(series) == []
    # Enter without scripts presses the first button of the form.
    assert '<button class="visually-hidden" form="confirm-form" name="find" value="unit_id" formnovalidate' in found.text
    refused = clerk.submit(address, {**typed, "confirm": "1"})
    assert refused.status_code == 400 and NOT_CHOSEN in refused.text and "Mời họp sửa" in refused.text and rows(series) == []
    kept = clerk.submit(address, {**typed, "unit_id": schools[4], "find": "unit_id"}).text
    assert offered(kept, "unit_id") == {"Trường Mẫu số 5": True, "Trường Mẫu số 12": False}
    assert clerk.submit(address, {**typed, "unit_id": schools[11], "confirm": "1"}).status_code == 302
    assert rows(series) == [(1, "issued", document)] and load(document).subject == "Mời họp sửa"
    with db.read() as session:
        assert session.query(RegisterEntry).one().unit_id == schools[11]


def test_a_change_by_somebody_else_is_noticed_after_a_search(auth: Any, people: dict[str, User], schools: list[int]) -> None:
    delivered(actor_of(people["clerk"]), "incoming")
    document = paper("Mời họp", number="5/GM-UBND", workflow="draft")
    clerk, address, first = auth("clerk"), f"/documents/{document}/facts", load(document).revision
    typed = {"revision": first, "type": "Giấy mời", "subject": "Của tôi", "looked": LOOKED}
    clerk.fill(address, {"type": "Giấy mời", "subject": "Của người khác", "confirm": "0"})
    found = clerk.submit(address, {**typed, "unit_id_q": "x", "find": "unit_id"}).text
    assert f'name="revision" value="{first}"' in found and "Của tôi" in found and load(document).revision != first
    assert clerk.submit(address, {**typed, "confirm": "0"}).status_code == 409


def test_short_lists_leave_the_first_button_to_confirm(auth: Any, people: dict[str, User]) -> None:
    delivered(actor_of(people["clerk"]), "incoming")
    page = auth("clerk").get(f"/documents/{paper('Mời họp', number='5/GM-UBND', workflow='draft')}/facts").text
    assert '<button class="visually-hidden" form="confirm-form" name="confirm" value="1" tabindex' in page and 'name="find"' not in page.partition("confirm-form")[2]


def test_an_own_field_for_a_unit_is_searched_for_one_document_and_for_many(app: Flask, auth: Any, people: dict[str, User], schools: list[int]) -> None:
    definitions.create(actor_of(people["administrator"]), OwnFieldInput("Đơn vị soạn", kind="unit"))
    clerk = auth("clerk")
    document = stored(app, clerk, decision())
    address, sent = f"/documents/{document}/facts", {"own_form": "1", "own": "don_vi_soan", "searched": "own_don_vi_soan", "own_don_vi_soan_q": "mau so 12"}
    first = load(document).revision
    assert offered(clerk.get(address).text, "own_don_vi_soan") == {}
    found = clerk.submit(address, {**sent, "revision": first, "subject": "Sửa", "find": "own_don_vi_soan"})
    assert found.status_code == 200 and offered(found.text, "own_don_vi_soan") == {"Trường Mẫu số 12": True} and "Sửa" in found.text
    assert 'form="confirm-form" name="find" value="own_don_vi_soan"' in found.text
    refused = clerk.submit(address, {**sent, "revision": first, "subject": "Sửa", "confirm": "0"})
    assert refused.status_code == 400 and NOT_CHOSEN in refused.text and load(document).revision == first

    together = {**sent, "id": document, "look": "1", "issuer": "Sở Mẫu"}
    there = f"/folders/{load(document).folder_id}/documents/facts"
    several = clerk.submit(there, {**together, "find": "own_don_vi_soan"})
    assert several.status_code == 200 and offered(several.text, "own_don_vi_soan") == {"Trường Mẫu số 12": True} and "Sẽ thay đổi" not in several.text
    assert "Hãy điền" not in clerk.submit(there, {**sent, "id": document, "look": "1", "find": "own_don_vi_soan"}).text
    stopped = clerk.submit(there, together)
    assert stopped.status_code == 400 and NOT_CHOSEN in stopped.text and "Sẽ thay đổi" not in stopped.text
    shown = clerk.submit(there, {**together, "own_don_vi_soan": schools[11]})
    assert shown.status_code == 200 and "Sẽ thay đổi" in shown.text
    assert clerk.submit(address, {**sent, "revision": first, "own_don_vi_soan": schools[11], "confirm": "0"}).status_code == 302
    assert offered(clerk.get(address).text, "own_don_vi_soan") == {"Trường Mẫu số 12": True}
