"""The form of the facts of one document, with what is kept so that its saving can be undone."""

from __future__ import annotations

from typing import Any

from docmgr import db
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.bulk import states, undoing
from docmgr.services.bulk.changing import Made
from docmgr.services.registers import arrivals
from docmgr.services.registers.arrivals import ArrivalInput
from docmgr.services.terms import of_documents as terms


def save(actor: Actor, document_id: int, values: dict[str, Any], arrival: ArrivalInput | None, *, revision: int, **choices: Any) -> Made:
    """Save the form as arrivals.confirm does, which says what is raised. With an `arrival` there is nothing to undo: the register
    has the number of arrival, which is cancelled there."""
    with db.write() as session:
        if choices.get("terms") is not None:
            terms.lock(session)
        document = guard.for_change(session, actor, document_id, revision=revision)
        before = states.of_form(session, document)
        arrivals.confirm(actor, document_id, values, arrival, revision=revision, **choices)
        session.flush()
        kept = states.difference(session, document, before, states.of_form(session, document)) if arrival is None else None
        return Made(1, undoing.record(session, actor, "form", {document_id: kept} if kept is not None else {}))
