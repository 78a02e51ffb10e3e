"""The command `read`, which reads files without storing them and prints what was found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from docmgr.cli import disk
from docmgr.cli.common import DONE, INCOMPLETE, emit, say, siteless_command
from docmgr.cli.importing import printable
from docmgr.services.documents.facts import FIELDS
from docmgr.services.texts.read_file import reading_process, refused
from docmgr.settings import from_environment

OUTCOMES = {
    "text": "có chữ",
    "no_text": "không có chữ",
    "unreadable": "không đọc được",
    "withheld": "có dấu chỉ độ mật",
    "refused": "không nhận",
}
FAILED = ("unreadable", "refused")


@click.command("read")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@siteless_command
def read(files: tuple[str, ...], as_json: bool) -> int:
    """Đọc thử các tệp FILE mà không lưu, và in những gì đọc được."""
    failed = False
    with reading_process(from_environment(make=False).trust_path) as read_file:
        for path in files:
            found = _read(read_file, path)
            failed |= found["outcome"] in FAILED
            if as_json:
                emit(found)
            else:
                _print(found)
    return INCOMPLETE if failed else DONE


def _read(read_file: Callable[[str], dict[str, Any]], path: str) -> dict[str, Any]:
    try:
        found = read_file(path)
    except OSError as error:
        found = refused(path, f"Không mở được tệp: {disk.reason(error)}.")
    return {**found, "path": printable(path)}


def _print(found: dict[str, Any]) -> None:
    """Print a short table of what was read: the file, what it holds, and its facts."""
    pages = f" · {found['pages']} trang" if found["pages"] else ""
    say(f"{found['path']}: {found['kind']} · {OUTCOMES[found['outcome']]}{pages}")
    if found["reason"]:
        say(f"  {found['reason']}")
    if found["outcome"] != "text":
        return
    duties = f" · {len(found['obligations'])} nhiệm vụ" if found["obligations"] else ""
    own = sum(one["own"] for one in found["citations"])
    others = len(found["citations"]) - own
    say(
        f"  {len(found['text'])} ký tự · {len(found['provisions'])} điều khoản · {others} dẫn chiếu văn bản khác · "
        f"{own} dẫn chiếu trong văn bản{duties}"
    )
    for field, label in FIELDS.items():
        fact = found["facts"][field]
        if fact["value"]:
            value = "; ".join(fact["value"]) if isinstance(fact["value"], list) else fact["value"]
            say(f"  {label + ':':<24}{value}{'' if fact['sure'] else ' (cần xem lại)'}")
