"""Documents that a text names and the store lacks: one row each however often it is named.

Decides which mentions mean the same missing document: those with its number and year, and those by name alone where
only one number bears that name. Leaves whether the store has a document to services.citations.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import extract, select
from sqlalchemy.orm import Session

from docmgr.models import Citation
from docmgr.policy import Actor
from docmgr.services import citations
from docmgr.services.relation_types import type_of

# Mentions of one missing document that a page shows.
MENTIONS_SHOWN = 20
BASIS = "basis"
Key = Hashable
# The missing document, the citation that names it, its role.
Mention = tuple[Key, int, str]


@dataclass(frozen=True)
class MissingDocument:
    """A document that the text names and the store lacks: its first citations in reading order, how many there are."""

    citations: tuple[Any, ...]
    mentions: int
    types: tuple[str, ...]

    @property
    def label(self) -> str:
        """Name and number as the texts print them, each once."""
        name = next((c.name for c in self.citations if c.name), None)
        number = next((c.number for c in self.citations if c.number), None)
        type_ = None if name else next((c.type for c in self.citations if c.type), None)
        return " ".join(filter(None, (type_, name, number))) or self.citations[0].quote

    @property
    def issued_on(self) -> dt.date | None:
        """Its date, where one of the citations tells it."""
        return next((c.issued_on for c in self.citations if c.issued_on), None)

    @property
    def basis(self) -> bool:
        """Whether the text is based on it."""
        return self.types[0] == "based_on"


def count(mentions: Iterable[Mention]) -> tuple[int, int]:
    """(how many documents are missing, how many of them are legal bases)."""
    missing: set[Key] = set()
    bases: set[Key] = set()
    for key, _, role in mentions:
        missing.add(key)
        if role == BASIS:
            bases.add(key)
    return len(missing), len(bases)


def page(session: Session, mentions: Iterable[Mention], limit: int, skip: int = 0) -> tuple[MissingDocument, ...]:
    """Some of the missing documents, legal bases first, then in reading order."""
    groups: dict[Key, list[tuple[int, str]]] = {}
    for key, mention, role in mentions:
        groups.setdefault(key, []).append((mention, role))
    ordered = sorted(groups.values(), key=lambda group: all(role != BASIS for _, role in group))[skip : skip + limit]
    named = citations.mentions(session, [number for group in ordered for number, _ in group[:MENTIONS_SHOWN]])
    return tuple(
        MissingDocument(
            tuple(named[number] for number, _ in group[:MENTIONS_SHOWN]),
            len(group),
            tuple(sorted(dict.fromkeys(type_of(role) for _, role in group), key=lambda type_: type_ != "based_on")),
        )
        for group in ordered
    )


def mentions(session: Session, actor: Actor, version_id: int | None) -> list[Mention]:
    """All citations of a version of what the store lacks, in reading order; loaded once for `count` and `page`."""
    return list(_keyed(session, actor, version_id))


def _keyed(session: Session, actor: Actor, version_id: int | None) -> Iterator[Mention]:
    query = select(
        Citation.id, Citation.role, Citation.number_key, Citation.name_key, extract("year", Citation.issued_on)
    ).where(Citation.version_id == version_id, ~citations.in_store(actor))
    rows = session.execute(query.order_by(Citation.position)).all()
    years: defaultdict[str, set[int]] = defaultdict(set)
    for _, _, number, _, year in rows:
        if number and year is not None:
            years[number].add(year)
    # A number whose mentions tell several years: each year is another document.
    several = {number for number, told in years.items() if len(told) > 1}
    numbers: defaultdict[str, set[Key]] = defaultdict(set)
    for _, _, number, name, year in rows:
        if number and name:
            numbers[name].add((number, year if number in several else None))
    for mention, role, number, name, year in rows:
        if number:
            yield (number, year if number in several else None), mention, role
        elif name:
            # A name that two numbers share (a law and the one it replaced) tells neither: such mentions keep to themselves.
            yield next(iter(numbers[name])) if len(numbers.get(name, ())) == 1 else name, mention, role
        else:
            yield mention, mention, role
