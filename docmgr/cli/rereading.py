"""The command `reread`: read the files of documents again with the present readers."""

from __future__ import annotations

import click

from docmgr import context, db
from docmgr.cli.common import DONE, INCOMPLETE, USAGE, emit, note, refuse, site_command
from docmgr.cli.progress import Progress
from docmgr.cli.waiting import until
from docmgr.policy import COMMAND_LINE
from docmgr.services.access import by_number
from docmgr.services.documents.rereading import queue


@click.command("reread")
@click.argument("documents", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Mọi văn bản, kể cả đã đọc theo cách mới.")
@site_command
def reread(documents: tuple[str, ...], everything: bool, as_json: bool) -> int:
    """Đọc lại tệp của các văn bản DOCUMENT (mã số hoặc số, ký hiệu); không ghi thì đọc những tệp đọc theo cách cũ.

    \f
    Wait until the files are read again. Returns the exit code: INCOMPLETE when an old reading was kept that a person
    has to look at.
    """
    if documents and everything:
        refuse("Hãy ghi văn bản hoặc --all, không ghi cả hai.", as_json=as_json)
        return USAGE
    if documents or everything:
        queue.ask_for(COMMAND_LINE, None if everything else _ids(documents))
    before = queue.progress(COMMAND_LINE)
    _wait(before.waiting + before.older)
    after = queue.progress(COMMAND_LINE)
    read = before.waiting + before.older - after.waiting - after.older
    if as_json:
        emit({"read": read, "waiting": after.waiting + after.older, "undecided": after.undecided})
    else:
        note(f"Đã đọc lại {read} phiên bản; {after.undecided} bản đọc cũ được giữ, chờ người xem.")
    return INCOMPLETE if after.undecided else DONE


def _ids(documents: tuple[str, ...]) -> list[int]:
    """Find the documents by id or number. All documents with the same number are meant."""
    return [found for document in documents for found in by_number.resolve(COMMAND_LINE, document)]


def _wait(total: int) -> None:
    with Progress(total, "Đang đọc lại") as progress:

        def finished() -> bool:
            db.release()
            left = queue.progress(COMMAND_LINE)
            progress.show(max(0, total - left.waiting - left.older))
            return left.waiting + left.older == 0

        until(context.current(), finished, again=True)
