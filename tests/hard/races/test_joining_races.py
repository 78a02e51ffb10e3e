"""Drafts joined to another document by two people at the same moment, or while that document is deleted."""

from __future__ import annotations

import io

from sqlalchemy import func, select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document, File, User, Version
from docmgr.policy import Actor
from docmgr.services.documents import lifecycle
from docmgr.services.documents.confirming import renditions
from docmgr.services.errors import NotFound
from docmgr.services.folders import tree
from tests.filling.filing import file_document
from tests.filling.papers import pdf
from tests.support.acting import actor_of
from tests.support.racing import at_once, count, events

WAYS = (renditions.VERSION, renditions.RENDITION)


def read_paper(clerk: Actor, name: str, workflow: str = "draft") -> int:
    """A document with one version that was read."""
    number = file_document(tree.root_id(), f"{name}/QĐ-X", workflow=workflow, created_by=clerk.user_id, file_name=name)
    with db.write() as session:
        version = Version(document_id=number, no=1, outcome="text", text=name, created_by=clerk.user_id)
        session.add(version)
        session.flush()
        session.add(File(version_id=version.id, sha256=f"{number:064x}", size=1, name=name, kind="txt"))
    return number


def files_of(document_id: int) -> int:
    """The number of files in all versions of a document."""
    with db.read() as session:
        query = select(func.count(File.id)).join(Version, Version.id == File.version_id)
        return session.scalar(query.where(Version.document_id == document_id)) or 0


def test_two_clerks_join_one_draft(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    into = [read_paper(clerk, name, "published") for name in ("1", "2")]
    for turn in range(rounds):
        draft, before = read_paper(clerk, f"n{turn}"), [files_of(number) for number in into]
        way = WAYS[turn % 2]
        answers = at_once(site, [lambda n=n, d=draft, w=way: renditions.join(clerk, d, n, w) for n in into], held=turn % 2 == 0)
        assert {type(answer) for answer in answers} == {int, NotFound}
        assert sum(files_of(number) for number in into) == sum(before) + 1
    assert len(events("document:join")) == rounds


def test_drafts_joined_to_one_document_get_numbers_of_their_own(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    into = read_paper(clerk, "1", "published")
    for turn in range(rounds):
        drafts = [read_paper(clerk, f"{turn}-{n}") for n in range(2)]
        acts = [lambda d=d: renditions.join(clerk, d, into, renditions.VERSION) for d in drafts]
        assert sorted(at_once(site, acts, held=turn % 2 == 0)) == [2 * turn + 2, 2 * turn + 3]
    with db.read() as session:
        numbers = list(session.scalars(select(Version.no).where(Version.document_id == into).order_by(Version.no)))
        assert session.get_one(Document, into).current_no == 2 * rounds + 1
    assert numbers == list(range(1, 2 * rounds + 2))


def test_the_other_document_is_deleted_meanwhile(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    for turn in range(rounds):
        draft, into = read_paper(clerk, f"d{turn}"), read_paper(clerk, f"i{turn}", "published")
        if turn % 2:
            draft, into = into, draft
            with db.write() as session:
                session.get_one(Document, draft).workflow, session.get_one(Document, into).workflow = "draft", "published"
        way = WAYS[turn // 2 % 2]
        acts = [lambda d=draft, n=into, w=way: renditions.join(clerk, d, n, w), lambda n=into: lifecycle.delete(clerk, [n])]
        joined, deleted = at_once(site, acts, held=turn % 2 == 0)
        assert isinstance(deleted, str) and isinstance(joined, int | NotFound)
        gone = count(Document, Document.id == draft, Document.deleted_at.is_not(None))
        # The file is in exactly one place where somebody finds it: in the bin with the other, or still in the draft.
        assert gone == (1 if isinstance(joined, int) else 0)
        assert files_of(into) == (2 if isinstance(joined, int) else 1)


def test_joins_crosswise_do_not_lock_each_other_out(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    for turn in range(rounds):
        one, two = read_paper(clerk, f"a{turn}"), read_paper(clerk, f"b{turn}")
        acts = [lambda a=one, b=two: renditions.join(clerk, a, b, "version"), lambda a=one, b=two: renditions.join(clerk, b, a, "version")]
        answers = at_once(site, acts, held=turn % 2 == 0)
        assert {type(answer) for answer in answers} == {int, NotFound}


def test_one_file_added_twice_at_once_is_kept_once(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    for turn in range(rounds):
        paper, data = read_paper(clerk, f"p{turn}"), pdf(1, f"Lan {turn}")
        acts = [lambda p=paper, d=data: renditions.add_file(clerk, p, io.BytesIO(d), "a.pdf").outcome for _ in range(2)]
        assert sorted(at_once(site, acts, held=turn % 2 == 0)) == ["duplicate", "stored"]
        assert files_of(paper) == 2
