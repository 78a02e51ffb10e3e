"""Changes of one or more documents of a list, or of a folder, that can be undone: move, publish, tags. Each returns how many
documents changed and the id with which undoing.undo takes it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from docmgr import db
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.bulk import states, undoing
from docmgr.services.documents import lifecycle
from docmgr.services.folders import tree
from docmgr.services.message import Message
from docmgr.services.terms import of_documents as terms


@dataclass(frozen=True)
class Made:
    """A change of `documents` documents; `id` is for undoing.undo, None when there is nothing to undo."""

    documents: int
    id: int | None


@dataclass(frozen=True)
class ManyMade:
    """What was changed, and the documents that were refused as (label, why)."""

    made: Made
    refused: tuple[tuple[str, Message], ...]


def move(actor: Actor, ids: Iterable[int], folder_id: int, *, seen: int | None = None) -> Made:
    """Move documents to a folder; as lifecycle.move, which says what is raised."""
    with db.write() as session:
        moved = lifecycle.move(actor, ids, folder_id, seen=seen)
        return Made(len(moved), undoing.record(session, actor, "move", {number: ({"folder": former}, {"folder": folder_id}) for number, former in moved.items()}))


def move_folder(actor: Actor, folder_id: int, target_id: int, *, revision: int | None = None) -> Made:
    """Move a folder with everything below it; as tree.move, which says what is raised. No document counts as changed."""
    with db.write() as session:
        former = tree.move(actor, folder_id, target_id, revision=revision)
        if former is None:
            return Made(0, None)
        before = {"parent": former[0], "position": former[1]}
        return Made(0, undoing.record_folder(session, actor, folder_id, before, {"parent": target_id}))


def publish(actor: Actor, ids: Iterable[int]) -> Made:
    """Publish all documents with these ids, or none of them when one cannot be published. Raises NotFound or Denied
    when the actor may not publish one, and Invalid when one is withheld because of a secrecy stamp or a workflow leads it."""
    with db.write() as session:
        former = {}
        for document_id in sorted(set(ids)):
            before = guard.for_change(session, actor, document_id, "document:publish").workflow
            lifecycle.set_workflow(actor, document_id, "published")
            if before != "published":
                former[document_id] = ({"workflow": before}, {"workflow": "published"})
        return Made(len(former), undoing.record(session, actor, "publish", former))


def tag(actor: Actor, ids: Iterable[int], *, field_of_work: str | None = None, tags: str = "", without: str = "") -> Made:
    """Add tags to documents, take others away, or set their field of work; as terms.change, which says what is raised."""
    with db.write() as session:
        changed = terms.change(actor, ids, field_of_work=field_of_work, tags=tags, without=without)
        kept = {number: (states.state_of_terms(before), states.state_of_terms(after)) for number, (before, after) in changed.items()}
        return Made(len(kept), undoing.record(session, actor, "tag", kept))
