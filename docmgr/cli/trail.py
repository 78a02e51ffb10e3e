"""The commands `trail verify`, `trail head` and `trail export`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from docmgr.cli.common import DONE, INCOMPLETE, USAGE, document_meant, emit, note, say, site_command
from docmgr.policy import COMMAND_LINE
from docmgr.services.message import in_vietnamese
from docmgr.services.trail import heads, pack
from docmgr.services.trail import verify as trail_verify

HEAD_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def trail() -> None:
    """Nhật ký."""


@trail.command("verify")
@click.option("--head", type=HEAD_FILE, help="Tệp có đầu cây đã giữ ở nơi khác (một đối tượng JSON, hoặc mỗi dòng một).")
@site_command
def verify(head: Path | None, as_json: bool) -> int:
    """Kiểm chứng nhật ký: từng sự kiện, thứ tự, trigger, và các đầu cây đã giữ."""
    verdict = trail_verify.verify(COMMAND_LINE, head.read_bytes() if head else None)
    if as_json:
        emit({"ok": verdict.ok, **asdict(verdict)})
    else:
        for fault in verdict.faults:
            say(fault.detail)
        say(f"{verdict.size} sự kiện, gốc {verdict.root}: " + ("không có lỗi." if verdict.ok else "có lỗi."))
        for sentence in verdict.not_known:
            note(sentence)
    return DONE if verdict.ok else INCOMPLETE


@trail.command("head")
@site_command
def head(as_json: bool) -> int:
    """In đầu cây hiện nay (JSON), để giữ ở nơi khác và đưa lại cho `trail verify --head`."""
    emit(asdict(heads.current(COMMAND_LINE)))
    return DONE


@trail.command("export")
@click.argument("document")
@site_command
def export(document: str, as_json: bool) -> int:
    """Xuất nhật ký của văn bản DOCUMENT (mã số hoặc số, ký hiệu), cũ trước mới sau."""
    document_id = document_meant(document, as_json=as_json)
    if document_id is None:
        return USAGE
    events = pack.events_of(COMMAND_LINE, document_id)
    if as_json:
        emit({"document": document_id, "events": events})
        return DONE
    for event in events:
        details = json.dumps(in_vietnamese(event["details"]), ensure_ascii=False) if event["details"] else ""
        say("\t".join((event["at"], event["actor"], event["label"], event["subject"], details)).rstrip())
    return DONE
