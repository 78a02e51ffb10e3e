"""Folders: the contents page, what is done with many documents at once, making, naming, moving, deleting.

Leaves rights and rules to services; the recycle bin and "Chia sẻ" have pages of their own.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.services import folder_contents, folders, lifecycle, recycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.web.filters import counted
from docmgr.web.guard import actor, requires
from docmgr.web.inputs import page_number, whole, wholes
from docmgr.web.words import said

blueprint = Blueprint("folders", __name__)

MANY = 500
SORT_WORDS = {"changed": "Thay đổi", "number": "Số, ký hiệu", "date": "Ngày", "type": "Loại", "subject": "Trích yếu"}


@blueprint.get("/documents")
@requires("folder:read")
def index() -> str:
    """The root folder's contents."""
    return _page(folders.root_id())


@blueprint.get("/folders/<int:folder_id>")
@requires("folder:read")
def show(folder_id: int) -> str:
    """A folder's contents: `sort` (a minus in front turns it), `page`, `undo` (a batch just deleted)."""
    return _page(folder_id)


def _page(folder_id: int, errors: dict[str, str] | None = None, name: str = "") -> str:
    asked = request.args.get("sort", "")
    sort = asked.removeprefix("-")
    direction = None if sort not in folder_contents.SORTS else "desc" if asked.startswith("-") else "asc"
    page = folder_contents.contents(
        actor(),
        folder_id,
        sort=sort,
        direction=direction,
        page=page_number(request.args),
        folders_page=whole(request.args.get("folders")) or 1,
    )
    undo = request.args.get("undo", "")
    return render_template(
        "folders/show.html",
        page=page,
        current=("-" if page.direction == "desc" else "") + page.sort,
        sort_words=SORT_WORDS,
        per_page=folder_contents.PAGE_SIZE,
        subfolders_per_page=folder_contents.SUBFOLDERS,
        targets=_targets(folder_id) if page.may_edit else [],
        undo=undo if recycle.BATCH.fullmatch(undo) else None,
        undo_count=recycle.documents_in(actor(), undo),
        errors=errors or {},
        name=name,
    )


def _targets(but: int) -> list[tuple[int, str]]:
    """Folders to move into, as (id, path)."""
    return [(node.id, node.trail) for node in folders.tree(actor()) if node.may_edit and node.id != but]


@blueprint.post("/folders/<int:folder_id>/documents")
@requires("document:edit")
def many(folder_id: int) -> Response:
    """Move, delete or publish the chosen documents; all of them or none."""
    ids = list(dict.fromkeys(wholes(request.form.getlist("id"))))[:MANY]
    back = url_for(".show", folder_id=folder_id, sort=request.form.get("sort") or None)
    act = request.form.get("act", "")
    if act not in ACTS:
        raise NotFound
    if not ids:
        flash(_("Hãy chọn ít nhất một văn bản trong danh sách."), "warning")
        return redirect(back)
    try:
        return redirect(ACTS[act](ids, back))
    except (NotFound, policy.Denied):
        flash(_("Chưa làm gì: có văn bản bạn không được sửa hoặc không còn ở đây."), "danger")
    except Invalid as error:
        flash(_("Chưa làm gì: %(reason)s", reason=said(error.message)), "danger")
    return redirect(back)


def _move(ids: list[int], back: str) -> str:
    target = request.form.get("target", type=whole)
    if target is None:
        flash(_("Hãy chọn thư mục để chuyển đến."), "warning")
        return back
    moved = lifecycle.move(actor(), ids, target)
    flash(counted("Đã chuyển %(n)s văn bản.", moved), "success")
    return back


def _delete(ids: list[int], back: str) -> str:
    batch = lifecycle.delete(actor(), ids)
    return f"{back}{'&' if '?' in back else '?'}undo={batch}"


def _publish(ids: list[int], back: str) -> str:
    folder_contents.publish(actor(), ids)
    flash(counted("Đã công bố %(n)s văn bản.", len(ids)), "success")
    return back


ACTS = {"move": _move, "delete": _delete, "publish": _publish}


@blueprint.post("/folders/<int:folder_id>/folders")
@requires("folder:edit")
def create(folder_id: int) -> Response | tuple[str, int]:
    """A new folder in this one."""
    name = request.form.get("name", "")
    try:
        made = folders.create(actor(), folder_id, name)
    except Invalid as error:
        return _page(folder_id, {"name": said(error.message)}, name), 400
    flash(_("Đã tạo thư mục “%(name)s”.", name=made.name), "success")
    return redirect(url_for(".show", folder_id=made.id))


@blueprint.get("/folders/<int:folder_id>/edit")
@requires("folder:edit")
def edit(folder_id: int) -> str:
    """The forms to name, move and delete a folder."""
    return _edit_page(folder_id)


def _edit_page(folder_id: int, errors: dict[str, str] | None = None, **typed: Any) -> str:
    folder, path = folders.load_editable(actor(), folder_id)
    return render_template(
        "folders/edit.html",
        folder=folder,
        path=path,
        targets=_targets(folder_id),
        errors=errors or {},
        values={"name": folder.name, "publish_on_arrival": folder.publish_on_arrival, **typed},
    )


@blueprint.post("/folders/<int:folder_id>/edit")
@requires("folder:edit")
def save(folder_id: int) -> Response | tuple[str, int]:
    """The new name, and whether what arrives is published at once."""
    name, publish = request.form.get("name", ""), request.form.get("publish_on_arrival") == "1"
    try:
        folders.edit(actor(), folder_id, name=name, publish_on_arrival=publish)
    except Invalid as error:
        errors = {error.field or "": said(error.message)}
        return _edit_page(folder_id, errors, name=name, publish_on_arrival=publish), 400
    flash(_("Đã lưu thư mục."), "success")
    return redirect(url_for(".show", folder_id=folder_id))


@blueprint.post("/folders/<int:folder_id>/move")
@requires("folder:edit")
def move(folder_id: int) -> Response | tuple[str, int]:
    """Put the folder into another."""
    target = request.form.get("target", type=whole)
    try:
        if target is None:
            raise Invalid("Hãy chọn thư mục để chuyển đến.", "target")
        folders.move(actor(), folder_id, target)
    except Invalid as error:
        return _edit_page(folder_id, {error.field or "": said(error.message)}), 400
    flash(_("Đã chuyển thư mục. Quyền kế thừa nay theo thư mục mới."), "success")
    return redirect(url_for(".show", folder_id=folder_id))


@blueprint.post("/folders/<int:folder_id>/delete")
@requires("document:delete")
def delete(folder_id: int) -> Response | tuple[str, int]:
    """Put the folder with all that is in it into the recycle bin."""
    folder, _path = folders.load_editable(actor(), folder_id)
    try:
        batch = recycle.delete_folder(actor(), folder_id)
    except Invalid as error:
        return _edit_page(folder_id, {"": said(error.message)}), 400
    return redirect(url_for(".show", folder_id=folder.parent_id, undo=batch))
