"""Sign in, sign out, and choose the language of the pages."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from docmgr.services.people import devices, sessions
from docmgr.services.people.attempts import Missed, TooManyAttempts
from docmgr.services.people.sessions import OpenedSession
from docmgr.web.kit import guard
from docmgr.web.kit.filters import counted, moment
from docmgr.web.kit.guard import SignedIn, public, requires
from docmgr.web.kit.i18n import LANGUAGES
from docmgr.web.kit.security import safe_next

blueprint = Blueprint("sessions", __name__)


@blueprint.get("/login")
@public
def new() -> Response | str:
    """Show the sign-in form. A person who is already signed in is redirected to the address in `next`, or to
    the first page."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")) or url_for("home.index"))
    return _form()


@blueprint.post("/login")
@public
def create() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Sign the person in, then redirect to the address in `next`, or to the first page. Wrong data gives
    status 401, too many attempts 429."""
    username = request.form.get("username", "")
    password, address = request.form.get("password", ""), request.remote_addr or ""
    try:
        opened = sessions.sign_in(guard.VISITOR, username, password, address, device_token())
    except sessions.Refused:
        return _form(_("Tên đăng nhập hoặc mật khẩu không đúng."), username), 401
    except TooManyAttempts as error:
        return _form(waiting(error), username), 429, {"Retry-After": str(error.seconds)}
    answer = redirect(safe_next(request.form.get("next")) or url_for("home.index"))
    keep_session(opened, answer)
    if opened.missed:
        flash(_missed(opened.missed), "warning")
    return answer


def waiting(error: TooManyAttempts) -> str:
    """Say in a sentence when the next attempt to sign in is allowed. The sentence is the same whether or not
    the user name exists, so that nobody can find out which names exist."""
    return counted("Đã thử sai nhiều lần. Thử lại sau %(n)s giây.", error.seconds)


def _missed(missed: Missed) -> str:
    """Write a warning about failed attempts to sign in since the last successful one. Only the person knows
    whether these were their own mistakes or somebody else's attempts."""
    return counted(
        "Có %(n)s lần đăng nhập không thành công từ lần trước; lần cuối lúc %(at)s, từ địa chỉ %(addresses)s. Nếu đó "
        "không phải là bạn, hãy đổi mật khẩu và báo cho quản trị.",
        missed.count,
        at=moment(missed.last_at),
        addresses=", ".join(missed.addresses),
    )


def device_token() -> str | None:
    """The token in the device cookie of this browser, by which a known browser is recognised. None when there
    is no such cookie."""
    return request.cookies.get(_device_cookie())


def _device_cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-device"


def keep_session(opened: OpenedSession, answer: Response) -> None:
    """Set in `answer` the cookies of the new session `opened` and of this browser. Everything in the old
    session cookie is dropped except the language."""
    answer.set_cookie(
        _device_cookie(),
        opened.device,
        max_age=devices.KNOWN,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Strict",
        path="/",
    )
    language = session.get("language")
    session.clear()
    found = guard.find(opened.token)
    if found is not None:
        login_user(found)
    # flask-login's own session keys are not needed, because the session row decides.
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
    """Sign out: end the session in the database and empty the cookie."""
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
    """Set the language of the pages in this browser, and return to the same page."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
    return redirect(safe_next(request.form.get("next")) or url_for("home.index"))
