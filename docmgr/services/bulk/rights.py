"""A local role for a person, unit, group or role of the site on many documents of a list: who would gain what, which documents stay
and why, and the giving, which can be undone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document
from docmgr.policy import Actor, Denied
from docmgr.services.access import inheritance, local_rights, rule
from docmgr.services.bulk import undoing
from docmgr.services.bulk.changing import Made, ManyMade
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import effects, holders, sharing
from docmgr.services.folders.effects import Effect
from docmgr.services.folders.holders import Holder
from docmgr.services.folders.sharing import RightsChange, SharedThing
from docmgr.services.message import Message
from docmgr.services.workflow.moving import Chosen

# Documents that stay that the preview names.
LEFT_TOLD = 20
# Documents of one unit of work: half a second on a slow machine, where pages wait for the tree for three.
LOT = 25


def choices(actor: Actor, query: str) -> list[Holder]:
    """Find who can be given a role; as holders.search. Raises Denied when the actor's roles may not share."""
    policy.require(actor, "document:share")
    with db.read() as session:
        return holders.search(session, query)


def plan(actor: Actor, document_ids: Collection[int], key: str, role: str) -> tuple[Effect, tuple[Chosen, ...]]:
    """Work out what giving the role would do. Returns (effect, documents on which it would be given); documents that the actor may
    not read are not counted. The number of queries is the same for any number of documents of a folder. Raises Denied when the actor's roles
    may not share, and Invalid when nobody has the key or there is no such role."""
    policy.require(actor, "document:share")
    if role not in policy.LOCAL_ROLES:
        raise Invalid(Message("Hãy chọn một vai trò trong bảng."), "role")
    with db.read() as session:
        name = holders.existing(session, key)
        found = list(session.scalars(select(Document).where(Document.id.in_(document_ids), rule.visible(actor)).order_by(Document.id)))
        table, ids = local_rights.table(session), [one.id for one in found]
        held = [local_rights.holds(actor, right) for right in sorted(table[role] - {"add"})]
        mine = set(session.scalars(select(Document.id).where(Document.id.in_(ids), rule.editable(actor), local_rights.holds(actor, "share"), *held)))
        given = [one for one in found if one.id in mine]
        said = [Message("Cho vai trò %(role)s: %(name)s.", role=Message(policy.LOCAL_ROLES[role]), name=name)]
        said += [Message("Giữ nguyên “%(name)s”: bạn không được cho vai trò này ở đó.", name=one.label) for one in found if one.id not in mine][:LEFT_TOLD]
        added = rule.rights_of((right, key) for right in table[role])
        return effects.of_giving(session, tuple(said), given, added), tuple(Chosen(one.id, one.revision) for one in given)


def give(actor: Actor, chosen: Sequence[Chosen], key: str, role: str) -> ManyMade:
    """Give the role on documents, LOT of them in each unit of work: each takes some statements, and nobody else changes the tree
    meanwhile. Those that changed since their revision, or that the actor may not share, are refused with the reason. Raises Denied when
    the actor's roles may not share, and Invalid as `plan`."""
    policy.require(actor, "document:share")
    if role not in policy.LOCAL_ROLES:
        raise Invalid(Message("Hãy chọn một vai trò trong bảng."), "role")
    refused: list[tuple[str, Message]] = []
    wanted, given = RightsChange(give=frozenset({(key, role)})), Made(0, None)
    ordered = sorted({each.document_id: each for each in chosen}.values(), key=lambda each: each.document_id)
    for start in range(0, max(len(ordered), 1), LOT):
        with db.write() as session:
            inheritance.lock_tree(session)
            if start == 0:
                holders.existing(session, key)
            changed = _give(session, actor, ordered[start : start + LOT], wanted, refused)
            change_id = undoing.record(session, actor, "rights", changed, given.id)
            given = Made(given.documents + len(changed), change_id)
    return ManyMade(given, tuple(refused))


def _give(
    session: Session, actor: Actor, chosen: Sequence[Chosen], wanted: RightsChange, refused: list[tuple[str, Message]]
) -> dict[int, tuple[undoing.State, undoing.State]]:
    """Give the role on each document, and add to `refused` those that stay. Returns what can be undone, by id of the document."""
    changed: dict[int, tuple[undoing.State, undoing.State]] = {}
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
