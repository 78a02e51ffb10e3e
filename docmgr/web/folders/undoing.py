"""Undo ("Hoàn tác") of what was done with documents and folders: the button of the message, and the page that lists what the
person can still undo."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.bulk import undoing
from docmgr.services.bulk.changing import Made
from docmgr.services.errors import NotFound
from docmgr.services.folders import tree
from docmgr.web.kit import messages
from docmgr.web.kit.filters import counted
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.words import in_words

blueprint = Blueprint("undoing", __name__)


def undo_of(made: Made, **back: int) -> messages.Undo | None:
    """The button that undoes a change; None when nothing was changed. Afterwards the person is shown what `back` names, folder=7
    or document=7."""
    if made.id is None:
        return None
    return messages.Undo(url_for("undoing.undo", bulk_id=made.id), {name: str(number) for name, number in back.items()})


@blueprint.get("/changes")
@requires("document:read")
def index() -> str:
    """List the changes of the last day that the person can undo."""
    return render_template("folders/changes.html", changes=undoing.recent(actor()), kinds=undoing.KINDS)


@blueprint.post("/changes/<int:bulk_id>/undo")
@requires("document:read")
def undo(bulk_id: int) -> Response:
    """Take back a change, as far as its documents have not changed since, and say which stay and why."""
    try:
        undone = undoing.undo(actor(), bulk_id)
    except NotFound:
        messages.tell(_("Không hoàn tác được: việc này đã được hoàn tác, hoặc đã quá một ngày."), "warning")
        return redirect(_back())
    if undone.done:
        messages.tell(counted("Đã hoàn tác với %(n)s văn bản.", undone.done))
    if undone.folders:
        messages.tell(_("Đã chuyển thư mục về nơi cũ. Quyền kế thừa lại theo nơi cũ."))
    for label, why in undone.refused[: messages.REFUSED_SHOWN]:
        messages.tell(_("Chưa hoàn tác “%(name)s”: %(why)s", name=messages.name(label), why=in_words(why)), "warning")
    if len(undone.refused) > messages.REFUSED_SHOWN:
        messages.tell(counted("Và %(n)s văn bản khác chưa hoàn tác.", len(undone.refused) - messages.REFUSED_SHOWN), "warning")
    return redirect(_back())


def _back() -> str:
    folder_id, document_id = (request.form.get(name, type=whole) for name in ("folder", "document"))
    if document_id is not None:
        return url_for("documents.show", document_id=document_id)
    if folder_id is not None and folder_id != tree.root_id():
        return url_for("folders.show", folder_id=folder_id)
    return url_for("folders.index") if folder_id is not None else url_for(".index")
