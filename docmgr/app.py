"""Build a site from its parts: settings, database, storage and web pages. No other module joins them."""

from __future__ import annotations

import contextlib

from flask import Flask, g
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from docmgr import cli, context, db
from docmgr.settings import ROOT, Settings
from docmgr.web import MODULES
from docmgr.web.kit import errors, filters, frame, guard, i18n, inputs, observed, security, shown


def create_app(settings: Settings | None = None) -> Flask:
    """Build the Flask application. When `settings` is None, they are read from the environment. Raises
    RuntimeError when an endpoint has no access rule."""
    settings = settings or cli.settings_or_exit()
    app = Flask("docmgr", template_folder=str(ROOT / "templates"))
    app.url_map.converters["int"] = inputs.KeyConverter
    app.config.update(_configuration(settings))
    app.extensions["docmgr"] = context.build(settings)
    if settings.secure:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    _bind_site(app)
    observed.init_app(app)
    # The guard runs before the CSRF check, so a visitor gets the same answer for existing and missing addresses.
    guard.init_app(app)
    CSRFProtect(app)
    Bootstrap5(app)
    i18n.init_app(app, settings.home, compile_now=settings.made)
    filters.init_app(app)
    frame.init_app(app)
    shown.init_app(app)
    security.init_app(app, settings.secure)
    errors.init_app(app)
    for module in MODULES:
        app.register_blueprint(module.blueprint)
    guard.check(app)
    cli.register(app)
    return app


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "__Host-docmgr" if settings.secure else "docmgr",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "MAX_CONTENT_LENGTH": settings.max_request_bytes,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "WTF_CSRF_TIME_LIMIT": settings.session_max_seconds,
    }


def _bind_site(app: Flask) -> None:
    """Make this site the current one (Context.bound) for the whole of each request."""
    site = app.extensions["docmgr"]

    @app.before_request
    def bind() -> None:
        g.scope = contextlib.ExitStack()
        g.scope.enter_context(site.bound(patience=db.PAGE_PATIENCE_SECONDS))

    @app.teardown_request
    def release(_error: BaseException | None) -> None:
        if "scope" in g:
            g.pop("scope").close()
