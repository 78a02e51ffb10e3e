"""Give each request an id, and say how it went: a line of the log, and figures for monitoring programs."""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, request

from docmgr.machines import logs
from docmgr.services import figures

HEADER = "X-Request-ID"
# The upper ends, in seconds, of the groups in which requests are counted by their time.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
REQUESTS, SECONDS = "docmgr_requests_total", "docmgr_request_seconds"
# Requests to addresses that do not exist.
NOWHERE = "none"

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Begin and end each request. An id that comes with a request is taken only where proxy headers are trusted."""
    settings = app.extensions["docmgr"].settings
    watched, written = bool(settings.machines.metrics_token), settings.machines.json_log
    if written:
        log.setLevel(logging.INFO)
    app.jinja_env.globals.update(request_id=logs.request_id.get)

    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()
        logs.request_id.set(logs.named(request.headers.get(HEADER) if settings.secure else None))

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = logs.request_id.get()
        seconds = time.monotonic() - g.get("began", time.monotonic())
        if watched:
            figures.count(_figures(request.endpoint or NOWHERE, response.status_code, seconds))
        if written:
            log.info("request", extra={"fields": _told(response, seconds)})
        return response


def _figures(route: str, status: int, seconds: float) -> dict[tuple[str, str], float]:
    """The figures of one request. Routes are named by endpoints, so that no address of a document or of a person is in them."""
    label = figures.labels
    method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
    counted = {(REQUESTS, label(route=route, method=method, status=status)): 1.0}
    for bucket in BUCKETS:
        counted[f"{SECONDS}_bucket", label(route=route, le=bucket)] = float(seconds <= bucket)
    counted[f"{SECONDS}_bucket", label(route=route, le="+Inf")] = counted[f"{SECONDS}_count", label(route=route)] = 1.0
    counted[f"{SECONDS}_sum", label(route=route)] = seconds
    return counted


def _told(response: Response, seconds: float) -> dict[str, object]:
    # The address is left out: it may have a key of a share link, or what somebody searched for.
    ids = {name: value for name, value in (request.view_args or {}).items() if isinstance(value, int)}
    return {
        "method": request.method, "route": request.endpoint or NOWHERE, "ids": ids, "status": response.status_code,
        "seconds": round(seconds, 4), "bytes": response.content_length,
    }  # fmt: skip
