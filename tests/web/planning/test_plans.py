"""Pages of plans and tasks, used with forms and without scripts."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from legaltext import labels
from tests.filling.planning import PLAN_WORDS, World, world

__all__ = ["world"]
Browser = Callable[[str], Any]
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def browser(auth: Any, world: World) -> Browser:
    """A signed-in browser of one of the agency's people."""
    return lambda name: auth.client(world.users[name])


def fields(page: str) -> dict[str, str]:
    """The hidden and plain inputs of a page's last form, as a browser would send them."""
    form = page.partition("</main>")[0].rpartition("<form")[2]
    found = dict(re.findall(r'<input(?=[^>]*type="hidden")[^>]*name="(\w+)" value="([^"]*)"', form))
    return {name: html.unescape(value) for name, value in found.items() if name != "csrf_token"}


def a_task(world: World, **more: Any) -> int:
    clerk = world.actors["clerk"]
    plan_id = plans.create(clerk, PlanInput("Kế hoạch dân chủ", 2024))
    return tasks.create(
        clerk, plan_id, TaskInput("Tổ chức Hội nghị", world.units["tccb"], due_rule="recurring", **more)
    )


def test_forms_of_other_units_plans_and_tasks_are_refused(browser: Browser, world: World) -> None:
    task = a_task(world)
    plan = tasks.get(world.actors["clerk"], task).row.plan_id
    other = next(name for name, who in world.actors.items() if "staff" in who.roles and who.unit_id != world.units["tccb"])
    for address in (f"/plans/{plan}/edit", f"/tasks/{task}/edit"):
        assert browser(other).get(address).status_code == 404
        assert browser("clerk").get(address).status_code == 200


def test_a_clerk_makes_a_plan_from_a_document_found_by_its_number(browser: Browser, world: World) -> None:
    document_id = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    clerk = browser("clerk")

    searched = clerk.submit(
        "/plans/new",
        {"title": "Kế hoạch", "year": "2024", "document_id_q": "38 kh sgdđt", "find": "document_id"},
    ).text
    assert f'name="document_id" value="{document_id}"' in searched
    assert 'value="Kế hoạch"' in searched
    assert plans.listing(world.actors["clerk"]) == []
    made = clerk.submit("/plans/new", {"title": "Kế hoạch", "year": "2024", "document_id": str(document_id)})

    assert made.status_code == 302
    page = clerk.get(made.location).text
    assert "38/KH-SGDĐT" in page
    assert "Thêm nhiệm vụ đầu tiên" in page
    assert "Kế hoạch" in clerk.get("/plans?year=2024").text
    assert "Không có kế hoạch nào của năm 2020" in clerk.get("/plans?year=2020").text


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Kế hoạch năm 2026", "Kế hoạch năm 2026"),
        ("Kế hoạch dân chủ", "Kế hoạch dân chủ (2026)"),
        # Another number in the title is not the year.
        ("Kế hoạch 12026 việc", "Kế hoạch 12026 việc (2026)"),
        ("Kế hoạch năm 2025", "Kế hoạch năm 2025 (2026)"),
    ],
)
def test_a_plan_is_told_with_its_year_once(browser: Browser, world: World, title: str, told: str) -> None:
    clerk = world.actors["clerk"]
    plan = plans.create(clerk, PlanInput(title, 2026))
    task = tasks.create(clerk, plan, TaskInput("Tổ chức Hội nghị", world.units["tccb"], due_rule="continuous"))
    leader = browser("leader")
    assert f">{told}</a>" in leader.get(f"/tasks/{task}").text
    assert f">{told}</a>" in leader.get("/plans").text
    assert f">{told}</option>" in leader.get(f"/tasks/new?plan={plan}").text
    assert f">{told}</option>" in leader.get("/inspections/new").text
    assert ('<p class="mb-1">năm 2026' in leader.get(f"/plans/{plan}").text) == (told != title)
    assert [event.subject_label for event in world.events() if event.action == "plan:create"] == [told]


def test_a_task_from_a_provision_of_the_document_page(browser: Browser, world: World) -> None:
    document_id = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    plan_id = plans.create(world.actors["clerk"], PlanInput("Kế hoạch", 2024, document_id=document_id))
    clerk = browser("clerk")

    form = clerk.get(f"/tasks/new?document={document_id}&anchor=muc-II.3.gach-4").text
    sent = fields(form)
    assert re.search(rf'<option value="{plan_id}" selected>', form)
    assert "06 tháng một lần kiểm tra." in form
    assert (sent["pinned"], sent["document_id"], sent["v"]) == ("muc-II.3.gach-4", str(document_id), "1")
    made = clerk.submit(
        "/tasks/new",
        {
            **sent,
            "plan_id": plan_id,
            "title": "Kiểm tra 6 tháng",
            "lead_id": world.units["tccb"],
            "due_rule": "recurring",
            "state": "open",
            "anchor": "muc-II.3.gach-4",
            "quote": "06 tháng một lần kiểm tra.",
        },
    )

    page = clerk.get(made.location).text
    assert "06 tháng một lần kiểm tra." in page
    assert f"/documents/{document_id}?v=1#muc-II.3.gach-4" in page
    assert "Giao nhiệm vụ" in page


