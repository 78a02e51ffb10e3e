"""The demonstration agency: created through the services, so that every page has true data."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from docmgr import context, db, policy, worker
from docmgr.context import Context
from docmgr.demo import agency, kept, office, talk
from docmgr.demo import own_fields as demo_fields
from docmgr.models import (
    CaseFile,
    CheckPhoto,
    Conference,
    Delegation,
    Document,
    DocumentFlow,
    DueExtension,
    Finding,
    Grant,
    HandoverCase,
    Inspection,
    InspectionCheck,
    Link,
    Occurrence,
    Plan,
    PlannedInspection,
    Recommendation,
    RegisterEntry,
    Task,
    TaskPrecondition,
    TrailEvent,
    Version,
    WorkflowRule,
)
from docmgr.policy import COMMAND_LINE
from docmgr.services.bulk import undoing
from docmgr.services.checkout import taking
from docmgr.services.comments import threads
from docmgr.services.consulting import showing as consultations
from docmgr.services.disposal import pages as disposal_lists
from docmgr.services.errors import Conflict
from docmgr.services.folders import tree
from docmgr.services.handover import packages
from docmgr.services.inspection import inspections, planned
from docmgr.services.inspection import lists as inspection_lists
from docmgr.services.inspection.following import pins
from docmgr.services.notifications import following
from docmgr.services.openness import listing as publications
from docmgr.services.openness import showing
from docmgr.services.overview import favourites
from docmgr.services.own_fields import values
from docmgr.services.people import groups, passwords, people, site_roles
from docmgr.services.planning import lists as task_lists
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.wanted.filters import TaskFilter
from docmgr.services.receipts import listing as receipts
from docmgr.services.search import find, saved
from docmgr.services.share_links import listing as share_links
from docmgr.services.upkeep import checks, demo
from tests.conftest import QUICK, SERVER, site_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, template_databases: dict[str, str], compiled_catalogues: Path) -> Iterator[Context]:
    """A site in which the demonstration was created, once for all tests, which change nothing in it. It is always on
    SQLite: the steps of the demonstration are calls of services."""
    if SERVER:
        pytest.skip("the demonstration is asked on SQLite")
    home = tmp_path_factory.mktemp("demo")
    shutil.copyfile(make_url(template_databases["empty"]).database or "", home / "docmgr.sqlite")
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
    assert len(agency.DUTIES) >= 10 and _count(Task) > len(agency.DUTIES)
    assert _count(Finding) > len(agency.FAULTS) and _count(Recommendation) > len(agency.RECOMMENDATIONS)
    with db.read() as session:
        states = session.execute(sa.select(Document.workflow, Document.state).order_by(Document.id)).all()
        anchored = session.scalars(sa.select(Task).where(Task.anchor.is_not(None), Task.quote.is_not(None))).all()
        roles = set(session.scalars(sa.select(Link.role)))
        via = set(session.scalars(sa.select(TrailEvent.action)))
    assert states[:-2] == [("published", "findable")] * len(agency.PAPERS)
    assert states[-2:] == [("draft", "findable"), ("draft", "no_text")]
    # The task that has the resolution checked comes of the whole resolution.
    assert len(anchored) == _count(Task) - 1
    assert {"evidence", "result", "basis"} <= roles
    assert {"document:view", "search:find", "document:confirm", "link:add"} <= via
    assert checks.check(COMMAND_LINE, full=True) == []


def test_each_role_sees_its_work(stage: Context) -> None:
    actors = {a.username: people.actor_for(people.by_username(a.username)) for a in agency.ACCOUNTS}  # type: ignore[arg-type]
    assert task_lists.mine(actors["chuyenvien"])
    assert task_lists.overdue(actors["lanhdao"])
    plan = next(one for one in plans.listing(actors["thanhtra"]) if one.title.startswith("Kế hoạch thực hiện dân chủ ở cơ sở"))
    assert plan.counts.done >= 4 and plan.counts.unproven >= 1
    inspection = next(one for one in inspection_lists.listing(actors["lanhdao"]) if one.state == "concluded" and one.ended_on.month == 4)  # type: ignore[union-attr]
    assert len(inspections.get(actors["lanhdao"], inspection.id).findings) == len(agency.FAULTS) + 2
    found = find.find(actors["chuyenvien"], "thời hạn trả lời kiến nghị")
    assert found.hits[0].document.number == "45/QĐ-SGDĐT"
    assert found.hits[0].provisions[0].label == "Điều 7"


def _texts(stage: Context) -> dict[str, int]:
    """The ids of the papers, by the names of their texts."""
    with db.read() as session:
        ids = session.scalars(sa.select(Document.id).order_by(Document.id)).all()
    return {paper.text: number for paper, number in zip((*agency.PAPERS, agency.DRAFT), ids, strict=False)}


def test_what_people_keep_and_share(stage: Context) -> None:
    actors = {a.username: people.actor_for(people.by_username(a.username)) for a in agency.ACCOUNTS}  # type: ignore[arg-type]
    clerk, staff, texts = actors["vanthu"], actors["chuyenvien"], _texts(stage)
    (group,) = groups.everything(actors["quantri"])
    _, members = groups.get(actors["quantri"], group.id)
    assert group.name == kept.GROUP and {one.username for one in members} == set(kept.MEMBERS)
    with db.read() as session:
        given = session.scalars(sa.select(Grant).where(Grant.key == f"group:{group.id}")).one()
    assert (given.folder_id, given.role) == (tree.by_path(clerk, kept.SHARED).id, "contributor")
    (search,) = saved.everything(staff)
    assert search.name == kept.SEARCH[0] and texts["quyet-dinh-quy-che"] in [hit.document.id for hit in find.find(staff, search.asked).hits]
    assert {(one.kind, one.id) for one in following.everything(staff)} == {("document", texts[kept.FOLLOWED])}
    assert [(one.kind, one.id) for one in favourites.everything(staff)] == [("document", texts[kept.STARRED])]
    (link,) = share_links.of_document(clerk, texts["quyet-dinh-quy-che"]).rows
    assert link.link.withdrawn_at is None
    asked = receipts.page(clerk, texts["quyet-dinh-quy-che"]).rows
    assert sorted(row.state for row in asked) == ["confirmed", "open", "open"] and {row.receipt.note for row in asked} == {agency.RECEIPT_NOTE}
    with db.read() as session:
        version = session.scalars(sa.select(Version.id).where(Version.document_id == texts["quyet-dinh-quy-che"])).one()
    said = threads.page(staff, texts["quyet-dinh-quy-che"], version).threads
    assert {(one.anchor, len(one.answers), one.gone) for one in said} == {(anchor, len(words) - 1, False) for _, anchor, words in talk.COMMENTS}
    # A change from a list that can be undone, and a right that the role has not as delivered.
    (change,) = undoing.recent(clerk)
    assert (change.kind, change.documents) == ("tag", len(kept.TAGGED))
    action, role = kept.ALLOWED
    assert role in site_roles.listing(actors["quantri"])[0][action] - policy.ACTIONS[action]
    held = taking.of_document(staff, texts["ket-luan-kiem-tra"]).note
    assert held is not None and held.reason == "Bổ sung phụ lục"


def test_what_the_registers_and_the_archive_show(stage: Context) -> None:
    clerk, leader = (people.actor_for(people.by_username(name)) for name in ("vanthu", "lanhdao"))  # type: ignore[arg-type]
    texts = _texts(stage)
    own = values.plain(clerk, texts[demo_fields.RESOLUTION])
    assert {code: one["value"] for code, one in own.items()} == {code: value for code, (value,) in demo_fields.OWN_VALUES.items()}
    (package,) = packages.page(clerk).lines
    with db.read() as session:
        cases = {one.code: one for one in session.scalars(sa.select(CaseFile))}
        assert set(session.scalars(sa.select(HandoverCase.case_id))) == {cases[kept.HANDED_OVER].id}
        misread = session.scalars(sa.select(TrailEvent).where(TrailEvent.action == "file:misread")).one()
        states = Counter((row.kind, row.state) for row in session.scalars(sa.select(RegisterEntry)))
        flows = set(session.scalars(sa.select(DocumentFlow.document_id)))
        stands_in = session.scalars(sa.select(Delegation)).one()
        assert session.scalar(sa.select(sa.func.count()).select_from(WorkflowRule)) == 1
    assert package.handover.state == "made" and package.handover.files and cases.keys() == {one.code for one in agency.CASES}
    assert (stands_in.user_id, stands_in.delegate_id) == (leader.user_id, people.by_username("chuyenvien").id)  # type: ignore[union-attr]
    (listed,) = disposal_lists.page(leader).lines
    assert listed.list.state == "proposed"
    assert states["outgoing", "reserved"] == 2 and states["outgoing", "issued"] == 1 and states["incoming", "issued"] == 1 and states["copies", "issued"] == 1
    assert misread.document_id == texts[kept.MISREAD] and misread.details["file"] == kept.SCANNED
    assert misread.details["number"].startswith(kept.READ_AS) and misread.details["reason"] == kept.REASON
    assert flows == {texts[text] for text, _name, _steps in agency.FLOWS}


def test_tasks_point_at_the_words_of_the_plan(stage: Context) -> None:
    with db.read() as session:
        ids = session.scalars(sa.select(Task.id).where(Task.quote.is_not(None))).all()
    for task_id in ids:
        view = tasks.get(COMMAND_LINE, task_id)
        assert view.provision is not None and view.row.quote in " ".join(view.provision.words.split())


def test_work_and_conferences_in_every_state(stage: Context) -> None:
    with db.read() as session:
        supervised = Counter(session.scalars(sa.select(Occurrence.state).join(Task).where(Task.recurs_every == "quarter")))
        proven = session.scalars(sa.select(Occurrence.state).join(Link, Link.occurrence_id == Occurrence.id)).all()
        asked = Counter(session.scalars(sa.select(DueExtension.state)))
        waived = session.scalars(sa.select(TaskPrecondition.waived_reason.is_not(None))).all()
        after = session.scalars(sa.select(Task).where(Task.due_task_id.is_not(None))).one()
        said = set(session.scalars(sa.select(TrailEvent.action)))
        answering = session.scalars(sa.select(Plan).where(Plan.answers_id.is_not(None))).one()
        held = Counter(session.scalars(sa.select(Conference.state)))
        points = session.scalars(sa.select(Task).join(Document, Document.id == Task.document_id).where(Document.type == "Nghị quyết")).all()
    assert supervised == {"open": 2, "doing": 2, "waiting": 1, "done": 2, "not_applicable": 1} and proven == ["done"]
    assert asked == {"granted": 1, "refused": 1, "asked": 1} and sorted(waived) == [False, True] and after.due_rule == "inherited"
    assert {"task:hand", "occurrence:return", "conference:vote", "publication:switch", "paper_template:use"} <= said
    assert held == {"announced": 1, "preparing": 1} and len(points) == 3
    assert plans.get(COMMAND_LINE, answering.id).total == 3


def test_inspections_and_publications_in_every_state(stage: Context) -> None:
    clerk = people.actor_for(people.by_username("vanthu"))  # type: ignore[arg-type]
    with db.read() as session:
        year = session.scalars(sa.select(PlannedInspection.year).limit(1)).one()
        results = set(session.scalars(sa.select(InspectionCheck.result)))
        verdicts = {(row.verdict, row.answer is not None, row.received_by_label is not None) for row in session.scalars(sa.select(Recommendation))}
        kinds = {(row.kind, row.state, row.sent_at is not None) for row in session.scalars(sa.select(Inspection))}
        pinned = session.scalars(sa.select(Finding.id).where(Finding.pinned_anchor.is_not(None)).order_by(Finding.id)).all()
        photos = session.scalar(sa.select(sa.func.count(CheckPhoto.id)))
    assert planned.counts(clerk, year) == {"planned": 1, "running": 1, "concluded": 1} and photos == 3
    assert results == {"open", "passed", "failed", "not_applicable"}
    assert {("none", False, False), ("none", False, True), ("none", True, True), ("returned", True, True), ("accepted", True, True)} <= verdicts
    assert ("closed", True, True) in verdicts and kinds == {("inspection", "concluded", False), ("inspection", "running", False), ("self", "concluded", True)}
    assert pins.of_finding(clerk, pinned[-1]) is not None and pins.earlier(clerk, pinned[-1])
    rows = publications.page(clerk, publications.PublicationFilter()).rows
    assert Counter(row.state for row in rows) == {"done": 3, "running": 3} and [row.late > 0 for row in rows].count(True) == 1
    assert publications.page(clerk, publications.PublicationFilter(state="missing")).total == 1
    assert showing.page()[1] == 3


def test_opinions_and_a_target(stage: Context) -> None:
    clerk = people.actor_for(people.by_username("vanthu"))  # type: ignore[arg-type]
    found = {one.state: one for one in (consultations.get(clerk, number) for number in (1, 2))}
    assert (found["over"].answered, found["over"].unsettled, found["over"].total) == (3, 0, 3)
    assert (found["open"].asked, found["open"].answered) == (3, 1)
    assert task_lists.find(clerk, TaskFilter(target="missed"))[1] == 1


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
