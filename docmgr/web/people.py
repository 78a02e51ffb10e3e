"""People, for administrators: list, add, change, shut out, give a one-time password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.services import passwords, people, units
from docmgr.services.errors import Invalid
from docmgr.web.guard import actor, requires
from docmgr.web.inputs import page_number, whole
from docmgr.web.words import said

blueprint = Blueprint("people", __name__)
PAGE_SIZE = 200


@blueprint.get("/people")
@requires("people:manage")
def index() -> str:
    """Everybody."""
    number = page_number(request.args)
    return render_template(
        "people/index.html",
        people=people.everybody(actor(), limit=PAGE_SIZE, skip=(number - 1) * PAGE_SIZE),
        number=number,
        total=people.count(actor()),
        per_page=PAGE_SIZE,
    )


@blueprint.get("/people/new")
@requires("people:manage")
def new() -> str:
    """The form for a new person."""
    return _form("people/new.html", {"roles": ["staff"]}, {})


@blueprint.post("/people/new")
@requires("people:manage")
def create() -> str | tuple[str, int]:
    """Add a person; the one-time password is shown on the answer and nowhere else."""
    password = passwords.one_time()
    try:
        user = people.create(
            actor(),
            username=request.form.get("username", ""),
            password=password,
            must_change=True,
            **_posted(),
        )
    except Invalid as error:
        values = {**_posted(), "username": request.form.get("username", "")}
        return _form("people/new.html", values, {error.field: said(error.message)}), 400
    return render_template("people/password.html", user=user, password=password, created=True)


@blueprint.get("/people/<int:user_id>")
@requires("people:manage")
def show(user_id: int) -> str:
    """One person: the form, and what can be done."""
    user = people.get(actor(), user_id)
    values = {
        "full_name": user.full_name,
        "unit_id": user.unit_id,
        "roles": [role.role for role in user.roles],
    }
    return _form("people/show.html", values, {}, user=user)


@blueprint.post("/people/<int:user_id>")
@requires("people:manage")
def edit(user_id: int) -> Response | tuple[str, int]:
    """Change name, unit and roles."""
    user = people.get(actor(), user_id)
    try:
        people.edit(actor(), user_id, **_posted())
    except Invalid as error:
        return _form("people/show.html", _posted(), {error.field: said(error.message)}, user=user), 400
    flash(_("Đã lưu."), "success")
    return redirect(url_for(".index"))


@blueprint.post("/people/<int:user_id>/disable")
@requires("people:manage")
def disable(user_id: int) -> Response:
    """Shut the person out at once."""
    try:
        people.disable(actor(), user_id)
    except Invalid as error:
        flash(said(error.message), "danger")
    else:
        flash(_("Đã khóa. Người này không đăng nhập được nữa."), "success")
    return redirect(url_for(".show", user_id=user_id))


@blueprint.post("/people/<int:user_id>/enable")
@requires("people:manage")
def enable(user_id: int) -> Response:
    """Let the person in again."""
    people.enable(actor(), user_id)
    flash(_("Đã mở khóa."), "success")
    return redirect(url_for(".show", user_id=user_id))


@blueprint.post("/people/<int:user_id>/password")
@requires("people:manage")
def reset_password(user_id: int) -> str:
    """A one-time password, shown on the answer and nowhere else."""
    password = people.reset_password(actor(), user_id)
    return render_template(
        "people/password.html", user=people.get(actor(), user_id), password=password, created=False
    )


def _posted() -> dict[str, Any]:
    """The fields that a form may set; no others are looked at."""
    return {
        "full_name": request.form.get("full_name", ""),
        "unit_id": request.form.get("unit_id", type=whole),
        "roles": request.form.getlist("roles"),
    }


def _form(template: str, values: dict[str, Any], errors: dict[str | None, str], **more: Any) -> str:
    return render_template(
        template,
        values=values,
        errors=errors,
        units=units.options(actor()),
        roles=policy.ROLES,
        **more,
    )
