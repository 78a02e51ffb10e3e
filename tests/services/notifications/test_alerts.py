"""Alerts of followed saved searches, what a person can follow, and pages of many notices in a fixed number of queries."""

from __future__ import annotations

import pytest
from sqlalchemy import event, insert, select

from docmgr import db, worker
from docmgr.context import Context
from docmgr.models import Follow, Notice, User
from docmgr.policy import Actor
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import tree
from docmgr.services.notifications import alerts, answering, following, listing
from docmgr.services.search import saved
from tests.support.acting import actor_of, upload, work


@pytest.fixture
def actors(site: Context, people: dict[str, User]) -> dict[str, Actor]:
    return {role: actor_of(user) for role, user in people.items()}


def asked(actor: Actor) -> list[str]:
    """What the followed searches told the actor of so far, the oldest first."""
    with db.write() as session:
        for follow in session.scalars(select(Follow)):
            follow.looked_at = follow.looked_at and follow.looked_at - alerts.EVERY
    alerts.look()
    db.release()
    rows = listing.page(actor).rows
    return [f"{row.reason} {row.document.label if row.document else ''} {row.about.label if row.about else ''}" for row in reversed(rows)]


def test_a_followed_search_tells_of_new_answers_that_its_follower_may_read(
    site: Context, actors: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, staff = actors["clerk"], actors["staff"]
    monkeypatch.setattr(alerts, "MOST", 2)
    upload(clerk, b"Quy che dan chu truoc day", "cu.txt", publish=True)
    work(site)
    search = saved.create(staff, "Dân chủ", {"q": ["dan chu"]})
    following.follow(staff, "search", search)
    assert asked(staff) == []
    # A draft answers nobody but those who may read it; a text about something else answers nobody.
    draft = upload(clerk, b"Ban thao ve dan chu o co so", "nhap.txt")
    upload(clerk, b"Ke hoach thi dua cua truong", "khac.txt", publish=True)
    upload(clerk, b"Huong dan dan chu o truong hoc", "moi.txt", publish=True)
    work(site)
    assert asked(staff) == ["answer moi.txt Dân chủ"]
    lifecycle.set_workflow(clerk, draft, "published")
    work(site)
    assert asked(staff) == ["answer moi.txt Dân chủ", "answer nhap.txt Dân chủ"] == asked(staff)
    for number in range(4):
        upload(clerk, f"Bao cao dan chu quy {number}".encode(), f"quy {number}.txt", publish=True)
    work(site)
    assert [row.split()[0] for row in asked(staff)] == ["answer"] * 4 + ["more"] and len(asked(staff)) == 5
    # Its documents are hidden again, and so is what was told of them.
    lifecycle.set_workflow(clerk, draft, "withdrawn")
    assert "answer nhap.txt Dân chủ" not in asked(staff) and listing.unread(staff) == 4
    saved.delete(staff, search)
    assert asked(staff)[0] == "answer moi.txt " and following.everything(staff) == []


def test_what_can_be_followed_is_bounded(site: Context, actors: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff = actors["clerk"], actors["staff"]
    folder = tree.create(clerk, tree.root_id(), "Công văn").id
    hidden = upload(clerk, b"a draft that only clerks see", "nhap.txt")
    for kind, number in (("document", hidden), ("document", 10**12), ("folder", 999), ("tasks", 1), ("person", 1), ("search", 1)):
        with pytest.raises(NotFound):
            following.follow(staff, kind, number)
    monkeypatch.setattr(following, "MOST", 2)
    following.follow(staff, "folder", folder)
    following.follow(staff, "folder", tree.root_id())
    another = tree.create(clerk, tree.root_id(), "Khác").id
    with pytest.raises(Invalid):
        following.follow(staff, "folder", another)
    # What is gone takes no room, although the list does not show it.
    with db.write() as session:
        session.scalars(select(Follow).where(Follow.subject_id == folder)).one().subject_id = 999
    following.follow(staff, "folder", another)
    assert {one.id for one in following.everything(staff)} == {tree.root_id(), another}
    worker.run_until_idle(site)
    monkeypatch.setattr(answering, "MOST", 0)
    lifecycle.set_workflow(clerk, hidden, "published")
    worker.run_until_idle(site)
    with pytest.raises(Invalid):
        following.follow(clerk, "search", saved.create(clerk, "Tất cả", {"q": ["clerks"]}))


def test_thousands_of_notices_cost_no_more_queries_than_a_hundred(site: Context, actors: dict[str, Actor], count_queries) -> None:
    clerk, staff = actors["clerk"], actors["staff"]
    papers = [upload(clerk, f"text {number}".encode(), f"{number}.txt") for number in range(3)]
    for number in papers[:2]:
        lifecycle.set_workflow(clerk, number, "published")
    folder = tree.root_id()

    def fill(start: int, end: int) -> None:
        blank = {"user_id": staff.user_id, "reason": "version", "more": 0, "documents": None, "seq": None}
        rows = [
            {**blank, "cause": f"event:{n}", "kind": "document", "subject_id": papers[n % 3], "document_id": None}
            if n % 2 else {**blank, "cause": f"event:{n}", "reason": "arrival", "kind": "folder", "subject_id": folder,
                           "document_id": None, "documents": papers if n % 3 else papers[2:]}
            for n in range(start, end)
        ]  # fmt: skip
        with db.write() as session:
            session.execute(insert(Notice), rows)

    fill(0, 120)
    db.release()
    with count_queries() as few:
        first = listing.page(staff)
        assert listing.unread(staff) == 80
    fill(120, 3_000)
    db.release()
    with count_queries() as many:
        page = listing.page(staff)
        assert listing.unread(staff) == listing.MOST_COUNTED + 1
    assert many.number == few.number <= 8 and len(page.rows) == len(first.rows) == listing.PAGE_SIZE
    assert {row.number for row in page.rows if row.kind == "folder"} == {2}
    older = listing.page(staff, before=page.older)
    assert older.rows[0].id < page.rows[-1].id
    if site.database.engine.dialect.name == "sqlite":
        # PostgreSQL chooses by statistics, and one person has all the notices here.
        assert "ix_notice_unread" in _plan(site, staff)
    listing.mark(staff, up_to=page.rows[0].id)
    assert listing.unread(staff) == 0 and listing.page(staff, only_unread=True).rows == ()


def _plan(site: Context, actor: Actor) -> str:
    """How the database counts the unread notices."""
    asked: list[tuple[str, object]] = []

    def hear(_connection, _cursor, statement, parameters, *_more) -> None:
        asked.append((statement, parameters))

    event.listen(site.database.engine, "before_cursor_execute", hear)
    listing.unread(actor)
    event.remove(site.database.engine, "before_cursor_execute", hear)
    statement, parameters = next(one for one in asked if "notice" in one[0])
    with site.database.engine.connect() as connection:
        return "\n".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))
