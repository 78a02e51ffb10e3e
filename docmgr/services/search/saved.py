"""Saved searches (tìm kiếm đã lưu): each person's searches, under names that the person chose.

Everybody can run those that are shared. This module decides who may see and change which search. A search is run with
the rights of the person who runs it, so a shared one shows nobody more than they may read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.collation import order
from docmgr.models import SavedSearch, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.search import request
from docmgr.services.search.request import Condition, SearchRequest
from docmgr.services.trail import log
from legaltext.text import clean_line

MOST_OWN = 100
MOST_SHOWN = 500
NAME_CHARACTERS = 100
PART_CHARACTERS = 4_000


@dataclass(frozen=True)
class Saved:
    """A saved search as an actor sees it. `asked` is the search, and `described` are its parameters in words. `own`
    tells whether it is the actor's own, and `owner` is the full name of the person who saved it."""

    id: int
    revision: int
    name: str
    asked: SearchRequest
    described: tuple[Condition, ...]
    shared: bool
    own: bool
    owner: str


def everything(actor: Actor) -> list[Saved]:
    """Load the actor's own saved searches, sorted by name, then those that others share; at most MOST_SHOWN together.
    Raises Denied when the actor's roles may not save searches."""
    policy.require(actor, "search:save")
    query = select(SavedSearch).where(or_(SavedSearch.owner_id == actor.user_id, SavedSearch.shared))
    with db.read() as session:
        rows = session.scalars(
            query.order_by(SavedSearch.owner_id != actor.user_id, order(SavedSearch.name), SavedSearch.id).limit(
                MOST_SHOWN
            )
        )
        return [_seen(session, actor, row) for row in rows]


def own_names(actor: Actor, limit: int) -> list[tuple[int, str]]:
    """Load the first of the actor's own saved searches as pairs (id, name), sorted by name. Raises Denied when the actor's roles may not
    save searches."""
    policy.require(actor, "search:save")
    query = select(SavedSearch.id, SavedSearch.name).where(SavedSearch.owner_id == actor.user_id)
    with db.read() as session:
        return [(number, name) for number, name in session.execute(query.order_by(order(SavedSearch.name), SavedSearch.id).limit(limit))]


def get(actor: Actor, search_id: int) -> Saved:
    """Load the saved search with this id, if it is the actor's own or a shared one. Raises NotFound otherwise, and
    Denied when the actor's roles may not save searches."""
    policy.require(actor, "search:save")
    with db.read() as session:
        row = session.get(SavedSearch, search_id)
        if row is None or not (row.shared or row.owner_id == actor.user_id):
            raise NotFound
        return _seen(session, actor, row)


def get_own(actor: Actor, search_id: int) -> Saved:
    """Load the saved search with this id, if it is the actor's own. Raises NotFound otherwise, and Denied when the
    actor's roles may not save searches."""
    saved = get(actor, search_id)
    if not saved.own:
        raise NotFound
    return saved


def create(actor: Actor, name: str, parts: Mapping[str, Iterable[str]], *, shared: bool = False) -> int:
    """Save a search for the actor and return its id. `parts` are the parameters of its address, and `shared` lets
    everybody run it. Raises Denied when the actor's roles may not save searches, and Invalid when the name is blank,
    too long or taken, the search is empty or too long, or the actor has too many."""
    policy.require(actor, "search:save")
    wanted = request.read(parts)
    if wanted.blank:
        raise Invalid(Message("Hãy tìm trước, rồi lưu tìm kiếm từ trang kết quả."))
    kept = wanted.parts()
    if sum(len(value) for values in kept.values() for value in values) > PART_CHARACTERS:
        raise Invalid(Message("Tìm kiếm này có quá nhiều điều kiện để lưu."))
    if actor.user_id is None:
        raise policy.Denied("search:save")
    with db.write() as session:
        # The searches of one person are saved one at a time, because their names must differ and their number is
        # limited.
        forms.locked(session, User, actor.user_id)
        own = select(func.count()).where(SavedSearch.owner_id == actor.user_id)
        if (session.scalar(own) or 0) >= MOST_OWN:
            raise Invalid(Message("Mỗi người lưu được %(most)s tìm kiếm; hãy xóa bớt tìm kiếm cũ.", most=MOST_OWN))
        row = SavedSearch(owner_id=actor.user_id, name="", parts=kept, shared=shared)
        row.name = _free_name(session, row, name)
        session.add(row)
        session.flush()
        details = {"query": wanted.query, "filter": _line(session, actor, wanted), "shared": shared}
        _record(session, actor, "search:save", row, details)
        return row.id


def edit(actor: Actor, search_id: int, *, name: str, shared: bool, revision: int | None) -> None:
    """Rename one of the actor's saved searches, and share it with everybody or not (`shared`).

    `revision` is the revision when the form was opened; None means that there was no form. Raises Denied when the
    actor's roles may not save searches, NotFound when it is not the actor's own, Conflict when the revision has
    changed, and Invalid when the name is blank, too long or taken.
    """
    policy.require(actor, "search:save")
    with db.write() as session:
        row = _own(session, actor, search_id, revision)
        before = {"name": row.name, "shared": row.shared}
        row.name, row.shared = _free_name(session, row, name), shared
        changed = {key: [before[key], value] for key in before if (value := getattr(row, key)) != before[key]}
        if changed:
            row.updated_at = db.now()
            forms.bump(row)
            _record(session, actor, "search:edit", row, changed)


def delete(actor: Actor, search_id: int) -> Saved:
    """Delete one of the actor's saved searches and return what it was, so that the page can offer to save it again.
    Raises Denied when the actor's roles may not save searches, and NotFound when it is not the actor's own."""
    policy.require(actor, "search:save")
    with db.write() as session:
        row = _own(session, actor, search_id)
        seen = _seen(session, actor, row)
        _record(session, actor, "search:delete", row, {"query": seen.asked.query})
        session.delete(row)
        return seen


def _seen(session: Session, actor: Actor, row: SavedSearch) -> Saved:
    wanted = request.stored(row.parts)
    described = tuple(request.described(session, actor, wanted))
    own = row.owner_id == actor.user_id
    return Saved(row.id, row.revision, row.name, wanted, described, row.shared, own, row.owner.full_name)


def _own(session: Session, actor: Actor, search_id: int, revision: int | None = None) -> SavedSearch:
    if actor.user_id is None:
        raise NotFound
    forms.locked(session, User, actor.user_id)

    def allowed(row: SavedSearch) -> None:
        if row.owner_id != actor.user_id:
            raise NotFound

    return forms.for_change(session, SavedSearch, search_id, revision, allowed)


def _free_name(session: Session, row: SavedSearch, text: str) -> str:
    name = clean_line(text)
    if not 1 <= len(name) <= NAME_CHARACTERS:
        raise Invalid(Message("Hãy đặt tên cho tìm kiếm, dài nhất 100 ký tự."), "name")
    same = select(SavedSearch.id).where(SavedSearch.owner_id == row.owner_id, SavedSearch.name == name)
    with session.no_autoflush:
        if session.scalar(same) not in (None, row.id):
            raise Invalid(Message("Bạn đã có tìm kiếm mang tên này."), "name")
    return name


def _line(session: Session, actor: Actor, wanted: SearchRequest) -> str | None:
    return "; ".join(one.line for one in request.described(session, actor, wanted)) or None


def _record(session: Session, actor: Actor, action: str, row: SavedSearch, details: dict[str, Any]) -> None:
    log.record(session, actor, action, "search", row.id, row.name, details=details)
