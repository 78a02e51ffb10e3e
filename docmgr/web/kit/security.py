"""Set the security headers of every answer, serve static files compressed and cached, and check the
addresses of redirects."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",  # Bootstrap's stylesheet draws its arrows from data: addresses.
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
STATIC_ENDPOINTS = frozenset({"static", "bootstrap.static"})
# Everybody may see the logo, and its address names its content.
CACHED = STATIC_ENDPOINTS | {"agency.logo"}
YEAR = 365 * 24 * 3600
COMPRESSIBLE = {".css", ".js", ".svg"}
CONTROL = re.compile(r"[\x00-\x20\x7f\\]")


class QuietSessions(SecureCookieSessionInterface):
    """Session cookies for all pages, but not for static files. Without a cookie, shared caches can store
    static files."""

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Set the session cookie and the header `Vary: Cookie` in `response`, unless it is the answer for a
        static file or the logo."""
        if request.endpoint not in CACHED:
            super().save_session(app, session, response)


def init_app(app: Flask, secure: bool) -> None:
    """Set the headers of every answer, and add a digest of the content to the address of each static file.
    `secure`: the site is reached by https, so browsers are told to use https only."""
    app.session_interface = QuietSessions()
    folders = {
        "static": Path(app.static_folder or ""),
        "bootstrap.static": Path(app.blueprints["bootstrap"].static_folder or ""),
    }

    @app.url_defaults
    def version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in folders and "v" not in values:
            values["v"] = _digest(folders[endpoint] / values["filename"])

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
        if request.endpoint in STATIC_ENDPOINTS and response.status_code in (200, 304):
            return _static(response, folders[request.endpoint])
        if request.endpoint in CACHED and response.status_code in (200, 304):
            return _kept(response)
        response.headers["Cache-Control"] = "no-store"
        return response


def _kept(response: Response) -> Response:
    versioned = "v" in request.args
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if versioned else "no-cache"
    return response


def _static(response: Response, folder: Path) -> Response:
    _kept(response)
    path = folder / (request.view_args or {})["filename"]
    if response.status_code == 200 and path.suffix in COMPRESSIBLE and not request.range:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings.quality("gzip"):
            response.direct_passthrough = False
            response.set_data(_compressed(path, path.stat().st_mtime_ns))
            response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=64)
def _compressed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


@lru_cache(maxsize=64)
def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else None


def safe_next(address: str | None) -> str | None:
    """Return the address if it is only a path on this site, otherwise None, so that a redirect cannot lead to
    another site. None gives None."""
    if not address or CONTROL.search(address) or not address.startswith("/") or address.startswith("//"):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else address
