"""Undo the end of a relation between two documents."""

from __future__ import annotations

from docmgr import db
from docmgr.models import Relation
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard
from docmgr.services.relations import relations
from docmgr.services.trail import log


def restore(actor: Actor, relation_id: int, mark: str) -> int:
    """Undo the end of a relation, and return the id of its source document. `mark` is that of `relations.end`.

    Raises NotFound or Denied when there is no such relation, or the actor may not edit the source or read the target.
    Raises Conflict when the relation applies again or was ended once more, and Invalid when people have made the same one
    since."""
    with db.write() as session:
        relation = forms.locked(session, Relation, relation_id)
        source, target = guard.for_change(session, actor, relation.source_id), guard.get(actor, relation.target_id)
        forms.check_mark(relation.ended_at, mark)
        relations.refuse_repeat(session, relation.type, source.id, target.id)
        relation.ended_at = relation.ended_by = None
        details = {"type": relation.type, "target": target.id, "target_label": target.label}
        log.document_event(session, actor, "relation:restore", source, details)
        relations.follow(session, relation)
        return source.id
