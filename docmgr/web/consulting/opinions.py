"""The forms in which a person gives an opinion, and in which it is recorded how an opinion was received."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.consulting import answering, settling, showing, words
from docmgr.services.consulting.answering import OpinionInput
from docmgr.services.consulting.settling import ReceptionInput
from docmgr.services.errors import NotFound
from docmgr.web.consulting.consultations import editable
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, translated

blueprint = Blueprint("opinions", __name__)
FIELDS = {"stance": "Ý kiến", "text": "Nội dung ý kiến"}
RECEIVED = {"reception": "Tiếp thu hay giải trình", "text": "Nội dung tiếp thu, giải trình"}


@blueprint.route("/consultations/<int:consultation_id>/answer", methods=["GET", "POST"])
@requires("document:read")
def answer(consultation_id: int) -> forms.Answer:
    """Give an opinion on the provision `anchor` ("": on the whole), or change it: show the form (GET) or store it (POST)."""
    anchor = request.values.get("anchor", "")[:200]
    return forms.answer(
        lambda: _own(consultation_id, anchor),
        lambda sent: OpinionInput(anchor, sent.text("stance"), sent.text("text")),
        lambda given, revision: answering.save(actor(), consultation_id, given, revision=revision),
        _("Đã ghi ý kiến của bạn."),
        lambda _made: url_for("consultations.show", consultation_id=consultation_id, _anchor="own"),
    )


@blueprint.post("/consultations/<int:consultation_id>/withdraw")
@requires("document:read")
def withdraw(consultation_id: int) -> Response:
    """Take the person's opinion on the provision `anchor` back."""
    sent = Sent(request.form)
    return forms.act(
        lambda: answering.withdraw(actor(), consultation_id, sent.text("anchor")[:200], revision=sent.revision),
        _("Đã rút ý kiến của bạn."), url_for("consultations.show", consultation_id=consultation_id, _anchor="own"),
    )  # fmt: skip


def _own(consultation_id: int, anchor: str) -> forms.Form:
    view = showing.get(actor(), consultation_id)
    if not view.is_asked:
        raise NotFound
    places = dict(showing.choices(actor(), consultation_id))
    if anchor and anchor not in places:
        raise NotFound
    held = next((one for one in view.own if one.anchor == anchor), None)
    more: dict[str, Any] = {
        "view": view,
        "anchor": anchor,
        "place": places.get(anchor),
        "stances": translated(words.STANCES),
        "limits": words,
    }
    stored = {name: getattr(held, name) for name in FIELDS} if held is not None else None
    labelled: forms.Words = {"stance": translated(words.STANCES)}
    return forms.Form(
        "consulting/answer.html",
        FIELDS,
        lambda _values, _sent: more,
        stored=stored,
        revision=held.revision if held else None,
        words=labelled,
    )


@blueprint.route("/consultations/<int:consultation_id>/opinions/<int:opinion_id>", methods=["GET", "POST"])
@requires("document:edit")
def settle(consultation_id: int, opinion_id: int) -> forms.Answer:
    """Record how an opinion was received: show the form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _received(consultation_id, opinion_id),
        lambda sent: ReceptionInput(sent.text("reception"), sent.text("text")),
        lambda given, revision: settling.settle(
            actor(), consultation_id, opinion_id, given, revision=revision
        ),
        _("Đã ghi việc tiếp thu, giải trình."),
        lambda _done: url_for(
            "consultations.show", consultation_id=consultation_id, _anchor=f"opinion-{opinion_id}"
        ),
    )


def _received(consultation_id: int, opinion_id: int) -> forms.Form:
    view = editable(consultation_id)
    one = showing.opinion(actor(), consultation_id, opinion_id)
    more: dict[str, Any] = {
        "view": view, "one": one, "stances": translated(words.STANCES), "receptions": translated(words.RECEPTIONS), "limits": words, "nobody": _(words.NOBODY),
    }  # fmt: skip
    stored = {"reception": one.reception, "text": one.reception_text}
    labelled: forms.Words = {"reception": translated(words.RECEPTIONS)}
    return forms.Form(
        "consulting/settle.html",
        RECEIVED,
        lambda _values, _sent: more,
        stored=stored,
        revision=one.revision,
        words=labelled,
    )
