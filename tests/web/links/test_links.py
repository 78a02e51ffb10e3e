"""Linking a document from either side, step by step, without a script and without typing an id."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from tests.filling.planning import LAW_WORDS, World, world

__all__ = ["world"]
Browser = Callable[[str], Any]


@pytest.fixture
def browser(auth: Any, world: World) -> Browser:
    """A signed-in browser of one of the agency's people."""
    return lambda name: auth.client(world.users[name])


@pytest.fixture
def task_id(world: World) -> int:
    """A task that the unit of `staff` leads."""
    plan_id = plans.create(world.actors["clerk"], PlanInput("Kế hoạch dân chủ", 2024))
    return tasks.create(
        world.actors["clerk"],
        plan_id,
        TaskInput("Tổ chức Hội nghị", world.units["tccb"], due_rule="recurring"),
    )


def choices(page: str, name: str) -> list[str]:
    """The values of the radio buttons with this name."""
    return re.findall(rf'<input class="form-check-input" type="radio" name="{name}" value="([^"]*)"', page)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the last form."""
    form = page.partition("</main>")[0].rpartition("<form")[2]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found if name != "csrf_token"}


def test_from_the_task_by_a_number_to_a_provision(browser: Browser, world: World, task_id: int) -> None:
    law = world.document("10/2022/QH15", "Luật Thực hiện dân chủ ở cơ sở", LAW_WORDS)
    staff = browser("staff")

    task_page = staff.get(f"/tasks/{task_id}").text
    assert f'name="subject" value="task:{task_id}"' in task_page
    step = staff.get(f"/links/new?subject=task:{task_id}&document_q=10/2022").text
    assert choices(step, "document") == [str(law)]
    last = staff.get(f"/links/new?subject=task:{task_id}&document={law}").text
    assert choices(last, "anchor") == ["", "dieu-52", "dieu-52.khoan-3", "dieu-63"]
    done = staff.submit("/links/new", {**hidden(last), "role": "basis", "anchor": "dieu-52.khoan-3"})

    assert done.location == f"/tasks/{task_id}"
    page = staff.get(done.location).text
    assert "10/2022/QH15, khoản 3 Điều 52" in page
    assert "Gắn bởi Staff" in page


def test_from_the_document_to_a_finding(browser: Browser, world: World) -> None:
    document_id = world.document("12/BB-SGDĐT", "Biên bản")
    clerk = browser("clerk")
    inspection_id = inspections.create(
        world.actors["clerk"], InspectionInput("Kiểm tra quy chế", world.units["gdtrh"])
    )
    finding_id = findings.create(
        world.actors["clerk"], inspection_id, FindingInput("Chưa niêm yết công khai")
    )

    step = clerk.get(f"/links/new?document={document_id}&subject_q=niêm yết").text
    assert choices(step, "subject") == [f"finding:{finding_id}"]
    last = clerk.get(f"/links/new?document={document_id}&subject=finding:{finding_id}&back=document").text
    done = clerk.submit(
        "/links/new", {**hidden(last), "role": "evidence", "dated_on": "2024-03-01", "note": "Bản ký"}
    )

    assert done.location == f"/documents/{document_id}?tab=inspections"
    page = clerk.get(f"/inspections/{inspection_id}").text
    assert "Ngày của minh chứng 01/03/2024" in page
    assert "12/BB-SGDĐT" in page


def test_untying_keeps_who_and_when_on_the_page(browser: Browser, world: World, task_id: int) -> None:
    document_id = world.document("12/BB-SGDĐT", "Biên bản")
    link_id = links.add(world.actors["staff"], task_id=task_id, document_id=document_id, role="evidence")
    clerk = browser("clerk")

    answer = clerk.submit(f"/links/{link_id}/end")

    assert answer.location == f"/tasks/{task_id}"
    page = clerk.get(answer.location).text
    assert "Chưa có văn bản nào được gắn." in page
    assert "Đã gỡ (1)" in page
    assert "gỡ bởi Clerk" in page
    assert clerk.submit(f"/links/{link_id}/end").status_code == 404


def test_untying_is_undone_by_one_button(browser: Browser, world: World, task_id: int) -> None:
    """With the rights of that moment, and only what nobody has changed since; without a script."""
    document_id = world.document("12/BB-SGDĐT", "Biên bản <b>1</b>")
    link_id = links.add(world.actors["staff"], task_id=task_id, document_id=document_id, role="evidence", note="Bản ký")
    clerk, address = browser("clerk"), f"/links/{link_id}/restore"

    def untied() -> dict[str, str]:
        page = clerk.get(clerk.submit(f"/links/{link_id}/end").location).text
        form = page.partition(f'action="{address}"')[2].partition("</form>")[0]
        assert f'Đã gỡ “<a class="alert-link" href="/documents/{document_id}">' in page
        return dict(re.findall(r'name="(mark|subject)" value="([^"]+)"', form))

    def undone(by: Any, fields: dict[str, str]) -> str:
        return str(by.get(by.submit(address, fields).location).text)

    fields = untied()
    assert browser("other_staff").submit(address, fields).status_code == 404
    assert clerk.post(address, data=fields).status_code == 400
    assert "Đã hoàn tác" in undone(clerk, fields)
    (row,) = links.history(world.actors["clerk"], task_id=task_id)
    assert (row.id, row.created_by_label, row.ended_at, row.note) == (link_id, "Staff", None, "Bản ký")
    assert "Không hoàn tác được" in undone(clerk, fields)
    later = untied()
    assert "Không hoàn tác được" in undone(clerk, fields)
    links.add(world.actors["staff"], task_id=task_id, document_id=document_id, role="evidence")
    assert "đã được gắn ở đây" in undone(clerk, later)
    assert len(links.history(world.actors["clerk"], task_id=task_id, ended=False)) == 1
    (event,) = world.events("link:restore")
    assert event.subject_id == task_id


@pytest.mark.parametrize(("who", "status"), [("staff", 302), ("other_staff", 404), ("auditor", 404)])
def test_who_may_tie(browser: Browser, world: World, task_id: int, who: str, status: int) -> None:
    document_id = world.document("12/BB-SGDĐT", "Biên bản")
    sent = {"document": document_id, "subject": f"task:{task_id}", "role": "evidence"}
    assert browser(who).submit("/links/new", sent).status_code == status
    assert len(links.history(world.actors["clerk"], task_id=task_id, ended=False)) == (status == 302)


def test_a_closed_document_is_like_a_missing_one(browser: Browser, world: World, task_id: int) -> None:
    closed = world.document("7/QĐ-SGDĐT", "Việc kín", LAW_WORDS, closed=True)
    link_id = links.add(world.actors["clerk"], task_id=task_id, document_id=closed, role="evidence")
    staff = browser("staff")
    for document_id in (closed, 99999):
        tie = {"document": document_id, "subject": f"task:{task_id}", "role": "evidence"}
        assert staff.get(f"/links/new?document={document_id}").status_code == 404
        assert staff.submit("/links/new", tie).status_code == 404
        assert staff.get(f"/links/provisions?document={document_id}&name=anchor").status_code == 404
    assert staff.submit(f"/links/{link_id}/end").status_code == 404
    for address in (
        f"/tasks/{task_id}",
        "/links/documents?q=kín&name=document",
        "/links/documents?q=&name=document",
    ):
        page = staff.get(address).text
        assert "7/QĐ-SGDĐT" not in page
        assert "Việc kín" not in page
    assert "1 minh chứng" not in staff.get("/tasks").text
    assert "7/QĐ-SGDĐT" in browser("auditor").get(f"/tasks/{task_id}").text


def test_odd_values_are_no_errors_of_the_server(browser: Browser, world: World, task_id: int) -> None:
    document_id = world.document("12/BB-SGDĐT", "Biên bản", LAW_WORDS)
    clerk = browser("clerk")
    for address in (
        "/links/new?subject=task:",
        "/links/new?subject=task:²",
        "/links/new?subject=nonsense:1",
        f"/links/new?document=99999999999999&subject=task:{task_id}",
        f"/links/new?document={document_id}&subject=task:{task_id}&anchor=none-such&v=99",
        "/links/documents?q=%25_&name=document",
        "/links/documents?q=a%00b&name=document",
        "/tasks?q=a%00b",
    ):
        assert clerk.get(address).status_code == 200, address
    for address in (
        "/links/new?subject=task:999999",
        "/links/documents?name=other",
        "/links/provisions?name=anchor",
    ):
        assert clerk.get(address).status_code == 404, address
    sent = {
        "document": document_id,
        "subject": f"task:{task_id}",
        "role": "nonsense",
        "dated_on": "32/13/2024",
    }
    assert clerk.submit("/links/new", sent).status_code == 400
    wrong_place = {
        "document": document_id,
        "subject": f"task:{task_id}",
        "role": "basis",
        "anchor": "dieu-999",
    }
    assert clerk.submit("/links/new", wrong_place).status_code == 400


def test_fragments_hold_only_choices(browser: Browser, world: World, task_id: int) -> None:
    document_id = world.document("12/BB-SGDĐT", "Biên bản")
    clerk = browser("clerk")
    assert choices(clerk.get("/links/documents?q=biên&name=document_id").text, "document_id") == [
        str(document_id)
    ]
    assert choices(clerk.get("/links/tasks?q=hội nghị&name=task_id").text, "task_id") == [str(task_id)]
    assert choices(clerk.get("/links/subjects?q=hội&name=subject").text, "subject") == [f"task:{task_id}"]
    assert "<html" not in clerk.get("/links/tasks?q=&name=task_id").text
