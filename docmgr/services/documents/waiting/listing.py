"""List the documents that wait for confirmation as rows of a table, with their proposed facts.

This module decides which facts the table shows, which are needed, and when a row is good: nothing in it is marked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, lazyload

from docmgr import db, paging
from docmgr.models import Document, DocumentFact, Version
from docmgr.policy import Actor, require
from docmgr.services.access import rule
from docmgr.services.documents import clashes, facts
from docmgr.services.documents.clashes import SameNumber

PAGE_SIZE = 50
# The facts that are cells of the table; the others are on the confirm form.
FIELDS = ("type", "number", "issuer", "issued_on", "subject", "signer")
# Every official document has these, but a law has no number that it is cited by.
NEEDED = ("type", "number", "issuer", "issued_on", "subject")
LOOKS = {"doubtful": "Cần xem", "good": "Tốt"}
_BAD_HEALTHS = ("doubtful", "none")
_NEWEST = and_(Version.document_id == Document.id, Version.no == Document.current_no)
# More documents with a taken number than this are not told apart by the filter.
_MOST_CLASHES = 20_000


@dataclass(frozen=True)
class Cell:
    """One fact in a row. `value` is text, ISO 8601 for a date, "" for none. `doubtful` means that the reading was in
    doubt and nobody has confirmed the value; a blank one is printed in the file but was not read. `missing` means that there is no value although the document needs
    one."""

    value: str
    doubtful: bool
    missing: bool

    @property
    def marked(self) -> bool:
        """Whether a person should look at the cell first."""
        return self.doubtful or self.missing


@dataclass(frozen=True)
class WaitingRow:
    """One document in the table. `cells` has its facts by field of FIELDS. `version` is its newest version, or None.
    `elsewhere` are the fields outside of the table whose values are doubtful. `taken` are other documents that the
    actor may read and that have the same number, issuer and year."""

    document: Document
    cells: Mapping[str, Cell]
    version: Version | None
    elsewhere: tuple[str, ...]
    taken: tuple[SameNumber, ...]

    @property
    def bad_text(self) -> bool:
        """Whether the text of the newest version cannot be trusted."""
        return self.version is not None and self.version.health in _BAD_HEALTHS

    @property
    def held_back(self) -> bool:
        """Whether the document was to be published when it was read, and is not: nobody could look into a file inside it."""
        return self.document.publish_when_read and self.document.workflow == "draft"

    @property
    def good(self) -> bool:
        """Whether nothing in the row is marked, so that it may be confirmed together with others."""
        return not (self.bad_text or self.held_back or self.elsewhere or self.taken or any(cell.marked for cell in self.cells.values()))


@dataclass(frozen=True)
class WaitingPage:
    """One page of the table. `total` counts the rows on all pages. `folders` are the ids of all folders that have
    waiting documents, whatever the filters say."""

    rows: tuple[WaitingRow, ...]
    total: int
    page: int
    folders: frozenset[int]


def table(actor: Actor, *, folder_id: int | None = None, look: str | None = None, page: int = 1) -> WaitingPage:
    """Load one page of the documents that wait for the actor to confirm them, the oldest first.

    `folder_id` lists only documents directly in this folder. `look` is "good" or "doubtful" and lists only rows that
    are good, or only the others; None lists all. A `page` beyond the end gives the last page. Raises Denied when the
    actor's roles may not edit documents.
    """
    require(actor, "document:edit")
    waits = facts.waits_for(actor)
    with db.read() as session:
        folders = frozenset(session.scalars(select(Document.folder_id).where(waits).distinct()))
        wanted = waits if folder_id is None else waits & (Document.folder_id == folder_id)
        if look in LOOKS:
            good = _good(session, actor, wanted)
            wanted &= good if look == "good" else ~good
        total = session.scalar(select(func.count()).select_from(Document).where(wanted)) or 0
        page, _ = paging.nearest(page, total, PAGE_SIZE)
        return WaitingPage(_rows(session, actor, wanted, (page - 1) * PAGE_SIZE), total, page, folders)


def rows_of(actor: Actor, ids: Iterable[int]) -> dict[int, WaitingRow]:
    """Load the rows of the documents with these ids, whether they still wait or not. Returns them by document id.
    Documents that the actor may not edit are left out. Only PAGE_SIZE rows are loaded. Raises Denied when the actor's
    roles may not edit documents."""
    require(actor, "document:edit")
    with db.read() as session:
        own = Document.id.in_(list(ids)) & rule.editable(actor)
        return {row.document.id: row for row in _rows(session, actor, own, 0)}


def _rows(session: Session, actor: Actor, own: ColumnElement[bool], skip: int) -> tuple[WaitingRow, ...]:
    query = (
        select(Document, Version)
        .outerjoin(Version, _NEWEST)
        .where(own)
        .order_by(Document.created_at, Document.id)
        .options(lazyload(Version.files))
    )
    found = session.execute(query.limit(PAGE_SIZE).offset(skip)).all()
    taken = clashes.among(session, actor, Document.id.in_([document.id for document, _ in found]))
    return tuple(_row(document, version, taken.get(document.id, ())) for document, version in found)


def _row(document: Document, version: Version | None, taken: Sequence[SameNumber]) -> WaitingRow:
    doubtful = {row.field for row in document.facts if not row.sure and not row.confirmed}
    return WaitingRow(
        document=document,
        cells={field: _cell(document, field, field in doubtful) for field in FIELDS},
        version=version,
        elsewhere=tuple(field for field in facts.FIELDS if field in doubtful and field not in FIELDS),
        taken=tuple(other for other in taken if other.id != document.id),
    )


def _cell(document: Document, field: str, doubtful: bool) -> Cell:
    value = getattr(document, field)
    text = value.isoformat() if isinstance(value, dt.date) else value or ""
    needless = field not in NEEDED or (field == "number" and document.type in facts.NAMED_TYPES)
    return Cell(text, doubtful, missing=not text and not needless)


def _good(session: Session, actor: Actor, wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the rule of WaitingRow.good as an SQL condition on Document. `wanted` are the documents in question."""
    taken = list(clashes.among(session, actor, wanted))[:_MOST_CLASHES]
    doubted = exists().where(
        DocumentFact.document_id == Document.id, DocumentFact.sure.is_(False), DocumentFact.confirmed.is_(False)
    )
    filled = [func.coalesce(getattr(Document, field), "") != "" for field in NEEDED if field not in ("number", "issued_on")]
    named = func.coalesce(Document.type, "").in_(sorted(facts.NAMED_TYPES))
    return and_(
        *filled,
        Document.issued_on.is_not(None),
        or_(func.coalesce(Document.number, "") != "", named),
        ~doubted,
        ~(Document.publish_when_read & (Document.workflow == "draft")),
        ~exists().where(_NEWEST, Version.health.in_(_BAD_HEALTHS)).correlate(Document),
        Document.id.not_in(taken),
    )
