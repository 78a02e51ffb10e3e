"""The links in mails: confirm the address, and stop the mails. They need no sign-in; the token in the address says whose mails
these are. Opening a link changes nothing, because programs that look through mails open links too; a button does."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext as _

from docmgr.services.mailing import choices
from docmgr.web.kit.guard import public

blueprint = Blueprint("mails", __name__)


@blueprint.get("/mail/confirm/<token>")
@public
def ask_to_confirm(token: str) -> str:
    """Ask whether notices are to be sent to the address that the token names."""
    address = choices.confirm(token, only_look=True)
    return _page(address, _("Xác nhận địa chỉ nhận thông báo"), _("Nhận thông báo của hệ thống tại địa chỉ này?"), _("Xác nhận"))


@blueprint.post("/mail/confirm/<token>")
@public
def confirm(token: str) -> str:
    """Confirm the address."""
    return _page(choices.confirm(token), _("Đã xác nhận"), _("Từ nay thông báo được gửi đến địa chỉ này."))


@blueprint.get("/mail/stop/<token>")
@public
def ask_to_stop(token: str) -> str:
    """Ask whether the mails to the address that the token names are to stop."""
    return _page(choices.stop(token, only_look=True), _("Thôi nhận thư"), _("Ngừng gửi thông báo đến địa chỉ này?"), _("Ngừng gửi"))


@blueprint.post("/mail/stop/<token>")
@public
def stop(token: str) -> str:
    """Stop the mails."""
    said = _("Không còn thư nào được gửi đến địa chỉ này. Có thể bật lại trong Cài đặt thông báo.")
    return _page(choices.stop(token), _("Đã ngừng gửi thư"), said)


def _page(address: str, title: str, said: str, button: str = "") -> str:
    return render_template("notifications/mail.html", address=address, title=title, said=said, button=button)
