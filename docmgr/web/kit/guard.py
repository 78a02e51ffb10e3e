"""Who may reach which page: every endpoint carries a rule, and no rule means no start.

Decides from roles only (policy.may); whether one document may be read is the services' question. Visitors get the
same redirect for existing and missing addresses; signed-in people without the role get what a missing page answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData
from werkzeug.exceptions import RequestEntityTooLarge, ServiceUnavailable
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.connections import BUSY, NO_ROOM, REFUSED, TOO_LARGE
from docmgr.policy import Actor, Denied
from docmgr.services.people import sessions
from docmgr.storage import DiskFull

VISITOR = Actor(user_id=None, label="Khách")
# What the reasons mean for which the web process does not read a body.
UNREAD_BODY = {TOO_LARGE: RequestEntityTooLarge, BUSY: ServiceUnavailable, NO_ROOM: DiskFull}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class _MayEdit(Protocol):
    @property
    def may_edit(self) -> bool: ...


EditableView = TypeVar("EditableView", bound=_MayEdit)
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """What an endpoint asks for: an action of policy.ACTIONS, or None for everybody."""

    action: str | None
    while_password_due: bool = False


# Endpoints that libraries bring along.
LIBRARY_RULES = {"static": Rule(None, True), "bootstrap.static": Rule(None, True)}


def requires(action: str, *, while_password_due: bool = False) -> Callable[[View], View]:
    """Only people whose roles allow `action`. Raises KeyError for an action without a rule in policy."""
    policy.ACTIONS[action]
    return _mark(Rule(action, while_password_due))


def public(view: View) -> View:
    """Everybody, signed in or not."""
    return _mark(Rule(None, True))(view)


def _mark(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.docmgr_rule = rule  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The endpoint's rule; None where it has none."""
    return LIBRARY_RULES.get(endpoint) or getattr(app.view_functions[endpoint], "docmgr_rule", None)


def check(app: Flask) -> None:
    """Refuse to start while an endpoint has no rule."""
    bare = sorted(endpoint for endpoint in app.view_functions if rule_of(app, endpoint) is None)
    if bare:
        raise RuntimeError(f"endpoints without a rule: {', '.join(bare)}")


class SignedIn(UserMixin):
    """flask-login's view of a signed-in person; its id is the session's token, never the person's number."""

    def __init__(self, found: sessions.FoundSession) -> None:
        self.token = found.token
        self.username = found.username
        self.name = found.full_name
        self.password_due = found.must_change_password
        self.actor = found.actor

    def get_id(self) -> str:
        """What flask-login signs into the cookie."""
        return self.token


def actor() -> Actor:
    """Who acts in this request."""
    return current_user.actor if current_user.is_authenticated else VISITOR


def editable(view: EditableView, action: str) -> EditableView:
    """The view of a record that the person may change. Raises Denied."""
    if not view.may_edit:
        raise Denied(action)
    return view


def ask_nobody() -> None:
    """Make a page for nobody in particular: who it is stands in the database, which may be what failed."""
    g._login_user = AnonymousUserMixin()


def may(action: str) -> bool:
    """Whether the person of this request may do `action` at all; for menus and buttons."""
    return policy.may(actor(), action)


def init_app(app: Flask) -> None:
    """Wire flask-login to the session rows and set the gate before every request."""
    manager = LoginManager(app)
    manager.session_protection = None  # the rows decide, not the browser's name

    manager.user_loader(find)
    app.before_request(_gate)
    app.extensions["docmgr_signed_in"] = partial(carries_session, app)
    app.jinja_env.globals.update(may=may)


def find(token: str) -> SignedIn | None:
    """The person whose open session has this token."""
    settings = current_app.extensions["docmgr"].settings
    found = sessions.find(token, settings.session_idle_seconds, settings.session_max_seconds)
    return SignedIn(found) if found else None


def carries_session(app: Flask, cookies: str) -> bool:
    """Whether a Cookie header holds a cookie that this site signed for somebody who signed in.

    Asked before a large body is read, so without the database: the session may have ended since, and the gate asks again.
    """
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    value = parse_cookie(cookies).get(app.config["SESSION_COOKIE_NAME"])
    if serializer is None or not value:
        return False
    try:
        return bool(serializer.loads(value, max_age=round(app.permanent_session_lifetime.total_seconds())).get("_user_id"))
    except BadData:
        return False


def _refuse_unread_body() -> None:
    """Answer for a body that the web process did not read (docmgr.connections)."""
    if reason := request.environ.get(REFUSED):
        raise UNREAD_BODY[reason]


def _gate() -> Response | None:
    rule = rule_of(current_app, request.endpoint) if request.endpoint else None
    if rule is not None and rule.action is None:
        _refuse_unread_body()
        _refuse_foreign_origin()
        return None
    if not current_user.is_authenticated:
        return redirect(sign_in_address())
    if current_user.password_due and not (rule and rule.while_password_due):
        return redirect(url_for("account.password"))
    if rule is None or rule.action is None or not may(rule.action):
        # An address that does not exist, or one that this person may not know.
        abort(404)
    _refuse_unread_body()
    _refuse_foreign_origin()
    return None


def sign_in_address() -> str:
    """/login with the wanted address, which only a GET may be led back to."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return url_for("sessions.new", next=wanted if wanted and wanted != "/" and len(wanted) < 500 else None)


def _refuse_foreign_origin() -> None:
    # A second lock beside the CSRF token: browsers say where a form was sent from.
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    hosts = {request.host, urlsplit(current_app.extensions["docmgr"].settings.public_url).netloc}
    if request.headers.get("Sec-Fetch-Site") == "cross-site" or (
        origin and urlsplit(origin).netloc not in hosts
    ):
        raise CSRFError("foreign origin")
