"""A version that waits to be read, and bytes that are known to be secret: who sees them and gets their bytes."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, File, Provision, Task, TrailEvent, Version, WithheldBytes
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.access import guard
from docmgr.services.documents import files as documents_files
from docmgr.services.documents import ingest, lifecycle, progress, references, withholding
from docmgr.services.documents import page as document_page
from docmgr.services.documents import upload as documents
from docmgr.services.documents.pictures import previews
from docmgr.services.errors import NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.overview import describe
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from tests.filling.papers import decision, pdf
from tests.support.acting import actor_of, upload
from tests.support.acting import work as let_work

OLD = decision(body=("Điều 1. Cũ", "Nội dung cũ."))
NEW = decision(body=("Điều 1. Mới", "Nội dung mới."))
SECRET = decision(stamp="MẬT", body=("Điều 1. Kín", "Nội dung kín."))


@pytest.fixture
def others(people) -> list[Actor]:
    """Everybody else who may read published documents, and the command line."""
    return [*(actor_of(people[role]) for role in ("staff", "leader", "auditor")), COMMAND_LINE]


def work(site) -> None:
    """Let the worker do everything that waits, and record what it did."""
    let_work(site)
    db.release()


def second(clerk: Actor, site, content: bytes = NEW, name: str = "moi.docx") -> int:
    """A published document with one read version and one that waits; its id."""
    document_id = upload(clerk, OLD, "cu.docx", publish=True)
    work(site)
    assert documents.add_version(clerk, document_id, io.BytesIO(content), name, None).outcome == "stored"
    db.release()
    return document_id


def file_of(document_id: int, no: int) -> int:
    with db.read() as session:
        query = select(File.id).join(Version, Version.id == File.version_id)
        return session.scalars(query.where(Version.document_id == document_id, Version.no == no)).one()


def _bytes(file: documents_files.OpenedFile) -> bytes:
    with documents_files.content(file) as stream:
        return stream.read()


def listed(actor: Actor, document_id: int) -> list[list[str]]:
    """The names of the files of each version, as in `show --json`."""
    db.release()
    return [
        [file["name"] for file in version["files"]]
        for version in describe.describe(actor, document_id)["versions"]
    ]


def test_files_of_a_version_not_read_are_for_its_uploader_alone(site, clerk, others) -> None:
    document_id = second(clerk, site)
    new, old = file_of(document_id, 2), file_of(document_id, 1)
    assert _bytes(documents_files.open_file(clerk, new, action="file:open")) == NEW
    assert listed(clerk, document_id) == [["cu.docx"], ["moi.docx"]]
    for actor in others:
        for way in (
            lambda a: previews.find(a, new),
            lambda a: documents_files.open_file(a, new, action="file:open"),
        ):
            with pytest.raises(NotFound):
                way(actor)
        assert _bytes(previews.find(actor, old)) == OLD
        assert listed(actor, document_id) == [["cu.docx"], []]
    work(site)
    for actor in others:
        assert _bytes(previews.find(actor, new)) == NEW
        assert listed(actor, document_id) == [["cu.docx"], ["moi.docx"]]


def test_pages_of_a_pdf_not_read_are_drawn_for_its_uploader_alone(site, clerk, others) -> None:
    new = file_of(second(clerk, site, pdf(1), "a.pdf"), 2)
    assert previews.page_image(clerk, new, 1).startswith(b"\x89PNG")
    for actor in others:
        with pytest.raises(NotFound):
            previews.page_image(actor, new, 1)


def test_readers_go_on_with_the_version_read_before(site, clerk, others) -> None:
    document_id = second(clerk, site)
    for actor in others:
        page = document_page.load(actor, document_id)
        assert (page.version.no, page.latest, page.unread) == (1, True, True)
        assert "Nội dung cũ." in page.version.text and page.provisions
        assert [version.no for version in page.versions] == [1]
        assert document_page.load(actor, document_id, 1).latest
        with pytest.raises(NotFound):
            document_page.load(actor, document_id, 2)
        assert guard.get(actor, document_id).file_name == "cu.docx"
    page = document_page.load(clerk, document_id)
    assert (page.version.no, page.latest, page.unread) == (2, True, False)
    assert not document_page.load(clerk, document_id, 1).latest
    work(site)
    for actor in (clerk, *others):
        page = document_page.load(actor, document_id)
        assert (page.version.no, page.latest, page.unread) == (2, True, False)
        assert "Nội dung mới." in page.version.text
    assert guard.get(clerk, document_id).file_name == "moi.docx"


def test_of_several_that_wait_none_is_shown_to_others(site, clerk, people) -> None:
    document_id = second(clerk, site)
    documents.add_version(clerk, document_id, io.BytesIO(decision(number="14")), "ba.docx", None)
    db.release()
    page = document_page.load(actor_of(people["staff"]), document_id)
    assert (page.version.no, [version.no for version in page.versions]) == (1, [1])


def test_a_first_version_not_read_shows_nothing_to_others(site, clerk, others) -> None:
    document_id = upload(clerk, OLD)
    lifecycle.set_workflow(clerk, document_id, "published")
    db.release()
    for actor in others:
        page = document_page.load(actor, document_id)
        assert (page.version, page.unread, page.versions) == (None, True, ())
        assert listed(actor, document_id) == [[]]
    assert document_page.load(clerk, document_id).version.no == 1


def test_what_the_command_line_stored_it_may_open_itself(site, people) -> None:
    document_id = upload(COMMAND_LINE, OLD)
    assert listed(COMMAND_LINE, document_id) == [["van-ban.docx"]]
    assert _bytes(previews.find(COMMAND_LINE, 1)) == OLD
    with pytest.raises(NotFound):
        previews.find(actor_of(people["auditor"]), 1)


def test_provisions_are_chosen_from_the_version_that_was_read(site, clerk, others) -> None:
    document_id = second(clerk, site)
    for actor in (clerk, *others):
        chosen = references.choose(actor, document_id)
        assert any("Nội dung cũ." in ref.text for ref in chosen.shown)
        assert references.find(actor, document_id, "dieu-1").version_no == 1


def test_a_stamp_found_in_a_new_version_was_shown_to_nobody(site, clerk, others) -> None:
    document_id = second(clerk, site, SECRET)
    new = file_of(document_id, 2)
    for actor in others:
        with pytest.raises(NotFound):
            previews.find(actor, new)
    work(site)
    for actor in (clerk, COMMAND_LINE):
        with pytest.raises(NotFound):
            previews.find(actor, new)
        assert document_page.load(actor, document_id).version is None


# Bytes that are known to be secret.


def known_secret(site, clerk: Actor) -> tuple[int, str]:
    """A document of the clerk that was withheld, and the SHA-256 of its bytes."""
    document_id = upload(clerk, SECRET, "mat.docx")
    work(site)
    with db.read() as session:
        return document_id, session.scalars(select(WithheldBytes.sha256)).one()


def test_known_secret_bytes_are_served_to_nobody_whatever_they_hang_on(site, clerk) -> None:
    document_id = upload(clerk, OLD)
    work(site)
    file_id = file_of(document_id, 1)
    with db.write() as session:
        sha256 = session.get_one(File, file_id).sha256
        session.add(WithheldBytes(sha256=sha256, document_id=document_id, secrecy="Mật"))
    for actor in (clerk, COMMAND_LINE):
        with pytest.raises(NotFound):
            documents_files.open_file(actor, file_id, action="file:open")


@pytest.mark.parametrize("way", ["upload", "version"])
def test_known_secret_bytes_are_taken_as_new_ones_and_never_kept(site, clerk, people, way) -> None:
    """Two people take the same steps: the bytes of one are known to be secret, those of the other are a secret not yet
    found."""
    leader, staff = actor_of(people["leader"]), actor_of(people["staff"])
    folder = tree.create(clerk, tree.root_id(), "Nhận").id
    for person in (leader, staff):
        sharing.grant(clerk, SharedThing(folder_id=folder), f"user:{person.user_id}", "editor")
    _first, sha256 = known_secret(site, clerk)
    unseen = decision(stamp="MẬT", body=("Điều 1. Chưa ai thấy", "Nội dung khác."))
    answers = [steps(site, leader, folder, SECRET, way), steps(site, staff, folder, unseen, way)]
    assert answers[0] == answers[1]
    assert answers[0][0] == ("stored", None, "waiting")
    assert answers[0][-1][0] == "withheld"
    assert not site.storage.path(sha256).exists()
    assert site.storage.condemned() == ()


def steps(site, actor: Actor, folder: int, content: bytes, way: str) -> list[object]:
    """What a person is told who uploads these bytes, twice before and once after they are read."""
    told: list[object] = []

    def hand_in() -> None:
        if way == "version" and not told:
            made = documents.upload(
                actor, io.BytesIO(decision(number=str(actor.user_id))), "a.docx", folder_id=folder
            )
            work(site)
            done = documents.add_version(actor, made.document_id, io.BytesIO(content), "b.docx", None)
        else:
            done = documents.upload(actor, io.BytesIO(content), "b.docx", folder_id=folder)
        told.append((done.outcome, done.reason, done.state))
        own.append(done.document_id)

    own: list[int | None] = []
    hand_in()
    hand_in()
    db.release()
    told.append(
        (
            progress.states(actor, own)[0].sentence,
            [file for files in listed(actor, own[0]) for file in files],
        )
    )
    work(site)
    hand_in()
    assert len(set(own)) == 1
    with db.read() as session:
        document = session.get_one(Document, own[0])
        events = session.scalars(
            select(TrailEvent).where(TrailEvent.document_id == own[0]).order_by(TrailEvent.seq)
        ).all()
        told.append([(event.action, sorted(event.details), event.details.get("reason")) for event in events])
        told.append((document.state, document.reason_code, document.secrecy, document.workflow, document.file_name))
    return told


def test_what_is_known_of_a_hidden_first_row_is_told_to_its_readers_only(site, clerk, people) -> None:
    first, _sha256 = known_secret(site, clerk)
    again = documents.upload(clerk, io.BytesIO(SECRET), "lai.docx")
    assert (again.outcome, again.document_id, again.state) == ("duplicate", first, "withheld")
    assert again.reason == progress.withheld_wholly("Mật")


def test_bytes_kept_after_the_last_question_go_with_the_decision(site, clerk, monkeypatch) -> None:
    """The bytes were found to be secret between the check of the store and the lock."""
    _first, sha256 = known_secret(site, clerk)
    from docmgr.services.documents import intake

    with monkeypatch.context() as late:
        late.setattr(intake, "_is_secret", lambda _sha256: False)
        done = documents.upload(clerk, io.BytesIO(SECRET), "lai.docx")
    assert done.outcome == "duplicate"
    assert not site.storage.path(sha256).exists()
    with monkeypatch.context() as late:
        late.setattr(intake, "_is_secret", lambda _sha256: False)
        with pytest.raises(NotFound):
            documents.add_version(clerk, 999_999, io.BytesIO(SECRET), "lai.docx", None)
        with pytest.raises(NotFound):
            # The folder was deleted: the decision fails, and the bytes are removed all the same.
            documents.upload(COMMAND_LINE, io.BytesIO(SECRET), "lai.docx", folder_id=999_999)
    assert not site.storage.path(sha256).exists()


def test_a_reading_that_sees_no_stamp_in_known_secret_bytes_saves_nothing(site, clerk, monkeypatch) -> None:
    _first, sha256 = known_secret(site, clerk)
    document_id = upload(clerk, OLD)
    with db.write() as session:
        # The same happens when another copy was found to be secret while this one was read.
        session.add(
            WithheldBytes(
                sha256=session.scalars(select(File.sha256)).one(),
                document_id=document_id,
                secrecy="Tối mật",
            )
        )
    monkeypatch.setattr(ingest.intake, "known_secret", late_answer(ingest.intake.known_secret))
    work(site)
    with db.read() as session:
        document = session.get_one(Document, document_id)
        assert (document.state, document.secrecy) == ("withheld", "Tối mật")
        assert session.scalars(select(Provision.id)).all() == []
    assert list(site.storage.list()) == []


def late_answer(known):
    """Make the first check come before the secret is known."""
    asked: list[bool] = []

    def answer(session, hashes):
        asked.append(True)
        return known(session, hashes) if len(asked) > 1 else None

    return answer


def test_condemned_bytes_of_a_secret_go_even_where_a_row_names_them(site, clerk) -> None:
    document_id = upload(clerk, OLD)
    with db.write() as session:
        sha256 = session.scalars(select(File.sha256)).one()
        session.add(WithheldBytes(sha256=sha256, document_id=document_id, secrecy="Mật"))
    site.storage.condemn(sha256)
    ingest.clean_up()
    assert not site.storage.path(sha256).exists()


def test_a_quote_goes_with_the_words_that_were_withheld(site, clerk, people) -> None:
    document_id = upload(clerk, OLD, publish=True)
    work(site)
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024, document_id=document_id))
    given = TaskInput(
        "Việc",
        lead_id=people["staff"].unit_id,
        due_rule="continuous",
        document_id=document_id,
        anchor="dieu-1",
    )
    task = tasks.create(clerk, plan, given)
    with db.write() as session:
        assert session.get_one(Task, task).quote
        withholding.withhold(session, session.scalars(select(Version)).one(), "Thử.")
    with db.read() as session:
        assert session.get_one(Task, task).quote is None
