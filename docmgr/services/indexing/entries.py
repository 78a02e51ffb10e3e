"""Make the entries of a document for the index. Each Điều (article) is one entry, and so is each numbered section
outside of articles, each row of a workbook and each slide. Other text has entries too."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Document, Folder, Provision, Version
from docmgr.services.own_fields import values as own_values
from docmgr.services.terms import of_documents as terms
from docmgr.services.terms.of_documents import DocumentTerms
from indexer import Entry
from legaltext import validity
from legaltext.labels import path_label

# A khoản or điểm is part of the entry of the nearest of these that contains it.
UNITS = ("dieu", "so")
PARTS = ("phu_luc", "kem_theo")


def entries_of(session: Session, document: Document) -> list[Entry]:
    """Make the entries of the document's newest version that has text. There is always at least one entry, so that
    the document can be found by its number."""
    version = session.scalar(
        select(Version)
        .where(Version.document_id == document.id, Version.outcome == "text")
        .order_by(Version.no.desc())
        .limit(1)
    )
    provisions: list[Provision] = []
    if version is not None:
        query = select(Provision).where(Provision.version_id == version.id).order_by(Provision.position)
        provisions = list(session.scalars(query))
    title = document.subject or document.file_name or ""
    health = version.health if version is not None else _newest_health(session, document)
    groups = list(group(provisions)) or [("", "", "", "")]
    own = terms.of(session, [document.id]).get(document.id, terms.NONE)
    own_fields, words = own_values.indexed(session, document.id)
    if words:
        # An entry of its own, so that no provision is found for what it does not say.
        groups = [*(piece for piece in groups if any(piece)), ("", "", "", words)]
    return [
        _entry(session, document, order, piece, title, health or "", own, own_fields) for order, piece in enumerate(groups)
    ]


def _newest_health(session: Session, document: Document) -> str | None:
    newest = select(Version.health).where(Version.document_id == document.id, Version.no == document.current_no)
    return session.scalar(newest)


def _entry(
    session: Session, document: Document, order: int, piece: tuple[str, str, str, str], title: str, health: str, own: DocumentTerms,
    own_fields: tuple[tuple[str, str], ...],
) -> Entry:
    anchor, label, heading, text = piece
    folder = session.get(Folder, document.folder_id)
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
        folder_label=folder.name if folder else "",
        health=health,
        field_of_work=own.field_of_work or "",
        tags=own.tags,
        own_fields=own_fields,
        order=order,
    )


def group(provisions: Iterable[Provision]) -> Iterable[tuple[str, str, str, str]]:
    """Group the provisions of a version into the pieces that become entries, for example articles (Điều) or numbered
    sections. Yields (anchor, label, title, text) of each piece in reading order. An article includes its clauses and
    points; a section inside another one is a piece of its own."""
    rows = list(provisions)
    by_anchor = {row.anchor: row for row in rows}
    units: dict[str, list[Provision]] = {}
    for row in rows:
        units.setdefault(_unit(row, by_anchor), []).append(row)
    for members in units.values():
        head = members[0]
        # The text of a provision is its printed span, with its heading.
        yield head.anchor, _label(head, by_anchor), head.title, "\n".join(row.text for row in members if row.text)


def _label(row: Provision, by_anchor: dict[str, Provision]) -> str:
    """Make the label by which people cite the provision `row`: "Điều 5", or "II.3" for a section whose own label is
    only "3". `by_anchor` maps anchors to the provisions of the version."""
    if row.kind not in ("so", "gach", "doan", "hang"):
        return row.label
    return path_label([(link.label, link.kind) for link in reversed(_chain(row, by_anchor))]) or row.label


def _chain(row: Provision, by_anchor: dict[str, Provision]) -> list[Provision]:
    """Return the provision `row` and all provisions that contain it, from the inner to the outer ones. `by_anchor`
    has the provisions of the version by anchor."""
    chain = [row]
    while chain[-1].parent in by_anchor:
        chain.append(by_anchor[chain[-1].parent or ""])
    return chain


def _unit(row: Provision, by_anchor: dict[str, Provision]) -> str:
    """Return the key of the entry that will contain the provision `row`. Provisions with the same key share an entry.
    For clause 2 of article 5 (`dieu-5.khoan-2`) the key is `dieu-5`. `by_anchor` has the provisions of the version by
    anchor."""
    chain = _chain(row, by_anchor)
    for kind in UNITS:
        for link in chain:
            if link.kind == kind:
                return link.anchor
    for link in chain:
        if link.kind in PARTS:
            return link.anchor
    return row.anchor if row.kind not in ("doan", "gach") else f"({row.parent or ''})"

