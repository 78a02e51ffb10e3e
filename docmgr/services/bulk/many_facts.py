"""The same facts and own fields for many documents of a list: what would change, which documents stay and why, and the change, which
can be undone. Number, date of issue, subject and recipients belong to one document and are not among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document
from docmgr.policy import Actor, Denied
from docmgr.services.access import checkouts, guard, rule
from docmgr.services.bulk import fitting, many_own, states, undoing
from docmgr.services.bulk.changing import Made, ManyMade
from docmgr.services.bulk.many_own import OwnWanted
from docmgr.services.documents import clashes, facts
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.own_fields import assigning
from docmgr.services.workflow.moving import Chosen

FIELDS = ("type", "issuer", "place", "signer", "position", "urgency", "effective_from", "effective_to")
NOT_YOURS = Message("Bạn không được sửa văn bản này.")
ALREADY = Message("Thông tin đã như vậy.")


@dataclass(frozen=True)
class FactsPlan:
    """What would change: for each fact its value, None to empty it, and how many documents get it, and the same for own fields.
    `picks` are the documents that change, with their revisions, and `left` the others as (label, why)."""

    fields: tuple[tuple[str, Any, int], ...]
    own: tuple[tuple[OwnWanted, int], ...]
    picks: tuple[Chosen, ...]
    left: tuple[tuple[str, Message], ...]


def cleaned(typed: Mapping[str, str], emptied: Collection[str] = ()) -> dict[str, Any]:
    """Clean what was typed; blank fields are left out, because they stay as they are, unless they are among `emptied`. Raises Invalid
    with the field that is wrong."""
    clean = facts.cleaned({field: typed[field] for field in FIELDS if field in typed})
    for field, value in clean.items():
        if value is not None and field in emptied:
            raise Invalid(many_own.TWICE, field)
    return {field: value for field, value in clean.items() if value is not None or field in emptied}


def plan(actor: Actor, document_ids: Collection[int], clean: Mapping[str, Any], own: Sequence[OwnWanted] = ()) -> FactsPlan:
    """Work out what the facts `clean` and the own fields `own` would change of these documents; those that the actor may not read are not counted. The number of
    queries is the same for any number of documents. Raises Denied when the actor's roles may not edit documents."""
    policy.require(actor, "document:edit")
    with db.read() as session:
        found = list(session.scalars(select(Document).where(Document.id.in_(document_ids), rule.visible(actor)).order_by(Document.id)))
        ids = [one.id for one in found]
        mine = set(session.scalars(select(Document.id).where(Document.id.in_(ids), rule.editable(actor))))
        notes, faults, others = checkouts.among(session, ids), _faults(session, actor, found, clean, own), many_own.changed(session, found, own)
    left, picks, counted = [], [], Counter[str | int]()
    for document in found:
        note = notes.get(document.id)
        taken = Message("%(holder)s đang giữ để sửa.", holder=note.holder) if note is not None and note.user_id != actor.user_id else None
        changed: tuple[str | int, ...] = (*_changed(document, clean), *others[document.id])
        why = (NOT_YOURS if document.id not in mine else None) or taken or (None if changed else ALREADY) or faults.get(document.id)
        if why is not None:
            left.append((document.label, why))
            continue
        picks.append(Chosen(document.id, document.revision))
        counted.update(changed)
    told = tuple((field, clean[field], counted[field]) for field in FIELDS if field in clean)
    return FactsPlan(told, tuple((one, counted[one.field.id]) for one in own), tuple(picks), tuple(left))


def save(actor: Actor, chosen: Sequence[Chosen], clean: Mapping[str, Any], own: Sequence[OwnWanted] = ()) -> ManyMade:
    """Give the documents the facts `clean` and the own fields `own`. A document that somebody else has changed since its revision, or that cannot have them,
    stays as it is and is refused with the reason. Raises Denied when the actor's roles may not edit documents, and Invalid when
    nothing is to be changed."""
    policy.require(actor, "document:edit")
    if not (clean or own) or not chosen:
        raise Invalid(Message("Hãy chọn văn bản và điền ít nhất một mục."))
    refused: list[tuple[str, Message]] = []
    with db.write() as session:
        held = _hold(session, actor, chosen, refused)
        faults, others, changed = _faults(session, actor, held, clean, own), many_own.changed(session, held, own), {}
        for document in held:
            fields, own_ids = _changed(document, clean), others[document.id]
            if (fields or own_ids) and document.id in faults:
                refused.append((document.label, faults[document.id]))
            elif fields or own_ids:
                before = states.of_parts(session, document, fields, own_ids)
                more = assigning.put(session, document, {one.field.id: one.values for one in own if one.field.id in own_ids})
                facts.edit(session, actor, document, {field: clean[field] for field in fields}, more=more)
                changed[document.id] = before, states.now(session, "form", document, before)
        return ManyMade(Made(len(changed), undoing.record(session, actor, "form", changed)), tuple(refused))


def _hold(session: Session, actor: Actor, chosen: Sequence[Chosen], refused: list[tuple[str, Message]]) -> list[Document]:
    """Lock the documents that the actor may change and has seen as they are; add the others to `refused`."""
    held = []
    for one in sorted({each.document_id: each for each in chosen}.values(), key=lambda each: each.document_id):
        try:
            held.append(guard.for_change(session, actor, one.document_id, revision=one.revision))
        except (NotFound, Denied):
            refused.append((f"#{one.document_id}", undoing.MISSING))
        except (Invalid, Conflict) as error:
            refused.append((session.get_one(Document, one.document_id).label, error.message))
    return held


def _changed(document: Document, clean: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields whose value in the document is another one."""
    return tuple(field for field, value in clean.items() if _stored(getattr(document, field)) != value)


def _stored(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _faults(session: Session, actor: Actor, documents: Sequence[Document], clean: Mapping[str, Any], own: Sequence[OwnWanted]) -> dict[int, Message]:
    """Find the documents that cannot have the facts `clean` and the own fields `own`, with the reason."""
    faults = many_own.faults(documents, own, clean)
    if "type" in clean:
        faults = {**fitting.own_faults(session, documents, clean["type"], [one.field.id for one in own if one.values]), **faults}
    if "issuer" in clean:
        for number in clashes.with_issuer(session, actor, documents, clean["issuer"]):
            faults.setdefault(number, fitting.CLASHES)
    for document in documents:
        if fitting.loses_name(document, clean):
            faults.setdefault(document.id, fitting.UNNAMED)
    return faults
