"""Documents that a text names and the store lacks: one row each however often it is named, counted and cut in SQL.

Decides which mentions mean the same missing document: those with its number and year, and those by name alone where
only one number bears that name. Leaves whether the store has a document to services.citations.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, String, and_, case, cast, extract, func, literal, select
from sqlalchemy.orm import Session

from docmgr.models import Citation
from docmgr.policy import Actor
from docmgr.services import citations
from docmgr.services.relation_types import type_of

# Mentions of one missing document that a page shows.
MENTIONS_SHOWN = 20


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


def count(session: Session, actor: Actor, version_id: int | None) -> tuple[int, int]:
    """(how many documents are missing, how many of them are legal bases)."""
    groups = _groups(_keyed(actor, version_id)).subquery()
    total, bases = session.execute(select(func.count(), func.sum(groups.c.basis)).select_from(groups)).one()
    return int(total), int(bases or 0)


def page(
    session: Session, actor: Actor, version_id: int | None, limit: int, skip: int = 0
) -> tuple[MissingDocument, ...]:
    """Some of the missing documents, legal bases first, then in reading order."""
    keyed = _keyed(actor, version_id)
    groups = _groups(keyed)
    basis, first = groups.selected_columns["basis"], groups.selected_columns["first"]
    groups = groups.order_by(basis.desc(), first).limit(limit).offset(skip)
    shown = {row.key: row for row in session.execute(groups)}
    rows = select(keyed).where(keyed.c.key.in_(list(shown))).order_by(keyed.c.position)
    ids: dict[str, list[int]] = defaultdict(list)
    types: dict[str, dict[str, None]] = defaultdict(dict)
    for row in session.execute(rows):
        types[row.key].setdefault(type_of(row.role))
        if len(ids[row.key]) < MENTIONS_SHOWN:
            ids[row.key].append(row.id)
    named = citations.mentions(session, [number for some in ids.values() for number in some])
    return tuple(
        MissingDocument(
            tuple(named[number] for number in ids[key]),
            group.mentions,
            tuple(sorted(types[key], key=lambda type_: type_ != "based_on")),
        )
        for key, group in shown.items()
    )


def _groups(keyed: CTE) -> Any:
    basis = func.max(case((keyed.c.role == "basis", 1), else_=0)).label("basis")
    first, mentions = func.min(keyed.c.position).label("first"), func.count().label("mentions")
    return select(keyed.c.key, basis, first, mentions).group_by(keyed.c.key)


def _keyed(actor: Actor, version_id: int | None) -> CTE:
    """Every citation of what the store lacks, with the key of the missing document that it means.

    By windows rather than joins: without statistics a planner compares thousands of rows with thousands.
    """
    lacking = (
        select(
            Citation.id, Citation.position, Citation.role, Citation.number_key, Citation.name_key,
            extract("year", Citation.issued_on).label("year"),
        )
        .where(Citation.version_id == version_id, ~citations.in_store(actor))
        .cte("lacking")
    )  # fmt: skip
    numbered = select(lacking, _number(lacking).label("number")).cte("numbered")
    named = select(
        numbered,
        func.min(numbered.c.number).over(partition_by=numbered.c.name_key).label("one"),
        func.max(numbered.c.number).over(partition_by=numbered.c.name_key).label("other"),
    ).cte("named")
    key = case(
        (named.c.number.is_not(None), named.c.number),
        # A name that two numbers share (a law and the one it replaced) tells neither: such mentions keep to themselves.
        (and_(named.c.name_key.is_not(None), named.c.one == named.c.other), named.c.one),
        (named.c.name_key.is_not(None), literal("name ") + named.c.name_key),
        else_=literal("mention ") + cast(named.c.id, String),
    )
    return select(named.c.id, named.c.position, named.c.role, key.label("key")).cte("keyed")


def _number(lacking: CTE) -> ColumnElement[str | None]:
    """The number of each citation that has one; where its mentions tell several years, each year is another document."""
    first = func.min(lacking.c.year).over(partition_by=lacking.c.number_key)
    last = func.max(lacking.c.year).over(partition_by=lacking.c.number_key)
    year = case((first < last, func.coalesce(cast(lacking.c.year, String), "?")), else_="")
    return case((lacking.c.number_key.is_not(None), literal("number ") + lacking.c.number_key + " " + year))
