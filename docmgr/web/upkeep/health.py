"""Whether the site works: a word for machines, a page for administrators."""

from __future__ import annotations

import shlex

from flask import Blueprint, jsonify, render_template
from werkzeug.wrappers import Response

from docmgr import context
from docmgr.services.upkeep import health, pulse
from docmgr.settings import ROOT
from docmgr.web.kit.guard import actor, public, requires

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> tuple[Response, int]:
    """`{"ok": true, "problems": []}`; false and 503 where people are turned away."""
    found = pulse.problems()
    works = not pulse.stopped(found)
    return jsonify(ok=works, problems=found), 200 if works else 503


@blueprint.get("/health")
@requires("health:read")
def index() -> str:
    """Worker, queue, index, disk, backup, and what cannot be read."""
    home = context.current().settings.home
    # On the command line another home must be named, or the command would work on the default one.
    prefix = "" if home == ROOT / "instance" else f"DOCMGR_HOME={shlex.quote(str(home))} "
    return render_template("health/index.html", health=health.overview(actor()), prefix=prefix)
