"""The kinds of things that people follow and that notices are about: what each is called, and whether a person may see it
at this moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Integer, Select, cast, column, func, not_, or_, select
from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.models import Document, Finding, Inspection, Notice, Plan, Recommendation, SavedSearch, Task
from docmgr.policy import Actor
from docmgr.services.access import local_rights, rule
from docmgr.services.chunks import chunks
from docmgr.services.documents import references
from docmgr.services.folders import names as folder_names
from docmgr.services.planning import plans

Key = tuple[str, int]
# Kind → the action of docmgr.policy that a person's roles must allow.
ACTIONS = {
    "document": "document:read", "folder": "folder:read", "plan": "plan:read", "task": "plan:read", "tasks": "plan:read",
    "inspection": "inspection:read", "finding": "inspection:read", "recommendation": "inspection:read",
    "findings": "inspection:read", "recommendations": "inspection:read", "search": "search:save",
}  # fmt: skip
# What people can follow, in the order of the list, with the heading there.
FOLLOWED = {
    "document": "Văn bản", "folder": "Thư mục, kể cả các thư mục con", "plan": "Kế hoạch", "task": "Nhiệm vụ", "inspection": "Kiểm tra",
    "search": "Tìm kiếm đã lưu",
}  # fmt: skip
_WORDED: dict[str, type[Finding] | type[Recommendation]] = {"finding": Finding, "recommendation": Recommendation}


@dataclass(frozen=True)
class Named:
    """A thing as lists show it. `more` is a second line, such as the subject of a document; None when there is none."""

    label: str
    more: str | None = None


def named(session: Session, actor: Actor, wanted: Iterable[Key]) -> dict[Key, Named]:
    """Name those of the things `wanted`, pairs (kind, id), that the actor may see now. The others are missing in the
    result. The number of queries depends on the kinds, and hardly on how many things there are."""
    by_kind: dict[str, set[int]] = {}
    for kind, number in wanted:
        by_kind.setdefault(kind, set()).add(number)
    found: dict[Key, Named] = {}
    for kind, ids in by_kind.items():
        if kind in _NAMES and policy.may(actor, ACTIONS[kind]):
            found |= {(kind, number): name for number, name in _NAMES[kind](session, actor, ids).items()}
    return found


def _documents(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, Named]:
    found = references.documents(session, actor, ids)
    return {number: Named(ref.label, references.subject_beside(ref)) for number, ref in found.items()}


def _folders(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, Named]:
    return {number: Named(name) for number, name in folder_names.names(session, actor, ids).items()}


def _plans(session: Session, _actor: Actor, ids: Collection[int]) -> dict[int, Named]:
    query = select(Plan.id, Plan.title, Plan.year)
    rows = (row for some in chunks(ids) for row in session.execute(query.where(Plan.id.in_(some))))
    return {row.id: Named(plans.titled(row.title, row.year)) for row in rows}


def _tasks(session: Session, _actor: Actor, ids: Collection[int]) -> dict[int, Named]:
    query = select(Task.id, Task.title, Plan.title.label("plan"), Plan.year).join(Plan, Plan.id == Task.plan_id)
    rows = (row for some in chunks(ids) for row in session.execute(query.where(Task.id.in_(some))))
    return {row.id: Named(row.title, plans.titled(row.plan, row.year)) for row in rows}


def _inspections(session: Session, _actor: Actor, ids: Collection[int]) -> dict[int, Named]:
    query = select(Inspection.id, Inspection.title)
    return {row.id: Named(row.title) for some in chunks(ids) for row in session.execute(query.where(Inspection.id.in_(some)))}


def _worded(kind: str) -> Callable[[Session, Actor, Collection[int]], dict[int, Named]]:
    model = _WORDED[kind]

    def names(session: Session, _actor: Actor, ids: Collection[int]) -> dict[int, Named]:
        query = select(model.id, model.text, Inspection.title).join(Inspection, Inspection.id == model.inspection_id)
        rows = (row for some in chunks(ids) for row in session.execute(query.where(model.id.in_(some))))
        return {row.id: Named(row.text, row.title) for row in rows}

    return names


def _searches(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, Named]:
    query = select(SavedSearch.id, SavedSearch.name).where(or_(SavedSearch.owner_id == actor.user_id, SavedSearch.shared))
    return {row.id: Named(row.name) for some in chunks(ids) for row in session.execute(query.where(SavedSearch.id.in_(some)))}


_NAMES: dict[str, Callable[[Session, Actor, Collection[int]], dict[int, Named]]] = {
    "document": _documents, "folder": _folders, "plan": _plans, "task": _tasks, "inspection": _inspections,
    "finding": _worded("finding"), "recommendation": _worded("recommendation"), "search": _searches,
}  # fmt: skip


def visible(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Notice: the actor may see now what the notice tells of. The notice must be about a kind
    of thing that the actor's roles may read, and every document in it must be readable and not in the recycle bin. Of
    several documents for which one notice stands, one must be. A folder of which it tells for itself must be seen."""
    return _visible(*_seen_by(session, actor))


def counted(session: Session, actor: Actor, newest: int, most: int) -> Select[int]:
    """Select the number of the actor's unread notices of things that the actor may see now: at most `most`, and among the `newest`
    of them."""
    return _counted(*_seen_by(session, actor), newest, most)


def _seen_by(session: Session, actor: Actor) -> tuple[Actor, tuple[str, ...], bool, str]:
    kinds = tuple(kind for kind, action in ACTIONS.items() if policy.may(actor, action))
    return actor, kinds, policy.may(actor, "document:read"), session.get_bind().dialect.name


@lru_cache(maxsize=256)
def _counted(actor: Actor, kinds: tuple[str, ...], reads: bool, dialect: str, newest: int, most: int) -> Select[int]:
    unread = select(Notice.id).where(Notice.user_id == actor.user_id, Notice.read_at.is_(None)).order_by(Notice.id.desc()).limit(newest)
    mine = select(Notice.id).where(Notice.id.in_(unread), _visible(actor, kinds, reads, dialect))
    return select(func.count()).select_from(mine.limit(most).subquery())


# Every page counts the unread notices, and making the condition anew takes longer than the count.
@lru_cache(maxsize=256)
def _visible(actor: Actor, kinds: tuple[str, ...], reads: bool, dialect: str) -> ColumnElement[bool]:
    bare = Notice.document_id.is_(None) & Notice.documents.is_(None)
    kind = Notice.kind.in_(kinds) & or_(Notice.kind != "folder", not_(bare), Notice.subject_id.in_(local_rights.seen_folders(actor)))
    if not reads:
        return kind & Notice.document_id.is_(None) & Notice.documents.is_(None)
    subject, other = (select(Document.id).where(Document.id == held, rule.visible(actor)).exists() for held in (Notice.subject_id, Notice.document_id))
    one_of_them = select(Document.id).where(Document.id == _each(dialect), rule.visible(actor)).exists()
    papers = or_(Notice.kind != "document", subject) & or_(Notice.document_id.is_(None), other)
    return kind & papers & or_(Notice.documents.is_(None), one_of_them)


def _each(dialect: str) -> ColumnElement[int]:
    """Each of the ids in Notice.documents, as a column of a table in SQL."""
    if dialect == "postgresql":
        return cast(func.json_array_elements_text(Notice.documents).table_valued("value").c.value, Integer)
    return func.json_each(Notice.documents).table_valued(column("value", Integer)).c.value
