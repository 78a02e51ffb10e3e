"""The page that lists the keys of the site. The key "?" opens the same list as a dialog."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import lazy_gettext

from docmgr.web.kit.guard import requires

blueprint = Blueprint("keys", __name__)


@dataclass(frozen=True)
class KeyGroup:
    """Keys of one kind of page: its name, and pairs (keys, what they do). A key is named as keyboards name it; several
    keys are separated by blanks."""

    where: str
    keys: tuple[tuple[str, str], ...]


GROUPS = (
    KeyGroup(
        lazy_gettext("Mọi trang"),
        (
            ("/", lazy_gettext("Đến ô tìm kiếm")),
            ("?", lazy_gettext("Mở bảng phím tắt này")),
            ("Esc", lazy_gettext("Đóng bảng, danh sách hoặc gợi ý đang mở")),
            ("Tab Shift+Tab", lazy_gettext("Đến mục sau, mục trước")),
        ),
    ),
    KeyGroup(
        lazy_gettext("Ô tìm kiếm và kết quả"),
        (
            ("↓ ↑", lazy_gettext("Chọn gợi ý; khi không có gợi ý: đến kết quả sau, trước")),
            ("J K", lazy_gettext("Đến kết quả sau, trước")),
            ("Enter", lazy_gettext("Tìm, hoặc mở kết quả đang chọn")),
        ),
    ),
    KeyGroup(
        lazy_gettext("Xác nhận thông tin"),
        (
            ("Enter", lazy_gettext("Đến mục chưa chắc kế tiếp; hết thì xác nhận")),
            ("Ctrl+Enter", lazy_gettext("Xác nhận, sang văn bản tiếp theo")),
            ("Ctrl+→", lazy_gettext("Để sau, sang văn bản tiếp theo")),
        ),
    ),
    KeyGroup(
        lazy_gettext("Nhiệm vụ đề xuất của một văn bản"),
        (
            ("J K", lazy_gettext("Đến mục sau, mục trước")),
            ("X", lazy_gettext("Chọn hoặc bỏ chọn mục")),
            ("A", lazy_gettext("Chấp nhận mục")),
            ("D", lazy_gettext("Bỏ mục")),
            ("E", lazy_gettext("Sửa mục")),
        ),
    ),
    KeyGroup(
        lazy_gettext("Bảng văn bản chờ xác nhận"),
        (
            ("↑ ↓ ← →", lazy_gettext("Đến ô bên cạnh")),
            ("Enter Shift+Enter", lazy_gettext("Đến ô sau, ô trước")),
            ("Ctrl+Enter", lazy_gettext("Xác nhận dòng đang chọn")),
        ),
    ),
)


@blueprint.get("/help/keys")
@requires("account:own")
def show() -> str:
    """Show the list of keys as a page; the dialog takes it from there."""
    return render_template("help/keys.html", groups=GROUPS)
