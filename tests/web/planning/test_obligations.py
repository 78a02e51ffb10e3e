"""The page of a document's obligations, used with forms and without scripts."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Plan, Task, Unit
from docmgr.services.planning import plans
from docmgr.services.planning.plans import PlanInput
from docmgr.web.kit import many
from tests.filling.planning import World, world
from tests.services.planning.proposals import LINES, a_plan_paper, stored
from tests.services.planning.test_obligation_editing import TWO
from tests.services.planning.test_obligations_followed import replaced
from tests.services.planning.test_obligations_spread import LINES as FOR_ALL
from tests.web.kit.test_many import offered

__all__ = ["world"]
Browser = Callable[[str], Any]


@pytest.fixture
def browser(auth: Any, world: World) -> Browser:
    """A signed-in browser of one of the agency's people."""
    return lambda name: auth.client(world.users[name])


def sent(page: str) -> dict[str, Any]:
    """What the form of the page sends when no button is pressed: hidden fields, chosen options, ticked boxes."""
    form = page.partition("data-obligations>")[2].partition("</form>")[0]
    fields: dict[str, Any] = {"pick": re.findall(r'name="pick" value="([\d:]+)" checked', form)}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([\w-]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] not in ("pick", "csrf_token"):
            fields[name[1]] = html.unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select [^>]*name="(\w+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def numbers(page: str, act: str) -> list[str]:
    """What the buttons of the rows send to do `act`."""
    return re.findall(rf'name="one" value="({act}:\d+:\d+)"', page)


def tasks_made() -> list[Task]:
    db.release()
    with db.read() as session:
        return list(session.scalars(select(Task).order_by(Task.position)))


def test_a_clerk_accepts_the_whole_plan_in_three_requests(browser: Browser, world: World) -> None:
    document_id, clerk = a_plan_paper(world), browser("clerk")
    address = f"/documents/{document_id}/obligations"
    assert f'href="{address}"' in clerk.get(f"/documents/{document_id}").text
    page = clerk.get(f"{address}?pick=all").text
    form = sent(page)
    assert (form["plan_id"], form["plan_title"], form["plan_year"], form["due_on"]) == ("new", "Công tác pháp chế năm 2024", "2024", "31/12/2024")

    refused = clerk.submit(address, {**form, "act": "accept"})
    assert refused.status_code == 400 and "2 mục đã chọn chưa rõ đơn vị chủ trì" in refused.text and tasks_made() == []
    # Everything that was chosen and typed is still there.
    assert sent(refused.text) == form
    done = clerk.submit(address, {**form, "act": "accept", "lead_id": str(world.units["gdtrh"])})

    assert done.status_code == 302
    page = clerk.get(done.location).text
    assert "Đã giao 4 nhiệm vụ." in page and "4 mục đã giao" in page and numbers(page, "accept") == []
    made = tasks_made()
    assert [task.plan_id for task in made] == [made[0].plan_id] * 4
    with db.read() as session:
        plan = session.scalars(select(Plan)).one()
        assert (plan.title, plan.year, plan.document_id) == ("Công tác pháp chế năm 2024", 2024, document_id)
    plan_page = clerk.get(f"/plans/{made[0].plan_id}").text
    assert f'href="{address}"' in plan_page and f"/tasks/{made[0].id}" in plan_page
    # The button in the message takes all of it back.
    picked = html.unescape(re.search(r'name="picked" value="([^"]+)"', page)[1])  # type: ignore[index]
    clerk.submit(f"{address}/undo", {"act": "back", "picked": picked})
    assert {task.state for task in tasks_made()} == {"cancelled"} and "4 mục chờ xử lý" in clerk.get(address).text


def test_one_row_is_accepted_dropped_and_restored(browser: Browser, world: World) -> None:
    document_id, clerk = a_plan_paper(world), browser("clerk")
    address = f"/documents/{document_id}/obligations"
    page = clerk.get(address).text
    first, second, *_ = stored(document_id)
    one, two, *_ = numbers(page, "accept")
    done = clerk.submit(address, {**sent(page), "one": one})
    assert done.location.endswith(f"#o{second.id}") and len(tasks_made()) == 1
    again = clerk.submit(address, {**sent(page), "one": one})
    assert again.status_code == 409 and "vừa được người khác xử lý" in again.text and len(tasks_made()) == 1

    clerk.submit(address, {**sent(page), "one": two.replace("accept", "drop")})
    page = clerk.get(address).text
    assert "1 mục đã bỏ" in page and "1 mục đã giao" in page
    (dropped,) = numbers(page, "restore")
    clerk.submit(address, {**sent(page), "one": dropped})
    (accepted,) = numbers(page, "back")
    clerk.submit(address, {**sent(page), "one": accepted})
    assert {row.state for row in stored(document_id)} == {"proposed"} and tasks_made()[0].state == "cancelled"


