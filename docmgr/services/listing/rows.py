"""Load one page of documents for a list, in the order that was asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, func, select
from sqlalchemy.orm import Session

from docmgr import collation
from docmgr.models import Document, User, Version
from docmgr.policy import Actor, may
from docmgr.services.access import checkouts, rule
from docmgr.services.access.checkouts import CheckoutNote
from docmgr.services.documents import validity
from docmgr.services.documents.references import DocumentRef
from docmgr.services.folders import names as folder_names
from docmgr.services.listing.wanted import NEWEST
from docmgr.services.terms import of_documents as terms
from docmgr.services.terms.of_documents import DocumentTerms

PAGE_SIZE = 50


@dataclass(frozen=True)
class ListRow:
    """A document of the list. `changed_at` is the time of its last change. `cause` is the document that ended its
    validity, or None when there is none or the actor may not read it. `health` says how sound the text of its newest
    version is (a key of policy.HEALTHS), None when that is not known. `folder` is the name of its folder where the actor may
    see that, `creator` who uploaded it; these two and `terms` are loaded only where their columns are wanted. `may_edit` says
    whether the actor may change it, and `checkout` who has taken it to edit it."""

    document: Document
    changed_at: dt.datetime
    health: str | None
    cause: DocumentRef | None = None
    terms: DocumentTerms = field(default=terms.NONE)
    folder: str | None = None
    creator: str | None = None
    may_edit: bool = False
    checkout: CheckoutNote | None = None


def load(
    session: Session,
    actor: Actor,
    here: ColumnElement[bool],
    order: tuple[ColumnElement[Any], ...],
    *,
    skip: int = 0,
    limit: int = PAGE_SIZE,
    columns: Collection[str] = (),
) -> tuple[ListRow, ...]:
    """Load at most `limit` documents that meet `here` after the first `skip`. The caller's condition contains the read rule.
    `columns` are those that are shown, keys of columns.COLUMNS."""
    health = select(Version.health).where(NEWEST).correlate(Document).scalar_subquery()
    # The ids first: only as many documents are loaded, and sorted, as are shown.
    ids = list(session.scalars(select(Document.id).where(here).order_by(*order).limit(limit).offset(skip)))
    found = {row[0].id: row for row in session.execute(select(Document, health).where(Document.id.in_(ids)))}
    documents = [found[number][0] for number in ids]
    editable = set(session.scalars(select(Document.id).where(Document.id.in_(ids), rule.editable(actor)))) if may(actor, "document:edit") else set()
    notes = checkouts.among(session, ids)
    causes = validity.kept_causes(session, actor, documents)
    held = terms.of(session, ids) if {"tags", "field_of_work"} & set(columns) else {}
    folders = folder_names.names(session, actor, {one.folder_id for one in documents}) if "folder" in columns else {}
    creators = _creators(session, documents) if "creator" in columns else {}
    return tuple(
        ListRow(
            one, one.changed_at, found[one.id][1], causes.get(one.id), held.get(one.id, terms.NONE), folders.get(one.folder_id),
            creators.get(one.created_by or 0), one.id in editable, notes.get(one.id),
        )
        for one in documents
    )  # fmt: skip


def _creators(session: Session, documents: list[Document]) -> Mapping[int, str]:
    ids = {one.created_by for one in documents if one.created_by}
    return {number: name for number, name in session.execute(select(User.id, User.full_name).where(User.id.in_(ids)))}


def ordered(session: Session, sort: str, direction: str) -> tuple[ColumnElement[Any], ...]:
    """Return the SQL columns by which documents are sorted. `sort` is a key of columns.SORTS, and `direction` is "asc" or
    "desc". Blank values come last in either direction. Documents with equal values are sorted by id, the newest
    first."""
    columns: dict[str, tuple[Any, ...]] = {
        "number": (_leading_number(session), Document.number_key),
        "date": (Document.issued_on,),
        "type": (collation.order(Document.type), _leading_number(session)),
        "subject": (collation.order(Document.subject) if _on_server(session) else Document.subject_order,),
        "issuer": (collation.order(Document.issuer), Document.issued_on),
    }
    if sort not in columns:
        # Never blank, so that their indexes serve the order.
        timed = Document.created_at if sort == "created" else Document.changed_at
        return (timed.desc(), Document.id.desc()) if direction == "desc" else (timed.asc(), Document.id.asc())
    turned = [column.desc() if direction == "desc" else column.asc() for column in columns[sort]]
    return (*(column.nulls_last() for column in turned), Document.id.desc())


def _leading_number(session: Session) -> ColumnElement[Any]:
    """Return an SQL expression for the leading digits of a document number as an integer, so that 9/QĐ is sorted
    before 10/QĐ. NULL when the number does not begin with a digit."""
    if _on_server(session):
        return cast(func.substring(Document.number_key, "^[0-9]{1,9}"), Integer)
    return case((Document.number_key.op("GLOB")("[0-9]*"), cast(Document.number_key, Integer)))


def _on_server(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
