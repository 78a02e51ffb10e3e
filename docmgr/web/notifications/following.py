"""Follow a thing, stop following it, and the list of what one follows. The buttons stand on the pages of the things
(templates/notifications/_follow.html)."""

from __future__ import annotations

import itertools

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.notifications import following
from docmgr.services.notifications.subjects import FOLLOWED
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.words import in_words

blueprint = Blueprint("following", __name__)
# Kind → the endpoint of its page and the name of the id in its address.
PAGES = {
    "document": ("documents.show", "document_id"), "folder": ("folders.show", "folder_id"), "plan": ("plans.show", "plan_id"),
    "task": ("tasks.show", "task_id"), "inspection": ("inspections.show", "inspection_id"), "search": ("saved_searches.run", "search_id"),
}  # fmt: skip


@blueprint.app_template_global("thing_address")
def address(kind: str, number: int, anchor: str | None = None) -> str:
    """The address of the page that shows the thing, at the place `anchor` if there is one. The kind "tasks" is the list of
    tasks, "findings" and "recommendations" are what waits for the person of these, and "comment" is the comment with the id `anchor`
    on the document `number`."""
    if kind == "comment":
        return url_for("documents.show", document_id=number, tab="comments", see=anchor or None, _anchor=f"comment-{anchor}" if anchor else None)
    if kind == "tasks":
        return url_for("tasks.index")
    if kind in ("findings", "recommendations"):
        return url_for("desk.index", kind=kind.removesuffix("s"))
    endpoint, name = PAGES[kind]
    return url_for(endpoint, _anchor=anchor, **{name: number})  # type: ignore[arg-type]


@blueprint.app_template_global()
def follows(kind: str, subject_id: int) -> bool:
    """Whether the person of this request follows the thing."""
    return following.follows(actor(), kind, subject_id)


@blueprint.app_template_global()
def followed_searches() -> frozenset[int]:
    """The ids of the saved searches that the person of this request follows."""
    return following.ids(actor(), "search")


@blueprint.get("/following")
@requires("account:own")
def index() -> str:
    """List what the person follows and may see, with a button beside each that stops it."""
    rows = following.everything(actor())
    groups = [(_(FOLLOWED[kind]), list(group)) for kind, group in itertools.groupby(rows, key=lambda row: row.kind)]
    return render_template("notifications/following.html", groups=groups, total=len(rows), most=following.MOST, address=address)


@blueprint.post("/following")
@requires("account:own")
def add() -> Response:
    """Follow the thing that the fields `kind` and `subject` name, and return to its page."""
    kind, number = _thing()
    try:
        following.follow(actor(), kind, number)
    except Invalid as error:
        flash(in_words(error.message), "danger")
    else:
        flash(_("Đang theo dõi. Thay đổi sẽ có trong Thông báo."), "success")
    return redirect(_back(kind, number))


@blueprint.post("/following/stop")
@requires("account:own")
def stop() -> Response:
    """Stop following the thing that the fields `kind` and `subject` name, and return to the page of the button."""
    kind, number = _thing()
    following.stop(actor(), kind, number)
    flash(_("Đã bỏ theo dõi."), "success")
    return redirect(_back(kind, number))


def _thing() -> tuple[str, int]:
    kind, number = request.form.get("kind", ""), whole(request.form.get("subject", ""))
    if kind not in FOLLOWED or number is None:
        raise NotFound
    return kind, number


def _back(kind: str, number: int) -> str:
    if request.form.get("from") == "list":
        return url_for(".index")
    return url_for("saved_searches.index") if kind == "search" else address(kind, number)
