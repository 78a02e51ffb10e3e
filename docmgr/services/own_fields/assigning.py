"""Set the values that a document has of the fields, with its facts: the fields of the form, what was typed, and what becomes of
values when the type changes, a draft is joined, or a document is withheld."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, OwnField, OwnValue
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Words
from docmgr.services.own_fields import kinds, values
from docmgr.services.own_fields.kinds import YES_NO, Names, PlainValue
from docmgr.services.own_fields.values import fits
from docmgr.services.trail.words import LABELS, PLACE
from legaltext.text import name_key

# What a person typed or chose, by the code of the field; a field with several choices has several texts.
TypedValues = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class OwnFieldLine:
    """A field as a form shows it. `typed` are the stored values as the form has them, and `options` the pairs (value, words) to
    choose from, also those that are kept though they are no longer offered."""

    field: OwnField
    typed: tuple[str, ...]
    options: tuple[tuple[str, Words], ...]


class Unseen(Exception):
    """Raised when the document has a type whose fields the sent form did not show, because the type was changed in it or a
    field was defined meanwhile. Nothing is saved; the form is shown with these fields."""


def form(actor: Actor, document_id: int, type_name: str | None) -> tuple[OwnFieldLine, ...]:
    """Load the fields of the form of a document if it is of this type, with the values that it has. Raises NotFound when the
    actor may not edit the document."""
    guard.get_editable(actor, document_id)
    with db.read() as session:
        fields = values.fitting(session, type_name)
        if not fields:
            return ()
        present = _present(session, document_id)
        offered = values.offered(session, fields)
        names = {**values.named(session, ((field, one) for field in fields for one in present.get(field.id, ()))), **offered}
        return tuple(_line(field, present.get(field.id, ()), offered, names) for field in fields)


def blank(session: Session) -> tuple[OwnFieldLine, ...]:
    """Load all fields in use as a form shows them that is for no document alone."""
    fields = values.in_use(session)
    offered = values.offered(session, fields)
    return tuple(_line(field, (), offered, offered) for field in fields)


def _line(field: OwnField, present: tuple[PlainValue, ...], offered: Names, names: Names) -> OwnFieldLine:
    options: dict[str, Words] = {}
    if field.kind in kinds.LISTED:
        options = {one: one for one in field.choices}
    elif field.kind in kinds.NAMED:
        options = {str(number): name for (kind, number), name in offered.items() if kind == field.kind}
    elif field.kind == "yes_no":
        options = {code: Message(YES_NO[code]) for code in YES_NO}
    typed = tuple(kinds.typed(field, one) for one in present)
    if options or field.kind in kinds.LISTED | kinds.NAMED:
        for value, text in zip(present, typed, strict=True):
            options.setdefault(text, kinds.shown(field, value, names))
    return OwnFieldLine(field, typed, tuple(options.items()))


def _present(session: Session, document_id: int) -> dict[int, tuple[PlainValue, ...]]:
    held: dict[int, tuple[PlainValue, ...]] = {}
    for row in session.scalars(select(OwnValue).where(OwnValue.document_id == document_id).order_by(OwnValue.field_id, OwnValue.place)):
        held[row.field_id] = (*held.get(row.field_id, ()), kinds.stored(row))
    return held


def assign(session: Session, document: Document, given: TypedValues | None, *, former_type: str | None, complete: bool) -> dict[str, list[Any]]:
    """Give a document the values that a person typed, in the open unit of work; None leaves them. The caller has locked the
    document, checked rights and stored its type, and touches it afterwards. Values of fields that its type no longer has are
    removed when it was of `former_type` before. With `complete`, required fields must have a value.

    Returns what changed, by the name of the field, as [old, new]. Raises Invalid with the field that is wrong, and Unseen when
    `given` lacks a field."""
    # Whoever deletes a field waits until these values are stored.
    query = select(OwnField).where(OwnField.retired_at.is_(None)).order_by(OwnField.id)
    fields = sorted(session.scalars(query.with_for_update(read=True, key_share=True)), key=lambda one: (one.position, one.id))
    present = _present(session, document.id) if fields else {}
    own = [one for one in fields if fits(one, document.type)]
    if given is not None and any(one.code not in given for one in own):
        raise Unseen
    wanted = _read(session, own, given, present)
    if name_key(former_type or "") != name_key(document.type or ""):
        wanted |= {one.id: () for one in fields if not fits(one, document.type)}
    for field in own if complete else ():
        if field.required and not wanted.get(field.id, present.get(field.id)):
            raise Invalid(Message("Hãy điền “%(field)s”.", field=field.label), kinds.key(field))
    return _store(session, document.id, fields, present, wanted)


def _read(session: Session, own: list[OwnField], given: TypedValues | None, present: Mapping[int, tuple[PlainValue, ...]]) -> dict[int, tuple[PlainValue, ...]]:
    if given is None:
        return {}
    names = values.offered(session, own)
    return {one.id: kinds.read(one, given[one.code], present.get(one.id, ()), names) for one in own}


def _store(
    session: Session, document_id: int, fields: list[OwnField], present: Mapping[int, tuple[PlainValue, ...]], wanted: Mapping[int, tuple[PlainValue, ...]]
) -> dict[str, list[Any]]:
    changed: dict[str, list[Any]] = {}
    for field in fields:
        before = present.get(field.id, ())
        after = wanted.get(field.id, before)
        if after == before:
            continue
        session.execute(delete(OwnValue).where(OwnValue.document_id == document_id, OwnValue.field_id == field.id))
        session.add_all(
            OwnValue(document_id=document_id, field_id=field.id, place=place, text=one.text, number=one.number, day=one.day)
            for place, one in enumerate(after)
        )
        changed[_told_as(field, changed)] = [_told(session, field, before), _told(session, field, after)]
    return changed


def _told_as(field: OwnField, changed: Mapping[str, Any]) -> str:
    """Name the field in an event: by its label, unless that is the name of something else there."""
    return f"{field.label} ({field.code})" if field.label in changed or field.label in LABELS or field.label == PLACE else field.label


def _told(session: Session, field: OwnField, held: tuple[PlainValue, ...]) -> Any:
    if not held:
        return None
    names = values.named(session, ((field, one) for one in held))
    words = [kinds.shown(field, one, names) for one in held]
    if field.kind == "yes_no":
        return words[0]
    return ", ".join(map(str, words))


def kept(session: Session, document_id: int) -> dict[str, list[list[Any]]]:
    """The values of a document in the form in which a change that can be undone is kept: {id of the field: [[text, number, day]]}."""
    return {
        str(number): [[one.text, one.number, one.day.isoformat() if one.day else None] for one in held]
        for number, held in _present(session, document_id).items()
    }


def put_back(session: Session, document: Document, former: Mapping[str, Sequence[Sequence[Any]] | None], type_name: str | None) -> dict[str, list[Any]]:
    """Give a document, which gets this type with them, the values of these fields that `kept` gave before a change, none for None; as
    `put`. Raises Invalid also when the type has no such field."""
    for field in session.scalars(select(OwnField).where(OwnField.id.in_([int(one) for one, rows in former.items() if rows]))):
        if not fits(field, type_name):
            raise Invalid(not_of_type(field))
    wanted = {int(one): tuple(PlainValue(text, number, dt.date.fromisoformat(day) if day else None) for text, number, day in rows or ()) for one, rows in former.items()}
    return put(session, document, wanted)


def put(session: Session, document: Document, wanted: Mapping[int, tuple[PlainValue, ...]]) -> dict[str, list[Any]]:
    """Give a document exactly these values of fields, by id, in the open unit of work. The caller has locked the document and checked
    rights and that its type has the fields, and touches it afterwards. Returns what changed, as `assign`. Raises Invalid when a
    field is no longer defined."""
    query = select(OwnField).where(OwnField.id.in_(wanted)).order_by(OwnField.id)
    fields = list(session.scalars(query.with_for_update(read=True, key_share=True)))
    if any(held for one, held in wanted.items() if one not in {field.id for field in fields}):
        raise Invalid(Message("Trường riêng của văn bản không còn."))
    return _store(session, document.id, fields, _present(session, document.id), wanted)


def not_of_type(field: OwnField) -> Message:
    """Say that documents of the type do not have the field."""
    return Message("Loại văn bản này không có trường “%(field)s”.", field=field.label)


def adopt(session: Session, into: Document, draft: Document) -> None:
    """Give the document `into`, which has taken over the file of `draft`, the values of the draft for the fields that it has
    no value of and that its type has."""
    have = _present(session, into.id)
    query = select(OwnValue, OwnField).join(OwnField, OwnField.id == OwnValue.field_id).where(OwnValue.document_id == draft.id)
    for row, field in session.execute(query).all():
        if field.id not in have and fits(field, into.type):
            session.add(OwnValue(document_id=into.id, field_id=field.id, place=row.place, text=row.text, number=row.number, day=row.day))


def forget(session: Session, document_id: int) -> None:
    """Delete the values of a document, because it has a secrecy stamp or is deleted for good."""
    session.execute(delete(OwnValue).where(OwnValue.document_id == document_id))
