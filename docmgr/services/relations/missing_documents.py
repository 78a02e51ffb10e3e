"""List the documents that a text cites and that are not stored, or that the actor may not read.

Each document is one row, however often it is cited. This module decides which citations of one text mean the same
document.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, select
from sqlalchemy.orm import Session

from docmgr.models import Citation
from docmgr.policy import Actor
from docmgr.services.relations import citations
from docmgr.services.relations.types import type_of

# How many mentions of one missing document a page shows.
MENTIONS_SHOWN = 20
# The key of the document that a citation means, and 1 if one of its citations is a legal basis.
_KEY = func.coalesce(Citation.document_key, "#" + cast(Citation.id, String)).label("key")
_BASIS = func.max(case((Citation.role == "basis", 1), else_=0)).label("basis")


@dataclass(frozen=True)
class MissingDocument:
    """A document that a text cites and that is not stored, or that the actor may not read. `citations` are its first
    citations in reading order, at most MENTIONS_SHOWN. `mentions` is the number of all its citations. `types` are the
    types of relation that the citations express, as keys of policy.RELATIONS."""

    citations: tuple[Any, ...]
    mentions: int
    types: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name and the number of the missing document as the text prints them."""
        name = next((c.name for c in self.citations if c.name), None)
        number = next((c.number for c in self.citations if c.number), None)
        type_ = None if name else next((c.type for c in self.citations if c.type), None)
        return " ".join(filter(None, (type_, name, number))) or self.citations[0].quote

    @property
    def issued_on(self) -> dt.date | None:
        """The date of issue of the missing document, from its first citation with a date. None when none has a
        date."""
        return next((c.issued_on for c in self.citations if c.issued_on), None)

    @property
    def basis(self) -> bool:
        """Whether the text cites the missing document as a legal basis."""
        return self.types[0] == "based_on"


def document_keys(mentions: Sequence[tuple[str | None, str | None, dt.date | None]]) -> list[str | None]:
    """Decide which citations of one text mean the same document: they get the same key.

    Each of `mentions` is a citation as (number key, name key, date of issue). Returns one key for each citation, in
    the same order; None for a citation without number and name. The same number means the same document, unless the
    citations give different years. A name alone means the document that other citations give this name and a number.
    When there are several such documents or none, the name alone is a document of its own.
    """
    years: defaultdict[str, set[int]] = defaultdict(set)
    for number, _, day in mentions:
        if number and day:
            years[number].add(day.year)

    def numbered(number: str, day: dt.date | None) -> str:
        return f"{number} {day.year if day else ''}" if len(years[number]) > 1 else number

    bearers: defaultdict[str, set[str]] = defaultdict(set)
    for number, name, day in mentions:
        if number and name:
            bearers[name].add(numbered(number, day))

    def key(number: str | None, name: str | None, day: dt.date | None) -> str | None:
        if number:
            return numbered(number, day)
        if not name:
            return None
        return next(iter(bearers[name])) if len(bearers[name]) == 1 else f"={name}"

    return [key(*mention) for mention in mentions]


def assign_keys(rows: Sequence[Citation]) -> None:
    """Set `document_key` on `rows`, so that citations of the same document get the same key. `rows` must be all
    citations of one version."""
    keys = document_keys([(row.number_key, row.name_key, row.issued_on) for row in rows])
    for row, key in zip(rows, keys, strict=True):
        row.document_key = key


def count(session: Session, actor: Actor, version_id: int | None) -> tuple[int, int]:
    """Count the missing documents that the version cites. Returns (number of documents, number of legal bases among
    them). (0, 0) when `version_id` is None."""
    by_key = select(_BASIS).where(_lacking(actor, version_id)).group_by(_KEY).subquery()
    missing, bases = session.execute(select(func.count(), func.sum(by_key.c.basis)).select_from(by_key)).one()
    return missing, bases or 0


def page(
    session: Session, actor: Actor, version_id: int | None, limit: int, skip: int = 0
) -> tuple[MissingDocument, ...]:
    """Find at most `limit` of the missing documents that the version cites, after the first `skip`. Legal bases come
    first, then the others in the order of the text. Empty when `version_id` is None."""
    lacking = _lacking(actor, version_id)
    query = select(_KEY, func.count()).where(lacking).group_by(_KEY)
    wanted = session.execute(query.order_by(_BASIS.desc(), func.min(Citation.position)).limit(limit).offset(skip)).all()
    keys = [key for key, _ in wanted]
    place = func.row_number().over(partition_by=_KEY, order_by=Citation.position).label("place")
    ranked = select(_KEY, Citation.id, place).where(lacking, _KEY.in_(keys)).subquery()
    first: dict[str, list[int]] = {key: [] for key in keys}
    for key, mention in session.execute(
        select(ranked.c.key, ranked.c.id).where(ranked.c.place <= MENTIONS_SHOWN).order_by(ranked.c.place)
    ):
        first[key].append(mention)
    roles = _roles(session, select(_KEY, Citation.role).where(lacking, _KEY.in_(keys)))
    named = citations.mentions(session, [mention for key in keys for mention in first[key]])
    return tuple(
        MissingDocument(tuple(named[mention] for mention in first[key]), many, roles[key]) for key, many in wanted
    )


def _roles(session: Session, of_keys: Select[str, str]) -> dict[str, tuple[str, ...]]:
    """Find which types of relation the citations of each missing document express, a legal basis first; return them
    by document key. `of_keys` is an SQL query for citations, with the columns key and role."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    query = of_keys.group_by(_KEY, Citation.role).order_by(func.min(Citation.position))
    for key, role in session.execute(query):
        found[key][type_of(role)] = None
    return {key: tuple(sorted(types, key=lambda type_: type_ != "based_on")) for key, types in found.items()}


def _lacking(actor: Actor, version_id: int | None) -> ColumnElement[bool]:
    return and_(Citation.version_id == version_id, ~citations.in_store(actor))
