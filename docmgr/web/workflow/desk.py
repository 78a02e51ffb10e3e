"""The desk: all that waits for a person or their unit, steps on many documents at once, and what they sent."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from docmgr.services.inspection.lists import FINDING_STATES
from docmgr.services.overview import desk
from docmgr.services.overview.desk import WaitingItem
from docmgr.services.planning.lists import WORDS
from docmgr.services.workflow import waiting
from docmgr.services.workflow.definition import Transition
from docmgr.services.workflow.words import PARTS
from docmgr.web.kit import addresses
from docmgr.web.kit.chosen import make_step
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number

blueprint = Blueprint("desk", __name__)


@blueprint.get("/desk")
@requires("account:own")
def index() -> str | Response:
    """List what waits for the person, what is due first on top. `kind` in the address shows one kind only."""
    kind = request.args.get("kind")
    kind = kind if kind in desk.KINDS else None
    page = page_number(request.args)
    found = desk.load(actor(), page, kind)
    waiting_now = found.counts[kind] if kind else found.total
    total = min(waiting_now, desk.MOST_PAGES * desk.PAGE_SIZE)
    if away := addresses.past_the_end(page, total, desk.PAGE_SIZE):
        return away
    return render_template(
        "desk/index.html", desk=found, kind=kind, kinds=desk.KINDS, page=page, total=total, per_page=desk.PAGE_SIZE, parts=PARTS,
        task_states=WORDS, finding_states=FINDING_STATES, steps=_steps(found.rows), cut=total < waiting_now,
    )  # fmt: skip


def _steps(rows: Iterable[WaitingItem]) -> list[Transition]:
    """The steps that may be made on several documents at once, each once, those that give back last. Those that need the
    choice of a receiver are not among them."""
    found: dict[tuple[str, str], Transition] = {}
    for row in rows:
        for step in row.document.steps if row.document else ():
            one = step.transition
            if one.assign != "required" and not one.answer:
                found.setdefault((one.code, one.name), one)
    return sorted(found.values(), key=lambda one: one.returns)


@blueprint.post("/desk")
@requires("workflow:move")
def many() -> Response:
    """Make one step on all chosen documents."""
    make_step(Sent(request.form))
    return redirect(url_for(".index", kind=request.args.get("kind") if request.args.get("kind") in desk.KINDS else None))


@blueprint.get("/desk/sent")
@requires("workflow:move")
def sent() -> str | Response:
    """List the documents that the person passed on, with where they are now."""
    page = page_number(request.args)
    rows, total = waiting.sent(actor(), page)
    if away := addresses.past_the_end(page, total, waiting.PAGE_SIZE):
        return away
    return render_template("desk/sent.html", rows=rows, total=total, page=page, per_page=waiting.PAGE_SIZE)
