"""Find citations in the newest texts which state that a document replaces or repeals another one as a whole.

This module decides which documents a cited number or name may mean. services.relations.endings decides what follows
from it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from docmgr.models import Citation, Document, Provision, Version
from docmgr.services.relations.relations import ENDING
from docmgr.services.relations.targets import same_year
from legaltext.ending_clauses import ends_whole
from legaltext.text import fold

# How many mentions of one document in one text are checked; the one that names it whole is among the first.
LOOKED_AT = 20
# Symbols of councils and committees, which every province and district has: such numbers are not unique in the country.
_LOCAL = re.compile(r"\b(?:ubnd|hdnd)\b")
_YEAR = re.compile(r"/(?:19|20)\d\d/")


@dataclass(frozen=True, slots=True)
class StatingDocument:
    """The facts of a document that decide whether it ends another one, or is ended, and when."""

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
    """A citation which states that the document `cause_id` replaces or repeals the document `target_id` as a whole.
    `role` is "replaces" or "repeals". `issued_on` and `issuer` are the date and the issuer that the citation gives,
    or None. `author` is the issuer of the citing document. `by_name` is true when the citation gives a name and no
    number."""

    target_id: int
    cause_id: int
    role: str
    issued_on: dt.date | None
    issuer: str | None
    by_name: bool
    confirmed_at: dt.datetime | None
    # The issuer of the text itself.
    author: str | None

    def fits(self, target: StatingDocument) -> bool:
        """Whether the citation certainly means `target`, a document with the cited number or name. If both dates of
        issue are known, they alone decide. Otherwise a name alone is not enough, and two known issuers must be the
        same. If the citation gives no issuer, a number of a local council or committee must have the issuer of the
        citing text."""
        if self.issued_on and target.issued_on:
            return bool(self.issued_on == target.issued_on)
        if self.by_name:
            # "Luật Đất đai" alone can be the law of any year.
            return False
        if self.issuer and target.issuer:
            return fold(self.issuer) == fold(target.issuer)
        if self.author and target.issuer and _LOCAL.search(fold(target.number_key or "")):
            return fold(self.author) == fold(target.issuer)
        return True

    def may_mean(self, other: StatingDocument) -> bool:
        """Whether the citation may mean the document `other`: the years of issue agree, or one of them is unknown."""
        return same_year(self.issued_on, other.issued_on)

    def singles_out(self, target: StatingDocument, rivals: list[StatingDocument]) -> bool:
        """Whether the citation means `target` and none of `rivals`, the other documents with the same number or name.
        The date of issue excludes rivals with another date. If no year is given at all, no rival may be from another
        year. If several issuers remain, the citation must give the issuer of `target`."""
        if self.issued_on and target.issued_on:
            rivals = [one for one in rivals if one.issued_on == self.issued_on]
        elif self.issued_on is None and not _YEAR.search(target.number_key or ""):
            # Numbers start again each year, and the mention has no year.
            if not all(same_year(one.issued_on, target.issued_on) for one in rivals):
                return False
        issuers = {fold(one.issuer) for one in (target, *rivals) if one.issuer}
        told = self.issuer is not None and target.issuer is not None and fold(self.issuer) == fold(target.issuer)
        return told or len(issuers) < 2


def papers(session: Session, *conditions: ColumnElement[bool]) -> dict[int, StatingDocument]:
    """Load the documents that meet all SQL conditions. Keys of the result are document ids."""
    return {row[0]: StatingDocument(*row) for row in session.execute(select(*_COLUMNS).where(*conditions))}


def same_key(one: StatingDocument, other: StatingDocument) -> bool:
    """Whether the documents `one` and `other` have the same number or the same name."""
    numbers = one.number_key is not None and one.number_key == other.number_key
    return numbers or (one.name_key is not None and one.name_key == other.name_key)


def namesakes(numbers: Collection[str | None], names: Collection[str | None]) -> ColumnElement[bool]:
    """Return an SQL condition on Document: the document has one of these numbers or names. A number or
    name None is ignored."""
    return or_(
        Document.number_key.in_([number for number in numbers if number]),
        Document.name_key.in_([name for name in names if name]),
    )


def ending(version: type[Version] = Version) -> tuple[ColumnElement[bool], ...]:
    """Return SQL conditions for citations that replace or repeal a whole document. Only citations in the newest
    version of a document that has text meet them. The conditions use Citation and `version`, which is Version or an
    alias of Version."""
    later = aliased(Version)
    newest = (
        select(func.max(later.no))
        .where(later.document_id == version.document_id, later.outcome == "text")
        .correlate(version)
        .scalar_subquery()
    )
    return Citation.role.in_(ENDING), Citation.provision.is_(None), version.no == newest


def about(session: Session, targets: Mapping[int, StatingDocument]) -> list[Stated]:
    """Find the citations in all texts which state that one of the documents `targets` is replaced or repealed as a
    whole. `targets` maps ids to documents. It takes three SQL queries."""
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
    return list(session.execute(_mentioning(by_name), {"wanted": sorted(wanted)}))


# The page of each document asks this, and making the statement takes ten times as long as executing it.
@lru_cache(maxsize=2)
def _mentioning(by_name: bool) -> Select[Any]:
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
        .where(target.id.in_(bindparam("wanted", expanding=True)), *ending())
        .subquery()
    )  # fmt: skip
    return select(query).where(query.c.nth <= LOOKED_AT).order_by(query.c.target_id, query.c.cause_id, query.c.nth)


def _texts(session: Session, mentions: list[Row[Any]]) -> dict[tuple[int, str], str]:
    """Load the texts of the provisions in which these citations occur. The keys of the result are pairs (version id,
    anchor). `mentions` are rows with the version and the anchor of each citation."""
    versions, anchors = {row.version_id for row in mentions}, {row.anchor for row in mentions}
    if not mentions:
        return {}
    query = select(Provision.version_id, Provision.anchor, Provision.text).where(
        Provision.version_id.in_(versions), Provision.anchor.in_(anchors)
    )
    return {(version, anchor): text for version, anchor, text in session.execute(query)}
