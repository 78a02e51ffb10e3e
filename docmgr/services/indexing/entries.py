"""Make the entries of a document for the index. Each Điều (article) is one entry, and so is each numbered section
outside of articles, each row of a workbook and each slide. Other text has entries too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Document, Folder, Provision, Version
from docmgr.services.own_fields import values as own_values
from docmgr.services.terms import of_documents as terms
from docmgr.services.terms.of_documents import DocumentTerms
from indexer import OF_THE_SITE, Entry
from legaltext import validity
from legaltext.labels import path_label

# A khoản or điểm is part of the entry of the nearest of these that contains it.
UNITS = ("dieu", "so")
PARTS = ("phu_luc", "kem_theo")


@dataclass(frozen=True)
class EntrySource:
    """What the entries of some documents are made of, each by the id of its document: the (id, health) of the newest version that has
    text, its provisions in reading order, the health of the newest version of a document without text, labels, and own fields as
    values.indexed gives them. `folders` has the names of folders by their ids."""

    versions: dict[int, tuple[int, str | None]]
    provisions: dict[int, list[Any]]
    healths: dict[int, str | None]
    labels: dict[int, DocumentTerms]
    own_fields: dict[int, tuple[tuple[tuple[str, str], ...], str]]
    folders: dict[int, str]


def source(session: Session, documents: Sequence[Document]) -> EntrySource:
    """Load what the entries of these documents are made of, in a fixed number of queries."""
    ids = [document.id for document in documents]
    texts = select(Version.document_id, Version.id, Version.health).where(Version.document_id.in_(ids), Version.outcome == "text")
    # The newest version comes last, and so stays.
    versions = {row.document_id: (row.id, row.health) for row in session.execute(texts.order_by(Version.document_id, Version.no))}
    owners = {version_id: document_id for document_id, (version_id, _) in versions.items()}
    query = select(Provision.version_id, Provision.anchor, Provision.parent, Provision.kind, Provision.label, Provision.title, Provision.text)
    provisions: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(query.where(Provision.version_id.in_(owners)).order_by(Provision.version_id, Provision.position)):
        provisions[owners[row.version_id]].append(row)
    bare = [document.id for document in documents if document.id not in versions]
    newest = select(Version.document_id, Version.health).join(Document, Document.id == Version.document_id)
    newest = newest.where(Version.document_id.in_(bare), Version.no == Document.current_no)
    names = select(Folder.id, Folder.name).where(Folder.id.in_({document.folder_id for document in documents}))
    return EntrySource(
        versions,
        provisions,
        {number: health for number, health in session.execute(newest)} if bare else {},
        terms.of(session, ids),
        own_values.indexed(session, ids),
        {number: name for number, name in session.execute(names)},
    )


def entries_of(session: Session, document: Document, held: EntrySource | None = None) -> list[Entry]:
    """Make the entries of the document's newest version that has text. There is always at least one entry, so that
    the document can be found by its number. `held` is the source of several documents; None loads that of this one."""
    held = held or source(session, [document])
    version_health = held.versions[document.id][1] if document.id in held.versions else held.healths.get(document.id)
    title = document.subject or document.file_name or ""
    groups = list(group(held.provisions.get(document.id, ()))) or [("", "", "", "")]
    own_fields, words = held.own_fields.get(document.id, ((), ""))
    own = held.labels.get(document.id, terms.NONE)
    folder = held.folders.get(document.folder_id, "")
    # What own fields say is an entry of its own, so that no provision is found for it, nor the document where only its text may be seen.
    numbered = [*enumerate(groups), *([(OF_THE_SITE, ("", "", "", words))] if words else [])]
    return [_entry(document, order, piece, title, version_health or "", own, own_fields, folder) for order, piece in numbered]


def _entry(
    document: Document, order: int, piece: tuple[str, str, str, str], title: str, health: str, own: DocumentTerms,
    own_fields: tuple[tuple[str, str], ...], folder: str,
) -> Entry:
    anchor, label, heading, text = piece
    return Entry(
        document=document.id,
        version=document.revision,
        access=document.access_list_id,
        anchor=anchor,
        label=label,
        title=heading,
        text=text,
        doc_title=title,
        doc_type=document.type or "",
        number=document.number or "",
        issuer=document.issuer or "",
        issued_on=document.issued_on,
        effective_from=document.effective_from,
        effective_to=validity.end_of(document),
        folder=document.folder_id,
        folder_label=folder,
        health=health,
        field_of_work=own.field_of_work or "",
        tags=own.tags,
        own_fields=own_fields,
        order=order,
    )


def group(provisions: Iterable[Any]) -> Iterable[tuple[str, str, str, str]]:
    """Group the provisions of a version into the pieces that become entries, for example articles (Điều) or numbered
    sections. Yields (anchor, label, title, text) of each piece in reading order. An article includes its clauses and
    points; a section inside another one is a piece of its own. A provision is a Provision or a row of its columns."""
    rows = list(provisions)
    by_anchor = {row.anchor: row for row in rows}
    units: dict[str, list[Any]] = {}
    for row in rows:
        units.setdefault(_unit(row, by_anchor), []).append(row)
    for members in units.values():
        head = members[0]
        # The text of a provision is its printed span, with its heading.
        yield head.anchor, _label(head, by_anchor), head.title, "\n".join(row.text for row in members if row.text)


def _label(row: Any, by_anchor: dict[str, Any]) -> str:
    """Make the label by which people cite the provision `row`: "Điều 5", or "II.3" for a section whose own label is
    only "3". `by_anchor` maps anchors to the provisions of the version."""
    if row.kind not in ("so", "gach", "doan", "hang"):
        return str(row.label)
    return path_label([(link.label, link.kind) for link in reversed(_chain(row, by_anchor))]) or row.label


def _chain(row: Any, by_anchor: dict[str, Any]) -> list[Any]:
    """Return the provision `row` and all provisions that contain it, from the inner to the outer ones. `by_anchor`
    has the provisions of the version by anchor."""
    chain = [row]
    while chain[-1].parent in by_anchor:
        chain.append(by_anchor[chain[-1].parent or ""])
    return chain


def _unit(row: Any, by_anchor: dict[str, Any]) -> str:
    """Return the key of the entry that will contain the provision `row`. Provisions with the same key share an entry.
    For clause 2 of article 5 (`dieu-5.khoan-2`) the key is `dieu-5`. `by_anchor` has the provisions of the version by
    anchor."""
    chain = _chain(row, by_anchor)
    for kind in UNITS:
        for link in chain:
            if link.kind == kind:
                return str(link.anchor)
    for link in chain:
        if link.kind in PARTS:
            return str(link.anchor)
    return str(row.anchor) if row.kind not in ("doan", "gach") else f"({row.parent or ''})"

