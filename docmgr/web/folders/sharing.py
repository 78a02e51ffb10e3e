"""Sharing (Chia sẻ): the table of who holds which local role on a folder or document and where each comes from, and the
buttons that change it and take a change back."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.folders import holders, share_table, sharing
from docmgr.services.folders.sharing import RightsChange, RolePairs, SharedThing
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, page_number, translated
from docmgr.web.kit.words import in_words

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/folders/<int:folder_id>/sharing")
@requires("document:share")
def folder(folder_id: int) -> str:
    """Show the rights on a folder. `q` searches for people, units and groups to whom a role can be given."""
    return _page(SharedThing(folder_id=folder_id))


@blueprint.get("/documents/<int:document_id>/sharing")
@requires("document:share")
def document(document_id: int) -> str:
    """Show the rights on a document. `q` searches for people, units and groups to whom a role can be given."""
    return _page(SharedThing(document_id=document_id))


def _page(subject: SharedThing, conflict: Conflict | None = None) -> str:
    query = Sent(request.args).text("q")[:200]
    # What was ticked on the form that was refused.
    ticked = pairs_of(request.form.getlist("give"))
    return render_template(
        "sharing/show.html", page=share_table.page(actor(), subject, page_number(request.args), query, sorted({key for key, _ in ticked})), per_page=share_table.PAGE_SIZE,
        query=query, limit=holders.CHOICES_SHOWN, roles=translated(policy.LOCAL_ROLES), conflict=conflict, chosen={f"{role} {key}" for key, role in ticked},
    )  # fmt: skip


def pairs_of(texts: Iterable[str]) -> RolePairs:
    """Read pairs (access key, local role) from texts such as "editor unit:7". What cannot be one is left out."""
    split = (text.partition(" ") for text in texts)
    return frozenset((key, role) for role, _blank, key in split if role in policy.LOCAL_ROLES and holders.KEY.fullmatch(key))


def address(subject: SharedThing) -> str:
    """The address of the page that shows the rights on a folder or document."""
    if subject.document_id is not None:
        return url_for("sharing.document", document_id=subject.document_id)
    return url_for("sharing.folder", folder_id=subject.folder_id)


@blueprint.post("/folders/<int:folder_id>/sharing/rights")
@blueprint.post("/documents/<int:document_id>/sharing/rights")
@requires("document:share")
def change(folder_id: int | None = None, document_id: int | None = None) -> Response | tuple[str, int]:
    """Give the roles `give`, take back the roles `take`, and stop or resume the inheritance (`inherit`), on a folder or document
    (one of the two ids is set). The page then offers to take all that back for a day."""
    subject, sent = SharedThing(folder_id, document_id), Sent(request.form)
    inherit = {"0": False, "1": True}.get(sent.text("inherit"))
    wanted = RightsChange(pairs_of(request.form.getlist("give")), pairs_of(request.form.getlist("take")), inherit)
    try:
        made = sharing.change(actor(), subject, wanted, revision=sent.revision)
    except Invalid as refused:
        flash(in_words(refused.message), "danger")
        return redirect(address(subject))
    except Conflict as conflict:
        return _page(subject, conflict), 409
    if made is None:
        flash(_("Các quyền đã như vậy, không có gì thay đổi."), "info")
    else:
        flash(_("Đã đổi quyền."), "success")
    return redirect(address(subject))


@blueprint.post("/rights/<int:change_id>/undo")
@requires("document:share")
def undo(change_id: int) -> Response:
    """Take back a change of rights, unless the rights have changed since."""
    subject = sharing.changed_thing(actor(), change_id)
    try:
        sharing.undo(actor(), change_id)
    except (Invalid, Conflict) as refused:
        flash(in_words(refused.message), "danger")
    else:
        flash(_("Đã hoàn tác: quyền lại có như cũ."), "success")
    return redirect(address(subject))
