"""Long lists in the forms of other rooms: of cases, people, units, registers, opinions, receipts, workflows, recommendations, and in filters."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from docmgr import db
from docmgr.models import Consultation, ConsultationPerson, Finding, Receipt, Unit, User
from docmgr.services.consulting import opening
from docmgr.services.consulting.opening import ConsultationInput
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.web.kit import many
from legaltext import dates
from tests.filling.planning import World, world
from tests.filling.registers import delivered, key, running
from tests.support.acting import actor_of
from tests.web.kit.test_many import offered, unit

__all__ = ["world"]
NOT_CHOSEN = "Hãy bấm “Tìm” rồi chọn một mục"


@pytest.fixture
def schools(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """More units than a list shows."""
    monkeypatch.setattr(many, "MOST", 8)
    with db.write() as session:
        session.add_all(Unit(name=f"Trường Mẫu số {number}") for number in range(1, 13))
    return [unit(f"Trường Mẫu số {number}") for number in range(1, 13)]


@pytest.mark.parametrize(
    ("person", "address", "field", "typed"),
    [
        ("clerk", "/cases/new", "unit_id", {"code": "12/TCCB", "title": "Hồ sơ về dân chủ"}),
        ("administrator", "/people/new", "unit_id", {"username": "moi", "full_name": "Hồ sơ về dân chủ", "roles": "staff"}),
        ("administrator", "/units", "parent_id", {"name": "Hồ sơ về dân chủ"}),
        ("administrator", "/series", "unit_id", {"name": "Hồ sơ về dân chủ", "kind": "outgoing"}),
    ],
)
def test_a_long_list_of_units_is_searched_without_saving_and_what_was_typed_stays(
    auth: Any, world: World, schools: list[int], person: str, address: str, field: str, typed: dict[str, str]
) -> None:
    browser = auth.client(world.users[person])
    assert "Trường Mẫu số 12" not in offered(browser.get(address).text, field)
    found = browser.submit(address, {**typed, f"{field}_q": "so 12", "searched": field, "find": field})
    assert found.status_code == 200 and offered(found.text, field) == {"Trường Mẫu số 12": True}
    assert "Hồ sơ về dân chủ" in found.text and NOT_CHOSEN not in found.text
    refused = browser.submit(address, {**typed, f"{field}_q": "so 12", "searched": field, field: ""})
    assert refused.status_code == 400 and NOT_CHOSEN in refused.text and "Hồ sơ về dân chủ" in refused.text
    with db.read() as session:
        assert not session.scalar(select(User.id).where(User.username == "moi")) and not session.scalar(select(Unit.id).where(Unit.name == "Hồ sơ về dân chủ"))


def test_a_chosen_unit_of_a_person_is_kept_and_stored(auth: Any, world: World, schools: list[int]) -> None:
    browser, held = auth.client(world.users["administrator"]), world.users["staff"].id
    typed = {"full_name": "Tên mới", "roles": "staff", "unit_id": schools[4]}
    searched = browser.fill(f"/people/{held}", {**typed, "unit_id_q": "số 7", "find": "unit_id"}).text
    assert offered(searched, "unit_id") == {"Trường Mẫu số 5": True, "Trường Mẫu số 7": False} and "Tên mới" in searched
    assert browser.fill(f"/people/{held}", typed).status_code == 302
    with db.read() as session:
        assert session.get_one(User, held).unit_id == schools[4]


def test_people_who_are_asked_later_are_searched(auth: Any, world: World, schools: list[int]) -> None:
    clerk = world.actors["clerk"]
    document = world.document("7/KH-SGDĐT", "Dự thảo")
    held = opening.create(clerk, document, ConsultationInput("Góp ý", dates.today(), dates.today() + dt.timedelta(days=20), keys=(f"user:{world.users['staff'].id}",)))
    browser, address = auth.client(world.users["clerk"]), f"/consultations/{held}/invite"
    assert "Trường Mẫu số 3<" not in browser.get(address).text
    found = browser.submit(address, {"keys_q": "mau 4", "searched": "keys", "find": "keys"}).text
    assert f'value="unit:{schools[3]}"' in found and "Trường Mẫu số 5<" not in found
    refused = browser.submit(address, {"keys_q": "mau 4", "searched": "keys"})
    assert refused.status_code == 400 and NOT_CHOSEN in refused.text
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(ConsultationPerson)) == 1 == session.scalar(select(func.count(Consultation.id)))


def test_people_whose_reading_is_asked_for_are_searched(auth: Any, world: World, schools: list[int]) -> None:
    address = f"/documents/{world.document('7/KH-SGDĐT', 'Dự thảo')}/receipts"
    browser = auth.client(world.users["clerk"])
    typed = {"due_on": dates.printed(dates.today()), "note": "Đọc trước cuộc họp", "searched": "keys", "keys_q": "so 11"}
    found = browser.submit(address, {**typed, "find": "keys"})
    assert found.status_code == 200 and "Đọc trước cuộc họp" in found.text and f'value="unit:{schools[10]}"' in found.text
    refused = browser.submit(address, typed)
    assert refused.status_code == 400 and NOT_CHOSEN in refused.text
    with db.read() as session:
        assert session.scalar(select(func.count(Receipt.id))) == 0


def test_who_gets_the_next_step_is_searched(auth: Any, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, leader = actor_of(auth.people["clerk"]), actor_of(auth.people["leader"])
    delivered(clerk)
    here = f"/documents/{running(clerk, 'outgoing', subject='Về việc thử')}/flow"
    monkeypatch.setattr(many, "MOST", 1)
    browser = auth("clerk")
    page = browser.get(f"{here}?step=submit").text
    revision = re.search(r'name="revision" value="(\d+)"', page)[1]
    sent = {"step": "submit", "revision": revision, "comment": "Kính trình", "searched": ["lead", "supporting"]}
    assert 'name="lead_q"' in page and f'value="{key(leader)}"' not in page
    with db.read() as session:
        name = session.get_one(User, leader.user_id).username
    found = browser.submit(here, {**sent, "lead_q": name, "find": "lead"})
    assert found.status_code == 200 and f'value="{key(leader)}" selected' in found.text and "Kính trình" in found.text
    refused = browser.submit(here, {**sent, "lead_q": name})
    assert refused.status_code == 400 and NOT_CHOSEN in refused.text
    also = browser.submit(here, {**sent, "lead": key(leader), "supporting_q": name})
    assert also.status_code == 400 and NOT_CHOSEN in also.text
    assert browser.submit(here, {**sent, "lead": key(leader)}).status_code == 302


def test_boxes_that_were_searched_and_not_ticked_are_an_error(auth: Any, world: World, schools: list[int]) -> None:
    browser = auth.client(world.users["clerk"])
    typed = {"title": "Kiểm tra dân chủ", "year": "2026", "searched": "unit_ids", "unit_ids_q": "số 3"}
    assert NOT_CHOSEN in browser.submit("/inspections/plan/new", typed).text
    assert NOT_CHOSEN not in browser.submit("/inspections/plan/new", {**typed, "unit_ids": schools[2]}).text


def test_a_finding_is_chosen_among_thousands_without_loading_them(auth: Any, world: World, schools: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = world.actors["clerk"]
    held = inspections.create(clerk, InspectionInput("Kiểm tra dân chủ", inspected_unit_id=world.units["tccb"]))
    first = findings.create(clerk, held, FindingInput("Chưa họp dân " + "x" * 400))
    with db.write() as session:
        session.add_all(Finding(inspection_id=held, text=f"Phát hiện thứ {number}", severity="low", state="open") for number in range(300))
    browser, address = auth.client(world.users["clerk"]), f"/inspections/{held}/recommendations/new"
    monkeypatch.setattr("docmgr.services.inspection.lists.finding_row", pytest.fail)
    assert offered(browser.get(address).text, "finding_id") == {}
    begins = "Chưa họp dân " + "x" * 400
    assert offered(browser.get(f"{address}?finding={first}").text, "finding_id") == {begins[: inspections.CHOICE_CHARACTERS]: True}
    found = offered(browser.submit(address, {"text": "Họp dân", "finding_id_q": "thứ 29", "find": "finding_id"}).text, "finding_id")
    assert list(found) == [f"Phát hiện thứ {number}" for number in (29, 129, 229, *range(290, 300))]
    made = findings.recommend(clerk, held, RecommendationInput("Họp dân", finding_id=first))
    assert list(offered(browser.get(f"/recommendations/{made}/edit").text, "finding_id").values()) == [True]


def test_the_search_of_another_list_does_not_say_that_nothing_was_found(auth: Any, world: World, schools: list[int]) -> None:
    browser = auth.client(world.users["clerk"])
    page = browser.submit("/plans/new", {"title": "Kế hoạch", "unit_id_q": "số 3", "find": "unit_id"}).text
    assert "Trường Mẫu số 3" in page and "Không thấy mục nào khớp" not in page
    assert "Không thấy mục nào khớp" in browser.submit("/plans/new", {"document_id_q": "khong-co", "find": "document_id"}).text


@pytest.mark.parametrize(("person", "address", "field"), [("auditor", "/trail", "unit"), ("leader", "/recommendations", "unit")])
def test_filters_of_long_lists_are_searched(auth: Any, world: World, schools: list[int], person: str, address: str, field: str) -> None:
    page = auth.client(world.users[person]).get(f"{address}?{field}={schools[0]}&{field}_q=số 6").text
    assert offered(page, field) == {"Trường Mẫu số 1": True, "Trường Mẫu số 6": False}


def test_programs_are_offered_in_the_trail_whoever_is_searched(auth: Any, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "MOST", 1)
    browser = auth.client(world.users["auditor"])
    page = browser.get("/trail?who=worker&who_q=khong-co").text
    assert '<option value="worker" selected>' in page and '<option value="cli">' in page and offered(page, "who") == {}
    chosen = world.users["clerk"]
    assert f'<option value="{chosen.id}" selected>' in browser.get(f"/trail?who={chosen.id}").text
