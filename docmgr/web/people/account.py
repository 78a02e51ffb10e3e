"""A person's own account: the form to change the password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.errors import Invalid
from docmgr.services.people import sessions
from docmgr.services.people.attempts import TooManyAttempts
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.words import in_words
from docmgr.web.people.sessions import device_token, keep_session, waiting

blueprint = Blueprint("account", __name__)


@blueprint.get("/account/password")
@requires("account:own", while_password_due=True)
def password() -> str:
    """Show the form in which a person changes their own password."""
    return render_template("account/password.html", errors={})


@blueprint.post("/account/password")
@requires("account:own", while_password_due=True)
def change_password() -> Response | tuple[str, int]:
    """Change the password of the signed-in person. All their other browsers are signed out; this one gets a
    new session."""
    old, new = request.form.get("old", ""), request.form.get("password", "")
    if new != request.form.get("again", ""):
        return _again({"again": _("Hai lần nhập mật khẩu mới không giống nhau.")})
    try:
        opened = sessions.change_password(
            actor(), old, new, request.remote_addr or "", device_token()
        )
    except sessions.Refused:
        return _again({"old": _("Mật khẩu đang dùng không đúng.")})
    except TooManyAttempts as error:
        return _again({"old": waiting(error)}, 429)
    except Invalid as error:
        return _again({error.field or "password": in_words(error.message)})
    answer = redirect(url_for("home.index"))
    keep_session(opened, answer)
    flash(_("Đã đổi mật khẩu. Các trình duyệt khác đã bị đăng xuất."), "success")
    return answer


def _again(errors: dict[str, str], status: int = 400) -> tuple[str, int]:
    return render_template("account/password.html", errors=errors), status
