"""Notices: the number in the header, the list by day, and which notices a person wants.

Opening a notice is a small form and no link, because it marks the notice as read.
"""

from __future__ import annotations

import itertools
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.mailing import choices
from docmgr.services.mailing.choices import ChosenMail
from docmgr.services.notifications import listing, reasons, words
from docmgr.services.notifications.listing import NoticeRow
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import Sent, differing, translated
from docmgr.web.kit.words import in_words
from docmgr.web.notifications.following import address
from legaltext import dates

blueprint = Blueprint("notices", __name__)
def said(row: NoticeRow) -> str:
    """What happened, in the language of the page."""
    return _(words.said(row))


@blueprint.app_template_global()
def unread_notices() -> int:
    """The number of unread notices of the person of this request; one more than is shown when there are more."""
    return listing.unread(actor())


@blueprint.get("/notices")
@requires("account:own")
def index() -> str:
    """List the person's notices by day, the newest first; with `unread=1` only those that are unread."""
    only_unread = request.args.get("unread") == "1"
    before = whole(request.args.get("before", ""))
    page = listing.page(actor(), before=before, only_unread=only_unread)
    days = [(day, list(rows)) for day, rows in itertools.groupby(page.rows, key=lambda row: dates.day_of(row.at))]
    return render_template(
        "notifications/index.html", days=days, page=page, only_unread=only_unread, later=before is not None, said=said,
    )  # fmt: skip


@blueprint.post("/notices/<int:notice_id>")
@requires("account:own")
def open_one(notice_id: int) -> Response:
    """Mark a notice as read and go to what it is about."""
    opened = listing.open_one(actor(), notice_id)
    return redirect(address(opened.kind, opened.id, opened.anchor))


@blueprint.post("/notices")
@requires("account:own")
def mark() -> Response:
    """Mark the notice `id` as read, or all up to the notice `up_to` and the event `seq`, and return to the list."""
    number, up_to, seq = (whole(request.form.get(name, "")) for name in ("id", "up_to", "seq"))
    listing.mark(actor(), number, up_to, seq)
    if number is None:
        flash(_("Đã đánh dấu đã đọc."), "success")
    return redirect(url_for(".index", unread=request.form.get("unread") or None, before=whole(request.form.get("before", ""))))


@blueprint.get("/notices/settings")
@requires("account:own")
def settings() -> str:
    """Show for which reasons the person wants notices, and where they are sent by mail."""
    return _settings()


@blueprint.post("/notices/settings")
@requires("account:own")
def choose() -> forms.Answer:
    """Save for which reasons the person wants notices: the values of the field `reason`. `seen` are those that the form
    showed as wanted."""
    chosen, seen = request.form.getlist("reason"), request.form.get("seen")
    try:
        reasons.choose(actor(), chosen, seen=None if seen is None else seen.split())
    except Conflict as conflict:
        return _settings(chosen=chosen, conflict=conflict), 409
    flash(_("Đã lưu."), "success")
    return redirect(url_for(".settings"))


@blueprint.post("/notices/mail")
@requires("account:own")
def choose_mail() -> forms.Answer:
    """Save where (`address`) and when (`mode`) the person gets notices by mail. `seen_address` and `seen_mode` are what the
    form showed as stored."""
    sent = Sent(request.form)
    address, mode = sent.text("address"), sent.text("mode")
    seen = (sent.text("seen_address"), sent.text("seen_mode")) if "seen_mode" in sent.form else None
    try:
        choices.choose(actor(), address, mode, seen=seen)
    except Invalid as error:
        return _settings(ChosenMail(address, mode), {error.field or "address": in_words(error.message)}), 400
    except Conflict as conflict:
        return _settings(ChosenMail(address, mode), conflict=conflict), 409
    flash(_("Đã lưu."), "success")
    return redirect(url_for(".settings"))


def _settings(
    typed: ChosenMail | None = None, errors: dict[str, str] | None = None, chosen: list[str] | None = None, conflict: Conflict | None = None
) -> str:
    """Show the page; after a conflict with what was typed and, above it, with what is stored now."""
    stored, wanted = choices.load(actor()), reasons.wanted(actor())
    labels = {"reason": _("Muốn được báo"), "address": _("Địa chỉ thư"), "mode": _("Khi nào gửi")}
    values = {"reason": [code for code in reasons.REASONS if code in wanted], "address": stored.address, "mode": stored.mode}
    words_ = {"reason": translated(reasons.REASONS), "mode": translated(choices.MODES)}
    ours: dict[str, Any] = values | ({"address": typed.address, "mode": typed.mode} if typed else {}) | ({"reason": chosen} if chosen is not None else {})
    return render_template(
        "notifications/settings.html", own=reasons.OWN, following=reasons.FOLLOWING, wanted=set(ours["reason"]), seen=values,
        mail=(typed or stored) if choices.available() else None, modes=choices.MODES, errors=errors or {}, conflict=conflict,
        stored=differing(labels, ours, values, words_) if conflict else [],
    )  # fmt: skip
