"""The commands `index status`, `index check`, `index rebuild`, `index retrain` and `index judgements`."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

import click

from docmgr import context
from docmgr.cli.common import DONE, INCOMPLETE, emit, note, refuse, say, site_command
from docmgr.machines.leases import LeaseHeld, lease
from docmgr.policy import COMMAND_LINE
from docmgr.services.clicks import judgements
from docmgr.services.indexing import rebuild as rebuilding
from docmgr.services.indexing import requests, sync

POLL_SECONDS = 0.3


@click.group()
def index() -> None:
    """Chỉ mục tìm kiếm."""


@index.command("status")
@site_command
def status(as_json: bool) -> int:
    """Chỉ mục đang thế nào."""
    found = sync.status(COMMAND_LINE)
    updated = found.updated_at.isoformat(timespec="seconds") if found.updated_at else None
    if as_json:
        emit(
            {
                "documents": found.documents,
                "indexed": found.indexed,
                "waiting": found.waiting,
                "updated_at": updated,
                "problem": found.problem,
            }
        )
    else:
        say(f"{found.indexed}/{found.documents} văn bản trong chỉ mục; {found.waiting} việc chờ; cập nhật {updated}.")
        if found.problem:
            say(f"Chỉ mục không dùng được: {found.problem}")
    return INCOMPLETE if found.problem else DONE


@index.command("check")
@site_command
def check(as_json: bool) -> int:
    """So chỉ mục với cơ sở dữ liệu; chỉ mục hỏng thì yêu cầu tiến trình nền lập lại."""
    problems = sync.check(COMMAND_LINE)
    if as_json:
        emit({"faults": problems})
    else:
        for problem in problems:
            say(problem)
        note("Chỉ mục khớp với cơ sở dữ liệu." if not problems else f"{len(problems)} chỗ lệch.")
    if problems and requests.pending():
        note(rebuilding.UNDER_WAY)
    return INCOMPLETE if problems else DONE


@index.command("rebuild")
@site_command
def rebuild(as_json: bool) -> int:
    """Lập lại chỉ mục từ cơ sở dữ liệu: tiến trình nền làm, hoặc lệnh này nếu không có tiến trình nền."""
    rebuilding.ask(COMMAND_LINE)
    if not _rebuilt(as_json):
        return INCOMPLETE
    indexed = sync.status(COMMAND_LINE).indexed
    if as_json:
        emit({"documents": indexed})
    else:
        note(f"Đã lập lại chỉ mục: {indexed} văn bản.")
    return DONE


@index.command("retrain")
@site_command
def retrain(as_json: bool) -> int:
    """Học những từ chỉ có trong văn bản của cơ quan (chỉ từ văn bản mọi người đọc được), rồi lập lại chỉ mục nếu cần;
    để chạy hằng đêm."""
    learnt = rebuilding.retrain(COMMAND_LINE)
    rebuilt = requests.pending()
    if rebuilt and not _rebuilt(as_json):
        return INCOMPLETE
    if as_json:
        emit({"terms": learnt, "rebuilt": rebuilt})
    else:
        note(f"Từ và cặp từ đã học: {learnt}. " + ("Đã lập lại chỉ mục." if rebuilt else "Chỉ mục không đổi."))
    return DONE


@index.command("judgements")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@site_command
def judgements_of_clicks(folder: Path, as_json: bool) -> int:
    """Ghi vào FOLDER những câu hỏi mà ít nhất ba người đã mở cùng một điều (chỉ điều ai cũng đọc được), thành ba tệp cho
    `make model`."""
    written = judgements.write(COMMAND_LINE, folder)
    if as_json:
        emit(asdict(written))
    elif written.questions:
        paths = " ".join(str(folder / name) for name in (judgements.CORPUS, judgements.QUERIES, judgements.QRELS))
        say(f"{written.questions} câu hỏi, {written.answers} điều, {written.documents} văn bản.")
        note(f'Huấn luyện: make model CORPUS=… QUESTIONS="{paths}"')
    if not written.questions:
        note("Chưa có câu hỏi nào mà ít nhất ba người đã mở cùng một điều; không ghi tệp nào.")
    return DONE if written.questions else INCOMPLETE


def _rebuilt(as_json: bool) -> bool:
    """Wait until the requested rebuild of the index is done, and return whether it succeeded. A running
    worker rebuilds the index; if none runs, this process does. A failure is printed, with `as_json` also as
    JSON."""
    site = context.current()
    while requests.pending():
        try:
            with lease(site):
                rebuilding.serve()
        except LeaseHeld:
            time.sleep(POLL_SECONDS)
    if (problem := requests.failure()) is not None:
        refuse(f"Không lập lại được chỉ mục: {problem}", as_json=as_json)
    return problem is None
