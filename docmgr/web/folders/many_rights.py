"""A local role on the chosen documents of a list: the form, what it would do, and the button that gives it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr import policy
from docmgr.services.bulk import rights
from docmgr.services.errors import Invalid
from docmgr.web.folders.effects import PEOPLE_SHOWN, Fields, columns
from docmgr.web.folders.folders import MANY, chosen_ids, list_address
from docmgr.web.folders.undoing import undo_of
from docmgr.web.kit import messages
from docmgr.web.kit.chosen import picked
from docmgr.web.kit.filters import counted
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, translated
from docmgr.web.kit.words import in_words

blueprint = Blueprint("many_rights", __name__)


@blueprint.post("/folders/<int:folder_id>/documents/rights")
@requires("document:share")
def choose(folder_id: int) -> str | Response:
    """Show the form, or with `look` what giving the role would do. `holder` is the access key of who gets it, and `who` the words
    by which holders are searched."""
    ids = chosen_ids()
    sent, back = Sent(request.form), list_address(folder_id)
    if not ids:
        flash(_("Hãy chọn ít nhất một văn bản trong danh sách."), "warning")
        return redirect(back)
    holder, role = sent.text("holder") or "", sent.text("role") or ""
    common: Fields = [(name, request.form[name]) for name in ("sort", "all") if request.form.get(name)]
    error = None
    if request.form.get("look") == "1":
        try:
            effect, picks = rights.plan(actor(), ids, holder, role)
        except Invalid as refused:
            error = in_words(refused.message)
        else:
            fields = [*common, ("holder", holder), ("role", role), *(("pick", f"{one.document_id}:{one.revision}") for one in picks)]
            return render_template(
                "sharing/effect.html", effect=effect, heading=counted("Chia sẻ %(n)s văn bản", len(picks)), places=[(back, _("Trở lại"))], back=back,
                address=url_for(".give", folder_id=folder_id), fields=fields, button=_("Cho vai trò"), shown=PEOPLE_SHOWN,
                columns=columns(effect),
            )  # fmt: skip
    query = (sent.text("who") or "")[:200]
    return render_template(
        "folders/many_rights.html", ids=ids, folder_id=folder_id, back=back, common=common, error=error, query=query, holder=holder, role=role,
        found=rights.choices(actor(), query), roles=translated(policy.LOCAL_ROLES),
    )  # fmt: skip


@blueprint.post("/folders/<int:folder_id>/documents/rights/give")
@requires("document:share")
def give(folder_id: int) -> Response:
    """Give the role on the documents of the form. Those that were changed meanwhile stay, and are named with the reason."""
    sent = Sent(request.form)
    chosen = picked(sent)[:MANY]
    try:
        given = rights.give(actor(), chosen, sent.text("holder") or "", sent.text("role") or "")
    except Invalid as refused:
        messages.tell(in_words(refused.message), "danger")
        return redirect(list_address(folder_id))
    if given.made.documents:
        messages.tell(counted("Đã cho vai trò ở %(n)s văn bản.", given.made.documents), undo=undo_of(given.made, folder=folder_id))
    elif not given.refused:
        messages.tell(_("Các quyền đã như vậy, không có gì thay đổi."), "info")
    for label, why in given.refused[: messages.REFUSED_SHOWN]:
        messages.tell(_("Chưa chia sẻ “%(name)s”: %(why)s", name=messages.name(label), why=in_words(why)), "danger")
    if len(given.refused) > messages.REFUSED_SHOWN:
        messages.tell(counted("Và %(n)s văn bản khác chưa chia sẻ.", len(given.refused) - messages.REFUSED_SHOWN), "danger")
    return redirect(list_address(folder_id))
