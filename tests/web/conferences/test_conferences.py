"""Pages of conferences: from the record to the announced results, what was typed stays, and the drafted papers keep the layout of the Decree."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from openpyxl import load_workbook

from docmgr.policy import Actor
from docmgr.services.conferences import export, lists, records, votes
from docmgr.services.conferences.votes import VoteInput
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.writing.layout.check import check
from tests.filling.keeping.conferences import conference, given, held, unit
from tests.filling.registers import hide, paper
from tests.support.browsers import Client
from tests.support.racing import events


def refused(client: Client, address: str, status: int = 400, **form: Any) -> str:
    """The page that shows what was typed again."""
    answer = client.submit(address, form)
    assert answer.status_code == status, (address, answer.status_code)
    return str(answer.text)


def followed(client: Client, address: str, **form: Any) -> str:
    """The page after a form was sent."""
    answer = client.submit(address, form)
    assert answer.status_code == 302, (address, answer.text[-2000:])
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    return str(page.text)


def test_a_conference_from_its_record_to_the_announced_results(auth: Any, clerk: Actor) -> None:
    client, school = auth("clerk"), unit("Trường Tiểu học A")
    page = client.get("/conferences?year=2025&state=none").text
    assert "Trường Tiểu học A" in page and f"/conferences/new?year=2025&amp;unit={school}" in page and "31/03/2026" in page
    fields = {"year": "2025", "unit_id": str(school), "kind": "annual", "held_on": "20/01/2026", "starts_at": "8:00", "place": "Phòng họp <1>"}
    page = refused(client, "/conferences/new", **fields, invited="60", present="61")
    assert "không được nhiều hơn số người được triệu tập (60)" in page and "Phòng họp &lt;1&gt;" in page
    page = followed(client, "/conferences/new", **fields, invited="60", present="30")
    one = lists.of_year(clerk, 2025, "preparing")[0][0].conference.id
    assert "Số người dự 30/60 không đủ để tiến hành hội nghị: cần ít nhất 2/3" in page and "/votes/new" not in page
    stale = refused(client, f"/conferences/{one}/edit", 409, **fields, invited="60", present="50", revision="0")
    assert "Người khác vừa sửa" in stale and conference(one).present == 30
    followed(client, f"/conferences/{one}/edit", **fields, invited="60", present="50", revision="1")
    assert "nhiều hơn số người dự (50)" in refused(client, f"/conferences/{one}/votes/new", question="Thông qua nghị quyết", agree="51")
    page = followed(client, f"/conferences/{one}/votes/new", question="Thông qua nghị quyết", agree="48", disagree="2")
    assert "Thông qua khi quá 1/2 số người dự tán thành" in page and "48" in page
    vote = lists.get(clerk, one).votes[0].vote
    stale = refused(client, f"/conference-votes/{vote.id}/edit", 409, question="Khác", agree="40", revision="0")
    assert "Người khác vừa sửa" in stale and ">Khác</textarea>" in stale.replace("\n", "")
    followed(client, f"/conference-votes/{vote.id}/edit", question=vote.question, agree="49", revision=vote.revision)
    assert votes.get(clerk, vote.id).agree == 49 and "Nghị quyết" in followed(client, f"/conferences/{one}/documents", number="9/X", role="resolution")
    resolution = paper("Nghị quyết hội nghị", number="1/NQ-X")
    page = followed(client, f"/conferences/{one}/documents", number="1/NQ-X", role="resolution")
    assert f"/documents/{resolution}/obligations" in page and "Đã ban hành nghị quyết" in page
    assert f'href="/conferences/{one}"' in client.get(f"/documents/{resolution}?tab=tasks").text
    plan = plans.create(clerk, PlanInput("Kế hoạch thử", 2026))
    assert "Hãy chọn kế hoạch" in followed(client, f"/conferences/{one}/checking")
    page = followed(client, f"/conferences/{one}/checking", plan=str(plan))
    assert "Kiểm tra, đánh giá việc thực hiện nghị quyết hội nghị năm 2025" in page and "20/07/2026" in page
    assert "Đã có nhiệm vụ kiểm tra nghị quyết này" in followed(client, f"/conferences/{one}/checking", plan=str(plan))
    assert len(plans.get(clerk, plan).tasks) == 1
    assert "32/01/2026" in refused(client, f"/conferences/{one}/announce", announced_on="32/01/2026", revision=conference(one).revision)
    assert "25/01/2026" in refused(client, f"/conferences/{one}/announce", 409, announced_on="25/01/2026", revision="1")
    page = followed(client, f"/conferences/{one}/announce", announced_on="25/01/2026", revision=conference(one).revision)
    assert "Đã công bố" in page and "25/01/2026" in page
    assert "Chưa ghi biểu quyết nào" in followed(client, f"/conference-votes/{vote.id}/delete", revision="2")
    hide(resolution)
    page = auth("staff").get(f"/conferences/{one}").text
    assert "1/NQ-X" not in page and "Nghị quyết hội nghị" not in page and "Chưa có văn bản nào mà bạn đọc được" in page and f"/conferences/{one}/edit" not in page


def test_a_conference_of_another_unit_is_not_edited_and_who_reads_no_plans_sees_none(auth: Any, clerk: Actor) -> None:
    one, staff, administrator = held(clerk), auth("staff"), auth("administrator")
    vote = votes.create(clerk, one, VoteInput("Q", 1))
    forms = (f"/conferences/{one}/edit", f"/conferences/{one}/votes/new", f"/conference-votes/{vote}/edit")
    assert [staff.get(address).status_code for address in forms] == [404] * 3
    posts = (f"/conferences/{one}/announce", f"/conferences/{one}/documents/1/remove", f"/conference-votes/{vote}/delete", f"/conferences/{one}/checking")
    assert [staff.submit(address, {"revision": "1"}).status_code for address in posts] == [404] * 4
    assert administrator.get("/conferences").status_code == 404 and administrator.get(f"/conferences/{one}").status_code == 404
    assert staff.submit("/conferences/rules", {"name": "quorum"}).status_code == 404


def test_an_administrator_adds_the_rule_of_a_new_law(auth: Any) -> None:
    client = auth("administrator")
    assert 'href="/conferences/rules"' in client.get("/agency").text
    page = refused(client, "/conferences/rules", name="quorum", from_on="01/07/2025", amount="3", parts="2", basis="Luật mới")
    assert "không nhỏ hơn tử số" in page and 'value="Luật mới"' in page
    page = followed(client, "/conferences/rules", name="quorum", from_on="01/07/2025", amount="3", parts="4", basis="Luật mới")
    assert "3/4" in page and "2/3" in page and "Luật mới" in page
    assert "<form" not in auth("staff").get("/conferences/rules").text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("kind", ["invitation", "minutes", "resolution"])
@pytest.mark.parametrize("known", [True, False])
def test_the_papers_keep_the_layout_of_the_decree(auth: Any, clerk: Actor, kind: str, known: bool) -> None:
    if known:
        one = held(clerk, chair="Nguyễn Văn A", secretary="Trần B", agenda="Báo cáo tổng kết;\n- Thông qua nghị quyết.")
        votes.create(clerk, one, VoteInput("Kế hoạch công tác năm 2026", 40, 4, 1))
        votes.create(clerk, one, VoteInput("Nội dung khác", 20, 30))
    else:
        one = records.create(clerk, given(unit(), held_on=None, starts_at="", place="", invited=None, present=None, kind="extraordinary"))
    answer = auth("staff").submit(f"/conferences/{one}/papers", {"kind": kind})
    assert answer.status_code == 200 and "hoi-nghi-2025.docx" in answer.headers["Content-Disposition"]
    document = docx.Document(io.BytesIO(answer.data))
    assert [one.rule.key for one in check(document)] == []
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    if known:
        wanted = {
            "invitation": ("08 giờ 30, ngày 20 tháng 01 năm 2026", "- Báo cáo tổng kết;", "- Thông qua nghị quyết."),
            "minutes": ("vắng mặt: 10", "Tán thành: 40; không tán thành: 4; ý kiến khác: 1. Không biểu quyết: 5. Hội nghị thông qua.", "30; ý kiến khác: 0. Hội nghị không", "ít nhất 2/3"),
            "resolution": ("Điều 1. Kế hoạch công tác năm 2026.", "với 40 người tán thành", "Điều 2. Tổ chức thực hiện", "Định kỳ 06 tháng", "với 50 người dự"),
        }[kind]  # fmt: skip
        assert all(words in text for words in wanted) and ("Nội dung khác" in text) == (kind == "minutes")
    else:
        assert "………" in text and "bất thường" in text and "None" not in text
    assert events("conference:paper")[-1].details == {"file": answer.headers["Content-Disposition"].partition("filename=")[2]}


def test_the_year_as_a_workbook(auth: Any, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    held(clerk, unit("=A trường")), unit("B trường")
    answer = auth("auditor").submit("/conferences/export", {"year": "2025"})
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.data)).active.iter_rows()]
    first, second = (next(row for row in rows if row[0] and name in str(row[0])) for name in ("A trường", "B trường"))
    assert first[1:6] == ["Thường niên", first[2], 60, 50, "Đã tổ chức"] and second[5] == "Chưa có hội nghị"
    assert events("conference:export")[0].details["format"] == "xlsx"
    assert auth("staff").submit(f"/conferences/{held(clerk)}/papers", {"kind": "x"}).status_code == 302
    monkeypatch.setattr(export, "MOST", 1)
    assert "nhiều hơn 1 dòng" in followed(auth("auditor"), "/conferences/export", year="2025")


def test_the_overview_of_a_plan_has_its_units_alone(auth: Any, clerk: Actor) -> None:
    lead, each, support, _other = (unit(f"Trường Tiểu học {name}") for name in "ABCD")
    plan = plans.create(clerk, PlanInput("Kế hoạch dân chủ", 2025))
    spread = SpreadInput(fan_out="listed", unit_ids=(each,))
    tasks.create(clerk, plan, TaskInput("Tổ chức hội nghị", lead, due_rule="continuous", spread=spread))
    tasks.create(clerk, plan, TaskInput("Báo cáo", lead, (support,), due_rule="continuous"))
    page = auth("clerk").get(f"/conferences?year=2025&plan={plan}").text
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert [f"Trường Tiểu học {name}" in table for name in "ABCD"] == [True, True, True, False] and "3 đơn vị" in page and "Kế hoạch dân chủ (2025)" in page
    assert f"plan={plan}" in page.partition("<tbody>")[0] and f'name="plan" value="{plan}"' in page
    file = auth("clerk").submit("/conferences/export", {"year": "2025", "plan": str(plan)})
    assert load_workbook(io.BytesIO(file.data)).active.max_row < load_workbook(io.BytesIO(auth("clerk").submit("/conferences/export", {"year": "2025"}).data)).active.max_row
    assert auth("clerk").get("/conferences?year=2025&plan=99999").status_code == 404
