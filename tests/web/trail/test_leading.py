"""The head of the trail and the page of gaps: folds, groups of actions kept across pages, bars that lead to days, and the life of a document."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest

from docmgr import db
from docmgr.policy import Actor
from docmgr.services.documents import lifecycle
from docmgr.services.folders import tree
from docmgr.services.links import links
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.trail import append, history, readings
from docmgr.services.trail.audit import groups
from docmgr.web.kit import addresses
from legaltext import dates
from tests.filling.filing import file_document
from tests.support.acting import actor_of
from tests.support.browsers import Auth, Client

EVENING = dt.datetime(2024, 2, 5, 14, 0, tzinfo=dt.UTC)


@pytest.fixture
def paper(clerk: Actor, staff: Actor) -> int:
    """A document that was withdrawn, published, and read 25 times by one person on one day."""
    made = file_document(tree.root_id(), "12/QĐ-X", "<b>Quy chế</b>")
    with db.write() as session:
        row = append.row(staff, "document:view", append.EventSubject("document", made, "x", made))
        for turn in range(25):
            append.add(session, {**row, "at": EVENING + dt.timedelta(minutes=turn)})
    lifecycle.set_workflow(clerk, made, "withdrawn")
    lifecycle.set_workflow(clerk, made, "published")
    return made


def main(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.text.partition("<main")[2].partition("</main>")[0])


def test_readings_are_folded_opened_and_hidden(auth: Auth, paper: int) -> None:
    auditor, here = auth("auditor"), f"/documents/{paper}/trail"
    page = main(auditor, here)
    assert "25 lần xem</strong> bởi Chuyên viên" in page and "27 sự kiện" in page
    assert page.count('<div class="what">') == 22, "two changes and the newest twenty readings"
    whole = re.search(r'href="([^"]+)">Xem cả 25 lần đọc', page)
    assert whole is not None
    each = main(auditor, whole[1])
    assert "25 sự kiện" in each and each.count('<div class="what">') == 25 and "lần xem</strong>" not in each
    hidden = main(auditor, f"{here}?readings=hide")
    assert "lần xem</strong>" not in hidden and hidden.count('<div class="what">') == 2 and 'name="readings" value="hide"' in hidden
    # The tab of the document's page is folded as well; who may not see readings finds none and no way to show them.
    assert "25 lần xem</strong> bởi Chuyên viên" in main(auditor, f"/documents/{paper}?tab=trail")
    staff = main(auth("staff"), here)
    assert "lần xem" not in staff and "readings=" not in staff
    assert staff.count('<div class="what">') == main(auth("staff"), f"{here}?readings=each").count('<div class="what">') == 2


def test_several_groups_are_chosen_and_kept(auth: Auth, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE_SIZE", 1)
    page = main(auth("auditor"), "/trail?group=approve&group=read&group=nonsense&page=2")
    assert re.findall(r'name="group" value="(\w+)" checked', page) == ["read", "approve"]
    assert re.findall(r'type="hidden" name="group" value="(\w+)"', page) == ["approve", "read"]
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None and "group=approve" in following[1] and "group=read" in following[1] and "page=3" in following[1]
    assert "27 sự kiện" in page
    assert "2 sự kiện" in main(auth("auditor"), f"/documents/{paper}/trail?group=approve&readings=each")


def test_each_bar_leads_to_its_day(auth: Auth, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    page = main(auth("auditor"), f"/documents/{paper}/trail?group=read&group=approve")
    bars = re.findall(r'<a href="([^"]+)" tabindex="-1">\s*<title>([^<]+)</title>', page)
    assert len(bars) == 2 and "25 sự kiện, 25 lần đọc, xuất" in bars[0][1] and "2 sự kiện, 0 lần đọc, xuất" in bars[1][1]
    assert "group=read" in bars[0][0] and "25 lần xem</strong>" in main(auth("auditor"), bars[0][0])
    assert "lần xem</strong>" not in main(auth("auditor"), bars[1][0])
    # The same figures as a table, and a legend.
    assert '<td class="text-end">25</td>' in page and "Việc khác" in page and "Mỗi cột là" in page


def test_the_life_of_a_document_stands_on_top(auth: Auth, paper: int, people: dict[str, object]) -> None:
    leader = actor_of(auth.people["leader"])
    task = tasks.create(leader, plans.create(leader, PlanInput("Kế hoạch", 2026)), TaskInput("Việc", leader.unit_id, due_rule="continuous"))
    links.add(leader, document_id=paper, role="evidence", task_id=task, dated_on=dates.today() + dt.timedelta(days=9))
    tasks.set_state(leader, task, "done", revision=1)
    life = main(auth("staff"), f"/documents/{paper}/trail").partition('<ol class="life">')[2].partition("</ol>")[0]
    assert re.findall(r">([^<>\n]+)</a>", life) == ["Thu hồi", "Công bố", "Gắn nhiệm vụ"] and f"/documents/{paper}?tab=tasks" in life
    younger = main(auth("auditor"), "/trail/gaps?kind=younger")
    assert f'href="/tasks/{task}"' in younger and "1 mục" in younger and f'href="/documents/{paper}"' in younger
    assert "Không có chỗ hở nào loại này" in main(auth("auditor"), "/trail/gaps?kind=nonsense")


def test_gaps_are_for_auditors_alone(auth: Auth, paper: int) -> None:
    assert 'href="/trail/gaps"' in main(auth("auditor"), "/trail") and 'href="/trail/gaps' in main(auth("auditor"), "/")
    for role in ("clerk", "staff", "leader", "administrator"):
        assert auth(role).get("/trail/gaps").status_code == 404
    assert "/trail/gaps" not in main(auth("administrator"), "/trail")
    past = auth("auditor").get("/trail/gaps?kind=younger&page=9")
    assert past.status_code == 302 and past.headers["Location"] == "/trail/gaps?kind=younger"


@pytest.mark.parametrize("query", ["readings=x&group=%00&group=" + "y" * 2000, "group=read" + "&group=edit" * 500, "kind=%F0%9F%98%80&page=-1&since=9999-12-31&until=0001-01-01"])
def test_nonsense_in_the_address_is_no_error(auth: Auth, paper: int, query: str) -> None:
    for address in (f"/documents/{paper}/trail", "/trail", "/trail/gaps"):
        page = main(auth("auditor"), f"{address}?{query}")
        links = re.findall(r'href="([^"]+)"', page)
        assert "y" * 1001 not in page and max(one.count("group=edit") for one in links) <= addresses.MOST_VALUES


def test_a_document_opened_in_several_tabs_is_read_once(auth: Auth, paper: int) -> None:
    leader = auth("leader")
    before = history.of_document(actor_of(auth.people["auditor"]), paper, history.Filter(actions=groups.actions_of(["read"])))[1]
    for tab in ("text", "relations", "tasks", "trail"):
        assert leader.get(f"/documents/{paper}?tab={tab}").status_code == 200
    after = history.of_document(actor_of(auth.people["auditor"]), paper, history.Filter(action=readings.VIEW))[1]
    assert after == before + 1
    leader.get(f"/documents/{paper}?q=quy+che&hit=x")
    assert history.of_document(actor_of(auth.people["auditor"]), paper, history.Filter(action=readings.VIEW))[1] == before + 2
