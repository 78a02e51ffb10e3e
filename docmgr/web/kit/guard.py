"""Decide who may open which page, by the roles of the person. Every endpoint must have an access rule,
otherwise the site does not start.

The rights on single documents are checked by services. A page that a person may not open is answered like a
page that does not exist.
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
from docmgr.connections import BUSY, NO_ROOM, REFUSED, STORE_AWAY, TOO_LARGE
from docmgr.policy import Actor, Denied
from docmgr.services.people import sessions
from docmgr.storage import DiskFull, StoreAway

VISITOR = Actor(user_id=None, label="Khách")
# The answers for the reasons why the web process did not read a body.
UNREAD_BODY: dict[int, Callable[[], Exception]] = {TOO_LARGE: RequestEntityTooLarge, BUSY: ServiceUnavailable, STORE_AWAY: partial(StoreAway, "away"), NO_ROOM: DiskFull}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class _MayEdit(Protocol):
    @property
    def may_edit(self) -> bool: ...


EditableView = TypeVar("EditableView", bound=_MayEdit)
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """The access rule of an endpoint. `action` is an action of policy.ACTIONS that the person's roles must
    allow; None means that everybody may open the page. With `while_password_due`, people who must first
    change their password may open the page too."""

    action: str | None
    while_password_due: bool = False


# Endpoints of libraries.
LIBRARY_RULES = {"static": Rule(None, True), "bootstrap.static": Rule(None, True)}


def requires(action: str, *, while_password_due: bool = False) -> Callable[[View], View]:
    """Decorate a view so that only people whose roles allow `action` can open it. With `while_password_due`,
    people who must first change their password can open it too. Raises KeyError when policy.ACTIONS does not
    contain the action."""
    policy.ACTIONS[action]
    return _mark(Rule(action, while_password_due))


def public(view: View) -> View:
    """Decorate a view so that everybody can open it, signed in or not."""
    return _mark(Rule(None, True))(view)


def _mark(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.docmgr_rule = rule  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The access rule of an endpoint, or None when it has none."""
    return LIBRARY_RULES.get(endpoint) or getattr(app.view_functions[endpoint], "docmgr_rule", None)


def check(app: Flask) -> None:
    """Raise RuntimeError when an endpoint of the application has no access rule. It is called at start."""
    bare = sorted(endpoint for endpoint in app.view_functions if rule_of(app, endpoint) is None)
    if bare:
        raise RuntimeError(f"endpoints without a rule: {', '.join(bare)}")


class SignedIn(UserMixin):
    """A signed-in person, in the form that flask-login needs. Its id for flask-login is the token of the
    session. So the person is signed out when the session ends."""

    def __init__(self, found: sessions.FoundSession) -> None:
        self.token = found.token
        self.username = found.username
        self.name = found.full_name
        self.password_due = found.must_change_password
        self.actor = found.actor

    def get_id(self) -> str:
        """The token of the session, which flask-login signs and stores in the cookie."""
        return self.token


def actor() -> Actor:
    """The actor of this request: the signed-in person, or VISITOR."""
    return current_user.actor if current_user.is_authenticated else VISITOR


def editable(view: EditableView, action: str) -> EditableView:
    """Return `view` unchanged if its `may_edit` is true. Otherwise raise Denied with the action `action`."""
    if not view.may_edit:
        raise Denied(action)
    return view


def ask_nobody() -> None:
    """Treat the person of this request as not signed in. Error pages call this, because loading the person
    needs the database, which may have failed."""
    g._login_user = AnonymousUserMixin()


def may(action: str) -> bool:
    """Whether the roles of the person of this request allow `action`. Menus and buttons use it; rights on
    single documents are not checked."""
    return policy.may(actor(), action)


def init_app(app: Flask) -> None:
    """Connect flask-login to the sessions in the database, and check the access rule before every view."""
    manager = LoginManager(app)
    manager.session_protection = None  # The session rows decide, not the browser's user agent.

    manager.user_loader(find)
    app.before_request(_gate)
    app.extensions["docmgr_signed_in"] = partial(carries_session, app)
    app.jinja_env.globals.update(may=may)


def find(token: str) -> SignedIn | None:
    """Find the signed-in person whose open session has this token. None when there is no such session or it
    has expired."""
    settings = current_app.extensions["docmgr"].settings
    found = sessions.find(token, settings.session_idle_seconds, settings.session_max_seconds)
    return SignedIn(found) if found else None


def carries_session(app: Flask, cookies: str) -> bool:
    """Whether the Cookie header `cookies` contains a session cookie that this site signed for a signed-in
    person. The database is not asked, so the session may have ended since. It is called before a large
    request body is read.
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
    """Raise an error if the web process did not read the body of this request, for example because it was too
    large."""
    if reason := request.environ.get(REFUSED):
        raise UNREAD_BODY[reason]()


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
        # An address that does not exist, or that this person may not know.
        abort(404)
    _refuse_unread_body()
    _refuse_foreign_origin()
    return None


def sign_in_address() -> str:
    """Build the address of the sign-in form. For a GET request it contains the address to return to after
    signing in."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return url_for("sessions.new", next=wanted if wanted and wanted != "/" and len(wanted) < 500 else None)


def _refuse_foreign_origin() -> None:
    # A protection besides the CSRF token: browsers say which site a form was sent from.
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    hosts = {request.host, urlsplit(current_app.extensions["docmgr"].settings.public_url).netloc}
    if request.headers.get("Sec-Fetch-Site") == "cross-site" or (
        origin and urlsplit(origin).netloc not in hosts
    ):
        raise CSRFError("foreign origin")
