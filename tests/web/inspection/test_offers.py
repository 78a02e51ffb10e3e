"""Pages of inspections offer what their reader may do, and nothing that is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from docmgr.services.inspection import findings, inspections, team
from docmgr.services.inspection.checklists import lines, own, recording, templates
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.following import answers, papers
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links
from tests.filling.planning import World, world

__all__ = ["world"]
Browser = Callable[[str], Any]


@pytest.fixture
def browser(auth: Any, world: World) -> Browser:
    """A signed-in browser of one of the agency's people."""
    return lambda name: auth.client(world.users[name])


def offered(page: str, *addresses: str) -> list[bool]:
    return [address in page for address in addresses]


def test_who_is_not_in_the_team_is_offered_nothing_to_write(browser: Browser, world: World) -> None:
    clerk = world.actors["clerk"]
    number = inspections.create(clerk, InspectionInput("Kiểm tra quy chế", world.units["gdtrh"]))
    finding = findings.create(clerk, number, FindingInput("Thiếu biên bản"))
    item = findings.recommend(clerk, number, RecommendationInput("Ban hành", world.units["gdtrh"]))
    answers.answer(clerk, item, "Đã ban hành", revision=1)
    team.add(clerk, number, world.users["leader"].id, head=True)
    page = f"/inspections/{number}"
    writing = (
        f"{page}/edit", f"{page}/findings/new", f"{page}/recommendations/new", f"{page}/team", f"/findings/{finding}/edit", f"/recommendations/{item}/edit",
        f'value="inspection:{number}"',
    )  # fmt: skip
    judging = f'action="/recommendations/{item}/judge"'
    staff, member = browser("staff"), browser("leader")
    assert offered(member.get(page).text, *writing) == [True] * 7
    assert offered(staff.get(page).text, *writing) == [False] * 7
    assert offered(staff.get(f"/findings/{finding}").text, *writing) == [False] * 7
    assert judging in member.get(f"/recommendations/{item}").text
    assert judging not in staff.get(f"/recommendations/{item}").text
    for address in writing[:6]:
        assert staff.get(address).status_code == 404


def test_a_self_inspection_that_was_handed_in_offers_only_what_follows(browser: Browser, world: World) -> None:
    unit, browsing = world.actors["other_staff"], browser("other_staff")
    checklist = templates.create(world.actors["clerk"], "Công khai")
    templates.add_text(world.actors["clerk"], checklist, "Có quy chế")
    number = own.begin(unit, checklist)
    check = lines.load(unit, number).rows[0].id
    recording.save(unit, check, result="failed", note="", revision=1)
    finding, _new = recording.make_finding(unit, check)
    evidence = papers.prove(unit, check, world.document("5/QĐ", "Quy chế"))
    decision = links.add(unit, document_id=world.document("6/QĐ", "Khác"), role="basis", inspection_id=number)
    page = f"/inspections/{number}"
    ends = (f"/links/{evidence}/end", f"/links/{decision}/end")
    writing = (f'"{page}/edit', f'"{page}/findings/new', f'"{page}/recommendations/new', *ends, f'value="inspection:{number}"')
    assert offered(browsing.get(page).text, *writing) == [True] * 6
    assert ends[0] in browsing.get(f"/checks/{check}").text
    own.send(unit, number)
    shown = browsing.get(page).text
    assert offered(shown, *writing) == [False] * 6
    assert ends[0] not in browsing.get(f"/checks/{check}").text
    for address in (f"{page}/edit", f"{page}/findings/new", f"{page}/recommendations/new"):
        assert browsing.get(address).status_code == 404
    # What was found is followed: its state, and nothing else of it.
    assert "Đổi trạng thái" in shown
    assert "chỉ đổi được trạng thái" in browsing.get(f"/findings/{finding}/edit").text
    form = {"text": "Viết lại", "severity": "medium", "state": "closed", "unit_id": world.units["gdtrh"], "revision": 1}
    assert browsing.submit(f"/findings/{finding}/edit", form).status_code == 400
    form["text"] = findings.get(unit, finding).text
    assert browsing.submit(f"/findings/{finding}/edit", form).status_code == 302


def test_documents_of_an_accepted_answer_offer_no_end(browser: Browser, world: World) -> None:
    clerk, unit = world.actors["clerk"], world.actors["other_staff"]
    number = inspections.create(clerk, InspectionInput("Kiểm tra quy chế", world.units["gdtrh"]))
    item = findings.recommend(clerk, number, RecommendationInput("Ban hành", world.units["gdtrh"]))
    answers.answer(unit, item, "Đã ban hành", revision=1)
    end = f"/links/{papers.answer_with(unit, item, world.document('7/QĐ', 'Quy chế mới'))}/end"
    assert end in browser("other_staff").get(f"/recommendations/{item}").text
    answers.judge(clerk, item, "accepted", revision=2)
    assert end not in browser("other_staff").get(f"/recommendations/{item}").text


def test_the_list_of_recommendations_filters_and_leads_to_each(browser: Browser, world: World) -> None:
    clerk = world.actors["clerk"]
    assert "Không có kiến nghị nào đang theo dõi." in browser("auditor").get("/recommendations").text
    number = inspections.create(clerk, InspectionInput("Kiểm tra quy chế", world.units["gdtrh"]))
    item = findings.recommend(clerk, number, RecommendationInput("Ban hành <b>quy chế</b>", world.units["gdtrh"]))
    findings.recommend(clerk, number, RecommendationInput("Việc khác", world.units["tccb"]))
    auditor = browser("auditor")
    page = auditor.get("/recommendations").text
    assert "Ban hành &lt;b&gt;quy chế&lt;/b&gt;" in page and "Việc khác" in page and f"/recommendations/{item}" in page and "Kiểm tra quy chế" in page
    assert "/recommendations" in auditor.get("/inspections").text
    one = auditor.get(f"/recommendations?state=unanswered&unit={world.units['tccb']}").text
    assert "Việc khác" in one and "Ban hành" not in one
    assert "Không có kiến nghị nào khớp bộ lọc." in auditor.get("/recommendations?state=accepted").text
    assert auditor.get("/recommendations?state=x&unit=x").status_code == 200 and auditor.get("/recommendations?page=9").status_code == 302
