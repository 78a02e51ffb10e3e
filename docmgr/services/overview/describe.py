"""Describe a document as plain data for programs (the command `show --json`)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import versions
from docmgr.services.documents import page as document_page
from docmgr.services.documents.facts import DATES, FIELDS
from docmgr.services.documents.page import DocumentPage
from docmgr.services.inspection.of_document import inspections_of_document
from docmgr.services.own_fields import values as own_values
from docmgr.services.planning.of_document import tasks_of_document
from docmgr.services.texts import signatures


def describe(actor: Actor, document_id: int) -> dict[str, Any]:
    """Load all data of a document in the format of `show --json`: facts, own fields, provisions, citations, relations,
    versions, the signatures of the newest version, tasks, inspections. Raises NotFound when the actor may not read the document."""
    page = document_page.load(actor, document_id)
    return {
        "id": page.document.id,
        "state": page.document.state,
        "workflow": page.document.workflow,
        "folder": _folder(page),
        "facts": _facts(page.document),
        "own_fields": own_values.plain(actor, document_id),
        "provisions": _provisions(page),
        "citations": _citations(page),
        "relations": _relations(page),
        "versions": _versions(actor, page.document),
        "signatures": [signatures.plain(one) for one in signatures.of_version(actor, page)],
        "tasks": [_tie(row) for row in tasks_of_document(actor, document_id)],
        "inspections": [_tie(row) for row in inspections_of_document(actor, document_id)],
    }


def _folder(page: DocumentPage) -> str:
    """The path of the document's folder in the form that `import --folder` takes: the names below the root folder,
    joined by "/". For the root folder itself, it is the name of that folder."""
    names = [folder.name for folder in page.folder_path]
    return "/".join(names[1:]) or names[0]


def _facts(document: Document) -> dict[str, dict[str, Any]]:
    rows = {row.field: row for row in document.facts}
    facts: dict[str, dict[str, Any]] = {}
    for field in FIELDS:
        row = rows.get(field)
        value = getattr(document, field)
        if field in DATES and value is not None:
            value = value.isoformat()
        confirmed = bool(row and row.confirmed)
        facts[field] = {"value": value or None, "confirmed": confirmed, "quote": row.quote if row else None}
    return facts


def _provisions(page: DocumentPage) -> list[dict[str, Any]]:
    return [
        {"anchor": p.anchor, "parent": p.parent, "label": p.label, "title": p.title or None, "text": p.text}
        for p in page.provisions
    ]


def _citations(page: DocumentPage) -> list[dict[str, Any]]:
    return [
        {
            "number": row.citation.number,
            "name": row.citation.name,
            "provision": row.citation.provision,
            "target": row.target_id,
            "anchor": row.citation.anchor or None,
            "quote": row.citation.quote or None,
        }
        for row in page.citations
    ]


def _relations(page: DocumentPage) -> list[dict[str, Any]]:
    return [
        {
            "type": row.type,
            "direction": "out" if row.outgoing else "in",
            "target": row.document_id,
            "number": row.number,
            "anchor": row.anchor,
            "quote": row.quote,
        }
        for row in page.relations
    ]


def _versions(actor: Actor, document: Document) -> list[dict[str, Any]]:
    """Load all versions of the document. The files of a version that the worker has not yet read are listed only
    for its uploader."""
    return [
        {
            "id": version.id,
            "no": version.no,
            "created_at": version.created_at.isoformat(timespec="seconds"),
            "files": [
                {"name": f.name, "sha256": f.sha256, "kind": f.kind}
                for f in (versions.files_of(actor, version) if versions.may_see(actor, version) else ())
            ],
        }
        for version in document.versions
    ]


def words_of_others(described: dict[str, Any]) -> set[int]:
    """Collect the ids of the other documents whose text is quoted in `described`, the result of `describe`. Such
    quotes come from documents that have a relation to the described document."""
    return {row["target"] for row in described["relations"] if row["direction"] == "in" and row["quote"]}


def _tie(row: Any) -> dict[str, Any]:
    values = asdict(row)
    return {key: values[key] for key in ("id", "title", "role", "anchor")}
