"""A local role on the chosen documents of a list: the form, what giving it or taking it back would do, and the button that does so."""

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
    """Show the form, or with `look` what giving the role (give) or taking it back (take) would do. `holder` is the access key of who
    gets it, `who` the words by which holders are searched, and `pair` the role and access key to take back."""
    ids = chosen_ids()
    sent, back = Sent(request.form), list_address(folder_id)
    if not ids:
        flash(_("Hãy chọn ít nhất một văn bản trong danh sách."), "warning")
        return redirect(back)
    holder, role, error = sent.text("holder") or "", sent.text("role") or "", None
    common: Fields = [(name, request.form[name]) for name in ("sort", "all") if request.form.get(name)]
    take = sent.text("look") == "take"
    if take:
        role, _blank, holder = (sent.text("pair") or "").partition(" ")
    if take or sent.text("look") == "give":
        try:
            return _effect(folder_id, ids, holder, role, take, common)
        except Invalid as refused:
            error = in_words(refused.message)
    query = (sent.text("who") or "")[:200]
    return render_template(
        "folders/many_rights.html", ids=ids, folder_id=folder_id, back=back, common=common, error=error, query=query, holder=holder, role=role,
        found=rights.choices(actor(), query), roles=translated(policy.LOCAL_ROLES), given=rights.given(actor(), ids),
    )  # fmt: skip


def _effect(folder_id: int, ids: list[int], holder: str, role: str, take: bool, common: Fields) -> str:
    back = list_address(folder_id)
    effect, picks = rights.plan(actor(), ids, holder, role, take=take)
    fields = [*common, ("holder", holder), ("role", role), *(("pick", f"{one.document_id}:{one.revision}") for one in picks)]
    if take:
        fields.append(("take", "1"))
    heading = counted("Thu lại vai trò ở %(n)s văn bản", len(picks)) if take else counted("Chia sẻ %(n)s văn bản", len(picks))
    return render_template(
        "sharing/effect.html", effect=effect, heading=heading, places=[(back, _("Trở lại"))], back=back, shown=PEOPLE_SHOWN,
        address=url_for(".give", folder_id=folder_id), fields=fields, columns=columns(effect),
        button=(_("Thu lại vai trò") if take else _("Cho vai trò")) if picks else None,
    )  # fmt: skip


@blueprint.post("/folders/<int:folder_id>/documents/rights/give")
@requires("document:share")
def give(folder_id: int) -> Response:
    """Give the role on the documents of the form, or with `take` take it back. Those that were changed meanwhile stay, and are named with the reason."""
    sent = Sent(request.form)
    chosen, take = picked(sent)[:MANY], sent.text("take") == "1"
    try:
        given = (rights.take_back if take else rights.give)(actor(), chosen, sent.text("holder") or "", sent.text("role") or "")
    except Invalid as refused:
        messages.tell(in_words(refused.message), "danger")
        return redirect(list_address(folder_id))
    if given.made.documents:
        number = given.made.documents
        told = counted("Đã thu lại vai trò ở %(n)s văn bản.", number) if take else counted("Đã cho vai trò ở %(n)s văn bản.", number)
        messages.tell(told, undo=undo_of(given.made, folder=folder_id))
    elif not given.refused:
        messages.tell(_("Các quyền đã như vậy, không có gì thay đổi."), "info")
    for label, why in given.refused[: messages.REFUSED_SHOWN]:
        messages.tell(_("Chưa đổi quyền “%(name)s”: %(why)s", name=messages.name(label), why=in_words(why)), "danger")
    if len(given.refused) > messages.REFUSED_SHOWN:
        messages.tell(counted("Và %(n)s văn bản khác chưa đổi quyền.", len(given.refused) - messages.REFUSED_SHOWN), "danger")
    return redirect(list_address(folder_id))
