"""The first page: one section for each role that the person holds."""

from __future__ import annotations

from flask import Blueprint, render_template

from docmgr import policy
from docmgr.services.overview import home
from docmgr.services.trail import words
from docmgr.web.kit.guard import actor, requires

blueprint = Blueprint("home", __name__)

# Daily work first, keeping the system last.
SECTIONS = {
    "clerk": home.clerk,
    "staff": home.staff,
    "leader": home.leader,
    "auditor": home.auditor,
    "administrator": home.administrator,
}


@blueprint.get("/")
@requires("account:own")
def index() -> str:
    """What waits for the person."""
    person = actor()
    sections = [(role, section(person)) for role, section in SECTIONS.items() if role in person.roles]
    return render_template(
        "home/index.html",
        sections=sections,
        roles=policy.ROLES,
        verb=words.verb,
    )
