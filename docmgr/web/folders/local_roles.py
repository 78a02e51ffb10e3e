"""The page on which administrators set what each local role may do, within its bounds."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from docmgr import policy
from docmgr.services.folders import applied, local_roles
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, translated

blueprint = Blueprint("local_roles", __name__)


@blueprint.route("/local-roles", methods=["GET", "POST"])
@requires("right:manage")
def index() -> forms.Answer:
    """Show which rights each local role holds (GET), or store them (POST)."""
    return forms.answer(
        _form,
        _given,
        lambda given, revision: local_roles.save(actor(), given, revision=revision),
        _("Đã lưu. Quyền mới có hiệu lực ngay."),
        lambda _changed: url_for(".index"),
    )


def _given(sent: Sent) -> dict[str, frozenset[str]]:
    return {role: frozenset(sent.form.getlist(role)) & set(policy.LOCAL_RIGHTS) for role in local_roles.NAMES}


def _form() -> forms.Form:
    held, revision = local_roles.listing(actor())
    words = translated(policy.LOCAL_RIGHTS)

    def more(_values: forms.Values, _sent: Sent) -> dict[str, Any]:
        return {"roles": translated(local_roles.NAMES), "rights": words, "bounds": policy.BOUNDS, "progress": applied.of_all(actor())}

    return forms.Form(
        "local_roles/index.html", local_roles.NAMES, more, stored=held, revision=revision, typed=_given,
        words={role: {rights: ", ".join(words[right] for right in words if right in rights) for rights in (held[role],)} for role in held},
    )  # fmt: skip
