"""The values that documents have of the fields: read them, and set them with the facts.

Rights are those of the document: what is here about a document is shown to who may read it, and changed by who may edit it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.collation import order
from docmgr.models import Document, OwnField, OwnValue, Unit, User
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.chunks import chunks
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Translate, Words, told, vietnamese
from docmgr.services.own_fields import kinds
from docmgr.services.own_fields.kinds import YES_NO, Names, Stored
from docmgr.services.trail.words import LABELS, PLACE
from legaltext import dates
from legaltext.text import name_key

# What a person typed or chose, by the code of the field; a field with several choices has several texts.
Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class OwnFieldValue:
    """A field and the values of one document, at least one. `words` are the values as people read them."""

    field: OwnField
    values: tuple[Stored, ...]
    words: tuple[Words, ...]

    def told(self, translated: Translate = vietnamese) -> str:
        """The values as one text, in the language of `translated`."""
        return ", ".join(told(one, translated) for one in self.words)


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


def fits(field: OwnField, type_name: str | None) -> bool:
    """Whether documents of this type have the field. Types are compared without capitals and diacritics."""
    return not field.types or name_key(type_name or "") in {name_key(one) for one in field.types}


def fitting(session: Session, type_name: str | None) -> list[OwnField]:
    """Load the fields in use that documents of this type have, in their order."""
    return [one for one in in_use(session) if fits(one, type_name)]


def in_use(session: Session) -> list[OwnField]:
    """Load the fields that are not retired, in their order."""
    query = select(OwnField).where(OwnField.retired_at.is_(None))
    return list(session.scalars(query.order_by(OwnField.position, OwnField.id)))


def of(session: Session, document_ids: Collection[int], *, in_lists: bool = False) -> dict[int, tuple[OwnFieldValue, ...]]:
    """Load the values of documents, by id, in the order of the fields; those that have none are missing. With `in_lists` only
    the fields in use that lists show. Rights are not checked."""
    query = select(OwnValue, OwnField).join(OwnField, OwnField.id == OwnValue.field_id)
    if in_lists:
        query = query.where(OwnField.in_lists, OwnField.retired_at.is_(None))
    query = query.order_by(OwnField.position, OwnField.id, OwnValue.place)
    held: dict[int, dict[OwnField, list[Stored]]] = {}
    for some in chunks(document_ids):
        for row, field in session.execute(query.where(OwnValue.document_id.in_(some))):
            held.setdefault(row.document_id, {}).setdefault(field, []).append(kinds.stored(row))
    names = named(session, ((field, value) for own in held.values() for field, values in own.items() for value in values))
    return {
        number: tuple(OwnFieldValue(field, tuple(values), tuple(kinds.shown(field, one, names) for one in values)) for field, values in own.items())
        for number, own in held.items()
    }


def of_document(actor: Actor, document_id: int) -> tuple[OwnFieldValue, ...]:
    """Load the values of a document. Raises NotFound when the actor may not read it."""
    guard.get(actor, document_id)
    with db.read() as session:
        return of(session, [document_id]).get(document_id, ())


def plain(actor: Actor, document_id: int) -> dict[str, dict[str, Any]]:
    """Describe the values of a document as JSON for programs: {code: {"label", "kind", "value", "shown"}}. `shown` is the value as
    people read it, in Vietnamese. Raises NotFound when the actor
    may not read it."""
    return {
        one.field.code: {"label": one.field.label, "kind": one.field.kind, "value": kinds.plain(one.field, one.values, one.words), "shown": one.told()}
        for one in of_document(actor, document_id)
    }


def for_lists(actor: Actor, document_ids: Collection[int]) -> dict[int, tuple[OwnFieldValue, ...]]:
    """Load the values that lists show, by document id. The caller has listed only documents that the actor may read."""
    with db.read() as session:
        return of(session, document_ids, in_lists=True)


def named(session: Session, values: Iterable[tuple[OwnField, Stored]]) -> Names:
    """Load the present names of the persons and units among these values."""
    ids: dict[str, set[int]] = {"person": set(), "unit": set()}
    for field, value in values:
        if field.kind in ids and value.number is not None:
            ids[field.kind].add(int(value.number))
    people = select(User.id, User.full_name)
    found: dict[tuple[str, int], str] = {}
    for some in chunks(ids["person"]):
        found |= {("person", number): name for number, name in session.execute(people.where(User.id.in_(some)))}
    for some in chunks(ids["unit"]):
        found |= {("unit", number): name for number, name in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(some)))}
    return found


def _offered(session: Session, fields: Iterable[OwnField]) -> Names:
    """Load the persons and units that can be chosen in `fields`, sorted by name."""
    wanted, found = {one.kind for one in fields}, dict[tuple[str, int], str]()
    if "person" in wanted:
        people = select(User.id, User.full_name).where(User.disabled_at.is_(None)).order_by(order(User.full_name), User.id)
        found |= {("person", number): name for number, name in session.execute(people)}
    if "unit" in wanted:
        found |= {("unit", number): name for number, name in session.execute(select(Unit.id, Unit.name).order_by(order(Unit.name)))}
    return found


def form(actor: Actor, document_id: int, type_name: str | None) -> tuple[OwnFieldLine, ...]:
    """Load the fields of the form of a document if it is of this type, with the values that it has. Raises NotFound when the
    actor may not edit the document."""
    guard.get_editable(actor, document_id)
    with db.read() as session:
        fields = fitting(session, type_name)
        if not fields:
            return ()
        present = _present(session, document_id)
        names = {**named(session, ((field, one) for field in fields for one in present.get(field.id, ()))), **_offered(session, fields)}
        offered = _offered(session, fields)
        return tuple(_line(field, present.get(field.id, ()), offered, names) for field in fields)


def _line(field: OwnField, present: tuple[Stored, ...], offered: Names, names: Names) -> OwnFieldLine:
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


def _present(session: Session, document_id: int) -> dict[int, tuple[Stored, ...]]:
    held: dict[int, tuple[Stored, ...]] = {}
    for row in session.scalars(select(OwnValue).where(OwnValue.document_id == document_id).order_by(OwnValue.field_id, OwnValue.place)):
        held[row.field_id] = (*held.get(row.field_id, ()), kinds.stored(row))
    return held


def assign(session: Session, document: Document, given: Given | None, *, former_type: str | None, complete: bool) -> dict[str, list[Any]]:
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


def _read(session: Session, own: list[OwnField], given: Given | None, present: Mapping[int, tuple[Stored, ...]]) -> dict[int, tuple[Stored, ...]]:
    if given is None:
        return {}
    names = _offered(session, own)
    return {one.id: kinds.read(one, given[one.code], present.get(one.id, ()), names) for one in own}


def _store(
    session: Session, document_id: int, fields: list[OwnField], present: Mapping[int, tuple[Stored, ...]], wanted: Mapping[int, tuple[Stored, ...]]
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


def _told(session: Session, field: OwnField, values: tuple[Stored, ...]) -> Any:
    if not values:
        return None
    names = named(session, ((field, one) for one in values))
    words = [kinds.shown(field, one, names) for one in values]
    if field.kind == "yes_no":
        return words[0]
    return ", ".join(map(str, words))


def indexed(session: Session, document_id: int) -> tuple[tuple[tuple[str, str], ...], str]:
    """What the index holds of the values of a document: pairs (code, value) by which results are filtered, and the lines of
    text that a search finds, each with the name of its field; "" for none."""
    pairs: list[tuple[str, str]] = []
    lines: list[str] = []
    for one in of(session, [document_id]).get(document_id, ()):
        if one.field.kind in kinds.FILTERED:
            pairs += [(one.field.code, kinds.filtered(one.field, value)) for value in one.values]
        if one.field.kind in kinds.SEARCHED:
            lines.append(f"{one.field.label}: {' '.join(one.told().split())}")
    return tuple(pairs), "\n".join(lines)


def meant(session: Session, field: OwnField, text: str) -> str | None:
    """The value by which results are filtered (kinds.filtered) that people mean by `text`: an item of the list, "có" or
    "không", a year or day, the name of a person or unit; without regard to capitals and diacritics. None for no value."""
    said = name_key(text)
    if field.kind in kinds.LISTED:
        return next((one for one in field.choices if name_key(one) == said), None)
    if field.kind in kinds.NAMED:
        return next((str(number) for (_, number), name in _offered(session, [field]).items() if name_key(name) == said), None)
    if field.kind == "yes_no":
        return next((code for code, word in YES_NO.items() if said in (code, name_key(word))), None)
    period = dates.read_period(text) if field.kind == "date" else None
    return str(period[0].year) if period else None


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
