"""One's own account: the password."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services import sessions
from docmgr.services.errors import Invalid
from docmgr.web.guard import actor, requires
from docmgr.web.sessions import keep_session
from docmgr.web.words import said

blueprint = Blueprint("account", __name__)


@blueprint.get("/account/password")
@requires("account:own", while_password_due=True)
def password() -> str:
    """The form for a new password."""
    return render_template("account/password.html", errors={})


@blueprint.post("/account/password")
@requires("account:own", while_password_due=True)
def change_password() -> Response | tuple[str, int]:
    """Change the password; all other browsers are signed out."""
    old, new = request.form.get("old", ""), request.form.get("password", "")
    if new != request.form.get("again", ""):
        return _again({"again": _("Hai lần nhập mật khẩu mới không giống nhau.")})
    agency = current_app.extensions["docmgr"].settings.agency
    try:
        token = sessions.change_password(actor(), old, new, request.remote_addr or "", agency)
    except sessions.Refused:
        return _again({"old": _("Mật khẩu đang dùng không đúng.")})
    except Invalid as error:
        return _again({error.field or "password": said(error.message)})
    keep_session(token)
    flash(_("Đã đổi mật khẩu. Các trình duyệt khác đã bị đăng xuất."), "success")
    return redirect(url_for("home.index"))


def _again(errors: dict[str, str]) -> tuple[str, int]:
    return render_template("account/password.html", errors=errors), 400
