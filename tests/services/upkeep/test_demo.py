"""The demonstration agency: created through the services, so that every page has true data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from docmgr import context, db, worker
from docmgr.context import Context
from docmgr.demo import agency, office
from docmgr.models import Document, Finding, Link, Recommendation, Task, TrailEvent
from docmgr.policy import COMMAND_LINE
from docmgr.services.errors import Conflict
from docmgr.services.folders import tree
from docmgr.services.inspection import inspections
from docmgr.services.inspection import lists as inspection_lists
from docmgr.services.people import passwords, people
from docmgr.services.planning import lists as task_lists
from docmgr.services.planning import plans, tasks
from docmgr.services.search import find
from docmgr.services.upkeep import checks, demo
from tests.conftest import QUICK, SERVER, site_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, template_database: str, compiled_catalogues: Path) -> Iterator[Context]:
    """A site in which the demonstration was created, once for all tests, which change nothing in it. It is always on
    SQLite: the steps of the demonstration are calls of services."""
    if SERVER:
        pytest.skip("the demonstration is asked on SQLite")
    home = tmp_path_factory.mktemp("demo")
    shutil.copyfile(make_url(template_database).database or "", home / "docmgr.sqlite")
    settings = site_settings(home, f"sqlite:///{home / 'docmgr.sqlite'}", compiled_catalogues)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", QUICK)
        site = context.build(settings)
        with site.bound():
            tree.ensure_root()
            assert demo.ensure(site, lambda: worker.run_until_idle(site)) is True
            db.release()
    yield site
    site.close()


@pytest.fixture
def stage(made: Context) -> Iterator[Context]:
    """The site of the demonstration, bound for the body of the test."""
    with made.bound():
        yield made


def _count(model: type) -> int:
    with db.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_every_page_has_something_to_show(stage: Context) -> None:
    assert _count(Document) == len(agency.PAPERS) + 2
    assert _count(Task) == len(agency.DUTIES) >= 10
    assert (_count(Finding), _count(Recommendation)) == (len(agency.FAULTS), len(agency.RECOMMENDATIONS))
    with db.read() as session:
        states = session.execute(sa.select(Document.workflow, Document.state).order_by(Document.id)).all()
        anchored = session.scalars(sa.select(Task).where(Task.anchor.is_not(None), Task.quote.is_not(None))).all()
        roles = set(session.scalars(sa.select(Link.role)))
        via = set(session.scalars(sa.select(TrailEvent.action)))
    assert states[:-2] == [("published", "findable")] * len(agency.PAPERS)
    assert states[-2:] == [("draft", "findable"), ("draft", "no_text")]
    assert len(anchored) == len(agency.DUTIES)
    assert {"evidence", "result", "basis"} <= roles
    assert {"document:view", "search:find", "document:confirm", "link:add"} <= via
    assert checks.check(COMMAND_LINE, full=True) == []


def test_each_role_sees_its_work(stage: Context) -> None:
    actors = {a.username: people.actor_for(people.by_username(a.username)) for a in agency.ACCOUNTS}  # type: ignore[arg-type]
    assert task_lists.mine(actors["chuyenvien"])
    assert task_lists.overdue(actors["lanhdao"])
    (plan,) = plans.listing(actors["thanhtra"])
    assert plan.counts.done >= 4 and plan.counts.unproven >= 1
    (inspection,) = inspection_lists.listing(actors["lanhdao"])
    assert len(inspections.get(actors["lanhdao"], inspection.id).findings) == len(agency.FAULTS)
    found = find.find(actors["chuyenvien"], "thời hạn trả lời kiến nghị")
    assert found.hits[0].document.number == "45/QĐ-SGDĐT"
    assert found.hits[0].provisions[0].label == "Điều 7"


def test_tasks_point_at_the_words_of_the_plan(stage: Context) -> None:
    with db.read() as session:
        ids = session.scalars(sa.select(Task.id)).all()
    for task_id in ids:
        view = tasks.get(COMMAND_LINE, task_id)
        assert view.provision is not None and view.row.quote in " ".join(view.provision.words.split())


def test_the_second_start_changes_nothing_and_says_the_same(stage: Context) -> None:
    greeting = demo.greeting(stage)
    assert demo.ensure(stage, lambda: pytest.fail("nothing to do")) is False
    assert demo.greeting(stage) == greeting
    assert all(account.username in greeting for account in agency.ACCOUNTS) and "DOCMGR_HOME=" in greeting
    assert (stage.settings.home / demo.ACCOUNTS_FILE).stat().st_mode & 0o077 == 0


def test_a_site_with_people_is_left_alone(site: Context, people: dict[str, object]) -> None:
    with pytest.raises(Conflict):
        demo.ensure(site, lambda: None)
    assert _count(Document) == 0


@pytest.mark.parametrize("paper", agency.PAPERS, ids=lambda paper: paper.text)
def test_no_text_keeps_a_blank_to_fill(paper: agency.Paper) -> None:
    text = office.text_of(paper.text, 2024)
    assert "{" not in text and "}" not in text
    assert office.docx(paper.text, 2024).startswith(b"PK")
