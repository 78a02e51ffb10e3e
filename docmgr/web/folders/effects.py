"""What a change of rights or a move would do, shown before it is made; and who may read a document now. Nothing is changed
here: the button of each page leads to the view that makes the change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.access import guard
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import effects, readers, share_table, tree
from docmgr.services.folders.effects import Effect
from docmgr.services.folders.sharing import RightsChange, SharedThing
from docmgr.web.folders import contents, sharing
from docmgr.web.folders.folders import chosen_ids, list_address
from docmgr.web.kit import many
from docmgr.web.kit.filters import at
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, translated
from docmgr.web.kit.words import in_words

blueprint = Blueprint("effects", __name__)

# People that are listed as gaining, and as losing.
PEOPLE_SHOWN = 50
# The rights that are counted, as columns.
RIGHTS = {"read": "Đọc", "edit": "Sửa", "approve": "Công bố", "share": "Chia sẻ", "delete": "Xóa", "add": "Thêm văn bản"}
Fields = list[tuple[str, object]]


def _page(
    places: list[tuple[str, str]], work: Callable[[], Effect], heading: str, address: str, fields: Fields, button: str
) -> str | Response:
    """Show the effect that `work` computes, with a button that posts `fields` to `address`. `places` are the breadcrumbs; the
    last of them is the page from which the person came. Where the change would be refused, redirect there with the reason."""
    back = places[-1][0]
    try:
        effect = work()
    except Invalid as refused:
        flash(in_words(refused.message), "danger")
        return redirect(back)
    return render_template(
        "sharing/effect.html", effect=effect, heading=heading, places=places, back=back, address=address, fields=fields, button=button, shown=PEOPLE_SHOWN, columns=columns(effect),
    )  # fmt: skip


def columns(effect: Effect) -> dict[str, dict[str, str]]:
    """Name the rights that somebody gains ("gained") and loses ("lost")."""
    words = translated(RIGHTS)
    return {side: {right: words[right] for right in words if any(getattr(one, side)[right] for one in effect.people)} for side in ("gained", "lost")}


@blueprint.get("/folders/<int:folder_id>/sharing/effect")
@requires("document:share")
def folder(folder_id: int) -> str | Response:
    """Show what a change of the rights on a folder would do."""
    return _sharing(SharedThing(folder_id=folder_id))


@blueprint.get("/documents/<int:document_id>/sharing/effect")
@requires("document:share")
def document(document_id: int) -> str | Response:
    """Show what a change of the rights on a document would do."""
    return _sharing(SharedThing(document_id=document_id))


def _sharing(subject: SharedThing) -> str | Response:
    label, revision = share_table.named(actor(), subject)
    here = sharing.address(subject)
    if subject.document_id is not None:
        thing = at("documents.show", label, document_id=subject.document_id)
    else:
        thing = at("folders.show", label, folder_id=subject.folder_id)
    change = _asked(subject)
    if change == RightsChange():
        flash(_("Bạn chưa đổi ô nào trong bảng."), "warning")
        return redirect(here)
    # That of the page on which the person decided.
    opened = whole(request.args.get("revision"))
    fields: Fields = [("revision", revision if opened is None else opened)]
    fields += [(name, f"{role} {key}") for name, pairs in (("give", change.give), ("take", change.take)) for key, role in sorted(pairs)]
    fields += [] if change.inherit is None else [("inherit", "1" if change.inherit else "0")]
    button = _("Đổi quyền") if change.inherit is None else _("Kế thừa trở lại") if change.inherit else _("Ngừng kế thừa")
    places = [thing, (here, _("Chia sẻ"))]
    return _page(places, lambda: effects.of_sharing(actor(), subject, change), _("Trước khi đổi quyền"), f"{here}/rights", fields, button)


def _asked(subject: SharedThing) -> RightsChange:
    """Read from the address what shall change. `shown` are the holders whose rows were on the page, and `held` the roles that
    are ticked there; what is given now and not ticked is taken back."""
    asked = request.args
    if asked.get("inherit") in ("0", "1"):
        return RightsChange(inherit=asked["inherit"] == "1")
    shown, held = set(asked.getlist("shown")), sharing.pairs_of(asked.getlist("held"))
    now = share_table.given(actor(), subject)
    return RightsChange(give=held - now, take=frozenset((key, role) for key, role in now - held if key in shown))


def _unchosen(sent: Sent, name: str, told: str, endpoint: str, seen: str, **ids: Any) -> Response:
    """Go back to the form in which no folder was chosen, and say so. Words that were typed to search the list stay typed, and with them the field
    `seen`, which has what the person had seen."""
    typed = sent.text(f"{name}_q")[: many.LONGEST]
    flash(sent.errors.get(name, told), "danger")
    more: dict[str, Any] = {f"{name}_q": typed, seen: sent.text(seen) or None} if typed else {}
    return redirect(url_for(endpoint, **ids, **more))


@blueprint.get("/folders/<int:folder_id>/move")
@requires("folder:edit")
def moved_folder(folder_id: int) -> str | Response:
    """Show what moving the folder into the folder `target` would do."""
    moved, _path = tree.load_editable(actor(), folder_id)
    sent, back = Sent(request.args), url_for("folders.edit", folder_id=folder_id)
    target = sent.number("target")
    if target is None:
        return _unchosen(sent, "target", _("Hãy chọn thư mục để chuyển đến."), "folders.edit", "revision", folder_id=folder_id)
    fields: Fields = [("revision", request.args.get("revision", "")), ("target", target)]
    address = url_for("folders.move", folder_id=folder_id)
    return _page([(back, moved.name)], lambda: effects.of_moving_folder(actor(), folder_id, target), _("Trước khi chuyển"), address, fields, _("Chuyển thư mục"))


@blueprint.get("/documents/<int:document_id>/moving")
@requires("document:edit")
def moved_document(document_id: int) -> str | Response:
    """Show what moving the document to the folder `folder` would do."""
    moved, sent = guard.get_editable(actor(), document_id), Sent(request.args)
    back, target = url_for("documents.choose_folder", document_id=document_id), sent.number("folder")
    if target is None:
        return _unchosen(sent, "folder", _("Xin chọn thư mục."), "documents.choose_folder", "seen", document_id=document_id)
    address = url_for("documents.move", document_id=document_id)
    fields: Fields = [("folder", target), ("seen", whole(request.args.get("seen")) or moved.folder_id)]
    places = [at("documents.show", moved.label, document_id=document_id), (back, _("Chuyển thư mục"))]
    return _page(places, lambda: effects.of_moving_documents(actor(), [document_id], target), _("Trước khi chuyển"), address, fields, _("Chuyển"))


@blueprint.post("/folders/<int:folder_id>/documents/moving")
@requires("document:edit")
def moved_documents(folder_id: int) -> str | Response | tuple[str, int]:
    """Show what moving the chosen documents of a folder to the folder `target` would do."""
    ids, back = chosen_ids(), list_address(folder_id)
    sent = Sent(request.form)
    target = sent.number("target")
    everything = request.form.get("all") == "1"
    if not ids:
        flash(_("Hãy chọn ít nhất một văn bản trong danh sách."), "warning")
        return redirect(back)
    fields: Fields = [("act", "move"), ("sort", request.form.get("sort", "")), *(("id", one) for one in ids)]
    if everything:
        fields.append(("all", "1"))
    if target is None or sent.searching:
        targets = contents.targets(None if everything else folder_id)
        page = render_template(
            "folders/move_many.html", back=back, fields=fields, targets=targets, count=len(ids), folder_id=folder_id, chosen=target, errors=sent.errors
        )
        return (page, 400) if sent.errors else page
    fields.append(("target", target))
    try:
        return _page(
            [(back, _("Trở lại"))], lambda: effects.of_moving_documents(actor(), ids, target), _("Trước khi chuyển"),
            url_for("folders.many", folder_id=folder_id), fields, _("Chuyển"),
        )  # fmt: skip
    except NotFound:
        flash(_("Chưa làm gì: có văn bản bạn không được sửa hoặc không còn ở đây."), "danger")
        return redirect(back)


@blueprint.get("/documents/<int:document_id>/readers")
@requires("document:share")
def who_reads(document_id: int) -> str:
    """List who may read the document now, and through which rights."""
    label, state, found = readers.of_document(actor(), document_id)
    return render_template("sharing/readers.html", document_id=document_id, label=label, state=state, readers=found)