def test_choosing_another_provision_takes_its_words(browser: Browser, world: World) -> None:
    document_id = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    task_id = a_task(world, document_id=document_id, anchor="muc-II.3.gach-4")
    clerk = browser("clerk")
    quote = tasks.get(world.actors["clerk"], task_id).row.quote

    saved = clerk.submit(
        f"/tasks/{task_id}/edit",
        {
            **fields(clerk.get(f"/tasks/{task_id}/edit").text),
            "title": "Rà soát",
            "lead_id": world.units["tccb"],
            "due_rule": "continuous",
            "state": "open",
            "quote": quote,
            "quoted": quote,
            "anchor": "muc-II.3.gach-2",
        },
    )

    assert saved.status_code == 302
    row = tasks.get(world.actors["clerk"], task_id).row
    assert (row.anchor, row.quote) == (
        "muc-II.3.gach-2",
        "Rà soát, sửa đổi, bổ sung quy chế thực hiện dân chủ.",
    )


def test_errors_stand_on_top_and_at_the_field_and_nothing_typed_is_lost(
    browser: Browser, world: World
) -> None:
    plan_id = plans.create(world.actors["clerk"], PlanInput("Kế hoạch", 2024))
    answer = browser("clerk").submit(
        "/tasks/new",
        {
            "plan_id": plan_id,
            "title": "Việc đã gõ",
            "lead_id": "",
            "due_rule": "fixed",
            "due_on": "31/02/2024",
        },
    )
    assert answer.status_code == 400
    assert 'href="#due_on"' in answer.text
    assert "Việc đã gõ" in answer.text
    assert plans.get(world.actors["clerk"], plan_id).tasks == ()


def test_a_stale_form_shows_both_texts_and_can_be_saved_again(browser: Browser, world: World) -> None:
    plan_id = plans.create(world.actors["clerk"], PlanInput("Tên đầu", 2024))
    plans.edit(world.actors["leader"], plan_id, PlanInput("Tên của lãnh đạo", 2024), revision=1)
    clerk = browser("clerk")

    late = clerk.submit(
        f"/plans/{plan_id}/edit", {"title": "Tên của văn thư", "year": "2024", "revision": "1"}
    )

    assert late.status_code == 409
    assert "Tên của lãnh đạo" in late.text
    assert 'value="Tên của văn thư"' in late.text
    assert plans.get(world.actors["clerk"], plan_id).title == "Tên của lãnh đạo"
    again = fields(late.text)
    assert again["revision"] == "2"
    clerk.submit(f"/plans/{plan_id}/edit", {**again, "title": "Tên của văn thư", "year": "2024"})
    assert plans.get(world.actors["clerk"], plan_id).title == "Tên của văn thư"


def test_supporting_units_stand_among_what_differs(browser: Browser, world: World) -> None:
    clerk, others = browser("clerk"), world.units
    plan_id = plans.create(world.actors["clerk"], PlanInput("Kế hoạch", 2024))
    task_id = tasks.create(
        world.actors["clerk"], plan_id, TaskInput("Rà soát", lead_id=others["tccb"], due_rule="continuous")
    )
    sent = {"title": "Rà soát", "lead_id": others["tccb"], "due_rule": "continuous", "state": "open"}
    assert clerk.fill(f"/tasks/{task_id}/edit", {**sent, "support_ids": [others["gdtrh"]]}).status_code == 302
    late = clerk.submit(
        f"/tasks/{task_id}/edit",
        {**sent, "revision": "1", "support_ids": [others["thanh-tra"], others["van-phong"]]},
    )
    assert late.status_code == 409
    assert "<dt>Đơn vị phối hợp</dt><dd>Phòng Giáo dục trung học (thử)</dd>" in late.text
    assert re.search(rf'value="{others["thanh-tra"]}" checked', late.text)
    assert "<dt>Nội dung nhiệm vụ</dt>" not in late.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 302), ("staff", 302), ("other_staff", 404), ("auditor", 404), ("administrator", 404)],
)
def test_who_may_change_a_task(browser: Browser, world: World, who: str, status: int) -> None:
    task_id = a_task(world)
    answer = browser(who).submit(f"/tasks/{task_id}/state", {"state": "done", "revision": "1"})
    assert answer.status_code == status
    done = tasks.get(world.actors["clerk"], task_id).row.state == "done"
    assert done is (status == 302)


