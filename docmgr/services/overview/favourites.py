"""Favourites: documents and folders that a person has marked with a star. Who marked what is private and no event of the trail."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Delete, delete, func, select
from sqlalchemy.orm import Session

from docmgr import db, keys, policy
from docmgr.models import Favourite, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.documents import references
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import names as folder_names
from docmgr.services.message import Message

MOST = 50
KINDS = ("document", "folder")
TOO_MANY = Message("Mỗi người gắn sao được nhiều nhất %(most)s mục; hãy bỏ bớt.", most=MOST)

Key = tuple[str, int]


@dataclass(frozen=True)
class FavouriteThing:
    """A thing with a star that the actor may see. `more` is the subject of a document, None when there is none."""

    kind: str
    id: int
    label: str
    more: str | None = None


def add(actor: Actor, kind: str, subject_id: int) -> None:
    """Mark a document or folder; nothing happens when it is marked. Raises Denied, NotFound when the actor may not see it, and Invalid
    when the actor has marked MOST things that they may still see."""
    policy.require(actor, "account:own")
    if kind not in KINDS or abs(subject_id) > keys.LARGEST or actor.user_id is None:
        raise NotFound
    key = (kind, subject_id)
    with db.write() as session:
        # Two clicks at once make one row, and no more than MOST.
        forms.locked(session, User, actor.user_id)
        marked = _marked(session, actor)
        seen = _named(session, actor, [*marked, key])
        if key not in seen:
            raise NotFound
        if key in marked:
            return
        if len(marked) >= MOST:
            gone = [one for one in marked if one not in seen]
            if not gone:
                raise Invalid(TOO_MANY)
            for one in gone:
                session.execute(_of(actor, one))
        session.add(Favourite(user_id=actor.user_id, kind=kind, subject_id=subject_id))


def remove(actor: Actor, kind: str, subject_id: int) -> None:
    """Take the star away, whether or not the actor may still see the thing; nothing happens when there is none."""
    policy.require(actor, "account:own")
    if abs(subject_id) <= keys.LARGEST:
        with db.write() as session:
            session.execute(_of(actor, (kind, subject_id)))


def has(actor: Actor, kind: str, subject_id: int) -> bool:
    """Whether the actor has marked this thing."""
    query = select(func.count()).select_from(Favourite)
    with db.read() as session:
        return bool(session.scalar(query.where(Favourite.user_id == actor.user_id, Favourite.kind == kind, Favourite.subject_id == subject_id)))


def everything(actor: Actor) -> list[FavouriteThing]:
    """List what the actor has marked and may see now, by name. The number of queries does not depend on how much that is."""
    policy.require(actor, "account:own")
    with db.read() as session:
        found = _named(session, actor, _marked(session, actor))
    return sorted(found.values(), key=lambda one: (one.kind != "folder", one.label.casefold(), one.id))


def _marked(session: Session, actor: Actor) -> list[Key]:
    query = select(Favourite.kind, Favourite.subject_id).where(Favourite.user_id == actor.user_id)
    return [(kind, number) for kind, number in session.execute(query)]


def _named(session: Session, actor: Actor, wanted: list[Key]) -> dict[Key, FavouriteThing]:
    """Name those of the things that the actor may see."""
    found: dict[Key, FavouriteThing] = {}
    if policy.may(actor, "document:read"):
        papers = references.documents(session, actor, (number for kind, number in wanted if kind == "document"))
        for number, ref in papers.items():
            found["document", number] = FavouriteThing("document", number, ref.label, references.subject_beside(ref))
    folders = folder_names.names(session, actor, {number for kind, number in wanted if kind == "folder"})
    return found | {("folder", number): FavouriteThing("folder", number, name) for number, name in folders.items()}


def _of(actor: Actor, key: Key) -> Delete:
    return delete(Favourite).where(Favourite.user_id == actor.user_id, Favourite.kind == key[0], Favourite.subject_id == key[1])
