"""How tasks, links and plans refer to a document and one of its provisions.

A document is named only to an actor who may read it. A reference to a provision also names the version, so that its
text stays the one of that day. People choose a provision from a list and never type an anchor.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, Provision, Version, label_of
from docmgr.policy import Actor, require
from docmgr.services.access import guard, rule, versions
from docmgr.services.chunks import chunks
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from legaltext import dates, validity
from legaltext.labels import path_label
from legaltext.text import fold

CHOICES_SHOWN = 40
_COLUMNS = (
    Provision.version_id, Provision.anchor, Provision.kind, Provision.label, Provision.title, Provision.text,
)  # fmt: skip


@dataclass(frozen=True)
class DocumentRef:
    """A document as lists name it; only documents that the actor may read are named. `over` is true when it is out of
    force today."""

    id: int
    label: str
    subject: str | None
    issuer: str | None
    issued_on: dt.date | None
    workflow: str
    # Whether it is out of force today.
    over: bool = False


@dataclass(frozen=True)
class ProvisionRef:
    """A provision of one version of a document. `label` names it with the provisions that contain it, such as "khoản
    2 Điều 5". `text` is its own text."""

    document_id: int
    version_id: int
    version_no: int
    anchor: str
    label: str
    title: str
    text: str

    @property
    def words(self) -> str:
        """The heading and the text of the provision, as they are quoted: without the bullet in front."""
        title, text = self.title.strip(), self.text.strip().lstrip("-–—•+ ")
        return text if title in text else f"{title} {text}".strip()


@dataclass(frozen=True)
class ProvisionChoices:
    """Provisions of one document from which a person chooses. `shown` are the first of those that match what the person
    typed, and `total` counts all that match. `worded` is false when the document has no provisions at all."""

    document: DocumentRef
    shown: tuple[ProvisionRef, ...]
    total: int
    worded: bool


def documents(session: Session, actor: Actor, ids: Iterable[int | None]) -> dict[int, DocumentRef]:
    """Load references to the documents `ids`. Documents that the actor may not read are left out. Returns the
    references by document id. None among `ids` is ignored."""
    wanted = {number for number in ids if number is not None}
    if not wanted:
        return {}
    columns = (
        Document.id, Document.type, Document.number, Document.subject, Document.file_name, Document.issuer,
        Document.issued_on, Document.workflow, Document.effective_from, Document.effective_to, Document.ended_on,
    )  # fmt: skip
    return {
        row.id: _reference(row, label_of(row))
        for some in chunks(wanted)
        for row in session.execute(select(*columns).where(Document.id.in_(some), rule.visible(actor)))
    }


def reference(document: Document) -> DocumentRef:
    """Make the reference to a document for lists. The caller has checked that the actor may read the document."""
    return _reference(document, document.label)


def _reference(row: Any, label: str) -> DocumentRef:
    """Make the reference to a document. `row` is a Document or a row with the same attributes, and `label` is its name
    in lists."""
    return DocumentRef(
        id=row.id,
        label=label,
        subject=row.subject,
        issuer=row.issuer,
        issued_on=row.issued_on,
        workflow=row.workflow,
        over=validity.status_at(row, dates.today()).code == validity.OVER,
    )


def full_label(document: Document) -> str:
    """The label of the document followed by its subject, which is how the trail names it."""
    return " · ".join(part for part in (document.label, subject_beside(document)) if part)


def subject_beside(document: Any) -> str | None:
    """The subject of a document for a place where its label stands too; None without one, or when the label is the subject.
    `document` is a Document, a DocumentRef, or a row with the same `label` and `subject`."""
    return document.subject if document.subject and document.subject != document.label else None


def provisions(
    session: Session, places: Iterable[tuple[int | None, str | None]]
) -> dict[tuple[int, str], ProvisionRef]:
    """Load the provisions at `places`, which are pairs (version id, anchor); return them with these pairs as keys.
    Places with None, and provisions that do not exist, are missing in the result."""
    wanted = {(version, anchor) for version, anchor in places if version is not None and anchor}
    if not wanted:
        return {}
    anchors: dict[int, set[str]] = defaultdict(set)
    for number, anchor in wanted:
        anchors[number].update(_prefixes(anchor))
    query = (
        select(*_COLUMNS, Version.no, Version.document_id).join(Version, Version.id == Provision.version_id).order_by(Provision.id)
    )
    rows: list[Any] = []
    for some in chunks(anchors):
        # Places of several versions share a statement, so that there are as few statements as possible.
        for names in chunks(set().union(*(anchors[number] for number in some))):
            rows += session.execute(query.where(Provision.version_id.in_(some), Provision.anchor.in_(names)))
    labels = {(row.version_id, row.anchor): (row.label, row.kind) for row in rows}
    return {
        (row.version_id, row.anchor): _provision(row, row.no, row.document_id, labels)
        for row in rows
        if (row.version_id, row.anchor) in wanted
    }