def test_who_may_not_read_sees_nothing_who_may_not_edit_has_no_buttons(browser: Browser, world: World) -> None:
    secret, shown = a_plan_paper(world, closed=True), a_plan_paper(world)
    for who in ("staff", "leader"):
        answer = browser(who).get(f"/documents/{secret}/obligations")
        assert answer.status_code == 404 and "kế hoạch kiểm tra" not in answer.text
        assert browser(who).submit(f"/documents/{secret}/obligations", {"act": "drop"}).status_code == 404
    for who in ("staff", "auditor"):
        page = browser(who).get(f"/documents/{shown}/obligations").text
        assert LINES[3].removeprefix("4. ").rstrip(".") in html.unescape(page)
        main = page.partition("<main")[2].partition("</main>")[0]
        assert 'name="one"' not in main and 'name="pick"' not in main and 'value="accept"' not in main
    pick = f"{stored(shown)[0].id}:1"
    for who in ("staff", "auditor"):
        for act in ("drop", "accept"):
            assert browser(who).submit(f"/documents/{shown}/obligations", {"one": f"{act}:{pick}", "lead_id": "1", "plan_id": "1"}).status_code == 404
    assert [event.document_id for event in world.events("document:view")] == [shown] * 2
    assert {row.state for row in stored(shown)} == {"proposed"} and tasks_made() == []


def test_a_row_is_changed_split_and_merged(browser: Browser, world: World) -> None:
    document_id, clerk = a_plan_paper(world, TWO), browser("clerk")
    address = f"/documents/{document_id}/obligations"
    (one,) = stored(document_id)
    page = clerk.get(address).text
    assert f'href="{address}/{one.id}"' in page
    form = clerk.get(f"{address}/{one.id}").text
    assert "Tên in trong văn bản: Phòng Tổ chức cán bộ (thử)" in form and 'value="15/06/2024"' in form
    typed = {"action": "Việc mới", "lead_id": str(world.units["gdtrh"]), "rule": "recurring", "every": "quarter", "revision": "1"}
    assert clerk.submit(f"{address}/{one.id}", {**typed, "rule": "fixed", "on": "32/1/2024"}).status_code == 400
    assert clerk.submit(f"{address}/{one.id}", typed).location.endswith(f"#o{one.id}")
    late = clerk.submit(f"{address}/{one.id}", {**typed, "action": "Việc khác"})
    assert late.status_code == 409 and "Việc khác" in late.text and "Việc mới" in late.text
    page = clerk.get(address).text
    assert "Việc mới" in page and "Hằng quý" in page and "Phòng Giáo dục trung học (thử)" in page

    cut = re.findall(r'name="cut" id="cut-(\d+)"', clerk.get(f"{address}/{one.id}").text)[-1]
    for wrong in ("", "1", "x"):
        refused = clerk.submit(f"{address}/{one.id}/split", {"cut": wrong, "revision": "2"})
        assert "Hãy chọn chỗ tách" in clerk.get(refused.location).text
    clerk.submit(f"{address}/{one.id}/split", {"cut": cut, "revision": "2"})
    page = clerk.get(f"{address}?pick=all").text
    assert "2 mục chờ xử lý" in page and "Đã tách mục thành hai." in page
    clerk.submit(address, {**sent(page), "act": "merge"})
    assert "Đã gộp các mục đã chọn thành một." in clerk.get(address).text and len(stored(document_id)) == 1
    for who in ("staff", "auditor"):
        assert browser(who).get(f"{address}/{one.id}").status_code == 404
        assert browser(who).submit(f"{address}/{one.id}/split", {"cut": cut, "revision": "3"}).status_code == 404


def test_a_new_version_shows_what_becomes_of_the_tasks(browser: Browser, world: World) -> None:
    document_id, made = replaced(world)
    clerk, address = browser("clerk"), f"/documents/{document_id}/obligations"
    page = clerk.get(address).text
    assert "1 nhiệm vụ đã giao không còn lời tương ứng trong phiên bản này" in page and f"/tasks/{made[2].id}" in page
    assert page.count("lời không đổi") == 2 and page.count("lời đã đổi") == 1
    assert re.search(r"<del>.*?06 tháng, một năm", page, re.S) and re.search(r"<ins>.*?03 tháng", page, re.S)
    assert "obligation-former" not in browser("clerk").get(f"/documents/{a_plan_paper(world)}/obligations").text
    (_, second, *_rest) = numbers(page, "accept")
    clerk.submit(address, {**sent(page), "one": second})
    assert len(tasks_made()) == 4 and "3 mục chờ xử lý" in clerk.get(address).text


BAD: tuple[tuple[dict[str, Any], int], ...] = (
    ({"act": "accept"}, 400),
    ({"act": "drop", "pick": ["x", "1:x", ":"]}, 400),
    ({"act": "merge-everything"}, 302),
    ({"one": "drop:99999999999999999999:1"}, 400),
    ({"one": "accept:{first}:1", "plan_id": "999999"}, 404),
    ({"one": "accept:{first}:1", "plan_id": "nonsense"}, 400),
    ({"one": "accept:{first}:1", "plan_id": ""}, 400),
    ({"one": "accept:{first}:1", "plan_id": "new", "plan_title": "", "plan_year": "2024"}, 400),
    ({"one": "accept:{first}:1", "plan_id": "new", "plan_title": "A", "plan_year": "hai nghìn"}, 400),
    ({"one": "accept:{last}:1", "plan_id": "new", "plan_title": "A", "plan_year": "2024", "lead_id": "{unit}", "due_on": "31/02/2024"}, 400),
    ({"one": "accept:{last}:1", "plan_id": "new", "plan_title": "A", "plan_year": "2024", "lead_id": "99999", "due_on": "1/2/2024"}, 400),
)


