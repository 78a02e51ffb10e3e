"""A local role for a person, unit, group or role of the site on many documents of a list: who would gain or lose what, which documents
stay and why, and the giving or taking back, which can be undone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Grant
from docmgr.policy import Actor, Denied
from docmgr.services.access import inheritance, local_rights, rule
from docmgr.services.bulk import undoing
from docmgr.services.bulk.changing import Made, ManyMade
from docmgr.services.bulk.states import State
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import effects, holders, sharing
from docmgr.services.folders.effects import Effect
from docmgr.services.folders.holders import Holder
from docmgr.services.folders.sharing import RightsChange, SharedThing
from docmgr.services.message import Message, Words
from docmgr.services.workflow.moving import Chosen

# Documents that stay that the preview names.
LEFT_TOLD = 20
# Documents of one unit of work: half a second on a slow machine, where pages wait for the tree for three.
LOT = 25


@dataclass(frozen=True)
class GivenRole:
    """A role that somebody was given on some of the chosen documents themselves: the access key and name of who has it, the role, and
    on how many documents."""

    key: str
    name: Words
    role: str
    documents: int


def choices(actor: Actor, query: str) -> list[Holder]:
    """Find who can be given a role; as holders.search. Raises Denied when the actor's roles may not share."""
    policy.require(actor, "document:share")
    with db.read() as session:
        return holders.search(session, query)


def given(actor: Actor, document_ids: Collection[int]) -> list[GivenRole]:
    """List the roles that were given on those of these documents that the actor may share, the commonest first. It takes the same
    number of queries for any number of documents. Raises Denied when the actor's roles may not share."""
    policy.require(actor, "document:share")
    count = func.count(Grant.document_id)
    mine = select(Document.id).where(Document.id.in_(document_ids), rule.editable(actor), local_rights.holds(actor, "share"))
    with db.read() as session:
        query = select(Grant.key, Grant.role, count).where(Grant.document_id.in_(session.scalars(mine).all()))
        rows = session.execute(query.group_by(Grant.key, Grant.role).order_by(count.desc(), Grant.key, Grant.role)).all()
        names = holders.named(session, {key for key, _role, _n in rows})
        return [GivenRole(key, names[key], role, n) for key, role, n in rows]


def plan(actor: Actor, document_ids: Collection[int], key: str, role: str, *, take: bool = False) -> tuple[Effect, tuple[Chosen, ...]]:
    """Work out what giving the role, or with `take` taking it back, would do. Returns (effect, documents on which that would be done);
    documents that the actor may not read are not counted. The number of queries is the same for any number of documents of a folder,
    but where people take a role of their own. Raises Denied when the actor's roles may not share, and Invalid when nobody has the key
    or there is no such role."""
    policy.require(actor, "document:share")
    with db.read() as session:
        name, change = _asked(session, key, role, take)
        found = list(session.scalars(select(Document).where(Document.id.in_(document_ids), rule.visible(actor)).order_by(Document.id)))
        left = _left(session, actor, found, change)
        done = [one for one in found if one.id not in left]
        words = {"role": Message(policy.LOCAL_ROLES[role]), "name": name}
        said = [Message("Thu lại vai trò %(role)s: %(name)s.", **words) if take else Message("Cho vai trò %(role)s: %(name)s.", **words)]
        said += [Message("Giữ nguyên “%(name)s”: %(why)s", name=one.label, why=left[one.id]) for one in found if one.id in left][:LEFT_TOLD]
        return effects.of_roles(session, tuple(said), done, change), tuple(Chosen(one.id, one.revision) for one in done)


def _asked(session: Session, key: str, role: str, take: bool) -> tuple[Words, RightsChange]:
    """Check what is wanted; returns (name of who has the key, change)."""
    if role not in policy.LOCAL_ROLES:
        raise Invalid(Message("Hãy chọn một vai trò trong bảng."), "role")
    pair = frozenset({(key, role)})
    return holders.existing(session, key), RightsChange(take=pair) if take else RightsChange(give=pair)


def _left(session: Session, actor: Actor, found: Sequence[Document], change: RightsChange) -> dict[int, Message]:
    """Find, by id, the documents that stay, with the reason."""
    ids, take = [one.id for one in found], bool(change.take)
    ((key, role),) = change.give | change.take
    held = [] if take else [local_rights.holds(actor, right) for right in sorted(local_rights.table(session)[role] - {"add"})]
    mine = set(session.scalars(select(Document.id).where(Document.id.in_(ids), rule.editable(actor), local_rights.holds(actor, "share"), *held)))
    if not take:
        return {one: Message("bạn không được cho vai trò này ở đó.") for one in ids if one not in mine}
    has = set(session.scalars(select(Grant.document_id).where(Grant.document_id.in_(ids), Grant.key == key, Grant.role == role)))
    left = {one: Message("vai trò này không được cho ngay ở đó.") for one in ids if one not in has}
    left |= {one: Message("bạn không được đổi quyền ở đó.") for one in ids if one not in mine}
    for document in found if key in actor.keys else ():
        if document.id not in left:
            try:
                sharing.plan(session, actor, SharedThing(document_id=document.id), document, change)
            except Invalid as error:
                left[document.id] = error.message
    return left


def give(actor: Actor, chosen: Sequence[Chosen], key: str, role: str) -> ManyMade:
    """Give the role on documents, LOT of them in each unit of work: each takes some statements, and nobody else changes the tree
    meanwhile. Those that changed since their revision, or that the actor may not share, are refused with the reason. Raises Denied when
    the actor's roles may not share, and Invalid as `plan`."""
    return _change(actor, chosen, key, role, take=False)


def take_back(actor: Actor, chosen: Sequence[Chosen], key: str, role: str) -> ManyMade:
    """Take the role, which was given on documents themselves, back; as `give`."""
    return _change(actor, chosen, key, role, take=True)


def _change(actor: Actor, chosen: Sequence[Chosen], key: str, role: str, *, take: bool) -> ManyMade:
    policy.require(actor, "document:share")
    refused: list[tuple[str, Message]] = []
    made = Made(0, None)
    ordered = sorted({each.document_id: each for each in chosen}.values(), key=lambda each: each.document_id)
    for start in range(0, max(len(ordered), 1), LOT):
        with db.write() as session:
            inheritance.lock_tree(session)
            if start == 0:
                _name, wanted = _asked(session, key, role, take)
            changed = _change_each(session, actor, ordered[start : start + LOT], wanted, refused)
            made = Made(made.documents + len(changed), undoing.record(session, actor, "rights", changed, made.id))
    return ManyMade(made, tuple(refused))


def _change_each(
    session: Session, actor: Actor, chosen: Sequence[Chosen], wanted: RightsChange, refused: list[tuple[str, Message]]
) -> dict[int, tuple[State, State]]:
    """Change the roles on each document, and add to `refused` those that stay. Returns what can be undone, by id of the document."""
    changed: dict[int, tuple[State, State]] = {}
    for one in chosen:
        try:
            made = sharing.change(actor, SharedThing(document_id=one.document_id), wanted, revision=one.revision)
        except (NotFound, Denied):
            refused.append((f"#{one.document_id}", undoing.MISSING))
        except (Invalid, Conflict) as error:
            refused.append((session.get_one(Document, one.document_id).label, error.message))
        else:
            changed |= {one.document_id: ({}, {"change": made})} if made is not None else {}
    return changed
