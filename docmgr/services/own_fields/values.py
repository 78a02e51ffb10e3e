"""The values that documents have of the fields: read them for pages, lists, programs and the index.
services.own_fields.assigning sets them.

Rights are those of the document: who may read it sees them. `of_document` and `plain` check that; who calls the others has
checked it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.collation import order
from docmgr.models import OwnField, OwnValue, Unit, User
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.chunks import chunks
from docmgr.services.message import Translate, Words, told, vietnamese
from docmgr.services.own_fields import kinds
from docmgr.services.own_fields.kinds import YES_NO, Names, PlainValue
from legaltext import dates
from legaltext.text import name_key


@dataclass(frozen=True)
class OwnFieldValue:
    """A field and the values of one document, at least one. `words` are the values as people read them."""

    field: OwnField
    values: tuple[PlainValue, ...]
    words: tuple[Words, ...]

    def told(self, translated: Translate = vietnamese) -> str:
        """The values as one text, in the language of `translated`."""
        return ", ".join(told(one, translated) for one in self.words)


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


_ALL = (
    select(OwnValue, OwnField)
    .join(OwnField, OwnField.id == OwnValue.field_id)
    .where(OwnValue.document_id.in_(bindparam("ids", expanding=True)))
    .order_by(OwnField.position, OwnField.id, OwnValue.place)
)
_IN_LISTS = _ALL.where(OwnField.in_lists, OwnField.retired_at.is_(None))


def of(session: Session, document_ids: Collection[int], *, in_lists: bool = False) -> dict[int, tuple[OwnFieldValue, ...]]:
    """Load the values of documents, by id, in the order of the fields; those that have none are missing. With `in_lists` only
    the fields in use that lists show. Rights are not checked."""
    query = _IN_LISTS if in_lists else _ALL
    held: dict[int, dict[OwnField, list[PlainValue]]] = {}
    for some in chunks(document_ids):
        for row, field in session.execute(query, {"ids": some}):
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
    people read it, in Vietnamese. Raises NotFound when the actor may not read the document."""
    return {
        one.field.code: {"label": one.field.label, "kind": one.field.kind, "value": kinds.plain(one.field, one.values, one.words), "shown": one.told()}
        for one in of_document(actor, document_id)
    }


def for_lists(actor: Actor, document_ids: Collection[int]) -> dict[int, tuple[OwnFieldValue, ...]]:
    """Load the values that lists show, by document id. The caller has listed only documents that the actor may read."""
    with db.read() as session:
        return of(session, document_ids, in_lists=True)


def named(session: Session, values: Iterable[tuple[OwnField, PlainValue]]) -> Names:
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


def offered(session: Session, fields: Iterable[OwnField]) -> Names:
    """Load the persons and units that can be chosen in `fields`, sorted by name."""
    wanted, found = {one.kind for one in fields}, dict[tuple[str, int], str]()
    if "person" in wanted:
        people = select(User.id, User.full_name).where(User.disabled_at.is_(None)).order_by(order(User.full_name), User.id)
        found |= {("person", number): name for number, name in session.execute(people)}
    if "unit" in wanted:
        found |= {("unit", number): name for number, name in session.execute(select(Unit.id, Unit.name).order_by(order(Unit.name)))}
    return found


def indexed(session: Session, document_ids: Collection[int]) -> dict[int, tuple[tuple[tuple[str, str], ...], str]]:
    """What the index holds of the values of documents, by id; those that have none are missing. For each: pairs (code, value) by which
    results are filtered, and the lines of text that a search finds, each with the name of its field; "" for none."""
    return {number: _indexed(values) for number, values in of(session, document_ids).items()}


def _indexed(values: Iterable[OwnFieldValue]) -> tuple[tuple[tuple[str, str], ...], str]:
    pairs: list[tuple[str, str]] = []
    lines: list[str] = []
    for one in values:
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
        return next((str(number) for (_, number), name in offered(session, [field]).items() if name_key(name) == said), None)
    if field.kind == "yes_no":
        return next((code for code, word in YES_NO.items() if said in (code, name_key(word))), None)
    period = dates.read_period(text) if field.kind == "date" else None
    return str(period[0].year) if period else None
