"""Two people at the same moment: nothing that was said to be saved is lost, nothing is done twice, nobody sees a 500.

Each act runs in a thread of its own with a database connection of its own. Every other round holds both back just
before they commit, as far as the locks let them come: where a lock is missing both get there, on any machine.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.context import Context
from docmgr.models import (
    Abbreviation,
    Assignment,
    Document,
    DocumentFact,
    Finding,
    Folder,
    Inspection,
    Link,
    Plan,
    Recommendation,
    Relation,
    SavedSearch,
    Task,
    TrailEvent,
    Unit,
    User,
    UserRole,
    Version,
)
from docmgr.policy import COMMAND_LINE
from docmgr.services import (
    documents,
    facts,
    folders,
    index_sync,
    lifecycle,
    links,
    relations,
    saved_searches,
    sharing,
    units,
)
from docmgr.services import (
    people as persons,
)
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.sharing import Subject
from tests.acting import actor_of
from tests.browsers import REVISION, Auth, Client
from tests.filing import file_document, person

Act = Callable[[], Any]
SHORT, FULL = 4, 60
# How long one waits for the other just before it commits; with the locks in place nobody comes.
MEETING_SECONDS = 0.1


@pytest.fixture
def rounds(full_size: bool) -> int:
    """How often each race is run."""
    return FULL if full_size else SHORT


@contextlib.contextmanager
def held_before_commit(number: int) -> Iterator[None]:
    """Units of work wait for each other before they commit, for a moment."""
    meeting = threading.Barrier(number)

    def wait(_session: Session) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(MEETING_SECONDS)

    event.listen(Session, "before_commit", wait)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", wait)


def at_once(site: Context, acts: list[Act], *, held: bool) -> list[Any]:
    """What the acts give, or the error that each ends with."""
    start = threading.Barrier(len(acts))

    def run(act: Act) -> Any:
        with site.bound():
            start.wait(30)
            try:
                return act()
            except (Conflict, Invalid, NotFound) as refused:
                return refused

    db.release()
    with ThreadPoolExecutor(len(acts)) as pool, held_before_commit(len(acts)) if held else contextlib.nullcontext():
        answers = list(pool.map(run, acts))
    db.release()
    return answers


def events(*actions: str) -> list[TrailEvent]:
    with db.read() as session:
        return list(session.scalars(select(TrailEvent).where(TrailEvent.action.in_(actions)).order_by(TrailEvent.seq)))


def count(model: Any, *where: Any) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


@dataclass(frozen=True)
class Race:
    """A form that two people open and save at the same moment: `fields` makes what each sends out of a word of theirs."""

    address: str
    fields: Callable[[str], dict[str, Any]]
    model: Any
    column: str
    roles: tuple[str, str]
    page: str | None = None
    key: int | None = None
    action: str = ""

    def stored(self) -> tuple[Any, int]:
        """What the raced column holds, and the revision."""
        db.release()
        with db.read() as session:
            row = session.get_one(self.model, self.key)
            return getattr(row, self.column), row.revision


def make_races(auth: Auth) -> dict[str, Race]:
    """A site with one of everything that a form changes."""
    clerk, staff = auth.people["clerk"], auth.people["staff"]
    root = folders.root_id()
    paper = file_document(root, "1/QĐ-X", "Trích yếu đầu")
    unit = units.create(COMMAND_LINE, name="Phòng đua")
    who = person("duocsua", "staff")
    folder = folders.create(COMMAND_LINE, root, "Thư mục đua")
    with db.write() as session:
        plan = Plan(title="Kế hoạch", year=2024)
        task = Task(title="Nhiệm vụ", plan=plan, position=1, due_rule="continuous", state="open")
        task.assignments.append(Assignment(unit_id=unit.id, role="lead"))
        inspection = Inspection(title="Kiểm tra", inspected_unit_id=unit.id, state="planned")
        finding = Finding(text="Phát hiện", severity="low", state="open", inspection=inspection)
        recommendation = Recommendation(text="Kiến nghị", inspection=inspection)
        session.add_all([plan, task, inspection, finding, recommendation])
        session.flush()
        own = Abbreviation(key="dua", short="ĐUA", names=["đi ua"])
        search = SavedSearch(owner_id=clerk.id, name="Tìm", parts={"q": ["x"]})
        session.add_all([own, search])
        session.flush()
        ids = {
            "plan": plan.id, "task": task.id, "inspection": inspection.id, "finding": finding.id,
            "recommendation": recommendation.id, "abbreviation": own.id, "search": search.id,
        }  # fmt: skip
    both, admins = ("clerk", "leader"), ("administrator", "administrator2")
    auth.people["administrator2"] = person("quantri2", "administrator")
    assert staff.unit_id is not None
    return {
        "facts": Race(
            f"/documents/{paper}/facts", lambda word: {"type": "Quyết định", "number": "1/QĐ-X", "subject": word, "confirm": "1"},
            Document, "subject", ("clerk", "clerk"), key=paper, action="document:confirm",
        ),
        "person": Race(
            f"/people/{who.id}", lambda word: {"full_name": word, "roles": ["staff"]}, User, "full_name", admins,
            key=who.id, action="person:edit",
        ),
        "unit": Race(f"/units/{unit.id}", lambda word: {"name": word}, Unit, "name", admins, key=unit.id, action="unit:edit"),
        "folder": Race(
            f"/folders/{folder.id}/edit", lambda word: {"name": word}, Folder, "name", ("clerk", "clerk"),
            key=folder.id, action="folder:edit",
        ),
        "abbreviation": Race(
            "/abbreviations/dua", lambda word: {"names": word}, Abbreviation, "names", admins, key=ids["abbreviation"],
            action="abbreviation:edit",
        ),
        "saved search": Race(
            f"/saved/{ids['search']}/edit", lambda word: {"name": word}, SavedSearch, "name", ("clerk", "clerk"),
            key=ids["search"], action="search:edit",
        ),
        "plan": Race(
            f"/plans/{ids['plan']}/edit", lambda word: {"title": word, "year": "2024"}, Plan, "title", both, key=ids["plan"],
            action="plan:edit",
        ),
        "task": Race(
            f"/tasks/{ids['task']}/edit",
            lambda word: {"title": word, "lead_id": unit.id, "due_rule": "continuous", "state": "open"},
            Task, "title", both, key=ids["task"], action="task:edit",
        ),
        "inspection": Race(
            f"/inspections/{ids['inspection']}/edit",
            lambda word: {"title": word, "inspected_unit_id": unit.id, "state": "planned"},
            Inspection, "title", both, key=ids["inspection"], action="inspection:edit",
        ),
        "finding": Race(
            f"/findings/{ids['finding']}/edit", lambda word: {"text": word, "severity": "low", "state": "open"},
            Finding, "text", both, key=ids["finding"], action="finding:edit",
        ),
        "recommendation": Race(
            f"/recommendations/{ids['recommendation']}/edit", lambda word: {"text": word},
            Recommendation, "text", both, key=ids["recommendation"], action="recommendation:edit",
        ),
        "answer": Race(
            f"/recommendations/{ids['recommendation']}/answer", lambda word: {"answer": word},
            Recommendation, "answer", both, key=ids["recommendation"], action="recommendation:edit",
        ),
    }  # fmt: skip


FORMS = (
    "facts", "person", "unit", "folder", "abbreviation", "saved search", "plan", "task", "inspection", "finding",
    "recommendation", "answer",
)  # fmt: skip


def revision_of(browser: Client, page: str) -> str:
    found = REVISION.search(browser.get(page).text)
    assert found is not None, page
    return found[1]


@pytest.mark.parametrize("name", FORMS)
def test_of_two_who_save_the_same_form_one_is_saved(app: Flask, site: Context, auth: Auth, rounds: int, name: str) -> None:
    race = make_races(auth)[name]
    browsers = [auth(role) for role in race.roles]
    for turn in range(rounds):
        revision = revision_of(browsers[0], race.address)
        assert revision == revision_of(browsers[1], race.address)
        before, told = race.stored(), len(events(race.action))
        words = [f"Lời một {turn} của người thứ nhất", f"Lời hai {turn} của người thứ hai"]
        answers = at_once(
            site,
            [
                lambda browser=browser, word=word: browser.submit(
                    race.address, {"revision": revision, **race.fields(word)}
                )
                for browser, word in zip(browsers, words, strict=True)
            ],
            held=turn % 2 == 0,
        )
        assert sorted(answer.status_code for answer in answers) == [302, 409], (turn, [a.text for a in answers])
        saved, refused = (0, 1) if answers[0].status_code == 302 else (1, 0)
        value, count_ = race.stored()
        assert value in (words[saved], [words[saved]])
        # Confirming facts makes a document's revision grow for the index too.
        assert count_ > before[1]
        assert len(events(race.action)) == told + 1
        page = answers[refused].text
        # What was typed is still in the form, what is stored stands beside it, and saving once more is over that state.
        assert words[refused] in page and words[saved] in page
        assert revision_of(browsers[refused], race.address) == REVISION.search(page)[1]


def test_a_stale_form_gives_no_role_back(app: Flask, site: Context, auth: Auth) -> None:
    """The other way round in time: the form was opened before the role was taken."""
    auth.people["administrator2"] = person("quantri2", "administrator")
    one, two, staff = auth("administrator"), auth("administrator2"), auth.people["staff"]
    one.fill(f"/people/{staff.id}", {"full_name": "X", "roles": ["staff", "auditor"]})
    stale = revision_of(two, f"/people/{staff.id}")
    one.fill(f"/people/{staff.id}", {"full_name": "X", "roles": ["staff"]})
    answer = two.submit(f"/people/{staff.id}", {"revision": stale, "full_name": "Tên khác", "roles": ["staff", "auditor"]})
    assert answer.status_code == 409
    with db.read() as session:
        assert set(session.scalars(select(UserRole.role).where(UserRole.user_id == staff.id))) == {"staff"}
    # What was typed and ticked stays, what is stored is told.
    assert 'value="Tên khác"' in answer.text
    assert re.search(r'value="auditor" checked', answer.text)
    assert re.search(r"<dt>Vai trò</dt><dd>Chuyên viên</dd>", answer.text)


@pytest.mark.parametrize("kind", ["folder", "document"])
def test_a_stale_sharing_form_gives_no_right_back(app: Flask, site: Context, auth: Auth, kind: str) -> None:
    clerk, staff = actor_of(auth.people["clerk"]), auth.people["staff"]
    folder = folders.create(clerk, folders.root_id(), "Riêng")
    subject = Subject(folder_id=folder.id)
    here = f"/folders/{folder.id}/sharing"
    if kind == "document":
        paper = file_document(folder.id, "2/QĐ-X")
        subject, here = Subject(document_id=paper), f"/documents/{paper}/sharing"
    browser = auth("clerk")
    sharing.grant(clerk, subject, f"user:{staff.id}", "edit")
    stale = revision_of(browser, here)
    (right,) = sharing.page(clerk, subject).own
    sharing.revoke(clerk, right.grant_id)
    db.release()
    sent = {"revision": stale, "key": f"user:{staff.id}", "right": "edit", "q": staff.full_name}
    answer = browser.submit(here + "/rights", sent)
    assert answer.status_code == 409
    assert sharing.page(clerk, subject).own == ()
    # Whom and what was chosen is still chosen.
    assert re.search(rf'value="user:{staff.id}" checked', answer.text)
    assert re.search(r'value="edit" checked', answer.text)
    told = browser.submit(here + "/inheritance", {"revision": stale, "inherit": "0"}, follow_redirects=True)
    assert "Người khác vừa sửa" in told.text
    db.release()
    assert sharing.page(clerk, subject).inherit
    assert browser.submit(here + "/rights", {**sent, "revision": REVISION.search(answer.text)[1]}).status_code == 302
    assert len(sharing.page(clerk, subject).own) == 1


def test_a_stale_page_lets_nobody_in_and_moves_no_folder(app: Flask, site: Context, auth: Auth) -> None:
    auth.people["administrator2"] = person("quantri2", "administrator")
    admin, staff = auth("administrator"), auth.people["staff"]
    persons.disable(COMMAND_LINE, staff.id)
    stale = revision_of(admin, f"/people/{staff.id}")
    persons.enable(COMMAND_LINE, staff.id)
    persons.disable(COMMAND_LINE, staff.id)
    told = admin.submit(f"/people/{staff.id}/enable", {"revision": stale}, follow_redirects=True)
    assert "Người khác vừa sửa" in told.text and "Đã khóa từ" in told.text
    root, clerk = folders.root_id(), auth("clerk")
    moved, one, two = (folders.create(COMMAND_LINE, root, name).id for name in ("Đi", "Một", "Hai"))
    stale = revision_of(clerk, f"/folders/{moved}/edit")
    folders.move(COMMAND_LINE, moved, one)
    answer = clerk.submit(f"/folders/{moved}/move", {"revision": stale, "target": two})
    assert answer.status_code == 409 and 'value="Đi"' in answer.text
    db.release()
    with db.read() as session:
        assert session.get_one(Folder, moved).parent_id == one


def test_a_restored_abbreviation_is_not_what_a_form_was_opened_over(app: Flask, site: Context, auth: Auth) -> None:
    """The row goes when the built-in names come back; a row made later counts from another beginning."""
    admin = auth("administrator")
    admin.fill("/abbreviations/ubnd", {"names": "một hai"})
    stale = revision_of(admin, "/abbreviations/ubnd")
    admin.fill("/abbreviations/ubnd/restore", {}, page="/abbreviations/ubnd")
    admin.fill("/abbreviations/ubnd", {"names": "ba bốn"})
    assert admin.submit("/abbreviations/ubnd", {"revision": stale, "names": "một hai"}).status_code == 409
    for act in ("delete", "restore"):
        told = admin.submit(f"/abbreviations/ubnd/{act}", {"revision": stale}, follow_redirects=True).text
        assert "Người khác vừa sửa" in told and "ba bốn" in told


def test_two_new_versions_get_two_numbers(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    first = documents.upload(clerk, io.BytesIO(b"Van ban mot"), "a.txt")
    assert first.document_id is not None
    paper = first.document_id
    for turn in range(rounds):
        at_once(
            site,
            [
                lambda turn=turn, who=who: documents.add_version(
                    clerk, paper, io.BytesIO(f"Phien ban {turn} {who}".encode()), "a.txt", None
                )
                for who in range(2)
            ],
            held=turn % 2 == 0,
        )
    with db.read() as session:
        numbers = list(session.scalars(select(Version.no).where(Version.document_id == paper).order_by(Version.no)))
        document = session.get_one(Document, paper)
    assert numbers == list(range(1, 2 * rounds + 2))
    assert (document.current_no, document.revision) == (2 * rounds + 1, 2 * rounds + 1)
    assert len(events("version:add")) == 2 * rounds


def test_steps_of_a_document_follow_one_another(site: Context, people: dict[str, User], rounds: int) -> None:
    """Each event goes on from where the one before it ended, and the last one is what holds."""
    clerk = actor_of(people["clerk"])
    root = folders.root_id()
    places = [folders.create(COMMAND_LINE, root, name).id for name in ("Một", "Hai")]
    paper = file_document(root, "3/QĐ-X", workflow="draft", created_by=clerk.user_id)
    steps = itertools.cycle([("published", "withdrawn"), ("draft", "published"), ("published", "published")])
    for turn, pair in zip(range(rounds), steps, strict=False):
        at_once(
            site, [lambda to=to: lifecycle.set_workflow(clerk, paper, to) for to in pair], held=turn % 2 == 0
        )
        at_once(site, [lambda to=to: lifecycle.move(clerk, [paper], to) for to in places], held=turn % 2 == 0)
    with db.read() as session:
        document = session.get_one(Document, paper)
    for actions, start, end in (
        (("document:publish", "document:withdraw", "document:draft"), "from", "to"),
        (("document:move",), "from_id", "to_id"),
    ):
        chain = events(*actions)
        assert all(one.details[end] == two.details[start] for one, two in itertools.pairwise(chain)), actions
        assert all(one.details[start] != one.details[end] for one in chain)
        assert chain[-1].details[end] == (document.workflow if start == "from" else document.folder_id)
    steps_done = len(events("document:publish", "document:withdraw", "document:draft", "document:move"))
    assert document.revision == 1 + steps_done


def test_documents_moved_crosswise_shut_nobody_out(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, root = actor_of(people["clerk"]), folders.root_id()
    places = [folders.create(COMMAND_LINE, root, name).id for name in ("Một", "Hai")]
    papers = [file_document(root, f"{n}/QĐ-X") for n in range(6)]
    for turn in range(rounds):
        acts = [
            lambda: lifecycle.move(clerk, papers, places[0]),
            lambda: lifecycle.move(clerk, papers[::-1], places[1]),
        ]
        assert all(isinstance(answer, int) for answer in at_once(site, acts, held=turn % 2 == 0))
        with db.read() as session:
            assert len(set(session.scalars(select(Document.folder_id).where(Document.id.in_(papers))))) == 1


def test_rights_change_while_the_index_is_written(site: Context, people: dict[str, User], rounds: int) -> None:
    """Both lock many documents: neither waits for the other for ever, which PostgreSQL would end with an error."""
    clerk, root = actor_of(people["clerk"]), folders.root_id()
    folder = folders.create(clerk, root, "Đang đánh chỉ mục").id
    papers = [file_document(folder, f"{n}/QĐ-X", f"Trích yếu {n}") for n in range(30)]

    def turn_inheritance(on: bool) -> bool:
        sharing.set_inherit(clerk, Subject(folder_id=folder), inherit=on)
        return True

    def note() -> bool:
        # As the worker does it, in the order of its jobs.
        prepared = [index_sync._Prepared(number, 1, 1, []) for number in papers[::-1]]
        for _ in range(5):
            index_sync._announced(prepared)
            with db.write() as session:
                index_sync._note(session, prepared)
        return True

    for turn in range(rounds):
        answers = at_once(site, [lambda turn=turn: turn_inheritance(turn % 2 == 1), note], held=False)
        assert answers == [True, True]


def test_what_is_tied_twice_at_once_is_tied_once(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, root = actor_of(people["clerk"]), folders.root_id()
    with db.write() as session:
        task = Task(title="Nhiệm vụ", plan=Plan(title="Kế hoạch", year=2024), position=1)
        session.add(task)
        session.flush()
        task_id = task.id
    target = file_document(root, "0/QĐ-X")
    for turn in range(rounds):
        paper = file_document(root, f"{turn + 1}/QĐ-X")
        ties: dict[str, tuple[Act, Callable[[Any], Any], tuple[Any, ...]]] = {
            "link": (
                lambda paper=paper: links.add(clerk, document_id=paper, role="evidence", task_id=task_id),
                lambda number: links.end(clerk, number),
                (Link, Link.document_id == paper, Link.ended_at.is_(None)),
            ),
            "relation": (
                lambda paper=paper: relations.add(clerk, paper, "based_on", target),
                lambda number: relations.end(clerk, number),
                (Relation, Relation.source_id == paper, Relation.ended_at.is_(None)),
            ),
        }
        for name, (add, end, which) in ties.items():
            answers = at_once(site, [add, add], held=turn % 2 == 0)
            assert sorted(type(one).__name__ for one in answers) == ["Invalid", "int"], (name, answers)
            assert count(*which) == 1
            made = next(one for one in answers if isinstance(one, int))
            answers = at_once(site, [lambda: end(made), lambda: end(made)], held=turn % 2 == 0)
            assert sum(isinstance(one, NotFound) for one in answers) == 1, (name, answers)
    assert len(events("link:add")) == len(events("link:end")) == rounds
    assert len(events("relation:add")) == len(events("relation:end")) == rounds


def test_a_name_is_given_once(site: Context, people: dict[str, User], rounds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons.passwords, "hash_password", lambda password: "-")
    clerk, root = actor_of(people["clerk"]), folders.root_id()

    def add(username: str) -> User:
        return persons.create(
            COMMAND_LINE, username=username, full_name="Người", roles=["staff"], unit_id=None,
            password="Cầu treo qua suối vắng 8", must_change=False,
        )  # fmt: skip

    def keep(turn: int) -> int:
        return saved_searches.create(clerk, f"Tìm {turn}", {"q": ["chữ"]})

    for turn in range(rounds):
        one, two = f"Phòng một {turn}", f"Phòng hai {turn}"
        moved = [units.create(COMMAND_LINE, name=name).id for name in (one, two)]
        taken = f"Phòng ba {turn}"
        races: dict[str, list[Act]] = {
            "person": [lambda turn=turn: add(f"nguoi{turn}")] * 2,
            "unit": [lambda turn=turn: units.create(COMMAND_LINE, name=f"Phòng {turn}")] * 2,
            "renamed": [
                lambda key=key: units.edit(
                    COMMAND_LINE, key, name=taken, abbreviation=None, parent_id=None, revision=None
                )
                or True
                for key in moved
            ],
            "folder": [lambda turn=turn: folders.create(clerk, root, f"Hồ sơ {turn}")] * 2,
            "search": [lambda turn=turn: keep(turn)] * 2,
        }
        for name, acts in races.items():
            answers = at_once(site, acts, held=turn % 2 == 0)
            assert sum(isinstance(one, Invalid) for one in answers) == 1, (name, answers)
            assert sum(isinstance(one, Exception) for one in answers) == 1, (name, answers)


def test_what_is_made_where_missing_is_made_once(site: Context, people: dict[str, User], rounds: int) -> None:
    """`import --folder`, uploads into a path, and `--unit`: the second finds what the first made."""
    clerk = actor_of(people["clerk"])
    for turn in range(rounds):
        path = f"Năm {turn}/Quý một"
        made = at_once(site, [lambda: folders.by_path(clerk, path, create=True).id] * 3, held=turn % 2 == 0)
        assert len(set(made)) == 1 and isinstance(made[0], int), made
        sent = at_once(
            site,
            [
                lambda turn=turn, who=who: documents.upload(
                    clerk, io.BytesIO(f"Tep {turn} {who}".encode()), "a.txt", folder_path=f"Năm {turn}/Quý hai"
                ).outcome
                for who in range(2)
            ],
            held=turn % 2 == 0,
        )
        assert sent == ["stored", "stored"]
        assert count(Folder, Folder.name == f"Năm {turn}") == 1
        named = at_once(site, [lambda turn=turn: units.named(COMMAND_LINE, f"Tổ {turn}").id] * 2, held=turn % 2 == 0)
        assert len(set(named)) == 1 and isinstance(named[0], int), named
    assert count(Folder, Folder.name == "Quý hai") == rounds


def test_a_unit_that_goes_takes_nobody_along(site: Context, people: dict[str, User], rounds: int) -> None:
    """Removing a unit while somebody is put into it: one of the two is refused, and no row points at nothing."""
    staff, root = people["staff"], folders.root_id()
    for turn in range(rounds):
        for way in ("person", "right"):
            unit_id = units.create(COMMAND_LINE, name=f"Phòng {turn} {way}").id
            refer: Act
            if way == "person":
                refer = lambda unit_id=unit_id: persons.edit(  # noqa: E731
                    COMMAND_LINE, staff.id, full_name="X", unit_id=unit_id, roles=["staff"], revision=None
                )
            else:
                refer = lambda unit_id=unit_id: sharing.grant(  # noqa: E731
                    COMMAND_LINE, Subject(folder_id=root), f"unit:{unit_id}", "read"
                )
            answers = at_once(site, [lambda unit_id=unit_id: units.delete(COMMAND_LINE, unit_id), refer], held=turn % 2 == 0)
            assert sum(isinstance(one, Invalid) for one in answers) == 1, (way, answers)
            assert sum(isinstance(one, Exception) for one in answers) == 1, (way, answers)


def test_two_administrators_do_not_take_each_other_away(site: Context, people: dict[str, User], rounds: int) -> None:
    one, two = people["administrator"], person("quantri2", "administrator")
    for turn in range(rounds):
        acts: list[Act] = [
            lambda: persons.disable(persons.actor_for(one), two.id),
            lambda: persons.edit(
                persons.actor_for(two), one.id, full_name="Q", unit_id=None, roles=["staff"], revision=None
            ),
        ]
        answers = at_once(site, acts, held=turn % 2 == 0)
        assert sum(isinstance(answer, Invalid) for answer in answers) == 1, answers
        able = User.id.in_(select(UserRole.user_id).where(UserRole.role == "administrator"))
        assert count(User, able, User.disabled_at.is_(None)) == 1
        persons.enable(COMMAND_LINE, two.id)
        persons.edit(COMMAND_LINE, one.id, full_name="Q", unit_id=None, roles=["administrator"], revision=None)


def test_reading_proposes_nothing_over_what_is_confirmed_meanwhile(
    site: Context, people: dict[str, User], rounds: int
) -> None:
    from docmgr.models import Job
    from docmgr.reading.interpret_types import Fact, Interpretation
    from docmgr.reading.types import Reading
    from docmgr.services import reading_jobs

    clerk = actor_of(people["clerk"])
    found = Interpretation(text="Chữ", facts={"subject": Fact("subject", "Máy đọc", "Máy đọc", True)})
    for turn in range(rounds):
        paper = file_document(folders.root_id(), f"{turn}/QĐ-X", created_by=clerk.user_id)
        with db.write() as session:
            version = Version(document_id=paper, no=1)
            session.add(version)
            session.flush()
            version_id = version.id

        def read(version_id: int = version_id, paper: int = paper) -> None:
            with db.write() as session:
                # Seen as the worker sees it: before the clerk's edit is through.
                session.scalar(select(Document).where(Document.id == paper))
                job = Job(kind="read", document_id=paper, version_id=version_id)
                reading_jobs.save(session, job, Reading(outcome="text", kind="txt", interpretation=found))

        def confirm(paper: int = paper) -> None:
            facts.save(clerk, paper, {"subject": "Người ghi", "type": "Quyết định"}, revision=1, confirm=True, publish=False)

        answers = at_once(site, [read, confirm], held=turn % 2 == 0)
        with db.read() as session:
            fact = session.get_one(DocumentFact, (paper, "subject"))
            document = session.get_one(Document, paper)
        if answers[1] is None:
            assert (fact.value, fact.confirmed, document.subject) == ("Người ghi", True, "Người ghi")
        else:
            assert isinstance(answers[1], Conflict)
            assert (fact.value, document.subject) == ("Máy đọc", "Máy đọc")
