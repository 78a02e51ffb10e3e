"""The comments on a document as its page shows them: how many are open at each provision, and the threads themselves.

A comment stands at the provision that has its anchor in the version that is shown. Where that version has no such provision, it stands
below what is left, under the name that its provision had.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from docmgr import db, paging, policy
from docmgr.models import Comment, Document, Provision, User, Version
from docmgr.policy import Actor
from docmgr.services.access import guard, rule, versions
from docmgr.services.comments import mentions, rights, writing

PAGE_SIZE = 20


@dataclass(frozen=True)
class CommentRun:
    """A piece of a comment. `person` is the name of the person whom it names, None for other words."""

    text: str
    person: str | None = None


@dataclass(frozen=True)
class ShownComment:
    """One comment as a page shows it. `runs` are its words, empty when it was deleted. `former` are its earlier texts, `version_no` the
    version on which it was written where that is another one than the page shows. `deleted_by` is None unless it was deleted."""

    id: int
    author: str
    at: dt.datetime
    runs: tuple[CommentRun, ...]
    edited_at: dt.datetime | None
    former: tuple[str, ...]
    version_no: int | None
    deleted_by: str | None
    may_edit: bool
    may_delete: bool


@dataclass(frozen=True)
class Thread:
    """A comment with its answers. `anchor` is its provision in the version that the page shows, None for the whole document; `gone`: that
    version has no such provision. `place` is the name of the provision when the comment was written, None for the whole document."""

    top: ShownComment
    answers: tuple[ShownComment, ...]
    anchor: str | None
    place: str | None
    gone: bool
    resolved_at: dt.datetime | None
    resolved_by: str | None
    may_settle: bool


@dataclass(frozen=True)
class ThreadPage:
    """One page of threads: the open ones first, in the order of the text, what stands nowhere in it last. `total` counts those of all
    pages, and `number` is the number of this page."""

    threads: tuple[Thread, ...]
    total: int
    number: int


@dataclass(frozen=True)
class OpenComments:
    """How many open comments there are by anchor, in `at`, and in all, those without an anchor included."""

    at: dict[str, int] = field(default_factory=dict)
    total: int = 0


def open_comments(actor: Actor, document_id: int) -> OpenComments:
    """Count the open comments on a document with one query; none when the actor may not read the document."""
    query = select(Comment.anchor, func.count(Comment.id)).join(Document, Document.id == Comment.document_id)
    query = query.where(Comment.document_id == document_id, _open(), rule.visible(actor)).group_by(Comment.anchor)
    with db.read() as session:
        found: dict[str | None, int] = {anchor: count for anchor, count in session.execute(query)}
    return OpenComments({anchor: count for anchor, count in found.items() if anchor}, sum(found.values()))


def _open() -> ColumnElement[bool]:
    return Comment.parent_id.is_(None) & Comment.resolved_at.is_(None) & Comment.deleted_at.is_(None)


def page(
    actor: Actor, document_id: int, version_id: int | None, number: int = 1, *, anchor: str | None = None, comment_id: int | None = None
) -> ThreadPage:
    """Load one page of the threads on a document whose page shows the version `version_id`; with `anchor` those of this provision only.
    With `comment_id` it is the page that has this comment, if there is one. Nothing is found when the actor may not read the document.
    The number of queries does not depend on how many comments there are. Raises Denied when the actor's roles may not read documents."""
    policy.require(actor, "document:read")
    with db.read() as session:
        tops = _tops(session, actor, document_id, version_id, anchor)
        if comment_id is not None:
            held = session.scalar(select(func.coalesce(Comment.parent_id, Comment.id)).where(Comment.id == comment_id, Comment.document_id == document_id))
            number = next((at // PAGE_SIZE + 1 for at, (top, _gone) in enumerate(tops) if top == held), 1)
        number, _pages = paging.nearest(number, len(tops), PAGE_SIZE)
        some = tops[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        return ThreadPage(_loaded(session, actor, document_id, version_id, some), len(tops), number)


def _tops(session: Session, actor: Actor, document_id: int, version_id: int | None, anchor: str | None) -> list[tuple[int, bool]]:
    """Find the threads in their order, as pairs (id of the comment, whether its provision is gone). A deleted comment that nobody
    answered has nothing to show."""
    answered = select(Comment.parent_id).where(Comment.document_id == document_id, Comment.parent_id.is_not(None), Comment.deleted_at.is_(None))
    query = select(Comment.id, Comment.anchor, Comment.resolved_at, Provision.position).join(Document, Document.id == Comment.document_id)
    query = query.outerjoin(Provision, (Provision.version_id == version_id) & (Provision.anchor == Comment.anchor))
    query = query.where(Comment.document_id == document_id, Comment.parent_id.is_(None), rule.visible(actor))
    query = query.where(Comment.deleted_at.is_(None) | Comment.id.in_(answered))
    if anchor is not None:
        query = query.where(Comment.anchor == anchor)
    rows = list(session.execute(query))
    lost = {row.id: row.anchor is not None and row.position is None for row in rows}
    place = {row.id: -1 if row.anchor is None else row.position if row.position is not None else 0 for row in rows}
    rows.sort(key=lambda row: (row.resolved_at is not None, lost[row.id], place[row.id], row.id))
    return [(row.id, lost[row.id]) for row in rows]


def _loaded(session: Session, actor: Actor, document_id: int, version_id: int | None, tops: Sequence[tuple[int, bool]]) -> tuple[Thread, ...]:
    if not tops:
        return ()
    ids, lost = [number for number, _gone in tops], dict(tops)
    rows = session.scalars(select(Comment).where(Comment.id.in_(ids) | Comment.parent_id.in_(ids)).order_by(Comment.id)).all()
    view = _View(actor, guard.may_edit(actor, document_id), _names(session, rows), _numbers(session, actor, rows, version_id))
    answers: dict[int, list[ShownComment]] = defaultdict(list)
    for row in rows:
        if row.parent_id is not None:
            answers[row.parent_id].append(view.shown(row))
    by_id = {row.id: row for row in rows}
    return tuple(view.thread(by_id[number], answers[number], lost[number]) for number in ids)


def _names(session: Session, rows: Iterable[Comment]) -> dict[str, tuple[int, str]]:
    """Load whom the comments name, as (id, full name) by the sign-in name."""
    ids = {user_id for row in rows for user_id in row.mentions}
    if not ids:
        return {}
    return {name: (user_id, full) for user_id, name, full in session.execute(select(User.id, User.username, User.full_name).where(User.id.in_(ids)))}


def _numbers(session: Session, actor: Actor, rows: Collection[Comment], version_id: int | None) -> dict[int, int]:
    """Load the numbers of other versions than the one that is shown, of those that the actor may see."""
    ids = {row.version_id for row in rows if row.version_id is not None and row.version_id != version_id}
    if not ids:
        return {}
    return {number: no for number, no in session.execute(select(Version.id, Version.no).where(Version.id.in_(ids), versions.seen_by(actor)))}


@dataclass(frozen=True)
class _View:
    """What is known to show the comments of a page: names of people by sign-in name, and numbers of versions by id."""

    actor: Actor
    edits: bool
    names: dict[str, tuple[int, str]]
    numbers: dict[int, int]

    def thread(self, row: Comment, answers: Sequence[ShownComment], gone: bool) -> Thread:
        settles = rights.may_settle(self.actor, row, edits=self.edits) and row.deleted_at is None
        anchor = None if gone else row.anchor
        return Thread(self.shown(row), tuple(answers), anchor, row.place, gone, row.resolved_at, row.resolved_by_label, settles)

    def shown(self, row: Comment) -> ShownComment:
        deleted = row.deleted_at is not None
        return ShownComment(
            row.id, row.created_by_label, row.created_at, () if deleted else tuple(self._runs(row)), row.edited_at, tuple(row.former),
            self.numbers.get(row.version_id or 0), row.deleted_by_label if deleted else None, writing.may_edit(self.actor, row),
            not deleted and rights.may_delete(self.actor, row, edits=self.edits),
        )  # fmt: skip

    def _runs(self, row: Comment) -> Iterable[CommentRun]:
        text, done = row.text or "", 0
        for name, start, end in mentions.places(text):
            user_id, full = self.names.get(name, (0, ""))
            if user_id in row.mentions:
                yield CommentRun(text[done:start])
                yield CommentRun(text[start:end], full)
                done = end
        yield CommentRun(text[done:])
