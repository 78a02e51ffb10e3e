"""The pages on which administrators list, add, change and disable people and set one-time passwords."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.models import User
from docmgr.services.people import accounts, passwords, people, units
from docmgr.web.kit import addresses, forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number, translated

blueprint = Blueprint("people", __name__)
PAGE_SIZE = 200
FIELDS = {"full_name": "Họ và tên", "unit_id": "Đơn vị", "roles": "Vai trò"}


@blueprint.get("/people")
@requires("people:manage")
def index() -> str | Response:
    """List all people, one page at a time."""
    number, total = page_number(request.args), people.count(actor())
    if away := addresses.past_the_end(number, total, PAGE_SIZE):
        return away
    return render_template(
        "people/index.html",
        people=people.everybody(actor(), limit=PAGE_SIZE, skip=(number - 1) * PAGE_SIZE),
        number=number,
        total=total,
        per_page=PAGE_SIZE,
    )


@blueprint.get("/people/new")
@requires("people:manage")
def new() -> str:
    """Show the form for a new person."""
    return _new({"roles": ["staff"]}, {})


@blueprint.post("/people/new")
@requires("people:manage")
def create() -> str | tuple[str, int]:
    """Add a person with a one-time password. The answer shows the password; it is stored only as a hash."""
    sent, password = Sent(request.form), passwords.one_time()
    typed = _typed(sent)
    if sent.searching:
        return _new(typed, {})
    user = sent.try_to(lambda: people.create(actor(), **typed, password=password, must_change=True))
    if user is None:
        return _new(typed, sent.errors), 400
    return render_template("people/password.html", user=user, password=password, created=True)


@blueprint.route("/people/<int:user_id>", methods=["GET", "POST"])
@requires("people:manage")
def show(user_id: int) -> forms.Answer:
    """Show the form of one person (GET) with name, unit and roles, or store it (POST)."""
    return forms.answer(
        lambda: _form(people.get(actor(), user_id)),
        lambda sent: _given(sent, people.get(actor(), user_id)),
        lambda given, revision: people.edit(actor(), user_id, **given, revision=revision),
        _("Đã lưu."),
        lambda _done: url_for(".show", user_id=user_id),
    )


@blueprint.post("/people/<int:user_id>/disable")
@requires("people:manage")
def disable(user_id: int) -> Response:
    """Disable a person. They are signed out at once and cannot sign in."""
    return forms.act(
        lambda: accounts.disable(actor(), user_id),
        _("Đã khóa. Người này không đăng nhập được nữa."),
        url_for(".show", user_id=user_id),
    )


@blueprint.post("/people/<int:user_id>/enable")
@requires("people:manage")
def enable(user_id: int) -> Response:
    """Let a disabled person sign in again."""
    return forms.act(
        lambda: accounts.enable(actor(), user_id, revision=Sent(request.form).revision),
        _("Đã mở khóa."),
        url_for(".show", user_id=user_id),
    )


@blueprint.post("/people/<int:user_id>/password")
@requires("people:manage")
def reset_password(user_id: int) -> str:
    """Replace a person's password with a one-time password. The answer shows it; it is stored only as a
    hash."""
    password = accounts.reset_password(actor(), user_id)
    return render_template(
        "people/password.html", user=people.get(actor(), user_id), password=password, created=False
    )


def _typed(sent: Sent) -> dict[str, Any]:
    """Read the fields of a new person from the form, by field name. Only fields that the form may set are
    included; all other submitted fields are ignored."""
    roles = set(sent.form.getlist("roles"))
    return {
        "username": sent.text("username"),
        "full_name": sent.text("full_name"),
        "unit_id": sent.number("unit_id"),
        # In the order of the form; a role that no form offers comes last and is refused.
        "roles": [role for role in policy.ROLES if role in roles] + sorted(roles - policy.ROLES.keys()),
    }


def _given(sent: Sent, user: User) -> dict[str, Any]:
    typed = _typed(sent)
    del typed["username"]
    if user.id == actor().user_id:
        # The form for oneself has no such fields; when they are sent anyway, the service refuses.
        kept = {name: value for name, value in _stored(user).items() if name not in sent.form}
        typed |= kept
    return typed


def _stored(user: User) -> dict[str, Any]:
    held = {role.role for role in user.roles}
    roles = [role for role in policy.ROLES if role in held]
    return {"full_name": user.full_name, "unit_id": user.unit_id, "roles": roles}


def _new(values: dict[str, Any], errors: dict[str, str]) -> str:
    return render_template(
        "people/new.html", values=values, errors=errors, units=units.options(actor()), roles=policy.ROLES
    )


def _form(user: User) -> forms.Form:
    offered = units.options(actor())
    shown = {
        "user": user,
        "units": offered,
        "roles": policy.ROLES,
        "oneself": user.id == actor().user_id,
        "own_roles": [role.role for role in user.roles],
    }
    words: forms.Words = {"unit_id": dict(offered), "roles": translated(policy.ROLES)}
    return forms.Form(
        "people/show.html",
        FIELDS,
        lambda _values, _sent: shown,
        stored=_stored(user),
        revision=user.revision,
        words=words,
        typed=lambda sent: {**_typed(sent), **_given(sent, user)},
    )
