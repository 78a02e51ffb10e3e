"""Resolve citations: find the stored documents that a citation means, which may be one, several or none.

Citations are resolved each time they are needed, so that a document that arrives later is found at once. This module
holds the rule in SQL, for all citations of a version; services.relations.targets holds it in Python.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, extract, func, or_, select
from sqlalchemy.orm import Session

from docmgr.models import Citation, Document
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.relations.targets import targets

_MENTION = (
    Citation.id, Citation.version_id, Citation.position, Citation.role, Citation.number, Citation.number_key,
    Citation.name, Citation.name_key, Citation.type, Citation.issuer, Citation.issued_on, Citation.anchor,
    Citation.provision, Citation.quote,
)  # fmt: skip
# The columns needed to resolve a citation, and where it occurs.
_KEYS = (
    Citation.id, Citation.version_id, Citation.position, Citation.role, Citation.number_key, Citation.name_key, Citation.issuer,
    Citation.issued_on,
)  # fmt: skip
# How many citations one statement asks for; databases limit its parameters.
MENTIONS = 2_000
# How many characters after the previous citation the words of the next one are searched for.
REACH = 20_000


def of_version(session: Session, version_id: int | None) -> list[Any]:
    """Load the citations of a version in reading order. Each item is a row with the columns of a citation, such as
    `number`, `name`, `anchor` and `quote`. Empty when `version_id` is None."""
    query = select(*_MENTION).where(Citation.version_id == version_id).order_by(Citation.position)
    return list(session.execute(query))


def standing_in(session: Session, version_id: int | None, anchors: Collection[str], text: str, within: range) -> list[Any]:
    """Find the citations that occur in the range `within` of a version's text, in reading order. Each item is a row
    with the columns of a citation. Empty when `version_id` is None.

    `text` is the whole text of the version, and `within` has offsets in it, in characters. `anchors` are the anchors
    of the provisions in the range. A citation whose words are not found in the text is placed by its provision.
    """
    words = func.coalesce(Citation.number, Citation.name, Citation.quote)
    query = select(Citation.id, Citation.anchor, words).where(Citation.version_id == version_id)
    kept, cursor, wanted = [], 0, frozenset(anchors)
    for number, anchor, printed in session.execute(query.order_by(Citation.position)):
        # They are in reading order, so each one is searched for after the one before it.
        at = text.find(printed, cursor, cursor + REACH)
        cursor = max(at + 1, cursor)
        if at in within if at >= 0 else anchor in wanted or (not anchor and cursor in within):
            kept.append(number)
    found: dict[int, Any] = {}
    for start in range(0, len(kept), MENTIONS):
        found.update(mentions(session, kept[start : start + MENTIONS]))
    return [found[number] for number in kept]


def count(session: Session, version_id: int | None) -> int:
    """The number of citations in a version. 0 when `version_id` is None."""
    query = select(func.count(Citation.id)).where(Citation.version_id == version_id)
    return session.scalar(query) or 0


def clear(actor: Actor, version_id: int | None) -> Subquery:
    """Return an SQL subquery for the citations of a version that mean exactly one document that the actor may read.
    Its columns are id, position, role and document_id. The subquery finds nothing when `version_id` is None."""
    return (
        _matched(actor, version_id, func.min(Document.id).label("document_id"))
        .having(func.count(Document.id) == 1)
        .subquery()
    )


def doubtful(session: Session, actor: Actor, version_id: int | None) -> list[tuple[Any, tuple[Any, ...]]]:
    """Find the citations of a version whose number or name fits several documents that the actor may read. Returns
    pairs (citation, documents). `documents` has a single item where the issuer in the citation tells which
    document is meant. A citation is a row with the columns `id`, `number_key`, `name_key`, `issuer`, `issued_on`
    and some others. Empty when `version_id` is None."""
    several = _matched(actor, version_id).having(func.count(Document.id) > 1).subquery()
    query = select(*_KEYS).join(several, several.c.id == Citation.id).order_by(Citation.position)
    rows = list(session.execute(query))
    known = targets(session, actor, rows)
    return [(row, known.fits(row)) for row in rows]


def _matched(actor: Actor, version_id: int | None, *columns: Any) -> Select[Any]:
    means = or_(
        and_(Citation.number_key.is_not(None), _number_means()),
        and_(Citation.number_key.is_(None), _name_means()),
    )
    return (
        select(Citation.id, Citation.position, Citation.role, *columns)
        .join(Document, means)
        .where(Citation.version_id == version_id, rule.visible(actor))
        .group_by(Citation.id, Citation.position, Citation.role)
    )


def mentions(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    """Load the citations with these ids. The result maps each id to a row with the columns of the citation."""
    return {row.id: row for row in session.execute(select(*_MENTION).where(Citation.id.in_(ids)))}


def in_store(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Citation: the citation names at least one document that the actor may read."""
    by_number = exists(select(Document.id).where(_number_means(), rule.visible(actor)).correlate(Citation))
    by_name = exists(select(Document.id).where(_name_means(), rule.visible(actor)).correlate(Citation))
    return or_(
        and_(Citation.number_key.is_not(None), by_number),
        and_(Citation.number_key.is_(None), Citation.name_key.is_not(None), by_name),
    )


def naming(document: Document) -> ColumnElement[bool]:
    """Return an SQL condition on Citation: the citation names this document. A citation with a number must have the
    number of the document, and its year if both are known. A citation without a number must have the name of the
    document."""
    ways: list[ColumnElement[bool]] = []
    if document.number_key:
        year = document.issued_on.year if document.issued_on else None
        agrees = (Citation.issued_on.is_(None), extract("year", Citation.issued_on) == year) if year else ()
        ways.append(and_(Citation.number_key == document.number_key, or_(*agrees)) if agrees else (
            Citation.number_key == document.number_key
        ))  # fmt: skip
    if document.name_key:
        ways.append(and_(Citation.name_key == document.name_key, Citation.number_key.is_(None)))
    return or_(*ways) if ways else Citation.id.in_(())


def _number_means() -> ColumnElement[bool]:
    return and_(
        Document.number_key == Citation.number_key,
        or_(
            Citation.issued_on.is_(None),
            Document.issued_on.is_(None),
            extract("year", Citation.issued_on) == extract("year", Document.issued_on),
        ),
    )


def _name_means() -> ColumnElement[bool]:
    return Document.name_key == Citation.name_key