def test_done_without_evidence_is_said(browser: Browser, world: World) -> None:
    task_id = a_task(world, state="done")
    page = browser("staff").get(f"/tasks/{task_id}").text
    assert "Đã báo hoàn thành nhưng chưa có minh chứng." in page
    assert "Xong, chưa có minh chứng" in browser("auditor").get("/tasks?unproven=1").text


def test_the_list_filters_by_unit_state_and_words(browser: Browser, world: World) -> None:
    a_task(world)
    staff = browser("staff")
    own, other = world.units["tccb"], world.units["gdtrh"]
    assert "Tổ chức Hội nghị" in staff.get(f"/tasks?unit={own}&state=open&q=hội").text
    assert "Không có nhiệm vụ nào khớp" in staff.get(f"/tasks?unit={other}").text
    assert "Không có nhiệm vụ nào khớp" in staff.get("/tasks?overdue=1").text
    assert staff.get("/tasks?unit=x&state=x&page=x").status_code == 200


def test_a_closed_plan_document_leaves_no_trace(browser: Browser, world: World) -> None:
    document_id = world.document("99/KH-SGDĐT", "Nội dung kín", PLAN_WORDS, closed=True)
    plan_id = plans.create(world.actors["clerk"], PlanInput("Kế hoạch", 2024, document_id=document_id))
    task_id = tasks.create(
        world.actors["clerk"],
        plan_id,
        TaskInput(
            "Việc",
            world.units["tccb"],
            due_rule="recurring",
            document_id=document_id,
            anchor="muc-II.3.gach-4",
        ),
    )
    staff = browser("staff")
    for address in (
        "/plans",
        f"/plans/{plan_id}",
        f"/plans/{plan_id}/coverage",
        "/tasks",
        f"/tasks/{task_id}",
        f"/tasks/{task_id}/edit",
        "/links/documents?q=99/KH&name=document",
    ):
        page = staff.get(address)
        assert page.status_code == 200, address
        for secret in ("99/KH-SGDĐT", "Nội dung kín", "Hằng năm tổ chức", f"/documents/{document_id}"):
            assert secret not in page.text, address
    # A unit leads to what it carries out of this plan.
    assert f"/tasks?lead={world.units['tccb']}&amp;plan={plan_id}" in staff.get(f"/plans/{plan_id}/coverage").text
    assert staff.get(f"/links/provisions?document={document_id}&name=anchor").status_code == 404
    assert staff.get(f"/tasks/new?document={document_id}").status_code == 404
    assert "99/KH-SGDĐT" in browser("auditor").get(f"/plans/{plan_id}").text


def test_what_people_type_is_never_markup(browser: Browser, world: World) -> None:
    document_id = world.document("38/KH-SGDĐT", XSS, (("dieu-1", XSS, "dieu", XSS),))
    clerk = browser("clerk")
    plan_id = plans.create(world.actors["clerk"], PlanInput(XSS, 2024, document_id=document_id))
    given = TaskInput(
        XSS,
        world.units["tccb"],
        due_rule="event",
        due_note=XSS,
        expected_evidence=XSS,
        legal_basis=XSS,
        document_id=document_id,
        anchor="dieu-1",
    )
    task_id = tasks.create(world.actors["clerk"], plan_id, given)
    for address in (
        "/plans",
        f"/plans/{plan_id}",
        f"/plans/{plan_id}/coverage",
        f"/plans/{plan_id}/edit",
        f"/tasks/{task_id}",
        f"/tasks/{task_id}/edit",
        "/tasks",
        f"/links/provisions?document={document_id}&q=&name=anchor",
        f"/links/new?document={document_id}&subject=task:{task_id}",
        f"/tasks?q={XSS}",
    ):
        page = clerk.get(address)
        assert page.status_code == 200, address
        assert "<script>alert" not in page.text, address
        assert "<img src=x" not in page.text, address


def test_a_missing_plan_and_task_answer_alike_for_everybody(browser: Browser, world: World) -> None:
    staff = browser("staff")
    for address in ("/plans/999", "/tasks/999", "/plans/999/coverage", "/plans/999/edit", "/tasks/999/edit"):
        assert staff.get(address).status_code == 404
    assert (
        labels.path_label([("Điều 5", "dieu"), ("Khoản 2", "khoan"), ("Điểm a", "diem")])
        == "điểm a khoản 2 Điều 5"
    )
