"""Tìm kiếm đã lưu: a person's searches under names of their own; those marked as shared are there for all to run.

Decides who may see and change which. What a search finds is asked anew with the rights of whoever runs it, so a
shared one shows nobody more than they may read.
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
    """A kept search as an actor sees it; `described` are its filters in words, `owner` a full name."""

    id: int
    revision: int
    name: str
    asked: SearchRequest
    described: tuple[Condition, ...]
    shared: bool
    own: bool
    owner: str


def everything(actor: Actor) -> list[Saved]:
    """The actor's own by name, then those that others share. Raises Denied."""
    policy.require(actor, "search:save")
    query = select(SavedSearch).where(or_(SavedSearch.owner_id == actor.user_id, SavedSearch.shared))
    with db.read() as session:
        rows = session.scalars(
            query.order_by(SavedSearch.owner_id != actor.user_id, order(SavedSearch.name), SavedSearch.id).limit(
                MOST_SHOWN
            )
        )
        return [_seen(session, actor, row) for row in rows]


def get(actor: Actor, search_id: int) -> Saved:
    """One search, the actor's own or shared. Raises Denied, NotFound (another person's own too)."""
    policy.require(actor, "search:save")
    with db.read() as session:
        row = session.get(SavedSearch, search_id)
        if row is None or not (row.shared or row.owner_id == actor.user_id):
            raise NotFound
        return _seen(session, actor, row)


def get_own(actor: Actor, search_id: int) -> Saved:
    """One of the actor's own searches, for changing it. Raises Denied, NotFound."""
    saved = get(actor, search_id)
    if not saved.own:
        raise NotFound
    return saved


def create(actor: Actor, name: str, parts: Mapping[str, Iterable[str]], *, shared: bool = False) -> int:
    """Keep a search; its id. Raises Denied, Invalid (no name, name taken, nothing asked, too long, too many)."""
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
        # One person's searches are kept one at a time: their names differ and their number is bounded.
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
    """Rename, share, stop sharing. Raises Denied, NotFound, Conflict (stale `revision`), Invalid (no name, name taken)."""
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
    """Remove a search; what it was, so that it can be kept again. Raises Denied, NotFound."""
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
