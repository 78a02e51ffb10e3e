"""`trail verify|export`."""

from __future__ import annotations

import json

import click

from docmgr.cli.common import DONE, USAGE, emit, note, say, site_command
from docmgr.policy import COMMAND_LINE
from docmgr.services import description, trail_pack


@click.group()
def trail() -> None:
    """Dấu vết."""


@trail.command("verify")
@site_command
def verify(as_json: bool) -> int:
    """Kiểm chứng dấu vết (chuỗi băm chưa có trong bản này)."""
    found = trail_pack.verify(COMMAND_LINE)
    if as_json:
        emit(found)
    else:
        say(f"{found['events']} sự kiện. Chuỗi băm chưa có trong bản phát hành này, nên chưa kiểm chứng được.")
    return DONE


@trail.command("export")
@click.argument("document")
@site_command
def export(document: str, as_json: bool) -> int:
    """Xuất dấu vết của văn bản DOCUMENT (mã số hoặc số, ký hiệu), cũ trước mới sau."""
    ids = description.resolve(COMMAND_LINE, document)
    if len(ids) > 1:
        note(f"Số này có ở nhiều văn bản: {', '.join(map(str, ids))}.")
        if as_json:
            emit({"candidates": ids})
        return USAGE
    events = trail_pack.events_of(COMMAND_LINE, ids[0])
    if as_json:
        emit({"document": ids[0], "events": events})
        return DONE
    for event in events:
        details = json.dumps(event["details"], ensure_ascii=False) if event["details"] else ""
        say("\t".join((event["at"], event["actor"], event["label"], event["subject"], details)).rstrip())
    return DONE
