"""Undo the end of a link."""

from __future__ import annotations

from docmgr import db, policy
from docmgr.models import Link, Task
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.access import guard
from docmgr.services.documents import references
from docmgr.services.links import links, occurrence_links, tied
from docmgr.services.links.tied import LinkSubject


def restore(actor: Actor, link_id: int, mark: str) -> LinkSubject:
    """Undo the end of a link: it applies again as if it had not been ended, and the trail has both events. `mark` is that
    of `links.end`. Returns the task, inspection or finding.

    Raises Denied when the actor may not link there, and NotFound when there is no such link or the actor may not read its
    document. Raises Conflict when the link applies again or was ended once more, and Invalid when the same document has
    been linked there since."""
    policy.require(actor, "link:edit")
    with db.write() as session:
        link = forms.locked(session, Link, link_id)
        kind, subject_id = tied.key_of(link)
        # Locked as by `links.add`: of a new link and an undone end, the second finds the first.
        subject: tied.Row = forms.locked(session, tied.MODELS[kind], subject_id)
        document = guard.readable(session, actor, link.document_id)
        occurrence = occurrence_links.held(session, link)
        if occurrence is not None and isinstance(subject, Task):
            own = actor.user_id is not None and actor.user_id == link.created_by == link.ended_by
            allowed = own or occurrence_links.may_change(actor, subject, occurrence)
        else:
            allowed = tied.may_restore(actor, link, subject)
        if not allowed:
            raise Denied("link:edit")
        if occurrence is None:
            occurrence_links.check_place(subject, link.role)
        occurrence_links.check_open(occurrence)
        occurrence_links.changed(session, occurrence)
        forms.check_mark(link.ended_at, mark)
        links.refuse_repeat(session, link)
        link.ended_at = link.ended_by = link.ended_by_label = None
        place = references.provisions(session, [(link.version_id, link.anchor)])
        links.record(session, actor, "link:restore", link, subject, document, next(iter(place.values()), None))
        return tied.as_subject(subject)
