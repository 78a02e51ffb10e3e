"""The page on which administrators set what each role of the site may do, within the bounds of docmgr.policy."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.keys import whole
from docmgr.services.people import site_roles
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, translated

blueprint = Blueprint("site_roles", __name__)


@blueprint.route("/roles", methods=["GET", "POST"])
@requires("right:manage")
def index() -> forms.Answer:
    """Show which roles may do each action (GET), or store it (POST)."""
    return forms.answer(
        _form,
        _given,
        lambda given, revision: site_roles.save(actor(), given, revision=revision),
        _("Đã lưu. Quyền mới có hiệu lực ngay."),
        lambda _changed: url_for(".index"),
    )


@blueprint.post("/roles/reset")
@requires("right:manage")
def reset() -> Response:
    """Let everybody do again what they could on a new site."""
    seen = request.form.get("revision", type=whole)
    return forms.act(lambda: site_roles.reset(actor(), revision=seen), _("Đã về mặc định. Có hiệu lực ngay."), url_for(".index"))


def _given(sent: Sent) -> dict[str, frozenset[str]]:
    return {action: frozenset(sent.form.getlist(action)) & policy.ROLES.keys() for action in policy.SITE_BOUNDS}


def _form() -> forms.Form:
    held, revision = site_roles.listing(actor())
    roles = translated(policy.ROLES)

    def more(_values: forms.Values, _sent: Sent) -> dict[str, Any]:
        groups = {_(group): translated(actions) for group, actions in site_roles.GROUPS.items()}
        different = any(held[action] != policy.ACTIONS[action] for action in held)
        return {"roles": roles, "groups": groups, "bounds": {action: site_roles.bounds(action) for action in held}, "different": different, "delivered": policy.ACTIONS}

    return forms.Form(
        "people/roles.html", site_roles.NAMES, more, stored={action: held[action] for action in policy.SITE_BOUNDS}, revision=revision, typed=_given,
        words={action: {rights: ", ".join(roles[role] for role in roles if role in rights) for rights in (held[action],)} for action in held},
    )  # fmt: skip
