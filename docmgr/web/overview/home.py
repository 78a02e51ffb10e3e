"""The first page of the site, made of the blocks that the person has chosen, and the page on which they choose."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.policy import Actor
from docmgr.services.errors import Conflict
from docmgr.services.notifications import following
from docmgr.services.overview import blocks, desk, favourites, home, lists, unanswered, unit_waiting
from docmgr.services.overview.blocks import BLOCKS, ChosenBlocks
from docmgr.services.overview.desk import Desk
from docmgr.services.search import saved
from docmgr.services.trail import words
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent
from docmgr.web.kit.words import in_words

blueprint = Blueprint("home", __name__)

SHOWN = 8
# The blocks that hold several lists of one role.
SECTIONS: dict[str, Callable[[Actor], Any]] = {
    "clerk": home.clerk,
    "staff": home.staff,
    "leader": home.leader,
    "auditor": home.auditor,
    "administrator": home.administrator,
}


def _desk(person: Actor) -> Desk:
    """What waits for the person, loaded once for the blocks that show it."""
    if "desk" not in g:
        g.desk = desk.load(person)
    found: Desk = g.desk
    return found


# The blocks that are one list each.
PANELS: dict[str, Callable[[Actor], Any]] = {
    "waiting": _desk,
    "due": lambda person: desk.due_soon(_desk(person), SHOWN),
    "by_unit": unit_waiting.by_unit,
    "unanswered": unanswered.searches,
    "unit_new": lists.new_for_unit,
    "followed": following.everything,
    "favourites": favourites.everything,
    "recent": lists.seen_lately,
    "saved": lambda person: saved.own_names(person, SHOWN),
}


@blueprint.get("/")
@requires("account:own")
def index() -> str:
    """Show the blocks that the person has chosen; neighbouring ones that are one list each share a row."""
    person = actor()
    shown = blocks.load(person).shown
    rows = [
        (is_panel, [(key, (PANELS if is_panel else SECTIONS)[key](person)) for key in keys])
        for is_panel, keys in itertools.groupby(shown, key=PANELS.__contains__)
    ]
    return render_template(
        "home/index.html", rows=rows, labels=BLOCKS, roles=policy.ROLES, verb=words.verb, shown=SHOWN,
    )  # fmt: skip


@blueprint.get("/home/blocks")
@requires("account:own")
def choose() -> str:
    """Show the form in which the person chooses the blocks of the first page and their order."""
    return _form(blocks.load(actor()))


@blueprint.post("/home/blocks")
@requires("account:own")
def save() -> Response | tuple[str, int]:
    """Save which blocks are shown: the values of `show`, in the order of those of `order`; `up` or `down` names one that moves by one
    place, and `default` gives those of who chose nothing."""
    if request.form.get("default"):
        blocks.forget(actor())
        flash(_("Trang đầu có lại các mục mặc định."), "success")
        return redirect(url_for(".choose"))
    ticked = set(request.form.getlist("show"))
    keys = _moved([key for key in request.form.getlist("order") if key in ticked])
    try:
        blocks.choose(actor(), keys, revision=Sent(request.form).revision)
    except Conflict as refused:
        flash(in_words(refused.message), "danger")
        return _form(blocks.load(actor())), 409
    flash(_("Đã lưu."), "success")
    moved = request.form.get("up") or request.form.get("down")
    return redirect(url_for(".choose", _anchor=f"block-{moved}" if moved in BLOCKS else None))


def _moved(keys: list[str]) -> list[str]:
    """Move the block that a button names past its neighbour."""
    for name, step in (("up", -1), ("down", 1)):
        key = request.form.get(name, "")
        if key in keys and 0 <= keys.index(key) + step < len(keys):
            at = keys.index(key)
            keys[at], keys[at + step] = keys[at + step], keys[at]
    return keys


def _form(chosen: ChosenBlocks) -> str:
    return render_template("home/choose.html", chosen=chosen, labels=BLOCKS)
