"""The command `storage migrate`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from docmgr import context
from docmgr.cli.common import DONE, INCOMPLETE, emit, note, say, site_command
from docmgr.cli.progress import Progress
from docmgr.policy import COMMAND_LINE
from docmgr.services.upkeep import store_moving
from docmgr.settings import SettingsError, store_named

storage = AppGroup("storage", help="Kho tệp.")


@storage.command("migrate")
@click.option("--to", "place", required=True, help="Kho mới: s3://thùng?endpoint=… hoặc đường dẫn thư mục.")
@site_command
def migrate(place: str, as_json: bool) -> int:
    """Chép mọi tệp sang kho khác và đọc lại từng tệp. Chạy lại thì chép tiếp; tệp ở kho cũ còn nguyên."""
    site = context.current()
    target = store_named(place)
    if target == (site.settings.store or site.settings.uploads):
        raise SettingsError("Hệ thống đang dùng chính kho này.")
    total = sum(1 for _ in site.storage.list())
    with Progress(total, "Đang chép tệp") as progress:
        report = store_moving.copy_all(COMMAND_LINE, context.store_at(target, site.settings), progress.step)
    if as_json:
        emit({**asdict(report), "whole": report.whole})
    else:
        say(f"Đã chép {report.copied} tệp; {report.there} tệp đã có sẵn và đúng.")
    for sha256 in report.lacking:
        note(f"Kho đang dùng không còn tệp này, hoặc tệp đã hỏng: {sha256}.")
    for sha256 in report.different:
        note(f"Kho mới có nội dung khác dưới tên {sha256}; tệp đó không bị ghi đè.")
    if not report.whole:
        return INCOMPLETE
    setting = "bỏ DOCMGR_STORE_URL và đặt DOCMGR_UPLOADS là thư mục này" if isinstance(target, Path) else "đặt DOCMGR_STORE_URL là địa chỉ này"
    note(f"Để chuyển hẳn: dừng hệ thống, chạy lại lệnh này một lần, {setting}, rồi khởi động lại.")
    return DONE