def test_bad_input_is_told_and_changes_nothing(browser: Browser, world: World) -> None:
    document_id, clerk = a_plan_paper(world), browser("clerk")
    rows = stored(document_id)
    known = {"first": str(rows[0].id), "last": str(rows[-1].id), "unit": str(world.units["gdtrh"])}
    for bad, status in BAD:
        form = {name: value.format(**known) if isinstance(value, str) else value for name, value in bad.items()}
        answer = clerk.submit(f"/documents/{document_id}/obligations", form)
        assert answer.status_code == status, bad
        if status == 400:
            assert 'role="alert"' in answer.text
    db.release()
    with db.read() as session:
        assert session.scalars(select(Plan)).all() == []
    assert {(row.state, row.revision) for row in stored(document_id)} == {("proposed", 1)} and tasks_made() == []


def test_long_lists_of_units_are_searched_and_nothing_is_decided_meanwhile(browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "MOST", 2)
    document_id, clerk = a_plan_paper(world), browser("clerk")
    address = f"/documents/{document_id}/obligations"
    for name in ("Kế hoạch năm", "Kế hoạch quý", "Kế hoạch tháng"):
        plans.create(world.actors["clerk"], PlanInput(name, 2024))
    page = clerk.get(f"{address}?pick=all").text
    assert offered(page, "lead_id") == {} == offered(page, "plan_id") and "Kế hoạch mới…" in page
    form = {**sent(page), "plan_title": "Tên đã gõ", "due_on": "30/06/2024", "lead_id": str(world.units["tccb"]), "searched": ["plan_id", "lead_id"]}
    found = clerk.submit(address, {**form, "find": "lead_id", "lead_id_q": "giao duc thu", "plan_id_q": "quy"})
    assert found.status_code == 200 and offered(found.text, "plan_id") == {"Kế hoạch quý (2024)": False}
    # A new plan stays chosen, although one plan was found.
    assert offered(found.text, "lead_id") == {"Phòng Tổ chức cán bộ (thử)": True, "Phòng Giáo dục trung học (thử)": False} and sent(found.text)["plan_id"] == "new"
    assert sent(found.text)["pick"] == form["pick"] and 'value="Tên đã gõ"' in found.text and 'value="30/06/2024"' in found.text
    # Beside a plan that is chosen, a new one is offered still.
    with db.read() as session:
        held = session.scalars(select(Plan.id).order_by(Plan.id)).first()
    other = clerk.submit(address, {**form, "plan_id": held, "find": "plan_id", "plan_id_q": "thang"}).text
    assert offered(other, "plan_id") == {"Kế hoạch năm (2024)": True, "Kế hoạch tháng (2024)": False} and "Kế hoạch mới…" in other
    # Enter without scripts presses the button that does nothing, and then nothing is lost.
    enter = clerk.submit(address, {**form, "act": "", "lead_id_q": "giao duc"})
    assert enter.status_code == 200 and "Phòng Giáo dục trung học (thử)" in offered(enter.text, "lead_id") and 'value="Tên đã gõ"' in enter.text
    refused = clerk.submit(address, {**form, "act": "accept", "lead_id": "", "lead_id_q": "giao duc"})
    assert refused.status_code == 400 and "Hãy bấm “Tìm” rồi chọn một mục" in refused.text and tasks_made() == []
    assert clerk.submit(address, {**form, "act": "accept"}).status_code == 302 and len(tasks_made()) == 4


def test_a_long_list_of_superior_units_is_searched(browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.write() as session:
        for name in ("tccb", "gdtrh", "thanh-tra"):
            session.add(Unit(name=f"Trường của {name}", parent_id=world.units[name]))
    document_id, clerk = a_plan_paper(world, *FOR_ALL), browser("clerk")
    address = f"/documents/{document_id}/obligations"
    page = clerk.get(f"{address}?pick=all").text
    assert len(offered(page, "each_below_id")) == 3 and "each_below_id_q" not in page
    monkeypatch.setattr(many, "MOST", 2)
    found = clerk.submit(address, {**sent(page), "each_below_id_q": "thanh tra", "find": "each_below_id"})
    assert offered(found.text, "each_below_id") == {"Từng đơn vị trực thuộc Thanh tra (thử)": True}
    refused = clerk.submit(address, {**sent(page), "act": "accept", "each_below_id": "", "each_below_id_q": "x", "searched": "each_below_id"})
    assert refused.status_code == 400 and "Hãy bấm “Tìm” rồi chọn một mục" in refused.text and tasks_made() == []
