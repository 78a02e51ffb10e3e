"""Two people at once on PostgreSQL: one puts something into a folder that another deletes, and both create one access
list.

SQLite allows one unit of work at a time to write, so there are no races there.
"""

from __future__ import annotations

import io
import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import func, select

from docmgr import db
from docmgr.context import Context
from docmgr.models import AccessKey, AccessList, Document, Folder
from docmgr.policy import Actor, Denied
from docmgr.services.access import rule
from docmgr.services.documents import bin, lifecycle, upload
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.conftest import SERVER
from tests.filling.filing import file_document
from tests.filling.papers import decision

pytestmark = pytest.mark.skipif(not SERVER, reason="races need PostgreSQL (DOCMGR_TEST_DATABASE_URL)")
REFUSED = (NotFound, Denied, Invalid, Conflict)


def at_once(site: Context, *acts: Callable[[], object]) -> list[str]:
    """Run each act in a thread, all started together. A result is "done" or the name of the refusal; other errors are
    raised."""
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with site.bound():
            ready.wait(20)
            return answer(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        said = [begun.result(60) for begun in [pool.submit(run, act) for act in acts]]
    db.release()
    return said


def answer(act: Callable[[], object]) -> str:
    try:
        act()
    except REFUSED as error:
        return type(error).__name__
    return "done"


def misplaced() -> list[int]:
    """Live documents and folders inside a folder that is in the bin."""
    db.release()
    with db.read() as session:
        above = select(Folder.id).where(Folder.deleted_at.is_not(None))
        papers = select(Document.id).where(Document.deleted_at.is_(None), Document.folder_id.in_(above))
        inner = select(Folder.id).where(Folder.deleted_at.is_(None), Folder.parent_id.in_(above))
        return [*session.scalars(papers), *session.scalars(inner)]


def into(clerk: Actor, kind: str, folder_id: int, paper: int, dice: random.Random) -> Callable[[], object]:
    """Put something into the folder while it is being deleted."""
    if kind == "upload":
        content = decision(number=str(dice.randrange(10**9)))
        return lambda: upload.upload(clerk, io.BytesIO(content), "a.docx", folder_id=folder_id)
    if kind == "upload by path":
        with db.read() as session:
            name = session.get_one(Folder, folder_id).name
        content = decision(number=str(dice.randrange(10**9)))
        return lambda: upload.upload(clerk, io.BytesIO(content), "a.docx", folder_path=f"{name}/Trong")
    if kind == "move":
        return lambda: lifecycle.move(clerk, [paper], folder_id)
    if kind == "move folder":
        other = tree.create(clerk, tree.root_id(), f"K{dice.randrange(10**9)}").id
        return lambda: tree.move(clerk, other, folder_id)
    if kind == "create":
        return lambda: tree.create(clerk, folder_id, "Trong")
    lifecycle.move(clerk, [paper], folder_id)
    lifecycle.delete(clerk, [paper])
    return lambda: bin.restore_document(clerk, paper)


@pytest.mark.parametrize("kind", ["upload", "upload by path", "move", "move folder", "create", "restore"])
def test_nothing_live_is_left_in_a_deleted_folder(
    site: Context, clerk: Actor, kind: str, full_size: bool
) -> None:
    dice, said = random.Random(kind), Counter[str]()
    for number in range(40 if full_size else 6):
        folder_id = tree.create(clerk, tree.root_id(), f"A{number}").id
        paper = file_document(tree.root_id(), f"{number}/QĐ-X")
        put = into(clerk, kind, folder_id, paper, dice)
        answers = at_once(site, put, lambda target=folder_id: bin.delete_folder(clerk, target))
        assert misplaced() == [], (kind, answers)
        assert answers[1] == "done"
        said[answers[0]] += 1
    # With a path the folder is created again, and a restored document lands in the root, so neither is refused.
    assert set(said) <= ({"done"} if kind in {"upload by path", "restore"} else {"done", "Conflict"}), said


def test_whoever_waits_for_the_deletion_hears_of_it(site: Context, clerk: Actor) -> None:
    """A fixed order without chance: the deletion has started, and the other act comes after it."""
    folder_id = tree.create(clerk, tree.root_id(), "A").id
    paper = file_document(tree.root_id(), "1/QĐ-X")
    begun = threading.Event()

    def late(act: Callable[[], object]) -> str:
        with site.bound():
            begun.wait(20)
            return answer(act)

    acts = [
        into(clerk, kind, folder_id, paper, random.Random(7))
        for kind in ("upload", "move", "create", "move folder")
    ]
    with ThreadPoolExecutor(len(acts)) as pool:
        waiting = [pool.submit(late, act) for act in acts]
        with db.write():
            bin.delete_folder(clerk, folder_id)
            begun.set()
            # The others have reached the lock or are about to; either way they come after this.
            assert wait(waiting, timeout=1.0).done == set()
        assert [one.result(60) for one in waiting] == ["Conflict"] * 4
    assert misplaced() == []


def test_two_who_need_a_new_list_at_once_share_it(site: Context, clerk: Actor, full_size: bool) -> None:
    papers = [file_document(tree.root_id(), f"{number}/QĐ-X") for number in range(4)]
    keys = [
        "role:leader",
        "role:staff",
        "role:administrator",
        f"user:{clerk.user_id}",
        f"unit:{clerk.unit_id}",
    ]
    for key in keys if full_size else keys[:3]:

        def make(paper: int, key: str = key) -> None:
            with db.write() as session:
                document = session.get_one(Document, paper)
                document.access_list_id = rule.list_for(
                    session, frozenset({key, "role:auditor"}), frozenset({key})
                )

        assert at_once(site, *(lambda paper=paper: make(paper) for paper in papers)) == ["done"] * 4
        with db.read() as session:
            lists = {session.get_one(Document, paper).access_list_id for paper in papers}
            assert len(lists) == 1
            held = select(func.count()).where(AccessKey.list_id == lists.pop())
            assert session.scalar(held) == 3
    with db.read() as session:
        assert session.scalar(select(func.count(AccessList.id))) == session.scalar(
            select(func.count(AccessList.fingerprint.distinct()))
        )


def test_rights_on_many_documents_at_once(site: Context, clerk: Actor, full_size: bool) -> None:
    """Shares, states, moves and deletions of the same documents: each is done or refused, and no row is left behind."""
    root = tree.root_id()
    other = tree.create(clerk, root, "A").id
    papers = [file_document(root, f"{number}/QĐ-X") for number in range(6)]
    for turn in range(12 if full_size else 3):
        acts = (
            lambda: lifecycle.move(clerk, papers, other),
            lambda: lifecycle.move(clerk, reversed(papers), root),
            lambda turn=turn: [
                lifecycle.set_workflow(clerk, p, ("withdrawn", "published")[turn % 2]) for p in papers
            ],
            lambda turn=turn: sharing.grant(
                clerk, SharedThing(folder_id=other), ("role:leader", "role:staff")[turn % 2], "reader"
            ),
            lambda: sharing.set_inherit(clerk, SharedThing(document_id=papers[0]), inherit=False),
        )
        assert set(at_once(site, *acts)) <= {"done", "NotFound", "Invalid"}
    with db.write() as session:
        for paper in papers:
            assert not rule.assign_list(session, session.get_one(Document, paper))


def test_two_who_restore_the_same_document(site: Context, clerk: Actor) -> None:
    gone = tree.create(clerk, tree.root_id(), "A").id
    paper = file_document(gone, "1/QĐ-X")
    lifecycle.delete(clerk, [paper])
    bin.delete_folder(clerk, gone)
    said = at_once(site, *(lambda: bin.restore_document(clerk, paper) for _ in range(3)))
    assert sorted(said) == ["NotFound", "NotFound", "done"]
    with db.read() as session:
        own = session.get_one(Document, paper)
        assert (own.folder_id, own.inherit) == (tree.root_id(), False)
