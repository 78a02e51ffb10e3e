"""The pages on which administrators keep groups of people, to which rights are given together."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.people import groups
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent

blueprint = Blueprint("groups", __name__)
FIELDS = {"name": "Tên nhóm"}


@blueprint.route("/groups", methods=["GET", "POST"])
@requires("right:manage")
def index() -> forms.Answer:
    """List the groups with the form for a new one (GET), or add the group (POST)."""
    return forms.answer(
        lambda: forms.Form("groups/index.html", FIELDS, lambda _values, _sent: {"rows": groups.everything(actor()), "longest": groups.NAME_LIMIT}),
        lambda sent: sent.text("name"),
        lambda given, _revision: groups.create(actor(), given),
        _("Đã thêm nhóm. Hãy đưa người vào nhóm."),
        lambda group_id: url_for(".show", group_id=group_id),
    )


@blueprint.route("/groups/<int:group_id>", methods=["GET", "POST"])
@requires("right:manage")
def show(group_id: int) -> forms.Answer:
    """Show a group with its members (GET), or rename it (POST). `q` searches for people to put into it."""
    return forms.answer(
        lambda: _form(group_id),
        lambda sent: sent.text("name"),
        lambda given, revision: groups.rename(actor(), group_id, given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".show", group_id=group_id),
    )


def _form(group_id: int) -> forms.Form:
    group, members = groups.get(actor(), group_id)
    query = Sent(request.args).text("q")[:200]
    found = groups.candidates(actor(), group_id, query) if query.strip() else []
    return forms.Form(
        "groups/show.html",
        FIELDS,
        lambda _values, _sent: {"group": group, "members": members, "query": query, "found": found, "longest": groups.NAME_LIMIT},
        stored={"name": group.name},
        revision=group.revision,
    )


@blueprint.post("/groups/<int:group_id>/members/<int:user_id>/add")
@requires("right:manage")
def add(group_id: int, user_id: int) -> Response:
    """Put a person into the group."""
    return forms.act(lambda: groups.add(actor(), group_id, user_id), _("Đã đưa vào nhóm."), url_for(".show", group_id=group_id))


@blueprint.post("/groups/<int:group_id>/members/<int:user_id>/remove")
@requires("right:manage")
def remove(group_id: int, user_id: int) -> Response:
    """Take a person out of the group."""
    done = _("Đã đưa ra khỏi nhóm. Quyền của nhóm thôi có hiệu lực với người này.")
    return forms.act(lambda: groups.remove(actor(), group_id, user_id), done, url_for(".show", group_id=group_id))


@blueprint.post("/groups/<int:group_id>/delete")
@requires("right:manage")
def delete(group_id: int) -> Response:
    """Delete the group, unless a right is given to it."""
    return forms.act(lambda: groups.delete(actor(), group_id), _("Đã xóa nhóm."), url_for(".index"), url_for(".show", group_id=group_id))
