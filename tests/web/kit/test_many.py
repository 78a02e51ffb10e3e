"""Lists that are too long for a choice: what is offered, what the search of a form keeps, and what typed words never lose."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Unit
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.web.kit import many
from tests.filling.planning import World, world

__all__ = ["world"]


@pytest.fixture
def clerk(auth: Any, world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clerk of an agency with more units than a list shows."""
    monkeypatch.setattr(many, "MOST", 8)
    with db.write() as session:
        session.add_all(Unit(name=f"Trường Mẫu số {number}") for number in range(1, 13))
    return auth.client(world.users["clerk"])


def offered(page: str, name: str) -> dict[str, bool]:
    """The options of a select or the boxes of a field, by their words, with whether each is chosen."""
    shown = re.search(rf'<select[^>]* name="{name}".*?</select>', page, re.S)
    if shown:
        return {words: "selected" in more for more, words in re.findall(r"<option value=\"\d+\"([^>]*)>([^<]*)</option>", shown[0])}
    boxes = re.findall(rf'<input[^>]*type="checkbox"[^>]*name="{name}"([^>]*)>\s*<label[^>]*>([^<]*)</label>', page)
    return {words: "checked" in more for more, words in boxes}


def unit(name: str) -> int:
    with db.read() as session:
        return session.scalars(select(Unit.id).where(Unit.name == name)).one()


@pytest.fixture
def plan(clerk: Any, world: World) -> int:
    """A plan of the clerk."""
    return plans.create(world.actors["clerk"], PlanInput("Kế hoạch dân chủ", 2024))


def test_a_short_list_is_shown_and_a_long_one_is_searched(clerk: Any, plan: int, monkeypatch: pytest.MonkeyPatch) -> None:
    page = clerk.get(f"/tasks/new?plan={plan}").text
    assert offered(page, "lead_id") == {} == offered(page, "support_ids")
    assert 'name="lead_id_q"' in page and "gõ một phần tên" in page
    # The plans are few.
    assert offered(page, "plan_id") == {"Kế hoạch dân chủ (2024)": True} and 'name="plan_id_q"' not in page
    monkeypatch.setattr(many, "MOST", 1_000)
    shown = clerk.get(f"/tasks/new?plan={plan}").text
    assert len(offered(shown, "lead_id")) > 12 and "lead_id_q" not in shown


def test_the_search_of_a_form_saves_nothing_and_keeps_what_was_typed(clerk: Any, plan: int, world: World) -> None:
    typed = {"plan_id": plan, "title": "Rà soát quy chế", "support_ids": [unit("Trường Mẫu số 3")], "lead_id_q": "truong mau 1", "support_ids_q": "số 11", "find": "lead_id"}
    answer = clerk.submit("/tasks/new", typed)
    assert answer.status_code == 200 and "Rà soát quy chế" in answer.text
    # Words in any order, without regard to diacritics.
    assert list(offered(answer.text, "lead_id")) == [f"Trường Mẫu số {number}" for number in (1, 10, 11, 12)]
    assert offered(answer.text, "support_ids") == {"Trường Mẫu số 3": True, "Trường Mẫu số 11": False}
    assert plans.get(world.actors["clerk"], plan).total == 0


def test_the_only_one_that_is_found_is_chosen_and_saved(clerk: Any, plan: int, world: World) -> None:
    found = clerk.submit("/tasks/new", {"plan_id": plan, "lead_id_q": "số 12", "find": "lead_id"}).text
    assert offered(found, "lead_id") == {"Trường Mẫu số 12": True}
    saved = clerk.submit("/tasks/new", {"plan_id": plan, "title": "Việc", "due_rule": "continuous", "state": "open", "searched": "lead_id", "lead_id_q": "số 12", "lead_id": unit("Trường Mẫu số 12")})
    assert saved.status_code == 302
    assert [row.lead for row in plans.get(world.actors["clerk"], plan).tasks] == ["Trường Mẫu số 12"]


def test_what_is_chosen_stays_offered_whatever_is_searched(clerk: Any, plan: int, world: World) -> None:
    task = tasks.create(world.actors["clerk"], plan, TaskInput("Việc", unit("Trường Mẫu số 5"), due_rule="continuous"))
    assert offered(clerk.get(f"/tasks/{task}/edit").text, "lead_id") == {"Trường Mẫu số 5": True}
    searched = clerk.submit(f"/tasks/{task}/edit", {"revision": 1, "lead_id": unit("Trường Mẫu số 5"), "lead_id_q": "số 7", "find": "lead_id"}).text
    assert offered(searched, "lead_id") == {"Trường Mẫu số 5": True, "Trường Mẫu số 7": False}


def test_words_that_were_typed_and_not_chosen_are_never_lost(clerk: Any, world: World) -> None:
    typed = {"title": "Kế hoạch năm", "year": "2024", "searched": "unit_id", "unit_id_q": "số 7", "unit_id": ""}
    answer = clerk.submit("/plans/new", typed)
    assert answer.status_code == 400 and "Hãy bấm “Tìm” rồi chọn một mục" in answer.text
    assert "Trường Mẫu số 7" in offered(answer.text, "unit_id")
    assert clerk.submit("/plans/new", {**typed, "unit_id_q": ""}).status_code == 302


def test_nothing_and_too_much_found_are_told(clerk: Any, plan: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "FOUND", 2)
    page = clerk.submit("/tasks/new", {"plan_id": plan, "lead_id_q": "mẫu", "find": "lead_id"}).text
    assert len(offered(page, "lead_id")) == 2 and "Còn 10 mục nữa" in page
    none = clerk.submit("/tasks/new", {"plan_id": plan, "lead_id_q": "khong-co", "find": "lead_id"}).text
    assert offered(none, "lead_id") == {} and "Không có mục nào khác có chữ này trong tên." in none


def test_a_filter_searches_with_its_own_button_and_keeps_the_choice(clerk: Any) -> None:
    number = unit("Trường Mẫu số 4")
    page = clerk.get(f"/tasks?unit={number}&unit_q=số 6").text
    found = offered(page, "unit")
    assert found["Trường Mẫu số 4"] and not found["Trường Mẫu số 6"] and "Trường Mẫu số 7" not in found
    assert "Tìm thấy 1 mục" in page and 'name="find"' not in page.partition("</form>")[0]
    # One's own unit is always offered.
    assert any("(của tôi)" in words for words in found)


def test_who_is_asked_for_an_opinion_is_searched_among_units_and_people(clerk: Any, world: World) -> None:
    document = world.document("7/KH-SGDĐT", "Dự thảo")
    address = f"/documents/{document}/consultations/new"
    assert "Trường Mẫu số 3" not in clerk.get(address).text
    kept = f"unit:{unit('Trường Mẫu số 3')}"
    found = clerk.submit(address, {"question": "Góp ý dự thảo", "keys": kept, "keys_q": "mẫu số 4", "find": "keys"})
    assert found.status_code == 200 and "Góp ý dự thảo" in found.text
    assert f'value="{kept}" selected' in found.text and f'value="unit:{unit("Trường Mẫu số 4")}">' in found.text
    assert "Trường Mẫu số 5" not in found.text


def test_words_of_a_request_cannot_break_the_page(clerk: Any, plan: int) -> None:
    words = "<script>alert(1)</script>\0" + "x" * 500
    page = clerk.submit("/tasks/new", {"plan_id": plan, "lead_id_q": words, "find": "lead_id"}).text
    assert "<script>alert(1)" not in page and "&lt;script&gt;" in page and "x" * 300 not in page
