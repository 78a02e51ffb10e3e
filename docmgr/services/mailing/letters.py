"""Write the mails: the one that asks whether an address is right, and those with notices. They are in Vietnamese."""

from __future__ import annotations

from collections.abc import Sequence

from docmgr import context
from docmgr.mail import Mail
from docmgr.models import MailChoice
from docmgr.services.mailing import choices
from docmgr.services.notifications import words
from docmgr.services.notifications.listing import NoticeRow
from docmgr.services.people import agency

# Kind of thing → the path of its page; findings and recommendations are shown by the list of notices.
PATHS = {
    "document": "/documents/{}", "folder": "/folders/{}", "plan": "/plans/{}", "task": "/tasks/{}", "inspection": "/inspections/{}",
    "search": "/saved/{}",
}  # fmt: skip
LINE_LENGTH = 300


def question(choice: MailChoice) -> Mail:
    """The mail that asks the owner of a new address to confirm it."""
    address = _address(f"/mail/confirm/{choices.confirm_token(choice)}")
    body = (
        f"Có người đã nhập địa chỉ {choice.address} để nhận thông báo của {_site()}.\n\n"
        f"Nếu là bạn, hãy mở liên kết sau trong 7 ngày và bấm “Xác nhận”:\n{address}\n\n"
        "Nếu không phải bạn, hãy bỏ qua thư này: sẽ không có thư nào khác.\n"
    )
    return Mail(choice.address, f"[{_site()}] Xác nhận địa chỉ nhận thông báo", body)


def notices(choice: MailChoice, name: str, rows: Sequence[NoticeRow], more: bool) -> Mail:
    """The mail with these notices, the oldest first; `name` is the full name of the person, and `more` says that there are
    further ones."""
    count = f"{len(rows)}+" if more else str(len(rows))
    lines = [f"Kính gửi {name},", "", f"Bạn có {count} thông báo mới:", ""]
    for row in rows:
        lines += _lines(row)
    if more:
        lines += ["• … và các thông báo khác", ""]
    stop = _address(f"/mail/stop/{choices.stop_token(choice)}")
    lines += [f"Xem tất cả: {_address('/notices')}", f"Thôi nhận thư này: {stop}", ""]
    # RFC 2369, 3.2.
    return Mail(choice.address, f"[{_site()}] {count} thông báo mới", "\n".join(lines), {"List-Unsubscribe": f"<{stop}>"})


def _lines(row: NoticeRow) -> list[str]:
    shown = row.document or row.about
    parts = [words.said(row)]
    if row.number > 1:
        parts[0] += f" ({row.number}{'+' if row.at_least else ''})"
    if shown is not None:
        parts.append(" — ".join(part for part in (shown.label, shown.more) if part))
    if row.document is not None and row.about is not None and row.about != row.document:
        parts.append(f"({row.about.label})")
    line = " ".join(": ".join(parts[:2]).split()) + (f" {' '.join(parts[2].split())}" if len(parts) > 2 else "")
    path = PATHS.get(row.kind)
    return [f"• {line[:LINE_LENGTH]}", *([f"  {_address(path.format(row.subject_id))}"] if path else []), ""]


def _site() -> str:
    return agency.name() or "docmgr"


def _address(path: str) -> str:
    return context.current().settings.public_url + path
