"""What of a document goes into the index: one entry per Điều, or per lowest numbered section where there is none."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Document, Folder, Provision, Version
from indexer import Entry
from legaltext import validity
from legaltext.labels import path_label

# A khoản or điểm is found inside the nearest of these that holds it.
UNITS = ("dieu", "so")
PARTS = ("phu_luc", "kem_theo")


def entries_of(session: Session, document: Document) -> list[Entry]:
    """Entries of the newest version that was read; always at least one, so that its number can be found."""
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
    groups = list(group(provisions)) or [("", "", "", "")]
    return [
        _entry(session, document, order, anchor, label, heading, text, title)
        for order, (anchor, label, heading, text) in enumerate(groups)
    ]


def _entry(
    session: Session, document: Document, order: int, anchor: str, label: str, heading: str, text: str, title: str
) -> Entry:
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
        order=order,
    )


def group(provisions: Iterable[Provision]) -> Iterable[tuple[str, str, str, str]]:
    """(anchor, label, title, text) of each unit in reading order; a unit's text is that of all that it holds."""
    rows = list(provisions)
    by_anchor = {row.anchor: row for row in rows}
    units: dict[str, list[Provision]] = {}
    for row in rows:
        units.setdefault(_unit(row, by_anchor), []).append(row)
    for members in units.values():
        head = members[0]
        # A provision's text is its printed span, heading included.
        yield head.anchor, _label(head, by_anchor), head.title, "\n".join(row.text for row in members if row.text)


def _label(row: Provision, by_anchor: dict[str, Provision]) -> str:
    """As people cite it: "Điều 5"; "II.3" for a section whose own label is only "3"."""
    if row.kind not in ("so", "gach", "doan"):
        return row.label
    return path_label([(link.label, link.kind) for link in reversed(_chain(row, by_anchor))]) or row.label


def _chain(row: Provision, by_anchor: dict[str, Provision]) -> list[Provision]:
    """The provision and all that hold it, from the inside out."""
    chain = [row]
    while chain[-1].parent in by_anchor:
        chain.append(by_anchor[chain[-1].parent or ""])
    return chain


def _unit(row: Provision, by_anchor: dict[str, Provision]) -> str:
    """The anchor of the unit that this provision belongs to; the opening lines of a part are one unit."""
    chain = _chain(row, by_anchor)
    for kind in UNITS:
        for link in chain:
            if link.kind == kind:
                return link.anchor
    for link in chain:
        if link.kind in PARTS:
            return link.anchor
    return row.anchor if row.kind not in ("doan", "gach") else f"({row.parent or ''})"

