"""The pages from which the draft of a unit's plan, the papers of an inspection and its package are taken."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest

from docmgr import db
from docmgr.models import Plan
from docmgr.services.inspection import inspections
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from tests.filling.planning import World, world

__all__ = ["world"]
Browser = Callable[[str], Any]
BUTTON = "Lưu dự thảo thành văn bản và lập kế hoạch"


@pytest.fixture
def browser(auth: Any, world: World) -> Browser:
    """A signed-in browser of one of the agency's people."""
    return lambda name: auth.client(world.users[name])


def test_a_draft_from_the_page_of_the_plan_to_the_plan_of_the_unit(browser: Browser, world: World) -> None:
    clerk = world.actors["clerk"]
    number = plans.create(clerk, PlanInput("Thực hiện dân chủ", 2024))
    tasks.create(clerk, number, TaskInput("Rà soát quy chế", world.units["van-phong"], due_on=dt.date(2024, 3, 1)))
    assert BUTTON not in browser("staff").get(f"/plans/{number}").text
    person = browser("clerk")
    assert BUTTON in person.get(f"/plans/{number}").text
    sent = person.submit(f"/plans/{number}/draft", {})
    assert sent.headers["Content-Disposition"] == "attachment; filename=du-thao-ke-hoach-van-phong-thu-2024.docx"
    assert "Rà soát quy chế" in "".join(line.text for line in docx.Document(io.BytesIO(sent.data)).paragraphs)
    filed = person.submit(f"/plans/{number}/draft/file", {})
    with db.read() as session:
        own = session.query(Plan).filter_by(answers_id=number).one()
    assert filed.location.endswith(f"/plans/{own.id}")
    page = person.get(filed.location).text
    assert "Thực hiện kế hoạch cấp trên:" in page and f'href="/plans/{number}"' in page and f'href="/documents/{own.document_id}"' in page
    above = browser("auditor").get(f"/plans/{number}").text
    assert "1 đơn vị đã lập kế hoạch thực hiện" in above and f'href="/plans/{own.id}"' in above
    again = person.get(f"/plans/{number}").text
    assert "Tải dự thảo (DOCX)" in again and BUTTON not in again
    # A second try of an old page says why not.
    assert "đã có kế hoạch thực hiện" in person.get(person.submit(f"/plans/{number}/draft/file", {}).location).text


def test_the_superior_plan_is_chosen_on_a_page(browser: Browser, world: World) -> None:
    clerk = world.actors["clerk"]
    above = plans.create(clerk, PlanInput("Kế hoạch của Sở", 2023))
    own = plans.create(clerk, PlanInput("Kế hoạch của phòng", 2024, unit_id=world.units["tccb"]))
    person, address = browser("staff"), f"/plans/{own}/superior"
    assert f'href="{address}"' in person.get(f"/plans/{own}").text and f"/plans/{above}/superior" not in person.get(f"/plans/{above}").text
    assert person.get(f"/plans/{above}/superior").status_code == 404
    made = person.fill(address, {"superior_id": str(above)})
    assert made.location == f"/plans/{own}" and "Kế hoạch của Sở (2023)" in person.get(made.location).text
    # Of two who save, the second sees what the first chose, and keeps what was typed.
    late = person.submit(address, {"superior_id": "", "revision": "1"})
    assert late.status_code == 409 and "Kế hoạch của Sở (2023)" in late.text
    wrong = person.submit(address, {"superior_id": str(own), "revision": "2"})
    assert wrong.status_code == 400 and "chính nó" in wrong.text
    assert person.fill(address, {"superior_id": ""}).status_code == 302
    assert "Thực hiện kế hoạch cấp trên" not in person.get(f"/plans/{own}").text


def test_a_unit_without_tasks_is_told_so(browser: Browser, world: World) -> None:
    number = plans.create(world.actors["clerk"], PlanInput("Thực hiện dân chủ", 2024))
    person = browser("clerk")
    for address in (f"/plans/{number}/draft", f"/plans/{number}/draft/file"):
        assert "không giao nhiệm vụ nào cho đơn vị của bạn" in person.get(person.submit(address, {}).location).text
    assert browser("administrator").submit(f"/plans/{number}/draft", {}).status_code == 404


def test_papers_and_the_package_from_the_page_of_an_inspection(browser: Browser, world: World) -> None:
    number = inspections.create(world.actors["clerk"], InspectionInput("Kiểm tra quy chế", world.units["gdtrh"]))
    person = browser("auditor")
    page = person.get(f"/inspections/{number}").text
    for words in ("Biên bản kiểm tra (DOCX)", "Thông báo kết luận (DOCX)", "Trọn cuộc kiểm tra (ZIP)"):
        assert words in page
    for paper, name in (("minutes", "bien-ban-kiem-tra"), ("notice", "thong-bao-ket-luan")):
        sent = person.submit(f"/inspections/{number}/paper", {"paper": paper})
        assert f"filename={name}-kiem-tra-quy-che.docx" in sent.headers["Content-Disposition"]
        assert docx.Document(io.BytesIO(sent.data)).paragraphs
    whole = person.submit(f"/inspections/{number}/package", {})
    assert whole.mimetype == "application/zip" and "manifest.json" in zipfile.ZipFile(io.BytesIO(whole.data)).namelist()
    assert "Hãy chọn biên bản" in person.get(person.submit(f"/inspections/{number}/paper", {"paper": "x"}).location).text
    assert browser("administrator").submit(f"/inspections/{number}/package", {}).status_code == 404
    assert person.submit("/inspections/999/package", {}).status_code == 404
