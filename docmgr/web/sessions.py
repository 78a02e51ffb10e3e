"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from docmgr.services import sessions
from docmgr.web import guard
from docmgr.web.guard import SignedIn, public, requires
from docmgr.web.i18n import LANGUAGES
from docmgr.web.security import safe_next

blueprint = Blueprint("sessions", __name__)


@blueprint.get("/login")
@public
def new() -> Response | str:
    """The sign-in form; signed-in people are led on."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")) or url_for("home.index"))
    return _form()


@blueprint.post("/login")
@public
def create() -> Response | str | tuple[str, int]:
    """Sign in, then lead to the page that was asked for."""
    username = request.form.get("username", "")
    try:
        token = sessions.sign_in(
            guard.VISITOR, username, request.form.get("password", ""), request.remote_addr or ""
        )
    except sessions.Refused:
        return _form(_("Tên đăng nhập hoặc mật khẩu không đúng."), username), 401
    except sessions.TooManyAttempts:
        return _form(_("Đã thử quá nhiều lần. Hãy đợi năm phút rồi đăng nhập lại."), username), 429
    keep_session(token)
    return redirect(safe_next(request.form.get("next")) or url_for("home.index"))


def keep_session(token: str) -> None:
    """Put a fresh token into the cookie, and nothing of what was there before but the language."""
    language = session.get("language")
    session.clear()
    found = guard.find(token)
    if found is not None:
        login_user(found)
    # flask-login's own marks are of no use here: the row decides.
    for name in ("_id", "_fresh"):
        session.pop(name, None)
    if language:
        session["language"] = language


def _form(error: str | None = None, username: str = "") -> str:
    wanted = safe_next(request.values.get("next"))
    return render_template("sessions/new.html", error=error, username=username, next=wanted)


@blueprint.post("/logout")
@requires("account:own", while_password_due=True)
def end() -> Response:
    """Sign out: the session's row ends, the cookie is emptied."""
    signed_in: SignedIn = current_user._get_current_object()
    sessions.end(signed_in.actor, signed_in.token)
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language
    flash(_("Bạn đã đăng xuất."), "success")
    return redirect(url_for(".new"))


@blueprint.post("/language")
@public
def language() -> Response:
    """Choose the language and stay on the page."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
    return redirect(safe_next(request.form.get("next")) or url_for("home.index"))
