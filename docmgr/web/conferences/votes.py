"""The forms to add, change and delete a vote of a conference. Votes are listed on the page of their conference."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.models import ConferenceVote
from docmgr.services.conferences import votes
from docmgr.services.conferences.lists import ConferenceView
from docmgr.services.conferences.votes import VoteInput
from docmgr.web.conferences.conferences import editable, named
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent

blueprint = Blueprint("conference_votes", __name__)
FIELDS = {"question": "Nội dung biểu quyết", "agree": "Tán thành", "disagree": "Không tán thành", "other": "Ý kiến khác"}


@blueprint.route("/conferences/<int:conference_id>/votes/new", methods=["GET", "POST"])
@requires("plan:edit")
def new(conference_id: int) -> forms.Answer:
    """Add a vote: show the form (GET) or store it (POST)."""
    return forms.answer(
        lambda: _form(editable(conference_id)),
        _given,
        lambda given, _revision: votes.create(actor(), conference_id, given),
        _("Đã ghi kết quả biểu quyết."),
        lambda _id: url_for("conferences.show", conference_id=conference_id, _anchor="votes"),
    )


@blueprint.route("/conference-votes/<int:vote_id>/edit", methods=["GET", "POST"])
@requires("plan:edit")
def edit(vote_id: int) -> forms.Answer:
    """Change a vote: show its form (GET) or store it (POST)."""
    conference_id = votes.get(actor(), vote_id).conference_id
    return forms.answer(
        lambda: _form(editable(conference_id), votes.get(actor(), vote_id)),
        _given,
        lambda given, revision: votes.edit(actor(), vote_id, given, revision=revision),
        _("Đã lưu kết quả biểu quyết."),
        lambda _done: url_for("conferences.show", conference_id=conference_id, _anchor="votes"),
    )


@blueprint.post("/conference-votes/<int:vote_id>/delete")
@requires("plan:edit")
def delete(vote_id: int) -> Response:
    """Delete a vote."""
    sent, conference_id = Sent(request.form), votes.get(actor(), vote_id).conference_id
    address = url_for("conferences.show", conference_id=conference_id, _anchor="votes")
    return forms.act(lambda: votes.delete(actor(), vote_id, revision=sent.revision), _("Đã xóa kết quả biểu quyết."), address)


def _given(sent: Sent) -> VoteInput:
    return VoteInput(sent.text("question"), sent.number("agree"), sent.number("disagree"), sent.number("other"))


def _form(view: ConferenceView, vote: ConferenceVote | None = None) -> forms.Form:
    stored = {name: getattr(vote, name) for name in FIELDS} if vote is not None else None
    more = {"view": view, "vote": vote, "label": named(view)}
    return forms.Form("conferences/vote.html", FIELDS, lambda _values, _sent: more, stored=stored, revision=vote.revision if vote is not None else None)
