"""The site's own fields for many documents of a list: what can be typed, what it would change, and which documents cannot have it.
services.bulk.many_facts makes the change, together with that of the facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, OwnField, OwnValue
from docmgr.policy import Actor
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Words
from docmgr.services.own_fields import assigning, kinds
from docmgr.services.own_fields import values as own_values
from docmgr.services.own_fields.assigning import OwnFieldLine
from docmgr.services.own_fields.kinds import PlainValue

TWICE = Message("Hãy điền, hoặc chọn làm trống; không cả hai.")


@dataclass(frozen=True)
class OwnWanted:
    """A field, the values that documents shall have, none to empty it, and these values in words."""

    field: OwnField
    values: tuple[PlainValue, ...]
    words: tuple[Words, ...]


def form(actor: Actor) -> tuple[OwnFieldLine, ...]:
    """Load the fields in use, for all types, with what can be chosen. Raises Denied when the actor's roles may not edit documents."""
    policy.require(actor, "document:edit")
    with db.read() as session:
        return assigning.blank(session)


def cleaned(actor: Actor, typed: assigning.TypedValues, emptied: Collection[str]) -> tuple[OwnWanted, ...]:
    """Read what was typed into fields, by code; blank ones are left out, because they stay as they are, unless their code is among
    `emptied`. Raises Denied as `form`, and Invalid with the field that is wrong."""
    policy.require(actor, "document:edit")
    with db.read() as session:
        fields = own_values.in_use(session)
        names = own_values.offered(session, fields)
        wanted = [(one, kinds.read(one, typed.get(one.code, ()), (), names)) for one in fields]
        for field, values in wanted:
            if values and field.code in emptied:
                raise Invalid(TWICE, kinds.key(field))
        kept = [(field, values) for field, values in wanted if values or field.code in emptied]
        return tuple(OwnWanted(field, values, tuple(kinds.shown(field, one, names) for one in values)) for field, values in kept)


def changed(session: Session, documents: Sequence[Document], wanted: Sequence[OwnWanted]) -> dict[int, tuple[int, ...]]:
    """Find, by the id of the document, the ids of the fields whose values would be others. It takes one query."""
    held: dict[tuple[int, int], list[PlainValue]] = defaultdict(list)
    fields = [one.field.id for one in wanted]
    query = select(OwnValue).where(OwnValue.document_id.in_([one.id for one in documents]), OwnValue.field_id.in_(fields)).order_by(OwnValue.place)
    for row in session.scalars(query) if fields else ():
        held[row.document_id, row.field_id].append(kinds.stored(row))
    return {one.id: tuple(own.field.id for own in wanted if tuple(held[one.id, own.field.id]) != own.values) for one in documents}


def faults(documents: Sequence[Document], wanted: Sequence[OwnWanted], clean: Mapping[str, Any]) -> dict[int, Message]:
    """Find, by id, the documents whose type, with the facts `clean`, does not have one of the fields, and the confirmed ones that need
    a value of a field that is to be empty, with the reason."""
    found: dict[int, Message] = {}
    for document in documents:
        for own in wanted:
            if not own_values.fits(own.field, clean.get("type", document.type)):
                found.setdefault(document.id, assigning.not_of_type(own.field))
            elif not own.values and own.field.required and document.confirmed_at is not None:
                found.setdefault(document.id, Message("Hãy điền “%(field)s”.", field=own.field.label))
    return found
