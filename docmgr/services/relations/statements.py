"""What the newest texts of the store say of whole documents: that they replace or repeal them.

Decides which mention of a number or a name may mean which document. Leaves what follows from it to services.relations.endings.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from docmgr.models import Citation, Document, Provision, Version
from docmgr.services.relations.relations import ENDING
from docmgr.services.relations.targets import same_year
from legaltext.ending_clauses import ends_whole
from legaltext.text import fold

# Mentions of one document in one text that are looked at: what tells it whole stands among the first ones.
LOOKED_AT = 20
# Symbols of councils and committees of every province and district: their numbers are not unique in the country.
_LOCAL = re.compile(r"\b(?:ubnd|hdnd)\b")
_YEAR = re.compile(r"/(?:19|20)\d\d/")


@dataclass(frozen=True, slots=True)
class StatingDocument:
    """What of a document decides whether and from when on it is ended, or ends another one."""

    id: int
    number_key: str | None
    name_key: str | None
    issuer: str | None
    issued_on: dt.date | None
    effective_from: dt.date | None
    access_list_id: int
    workflow: str
    confirmed_at: dt.datetime | None
    created_at: dt.datetime


_COLUMNS = tuple(getattr(Document, field.name) for field in fields(StatingDocument))


@dataclass(frozen=True)
class Stated:
    """That the text of `cause_id` ends `target_id` whole, in the words of one citation."""

    target_id: int
    cause_id: int
    role: str
    issued_on: dt.date | None
    issuer: str | None
    by_name: bool
    confirmed_at: dt.datetime | None
    # Who issued the text itself.
    author: str | None

    def fits(self, target: StatingDocument) -> bool:
        """Whether nothing in the mention speaks against this document, and something beside the bare words for it."""
        if self.issued_on and target.issued_on:
            return bool(self.issued_on == target.issued_on)
        if self.by_name:
            # "Luật Đất đai" alone is that of every year.
            return False
        if self.issuer and target.issuer:
            return fold(self.issuer) == fold(target.issuer)
        if self.author and target.issuer and _LOCAL.search(fold(target.number_key or "")):
            return fold(self.author) == fold(target.issuer)
        return True

    def may_mean(self, other: StatingDocument) -> bool:
        """Whether the mention could mean this document as well."""
        return same_year(self.issued_on, other.issued_on)

    def singles_out(self, target: StatingDocument, rivals: list[StatingDocument]) -> bool:
        """Whether all that bear the number are copies of one document, or the mention tells the others apart."""
        if self.issued_on and target.issued_on:
            rivals = [one for one in rivals if one.issued_on == self.issued_on]
        elif self.issued_on is None and not _YEAR.search(target.number_key or ""):
            # Numbers begin anew each year, and the mention tells none.
            if not all(same_year(one.issued_on, target.issued_on) for one in rivals):
                return False
        issuers = {fold(one.issuer) for one in (target, *rivals) if one.issuer}
        told = self.issuer is not None and target.issuer is not None and fold(self.issuer) == fold(target.issuer)
        return told or len(issuers) < 2


def papers(session: Session, *conditions: ColumnElement[bool]) -> dict[int, StatingDocument]:
    """The documents that meet the conditions, by id."""
    return {row[0]: StatingDocument(*row) for row in session.execute(select(*_COLUMNS).where(*conditions))}


def same_key(one: StatingDocument, other: StatingDocument) -> bool:
    """Whether two documents bear one number, or one name."""
    numbers = one.number_key is not None and one.number_key == other.number_key
    return numbers or (one.name_key is not None and one.name_key == other.name_key)


def namesakes(numbers: Collection[str | None], names: Collection[str | None]) -> ColumnElement[bool]:
    """SQL condition on Document: bears one of the numbers or names."""
    return or_(
        Document.number_key.in_([number for number in numbers if number]),
        Document.name_key.in_([name for name in names if name]),
    )


def ending(version: type[Version] = Version) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions on Citation and Version: of a whole document that the text ends, and the newest text that was read.
    Where a version waits to be read, the one before it speaks."""
    later = aliased(Version)
    newest = (
        select(func.max(later.no))
        .where(later.document_id == version.document_id, later.outcome == "text")
        .correlate(version)
        .scalar_subquery()
    )
    return Citation.role.in_(ENDING), Citation.provision.is_(None), version.no == newest


def about(session: Session, targets: Mapping[int, StatingDocument]) -> list[Stated]:
    """What texts say of these documents; three queries."""
    rows = _mentions(session, targets, by_name=False) + _mentions(session, targets, by_name=True)
    mentions = [row for row in rows if same_year(row.issued_on, targets[row.target_id].issued_on)]
    texts = _texts(session, mentions)
    return [
        Stated(row.target_id, row.cause_id, row.role, row.issued_on, row.issuer, row.by_name, row.confirmed_at, row.author)
        for row in mentions
        if ends_whole(texts.get((row.version_id, row.anchor), ""), row.quote)
    ]


def _mentions(session: Session, targets: Mapping[int, StatingDocument], *, by_name: bool) -> list[Row[Any]]:
    key = "name_key" if by_name else "number_key"
    wanted = {number for number, row in targets.items() if getattr(row, key)}
    if not wanted:
        return []
    target, cause = aliased(Document), aliased(Document)
    same = Citation.number_key == target.number_key
    if by_name:
        same = and_(Citation.name_key == target.name_key, Citation.number_key.is_(None))
    another = and_(cause.id != target.id, or_(cause.number_key.is_(None), cause.number_key.is_distinct_from(target.number_key)))
    query = (
        select(
            target.id.label("target_id"), cause.id.label("cause_id"), cause.confirmed_at, cause.issuer.label("author"),
            Citation.role, Citation.issued_on, Citation.issuer, Citation.number_key.is_(None).label("by_name"),
            Citation.version_id, Citation.anchor, Citation.quote,
            func.row_number().over(partition_by=(target.id, cause.id), order_by=Citation.position).label("nth"),
        )
        .select_from(target)
        .join(Citation, same)
        .join(Version, Version.id == Citation.version_id)
        .join(cause, and_(cause.id == Version.document_id, another))
        .where(target.id.in_(wanted), *ending())
        .subquery()
    )  # fmt: skip
    kept = select(query).where(query.c.nth <= LOOKED_AT).order_by(query.c.target_id, query.c.cause_id, query.c.nth)
    return list(session.execute(kept))


def _texts(session: Session, mentions: list[Row[Any]]) -> dict[tuple[int, str], str]:
    """The provisions in which they stand."""
    versions, anchors = {row.version_id for row in mentions}, {row.anchor for row in mentions}
    if not mentions:
        return {}
    query = select(Provision.version_id, Provision.anchor, Provision.text).where(
        Provision.version_id.in_(versions), Provision.anchor.in_(anchors)
    )
    return {(version, anchor): text for version, anchor, text in session.execute(query)}
