"""Record how an opinion was received after the end: accepted (tiếp thu) or explained (giải trình). Whoever may edit the document does."""

from __future__ import annotations

from dataclasses import dataclass

from docmgr import db
from docmgr.models import Opinion
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.consulting import opening, sealing, words
from docmgr.services.consulting.words import RECEPTIONS
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.trail import log


@dataclass(frozen=True)
class ReceptionInput:
    """What the form says. `reception` is a key of words.RECEPTIONS."""

    reception: str = ""
    text: str = ""


def settle(
    actor: Actor, consultation_id: int, opinion_id: int, given: ReceptionInput, *, revision: int | None = None
) -> None:
    """Record how an opinion was received, or change that. `revision` is that of the opinion when the form was opened. Raises Denied,
    NotFound when the actor may not edit the document or there is no such opinion, Conflict when the consultation is not over, its opinions are sealed or the opinion
    was settled meanwhile, and Invalid with the field that is wrong."""
    reception = forms.one_of(given.reception, RECEPTIONS, "reception")
    text = forms.cleaned(given.text, "text", words.TEXT)
    if reception == "explained" and text is None:
        raise Invalid(Message("Hãy ghi nội dung giải trình."), "text")
    with db.write() as session:
        document, row = opening.for_change(session, actor, consultation_id)

        def own(opinion: Opinion) -> None:
            if opinion.consultation_id != row.id:
                raise NotFound
            if words.state_of(row) != "over":
                raise Conflict(words.NOT_OVER)

        opinion = forms.for_change(session, Opinion, opinion_id, revision, own)
        if document.state == "withheld" or row.version_id is None:
            raise Conflict(words.WITHHELD)
        if sealing.sealed(session, row):
            raise Conflict(sealing.SEALED)
        if (opinion.reception, opinion.reception_text) == (reception, text):
            return
        # Nobody answers any more, so nobody needs to be told apart.
        row.salt = None
        opinion.reception, opinion.reception_text = reception, text
        opinion.received_by_label, opinion.received_at = actor.label, db.now()
        forms.bump(opinion)
        log.document_event(
            session,
            actor,
            "consultation:settle",
            document,
            {"consultation": row.id, "reception": Message(RECEPTIONS[reception])},
        )
