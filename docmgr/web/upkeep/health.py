"""Tell whether the site works: short JSON answers for monitoring programs, and a page for administrators."""

from __future__ import annotations

import hmac
import shlex

from flask import Blueprint, Response, abort, jsonify, render_template, request

from docmgr import context
from docmgr.services.upkeep import health, metrics, pulse, readiness
from docmgr.settings import ROOT
from docmgr.web.kit.guard import actor, public, requires

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> tuple[Response, int]:
    """Answer whether the site works, as JSON: `{"ok": true, "problems": []}` with status 200. When people cannot use
    the site, `ok` is false and the status is 503. `problems` lists the names of all faults, also of faults that do not
    stop the site."""
    found = pulse.problems()
    works = not pulse.stopped(found)
    return jsonify(ok=works, problems=found), 200 if works else 503


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """Answer whether database, store and search answer, as JSON: `{"ready": true, "problems": []}` with status 200. Otherwise
    `problems` has the names of the parts that do not, `ready` is false, and the status is 503."""
    silent = [part.name for part in readiness.parts() if not part.answers]
    return jsonify(ready=not silent, problems=silent), 503 if silent else 200


@blueprint.get("/metrics")
@public
def figures() -> Response:
    """Answer with figures in the text format of Prometheus to whoever sends the token of the settings, as
    `Authorization: Bearer …`. Where the settings name no token, there is no such page."""
    wanted = context.current().settings.machines.metrics_token
    if not wanted:
        abort(404)
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), wanted.encode()):
        return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
    return Response(metrics.text(), content_type=metrics.CONTENT_TYPE)


@blueprint.get("/health")
@requires("health:read")
def index() -> str:
    """Show the state of the worker, the queue, the index, the disk and the backups, and the files that
    cannot be read."""
    home = context.current().settings.home
    # On the command line another data folder must be named; otherwise the command would use the default one.
    prefix = "" if home == ROOT / "instance" else f"DOCMGR_HOME={shlex.quote(str(home))} "
    return render_template("health/index.html", health=health.overview(actor()), prefix=prefix)