def pin(
    session: Session, actor: Actor, document_id: int, anchor: str | None, version_no: int | None = None
) -> tuple[Document, Version | None, ProvisionRef | None]:
    """Find the document, the version and the provision to which a new task or link will refer. Returns (document,
    version, provision).

    `version_no` is the version number. When it is None or names a hidden version, the newest version that the worker
    has read is used. The version is None when the document has none. The provision is None when `anchor` is blank.
    Raises NotFound when the actor may not read the document. Raises Invalid when the version has no provision with this
    anchor.
    """
    document = guard.readable(session, actor, document_id)
    version = _version(session, actor, document, version_no)
    if not anchor:
        return document, version, None
    if version is not None:
        # Until the end of the unit of work nobody reads the version again, which could move or remove the provision.
        session.scalar(select(Version.id).where(Version.id == version.id).with_for_update(read=True, key_share=True))
    found = provisions(session, [(version.id, anchor)]) if version else {}
    if version is None or (version.id, anchor) not in found:
        raise Invalid(Message("Văn bản không có điều khoản này; hãy chọn lại trong danh sách."), "anchor")
    return document, version, found[version.id, anchor]


def _version(session: Session, actor: Actor, document: Document, no: int | None) -> Version | None:
    """Load the version with the number `no`, or the newest version that was read. None when the document has none."""
    seen = None if no is None else versions.numbered(session, actor, document, no)
    return seen or versions.of_words(session, document)


def find(actor: Actor, document_id: int, anchor: str, version_no: int | None = None) -> ProvisionRef | None:
    """Find the provision of a document with this anchor, or None when there is none.

    `version_no` is the version number. When it is None or names a hidden version, the newest version that the worker
    has read is used. Raises Denied when the actor's roles may not read documents. Raises NotFound when the actor may
    not read this document.
    """
    require(actor, "document:read")
    with db.read() as session:
        document = guard.readable(session, actor, document_id)
        version = _version(session, actor, document, version_no)
        return provisions(session, [(version.id, anchor)]).get((version.id, anchor)) if version else None


def choose(actor: Actor, document_id: int, q: str = "", limit: int = CHOICES_SHOWN) -> ProvisionChoices:
    """Find the first `limit` provisions of a document that contain all words of `q`. Words are looked for in label,
    title and text; diacritics do not matter. The provisions are from the newest version that the worker has read, in
    reading order. Raises Denied when the actor's roles may not read documents. Raises NotFound when the actor may not
    read this document."""
    require(actor, "document:read")
    with db.read() as session:
        document = guard.readable(session, actor, document_id)
        version = versions.of_words(session, document)
        rows: list[Any] = []
        if version is not None:
            query = select(*_COLUMNS).where(Provision.version_id == version.id)
            rows = list(session.execute(query.order_by(Provision.position)))
        labels = {(row.version_id, row.anchor): (row.label, row.kind) for row in rows}
        refs = (_provision(row, version.no, document_id, labels) for row in rows) if version else ()
        words = fold(q).split()
        fitting = [ref for ref in refs if ref.words and _holds(ref, words)]
        return ProvisionChoices(reference(document), tuple(fitting[:limit]), len(fitting), bool(rows))


def _holds(ref: ProvisionRef, words: list[str]) -> bool:
    if not words:
        return True
    text = fold(f"{ref.label} {ref.title} {ref.text}")
    return all(word in text for word in words)


def _prefixes(anchor: str) -> list[str]:
    parts = anchor.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _provision(
    row: Any, version_no: int, document_id: int, labels: dict[tuple[int, str], tuple[str, str]]
) -> ProvisionRef:
    path = [labels[key] for prefix in _prefixes(row.anchor) if (key := (row.version_id, prefix)) in labels]
    return ProvisionRef(
        document_id=document_id,
        version_id=row.version_id,
        version_no=version_no,
        anchor=row.anchor,
        label=path_label(path) or row.label,
        title=row.title,
        text=row.text,
    )

