"""The commands `backup`, `restore` and `check`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from docmgr.cli.common import DONE, INCOMPLETE, bare_command, emit, note, say, site_command
from docmgr.policy import COMMAND_LINE
from docmgr.services.upkeep import backup as backups
from docmgr.services.upkeep import checks
from docmgr.services.upkeep.backup import Report

NEW_FILE = click.Path(dir_okay=False, path_type=Path)
INDEX_FOLLOWS = "Chỉ mục tìm kiếm được lập lại ở lần khởi động tới; trước đó chưa tìm được văn bản nào."
OLD_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=NEW_FILE)
@site_command
def backup(file: Path, as_json: bool) -> int:
    """Sao lưu cơ sở dữ liệu và kho tệp vào FILE (không gồm chỉ mục và khóa bí mật)."""
    report = backups.write(COMMAND_LINE, file.absolute())
    _report(report, "Đã sao lưu", as_json)
    return INCOMPLETE if report.lacking else DONE


@click.command("restore")
@click.argument("file", type=OLD_FILE)
@click.option("--accept-changed-trail", is_flag=True, help="Phục hồi cả khi nhật ký đã bị sửa; việc chấp nhận được ghi lại.")
@bare_command
def restore(file: Path, accept_changed_trail: bool, as_json: bool) -> int:
    """Phục hồi từ FILE vào một thư mục dữ liệu còn trống."""
    report = backups.restore(COMMAND_LINE, file.absolute(), accept_changed_trail=accept_changed_trail)
    _report(report, "Đã phục hồi", as_json)
    # This goes to stderr with --json, because stdout then holds the report only.
    (note if as_json else say)(INDEX_FOLLOWS)
    return INCOMPLETE if report.lacking else DONE


def _report(report: Report, verb: str, as_json: bool) -> None:
    if as_json:
        emit(asdict(report))
    else:
        say(f"{verb}: {report.file} ({report.rows} dòng, {report.files} tệp, {report.bytes} byte).")
    for sha256 in report.lacking:
        note(f"Bản sao lưu thiếu tệp {sha256}: kho không còn hoặc tệp đã hỏng.")


@click.command("check")
@click.option("--full", is_flag=True, help="Đọc lại từng byte của mọi tệp và kiểm tra cơ sở dữ liệu.")
@site_command
def check(full: bool, as_json: bool) -> int:
    """So cơ sở dữ liệu, kho tệp và chỉ mục với nhau."""
    faults = checks.check(COMMAND_LINE, full=full)
    if as_json:
        emit({"faults": [asdict(fault) for fault in faults]})
    else:
        for fault in faults:
            say(fault.message)
        note(f"{len(faults)} lỗi." if faults else "Không có lỗi.")
    for sentence in checks.notes(COMMAND_LINE):
        note(sentence)
    return INCOMPLETE if faults else DONE
