"""Names of files as data, the order of locks and checks, and nobody publishes a withheld document."""

from __future__ import annotations

import io
import unicodedata

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, Job, Relation, Version
from docmgr.policy import COMMAND_LINE, WORKFLOWS
from docmgr.reading.types import Reading
from docmgr.services.access import guard
from docmgr.services.bulk import changing
from docmgr.services.documents import facts, ingest, intake, lifecycle, withholding
from docmgr.services.documents import upload as documents
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.relations import relations
from docmgr.services.upkeep import checks
from tests.filling.filing import load
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

# Every character that changes the direction of a text or is invisible in it (Unicode 16: Bidi_Control and similar).
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u2028\u2029\x00\x07\x1b\x7f\x85"


@pytest.mark.parametrize("char", [*TURNING, *UNSEEN], ids=lambda char: f"U+{ord(char):04X}")
def test_a_name_cannot_look_like_another(char: str) -> None:
    # "quyet-dinh‮xcod.exe" is displayed as "quyet-dinhexe.docx".
    assert intake.clean_name(f"{char}quyet-dinh{char}xcod.exe{char}") == "quyet-dinhxcod.exe"


def test_a_name_of_such_characters_alone_is_no_name() -> None:
    assert intake.clean_name(TURNING + UNSEEN) == "khong-ten"


def test_a_name_is_the_last_part_of_a_path_in_composed_letters() -> None:
    for path in (
        "C:\\Tài liệu\\Đề án.docx",
        "../../Đề án.docx",
        unicodedata.normalize("NFD", "x/Đề án.docx"),
    ):
        assert intake.clean_name(path) == unicodedata.normalize("NFC", "Đề án.docx")


def test_a_long_name_keeps_its_ending() -> None:
    cut = intake.clean_name("ế" * 300 + ".docx")
    assert cut.endswith("ế.docx") and 250 <= len(cut.encode()) <= intake.NAME_BYTES
    assert len(intake.clean_name("x" * 254 + ".d").encode()) <= intake.NAME_BYTES


# The lock comes before the check.


@pytest.fixture
def order(monkeypatch) -> list[str]:
    """What was done about bytes, in order: a lock, a check whether they are secret, a search for copies."""
    done: list[str] = []
    for name in ("lock", "known_secret"):
        real = getattr(intake, name)

        def noted(*given, real=real, name=name):
            done.append(name)
            return real(*given)

        monkeypatch.setattr(intake, name, noted)
    return done


@pytest.mark.parametrize("way", ["upload", "version"])
def test_bytes_are_locked_before_anybody_asks_whether_they_are_secret(site, people, order, way) -> None:
    clerk = actor_of(people["clerk"])
    first = upload(clerk, decision())
    if way == "version":
        order.clear()
        documents.add_version(clerk, first, io.BytesIO(decision(number="13")), "b.docx", None)
    assert order == ["lock", "known_secret"]


@pytest.mark.parametrize("outcome", ["no_text", "withheld"])
def test_a_reading_locks_its_bytes_before_it_is_saved(site, people, order, outcome) -> None:
    upload(actor_of(people["clerk"]), decision())
    order.clear()
    with db.write() as session:
        job = session.scalars(select(Job).where(Job.kind == "read")).one()
        ingest.save(session, job, Reading(outcome=outcome, kind="docx"))
    assert order[:2] == ["lock", "known_secret"]


# Publishing.


def withheld(site, people) -> int:
    """A document of the clerk whose bytes were removed."""
    document_id = upload(actor_of(people["clerk"]), decision(stamp="MẬT"), publish=True)
    work(site)
    assert load(document_id).state == "withheld"
    return document_id


@pytest.mark.parametrize("workflow", sorted(WORKFLOWS))
def test_a_withheld_document_stays_a_draft(site, people, workflow) -> None:
    document_id = withheld(site, people)
    with pytest.raises(Invalid, match="dấu mật"):
        lifecycle.set_workflow(actor_of(people["clerk"]), document_id, workflow)
    assert load(document_id).workflow == "draft"


def test_the_step_itself_refuses_to_publish_what_was_withheld(site, people) -> None:
    document_id = withheld(site, people)
    with pytest.raises(Invalid, match="dấu mật"), db.write() as session:
        lifecycle.change_workflow(
            session, actor_of(people["clerk"]), session.get_one(Document, document_id), "published"
        )
    assert load(document_id).workflow == "draft"


def test_confirming_its_facts_publishes_no_withheld_document(site, people) -> None:
    clerk, document_id = actor_of(people["clerk"]), withheld(site, people)
    values = {"subject": "Về việc đã được gỡ"}
    facts.save(clerk, document_id, values, revision=load(document_id).revision, confirm=True, publish=True)
    assert (load(document_id).workflow, load(document_id).subject) == ("draft", "Về việc đã được gỡ")


def test_publishing_many_publishes_none_where_one_was_withheld(site, people) -> None:
    clerk, document_id = actor_of(people["clerk"]), withheld(site, people)
    clean = upload(clerk, decision(number="13"), "b.docx")
    work(site)
    with pytest.raises(Invalid, match="dấu mật"):
        changing.publish(clerk, [document_id, clean])
    assert (load(document_id).workflow, load(clean).workflow) == ("draft", "draft")


def test_a_document_published_before_its_stamp_was_found_is_taken_back(site, people) -> None:
    clerk = actor_of(people["clerk"])
    document_id = upload(clerk, decision(), publish=True)
    work(site)
    staff = actor_of(people["staff"])
    assert guard.get(staff, document_id).workflow == "published"
    with db.write() as session:
        withholding.withhold(session, session.scalars(select(Version)).one(), "Thử.")
    document = load(document_id)
    assert (document.workflow, document.publish_when_read, document.state) == ("draft", False, "withheld")
    with pytest.raises(NotFound):
        guard.get(staff, document_id)
    assert tree.root_id() == document.folder_id


def test_relations_keep_no_words_of_a_secret(site, people) -> None:
    clerk = actor_of(people["clerk"])
    secret, other, third = (upload(clerk, decision(number=str(n)), f"{n}.docx") for n in (1, 2, 3))
    work(site)
    for one, type_, two in ((secret, "guides", other), (third, "amends", secret), (other, "guides", third)):
        relations.add(clerk, one, type_, two, quote=f"lời của {one}")
    with db.write() as session:
        version = session.scalars(select(Version).where(Version.document_id == secret)).one()
        withholding.withhold(session, version, "Thử.")
    with db.read() as session:
        kept = {(row.source_id, row.target_id): row.quote for row in session.scalars(select(Relation))}
    assert kept == {(secret, other): None, (third, secret): None, (other, third): f"lời của {other}"}


def test_a_known_secret_that_waits_for_the_worker_is_no_missing_file(site, people) -> None:
    withheld(site, people)
    leader = actor_of(people["leader"])
    shared = tree.create(actor_of(people["clerk"]), tree.root_id(), "Nhận").id
    sharing.grant(actor_of(people["clerk"]), SharedThing(folder_id=shared), f"user:{leader.user_id}", "editor")
    done = documents.upload(leader, io.BytesIO(decision(stamp="MẬT")), "lai.docx", folder_id=shared)
    assert done.state == "waiting"
    db.release()
    assert [fault.kind for fault in checks.check(COMMAND_LINE) if fault.kind != "index"] == []
