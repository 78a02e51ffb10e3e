"""Ways through the site: breadcrumbs, the list of the newest documents, the list of keys, and places named by their words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from docmgr.policy import ROLES
from docmgr.services.links import links
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.web.search import recent
from tests.filling.desk import stored
from tests.filling.papers import decision
from tests.support.acting import actor_of
from tests.support.browsers import Auth

PLAN = ("I. MỤC ĐÍCH", "1. Phát huy dân chủ.", "II. NỘI DUNG", "1. Tuyên truyền.", "2. Hội nghị cán bộ, công chức được tổ chức trong quý I.")


def crumbs(page: str) -> list[str]:
    """The words of the breadcrumbs."""
    found = re.search(r'<ol class="crumbs">(.*?)</ol>', page, re.S)
    return re.findall(r">([^<]+)</a>", found[1]) if found else []


@pytest.fixture
def plan_paper(app: Flask, auth: Auth) -> int:
    """A published document whose sections only count."""
    return stored(app, auth("clerk"), decision(number="12", body=PLAN), publish="1")


def test_places_that_only_count_are_named_by_their_words(auth: Auth, people: Any, plan_paper: int, app: Flask) -> None:
    clerk, actor = auth("clerk"), actor_of(people["clerk"])
    said = "II.2. Hội nghị cán bộ, công chức được tổ chức trong quý I."
    assert said in clerk.get("/search?q=hội+nghị+cán+bộ+quý+I").text
    page = clerk.get(f"/documents/{plan_paper}?q=hội+nghị").text
    assert said in page.partition('id="found"')[2] and "2. Hội nghị cán bộ" in page.partition("document-outline")[2].partition("</nav>")[0]
    plan = plans.create(actor, PlanInput("Kế hoạch dân chủ", 2024))
    task = tasks.create(actor, plan, TaskInput("Tổ chức Hội nghị", people["clerk"].unit_id, due_rule="recurring"))
    links.add(actor, task_id=task, document_id=plan_paper, role="basis", anchor="muc-II.2")
    page = clerk.get(f"/tasks/{task}").text
    assert said in page
    assert crumbs(page) == ["Kế hoạch", "Kế hoạch dân chủ (2024)"]
    assert crumbs(clerk.get(f"/tasks/{task}/edit").text) == ["Kế hoạch", "Kế hoạch dân chủ (2024)", "Tổ chức Hội nghị"]


def test_pages_below_others_say_where_they_lie(auth: Auth, plan_paper: int) -> None:
    clerk, label = auth("clerk"), "Quyết định 12/QĐ-SGDĐT"
    for path in ("move", "versions/new", "relations/new", "sharing", "trail"):
        assert crumbs(clerk.get(f"/documents/{plan_paper}/{path}").text) == ["Văn bản", label], path
    assert crumbs(clerk.get(f"/documents/{plan_paper}").text) == ["Văn bản"]
    assert crumbs(clerk.get("/documents/new").text) == crumbs(clerk.get("/bin").text) == ["Văn bản"]
    assert crumbs(auth("administrator").get("/units/1").text) == ["Đơn vị"]


def test_the_newest_documents_have_a_list_that_everybody_reaches(auth: Auth, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "PER_PAGE", 1)
    clerk = auth("clerk")
    first, second = stored(app, clerk, decision(), publish="1"), stored(app, clerk, decision(number="13"), "b.docx")
    for role in ROLES:
        home = auth(role).get("/").text
        assert ('href="/documents/recent"' in home) == ('href="/documents"' in home), role
    rows = [clerk.get(f"/documents/recent?page={number}").text for number in (1, 2)]
    assert f'href="/documents/{second}"' in rows[0] and f'href="/documents/{first}"' in rows[1]
    assert f'href="/documents/{first}"' not in rows[0] and "Dự thảo" in rows[0]
    assert clerk.get("/documents/recent?page=9").headers["Location"].endswith("?page=2")
    # A draft of another person is not in the list.
    assert f'href="/documents/{second}"' not in auth("staff").get("/documents/recent").text
    assert clerk.get("/help/keys").text.count("<kbd>") > 10
