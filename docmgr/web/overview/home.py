"""The first page of the site, with one section for each role that the person has."""

from __future__ import annotations

from flask import Blueprint, render_template

from docmgr import policy
from docmgr.services.overview import home
from docmgr.services.trail import words
from docmgr.web.kit.guard import actor, requires

blueprint = Blueprint("home", __name__)

# Daily work comes first, maintenance of the site last.
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
    """Show what the person has to do, with one section for each of their roles."""
    person = actor()
    sections = [(role, section(person)) for role, section in SECTIONS.items() if role in person.roles]
    return render_template(
        "home/index.html",
        sections=sections,
        roles=policy.ROLES,
        verb=words.verb,
    )
