"""Folders and the list of all documents: actions on many documents at once, the columns of lists, and creating, renaming, moving
and deleting folders.

web.folders.contents makes the page of a list. Services decide rights and rules. The recycle bin and sharing have modules of their
own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.keys import whole
from docmgr.services.bulk import changing
from docmgr.services.cases import contents as case_contents
from docmgr.services.cases import files as case_files
from docmgr.services.documents import bin, lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import abilities, applied, copying, ordering, tree
from docmgr.services.listing import columns as list_columns
from docmgr.services.listing import export as list_export
from docmgr.web.folders import contents
from docmgr.web.folders.undoing import undo_of
from docmgr.web.kit import forms, messages
from docmgr.web.kit.filters import counted
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, wholes
from docmgr.web.kit.sending import attachment
from docmgr.web.kit.words import in_words

blueprint = Blueprint("folders", __name__)

MANY = 500
FIELDS = {"name": "Tên thư mục", "publish_on_arrival": "Công bố ngay văn bản được đưa vào thư mục này"}


@blueprint.get("/documents")
@requires("folder:read")
def index() -> str:
    """Show all documents that the person may read, the last changed ones first, with the filters of a search."""
    return contents.page(tree.root_id(), below=True)


@blueprint.get("/folders/<int:folder_id>")
@requires("folder:read")
def show(folder_id: int) -> str:
    """Show the contents of a folder; with `below=1` also the documents of the folders below. `sort` is the column to sort by
    (a leading minus sign reverses the order), `page` a page number; the filters are those of wanted.FILTERS."""
    return contents.page(folder_id, below=request.args.get("below") == "1")


@blueprint.post("/documents/columns")
@requires("account:own")
def columns() -> Response:
    """Keep which columns the person wants to see in lists of documents, and go back to the list."""
    folder_id = request.form.get("folder", type=whole)
    try:
        list_columns.choose(actor(), request.form.getlist("columns"))
    except Invalid as error:
        flash(in_words(error.message), "danger")
    return redirect(url_for(".show", folder_id=folder_id) if folder_id else url_for(".index"))


@blueprint.post("/folders/<int:folder_id>/documents")
@requires("document:read")
def many(folder_id: int) -> Response:
    """Move, delete or publish the chosen documents, give them tags or take them away, put them into a case file, or export them. If the actor may not do
    so with one of them, nothing is changed."""
    ids, back = chosen_ids(), list_address(folder_id)
    act = request.form.get("act", "")
    if act not in ACTS:
        raise NotFound
    if not ids:
        flash(_("Hãy chọn ít nhất một văn bản trong danh sách."), "warning")
        return redirect(back)
    try:
        if (answer := ACTS[act](ids, folder_id)) is not None:
            return answer
    except (NotFound, policy.Denied):
        flash(_("Chưa làm gì: có văn bản bạn không được sửa hoặc không còn ở đây."), "danger")
    except Invalid as error:
        flash(_("Chưa làm gì: %(reason)s", reason=in_words(error.message)), "danger")
    return redirect(back)


def chosen_ids() -> list[int]:
    """The ids of the documents that the form of a list chose, each once, at most MANY."""
    return list(dict.fromkeys(wholes(request.form.getlist("id"))))[:MANY]


def list_address(folder_id: int) -> str:
    """The address of the list from which documents were chosen, sorted as it was: everything, or the folder."""
    sort = request.form.get("sort") or None
    return url_for("folders.index", sort=sort) if request.form.get("all") == "1" else url_for("folders.show", folder_id=folder_id, sort=sort)


def _export(ids: list[int], _folder_id: int) -> Response:
    return attachment(*list_export.export(actor(), ids, "xlsx", _))


def _move(ids: list[int], folder_id: int) -> None:
    target = request.form.get("target", type=whole)
    if target is None:
        flash(_("Hãy chọn thư mục để chuyển đến."), "warning")
        return
    made = changing.move(actor(), ids, target)
    tell_moved(counted("Đã chuyển %(n)s văn bản.", made.documents), target, undo_of(made, folder=folder_id))


def _delete(ids: list[int], folder_id: int) -> None:
    tell_deleted(lifecycle.delete(actor(), ids), folder_id)


def _publish(ids: list[int], folder_id: int) -> None:
    made = changing.publish(actor(), ids)
    messages.tell(counted("Đã công bố %(n)s văn bản.", len(ids)), undo=undo_of(made, folder=folder_id))


def _tag(ids: list[int], folder_id: int) -> None:
    field, typed = request.form.get("field_of_work", ""), request.form.get("tags", "").replace("\0", "")
    if not field and not typed.strip():
        flash(_("Hãy chọn lĩnh vực hoặc ghi nhãn."), "warning")
        return
    made = changing.tag(actor(), ids, field_of_work=field or None, tags=typed)
    messages.tell(counted("Đã gắn nhãn, lĩnh vực cho %(n)s văn bản.", made.documents), undo=undo_of(made, folder=folder_id))


def _untag(ids: list[int], folder_id: int) -> None:
    typed = request.form.get("tags", "").replace("\0", "")
    if not typed.strip():
        flash(_("Hãy ghi nhãn cần gỡ."), "warning")
        return
    made = changing.tag(actor(), ids, without=typed)
    if made.documents:
        messages.tell(counted("Đã gỡ nhãn khỏi %(n)s văn bản.", made.documents), undo=undo_of(made, folder=folder_id))
    else:
        flash(_("Không văn bản nào đã chọn có nhãn này."), "info")


def _case(ids: list[int], _folder_id: int) -> None:
    case_id = request.form.get("case", type=whole)
    if case_id is None:
        flash(_("Hãy chọn hồ sơ."), "warning")
        return
    added = case_contents.add(actor(), case_id, ids)
    case = case_files.get(actor(), case_id)
    told = counted("Đã đưa %(n)s văn bản vào hồ sơ.", added) if added else _("Văn bản đã có trong hồ sơ.")
    messages.tell(told, to=(case.label, url_for("cases.show", case_id=case_id)))


ACTS: dict[str, Callable[[list[int], int], Response | None]] = {
    "move": _move, "delete": _delete, "publish": _publish, "tag": _tag, "untag": _untag, "case": _case, "export": _export,
}


@blueprint.post("/folders/<int:folder_id>/folders")
@requires("folder:edit")
def create(folder_id: int) -> Response | tuple[str, int]:
    """Create a folder inside the folder `folder_id`."""
    name = request.form.get("name", "")
    try:
        made = tree.create(actor(), folder_id, name)
    except Invalid as error:
        return contents.page(folder_id, errors={"name": in_words(error.message)}, name=name), 400
    flash(_("Đã tạo thư mục “%(name)s”.", name=made.name), "success")
    return redirect(url_for(".show", folder_id=made.id))


@blueprint.route("/folders/<int:folder_id>/edit", methods=["GET", "POST"])
@requires("folder:edit")
def edit(folder_id: int) -> forms.Answer:
    """Show (GET) the page with the forms to rename, move and delete a folder. A POST stores the folder's name
    and whether documents that are added to the folder are published at once."""
    return forms.answer(
        lambda: _edit_form(folder_id),
        _given,
        lambda given, revision: tree.edit(actor(), folder_id, **given, revision=revision),
        _("Đã lưu thư mục."),
        lambda _done: url_for(".show", folder_id=folder_id),
    )


@blueprint.post("/folders/<int:folder_id>/move")
@requires("folder:edit")
def move(folder_id: int) -> forms.Answer:
    """Move the folder into another folder."""
    return forms.answer(
        lambda: _edit_form(folder_id),
        _target,
        lambda target, revision: changing.move_folder(actor(), folder_id, target, revision=revision),
        _("Đã chuyển thư mục. Quyền kế thừa nay theo thư mục mới."),
        lambda _done: _after_move(folder_id),
        undo=lambda made: undo_of(made, folder=folder_id),
    )


@blueprint.post("/folders/<int:folder_id>/duplicate")
@requires("folder:edit")
def duplicate(folder_id: int) -> Response | str | tuple[str, int]:
    """Make a folder with the same folders inside in the folder `into`."""
    sent = Sent(request.form)
    into = sent.number("into")
    if sent.searching or sent.errors:
        form = _edit_form(folder_id)
        page = forms.page(form, form.stored or {}, sent)
        return page if sent.searching else (page, 400)
    try:
        made = copying.copy(actor(), folder_id, into or 0, sent.text("copy_name"))
    except Invalid as error:
        flash(in_words(error.message), "danger")
        return redirect(url_for(".edit", folder_id=folder_id, _anchor="duplicate"))
    flash(_("Đã nhân bản thư mục cùng các thư mục bên trong, không có văn bản."), "success")
    return redirect(url_for(".show", folder_id=made))


@blueprint.post("/folders/<int:folder_id>/order")
@requires("folder:edit")
def order(folder_id: int) -> Response:
    """Put the folder `child` in the folder before or behind the one beside it (`way` up or down), or all of them in the order of
    their names (`way` name)."""
    way = request.form.get("way", "")
    child = request.form.get("child", type=whole)
    try:
        if way == "name":
            ordering.by_name(actor(), folder_id)
        else:
            ordering.shift(actor(), folder_id, child or 0, way)
    except Invalid as error:
        flash(in_words(error.message), "danger")
    return redirect(url_for(".edit", folder_id=folder_id, _anchor="order"))


def _after_move(folder_id: int) -> str:
    """The page after the move of a folder: that of a large one shows how far its documents have followed."""
    progress = applied.of_edited(actor(), folder_id)
    return url_for(".edit" if progress and progress.total > applied.LARGE else ".show", folder_id=folder_id)


def _given(sent: Sent) -> dict[str, Any]:
    return {"name": sent.text("name"), "publish_on_arrival": sent.text("publish_on_arrival") == "1"}


def _target(sent: Sent) -> int:
    target = sent.form.get("target", type=whole)
    if target is None:
        sent.errors["target"] = _("Hãy chọn thư mục để chuyển đến.")
    return target or 0


def _targets(but: int | None = None) -> list[tuple[int, str]]:
    """List the folders into which a folder can be moved, as (id, path from the root) pairs. The folder with
    the id `but` is left out, if any."""
    return [(node.id, node.trail) for node in tree.tree(actor()) if node.may_edit and node.id != but]


def _offered(folder_id: int) -> dict[str, bool]:
    rights = abilities.of(actor(), folder_id)
    return {"may_delete": "delete" in rights, "may_publish": "approve" in rights}


def _edit_form(folder_id: int) -> forms.Form:
    folder, path = tree.load_editable(actor(), folder_id)
    stored = {"name": folder.name, "publish_on_arrival": "1" if folder.publish_on_arrival else ""}

    def more(_values: forms.Values, sent: Sent) -> dict[str, Any]:
        # A search of a list keeps what was typed in its form; the one for moving is sent by GET.
        moving = {"target": request.values.get("target"), "opened": whole(request.args.get("revision"))}
        copied = {"copy_name": sent.text("copy_name"), "into": sent.form.get("into", folder.parent_id)}
        return {**moving, **copied, "folder": folder, "path": path, "targets": _targets(folder_id), "everywhere": _targets(),
                "children": ordering.children(actor(), folder_id), "progress": applied.of_edited(actor(), folder_id), **_offered(folder_id)}

    return forms.Form(
        "folders/edit.html",
        FIELDS,
        more,
        stored=stored,
        revision=folder.revision,
        words={"publish_on_arrival": {"1": _("Có"), "": _("Không")}},
        # The forms to move and to delete do not contain the name.
        typed=lambda sent: sent.form if "name" in sent.form else stored,
    )


@blueprint.post("/folders/<int:folder_id>/delete")
@requires("document:delete")
def delete(folder_id: int) -> Response | tuple[str, int]:
    """Put the folder and everything in it into the recycle bin."""
    tree.load_editable(actor(), folder_id)
    try:
        batch = bin.delete_folder(actor(), folder_id)
    except Invalid as error:
        form = _edit_form(folder_id)
        return forms.page(form, form.stored or {}, Sent(request.form, {"": in_words(error.message)})), 400
    return after_deleting(folder_id, batch)


def after_deleting(folder_id: int, batch: str) -> Response:
    """Redirect after a deletion to the folder `folder_id`, with a message that offers to undo the deletion
    `batch`. If that folder is deleted or hidden from the actor, the nearest visible folder above is used. If
    there is none, redirect to the recycle bin."""
    above = tree.nearest(actor(), folder_id)
    tell_deleted(batch, above)
    return redirect(url_for("folders.show", folder_id=above) if above else url_for("bin.index"))


def tell_deleted(batch: str, folder_id: int | None) -> None:
    """Say how many documents the deletion `batch` put into the bin, with a button that restores them and then shows the
    folder `folder_id`; None means the bin."""
    count = bin.documents_in(actor(), batch)
    words = counted("Đã đưa vào thùng rác %(n)s văn bản.", count) if count else _("Đã đưa vào thùng rác.")
    fields = {"folder": str(folder_id)} if folder_id else {}
    messages.tell(words, undo=messages.Undo(url_for("bin.undo", batch=batch), fields))


def tell_moved(words: str, folder_id: int, undo: messages.Undo | None) -> None:
    """Say that documents were moved, with a link to the folder `folder_id`, where they are now, and a button that moves them
    back."""
    names = (node.trail for node in tree.tree(actor()) if node.id == folder_id)
    messages.tell(words, to=(next(names, _("Mở thư mục")), url_for("folders.show", folder_id=folder_id)), undo=undo)
