"""The recycle bin (Thùng rác): what the person may restore, and the buttons that restore it."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.documents import bin
from docmgr.services.documents.landing import Landing
from docmgr.services.keeping import kept
from docmgr.services.message import Words
from docmgr.services.trail.veil import HIDDEN_FOLDER
from docmgr.services.trail.words import READERS_APART
from docmgr.web.kit.filters import counted
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import page_number
from docmgr.web.kit.words import in_words

blueprint = Blueprint("bin", __name__)

# How many places one message can list; the trail has the rest.
PLACES_TOLD, READERS_TOLD = 3, 8


@blueprint.get("/bin")
@requires("document:restore")
def index() -> str:
    """List what was deleted, by whom and when; the newest first."""
    page = bin.contents(actor(), page_number(request.args))
    documents = [item.id for item in page.items if item.kind == "document"]
    return render_template(
        "bin/index.html", page=page, per_page=bin.PAGE_SIZE, kept=kept.of_bin(actor(), documents), days=kept.days(), gone_on=_gone_on,
        inside=kept.inside(actor(), [item.id for item in page.items if item.kind == "folder"]),
    )  # fmt: skip


@blueprint.post("/bin/batches/<batch>/restore")
@requires("document:restore")
def undo(batch: str) -> Response:
    """Restore everything that one deletion removed. `batch` identifies the deletion."""
    back = bin.restore(actor(), batch)
    _tell(counted("Đã khôi phục %(n)s mục.", back.count), *back.landings)
    folder_id = request.form.get("folder", type=whole)
    return redirect(url_for("folders.show", folder_id=folder_id) if folder_id else url_for(".index"))


@blueprint.post("/bin/folders/<int:folder_id>/restore")
@requires("document:restore")
def restore_folder(folder_id: int) -> Response:
    """Restore a folder together with everything that was deleted in the same action."""
    back = bin.restore_folder(actor(), folder_id)
    _tell(_("Đã khôi phục thư mục cùng mọi thứ bên trong."), *back.landings)
    return redirect(url_for("folders.show", folder_id=folder_id))


@blueprint.post("/bin/documents/<int:document_id>/restore")
@requires("document:restore")
def restore_document(document_id: int) -> Response:
    """Restore one document from the recycle bin."""
    _tell(_("Đã khôi phục văn bản."), bin.restore_document(actor(), document_id))
    return redirect(url_for("documents.show", document_id=document_id))


def _gone_on(deleted_at: dt.datetime) -> dt.datetime:
    """When what was deleted at this moment is deleted for good."""
    return deleted_at + dt.timedelta(days=kept.days())


def _tell(done: str, *landings: Landing) -> None:
    """Show messages to the person: first `done`, then for each of `landings` the folder in which restored
    things now are and who may read them. At most PLACES_TOLD of the `landings` are described."""
    flash(done, "success")
    places = list(dict.fromkeys(landings))
    for landed in places[:PLACES_TOLD]:
        names = {"folder": in_words(landed.folder or HIDDEN_FOLDER), "readers": _readers(landed.readers)}
        if landed.moved:
            flash(
                _(
                    "Nơi cũ không còn, nên nay nằm trong thư mục “%(folder)s” với quyền riêng như trước khi xóa. "
                    "Người đọc được: %(readers)s.",
                    **names,
                ),
                "warning",
            )
        else:
            flash(_("Đã về thư mục “%(folder)s”. Người đọc được: %(readers)s.", **names), "info")
        if landed.renamed:
            flash(_("Ở đó đã có thư mục cùng tên, nên thư mục khôi phục nay tên là “%(name)s”.", name=landed.renamed), "warning")
    if len(places) > PLACES_TOLD:
        flash(_("Nơi nằm và người đọc được của các mục còn lại có trong nhật ký của từng mục."), "info")


def _readers(readers: tuple[Words, ...]) -> str:
    first = [in_words(one) for one in readers[:READERS_TOLD]]
    more = len(readers) - len(first)
    return READERS_APART.join([*first, *([_("và %(n)s nữa", n=more)] if more else [])])
