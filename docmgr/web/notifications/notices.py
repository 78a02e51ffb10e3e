"""Notices: the number in the header, the list by day, and which notices a person wants.

Opening a notice is a small form and no link, because it marks the notice as read.
"""

from __future__ import annotations

import itertools

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.keys import whole
from docmgr.services.notifications import listing, reasons
from docmgr.services.notifications.listing import NoticeRow
from docmgr.web.kit.guard import actor, requires
from docmgr.web.notifications.following import address
from legaltext import dates

blueprint = Blueprint("notices", __name__)
# Reason, or action of the trail, → what the list says about the thing. An action goes before a reason.
SAID = {
    "assigned": "Giao cho đơn vị bạn", "addressed": "Gửi đơn vị bạn", "due_soon": "Sắp đến hạn", "overdue": "Quá hạn", "shared": "Được chia sẻ với bạn",
    "given": "Giao cho bạn xử lý", "returned": "Trả lại bạn",
    "version": "Phiên bản mới", "document:publish": "Đã công bố", "document:withdraw": "Đã thu hồi", "document:draft": "Chuyển về dự thảo",
    "version:restore": "Khôi phục phiên bản cũ thành mới nhất", "relation:restore": "Có quan hệ mới", "link:restore": "Đã gắn văn bản",
    "workflow": "Trạng thái thay đổi", "facts": "Thông tin thay đổi", "relation:add": "Có quan hệ mới", "relation:end": "Đã gỡ quan hệ",
    "link:add": "Đã gắn văn bản", "link:end": "Đã gỡ văn bản", "linked": "Liên kết thay đổi", "task:create": "Nhiệm vụ mới", "finding:create": "Phát hiện mới",
    "recommendation:create": "Kiến nghị mới", "edited": "Có thay đổi", "arrival": "Văn bản mới", "answer": "Kết quả mới", "more": "Nhiều thay đổi khác",
}  # fmt: skip


def said(row: NoticeRow) -> str:
    """What happened, in the language of the page."""
    own = row.reason in reasons.OWN
    return _(SAID[row.reason] if own else SAID.get(row.action, SAID[row.reason]))


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
    """Show for which reasons the person wants notices."""
    return render_template(
        "notifications/settings.html", own=reasons.OWN, following=reasons.FOLLOWING, wanted=reasons.wanted(actor())
    )


@blueprint.post("/notices/settings")
@requires("account:own")
def choose() -> Response:
    """Save for which reasons the person wants notices: the values of the field `reason`."""
    reasons.choose(actor(), request.form.getlist("reason"))
    flash(_("Đã lưu."), "success")
    return redirect(url_for(".settings"))
