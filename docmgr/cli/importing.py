"""The command `import`, which stores files and whole folders from this machine.

An import that is run again continues where it stopped: a file that is already stored gives "duplicate" and
is not processed again.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from docmgr import context
from docmgr.cli import disk
from docmgr.cli.common import DONE, INCOMPLETE, emit, founding_command, note, say
from docmgr.cli.progress import Progress
from docmgr.cli.waiting import final_states
from docmgr.policy import COMMAND_LINE, STATES
from docmgr.services.documents import upload as documents
from docmgr.services.documents.intake import Upload
from docmgr.services.documents.progress import UploadState
from docmgr.services.folders import tree
from docmgr.services.message import Message

LEADS_OUT = "Liên kết dẫn ra ngoài thư mục được nhập, nên không lấy."
OUTCOMES = {"stored": "đã lưu", "duplicate": "đã có", "refused": "không nhận"}


@dataclass(frozen=True)
class ImportCandidate:
    """A file to import. `path` is its path, which begins with a path given by the caller. `inside` is the
    given folder, with links resolved; the file must lie in this folder. It is None for a file that the
    caller named directly. `problem` is a Vietnamese sentence that says why the file cannot be imported, or
    None."""

    path: str
    inside: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class ImportResult:
    """What became of one file, printed as one line. `outcome` is stored, duplicate or refused. `reason` is
    a Vietnamese sentence that explains a failure, or None. `document` is the id of the document, and
    `state` its processing state. Both are None for a refused file."""

    path: str
    outcome: str
    reason: str | None
    document: int | None
    state: str | None


@click.command("import")
@click.argument("paths", nargs=-1, required=True)
@click.option("--folder", help="Thư mục đích, ví dụ “Văn bản đến/2024”; chưa có thì được tạo.")
@click.option("--draft", is_flag=True, help="Để ở trạng thái dự thảo, không công bố.")
@click.option("--wait", is_flag=True, help="Chờ đến khi mọi tệp được đọc xong và tìm kiếm được.")
@founding_command
def import_files(paths: tuple[str, ...], folder: str | None, draft: bool, wait: bool, as_json: bool) -> int:
    """Đưa các tệp và thư mục PATH vào kho; bỏ qua tệp ẩn.

    \f
    Import the files and folders `paths` into the folder with the path `folder`; None is the root folder. With
    `draft` the documents are not published. With `wait` the results are printed only when every document is
    processed. Returns the exit code: INCOMPLETE when a file was refused or is unreadable, otherwise DONE.
    """
    tree.path_names(folder or "")
    found = list(walk(paths))
    results: list[ImportResult] = []
    with Progress(len(found), "Đang lưu") as progress:
        for item in found:
            result = _store(item, folder or "", publish=not draft)
            progress.step()
            results.append(result)
            if not wait:
                _print(result, as_json)
    if wait:
        results = _waited(results)
        for result in results:
            _print(result, as_json)
    _summary(results)
    return INCOMPLETE if any(r.outcome == "refused" or r.state == "unreadable" for r in results) else DONE


def walk(paths: Iterable[str]) -> Iterator[ImportCandidate]:
    """Yield every given file, and every file below a given folder, in the order of `paths`. Hidden files
    and folders below a given folder are skipped. A folder that cannot be opened gives a candidate with a
    `problem`. A link that leads out of the given folder is yielded too; the import refuses it later."""
    for path in paths:
        if os.path.isdir(path):
            yield from _below(path)
        else:
            yield ImportCandidate(path)


def _below(folder: str) -> Iterator[ImportCandidate]:
    inside = os.path.realpath(folder)
    unreadable: list[OSError] = []
    for place, folders_, names in os.walk(folder, onerror=unreadable.append):
        folders_[:] = sorted(name for name in folders_ if not name.startswith("."))
        for path in (os.path.join(place, name) for name in folders_):
            # Links to folders are not followed: files inside the tree are found at their own place, and others are
            # reported.
            if os.path.islink(path) and not _lies_in(path, inside):
                yield ImportCandidate(path, inside)
        for name in sorted(names):
            if not name.startswith("."):
                yield ImportCandidate(os.path.join(place, name), inside)
    for error in unreadable:
        yield ImportCandidate(str(error.filename), problem=f"Không mở được thư mục: {disk.reason(error)}.")


def _lies_in(path: str, folder: str) -> bool:
    real = os.path.realpath(path)
    return os.path.commonpath((real, folder)) == folder


def _problem(item: ImportCandidate) -> str | None:
    """Find out why the file cannot be imported. Returns a Vietnamese sentence, or None when it can be
    imported. This is called right before the file is opened, because files may change during a long
    import."""
    if item.problem is not None:
        return item.problem
    if item.inside is not None and not _lies_in(item.path, item.inside):
        return LEADS_OUT
    # Reading a pipe or device would never end.
    return None if stat.S_ISREG(os.stat(item.path).st_mode) else "Không phải là tệp."


def _store(item: ImportCandidate, folder: str, *, publish: bool) -> ImportResult:
    path = printable(item.path)
    try:
        if (problem := _problem(item)) is not None:
            return ImportResult(path, "refused", problem, None, None)
        stream = Path(item.path).open("rb")
    except OSError as error:
        return ImportResult(path, "refused", f"Không mở được tệp: {disk.reason(error)}.", None, None)
    with stream:
        name = printable(os.path.basename(item.path))
        return _result(path, documents.upload(COMMAND_LINE, stream, name, folder_path=folder, publish=publish))


def printable(path: str) -> str:
    """Convert the path to valid text. Bytes that are not UTF-8 become the replacement character U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def _result(path: str, upload: Upload) -> ImportResult:
    return ImportResult(path, upload.outcome, _told(upload.reason), upload.document_id, upload.state)


def _waited(results: list[ImportResult]) -> list[ImportResult]:
    """Wait until all documents are processed. Returns the results with the final processing state of each
    document and the reason for it."""
    ids = {result.document for result in results if result.document is not None}
    states = final_states(context.current(), ids)
    return [_with_state(r, states[r.document]) if r.document in states else r for r in results]


def _with_state(result: ImportResult, found: UploadState) -> ImportResult:
    return replace(result, state=found.state, reason=_told(found.reason))


def _told(reason: Message | None) -> str | None:
    return reason.told() if reason is not None else None


def _print(result: ImportResult, as_json: bool) -> None:
    if as_json:
        values: dict[str, Any] = {
            "path": result.path, "outcome": result.outcome, "reason": result.reason,
            "document": result.document, "state": result.state,
        }  # fmt: skip
        emit(values)
        return
    words = [OUTCOMES[result.outcome]]
    if result.document is not None:
        words.append(f"văn bản {result.document}")
    if result.state is not None:
        words.append(STATES[result.state].lower())
    if result.reason:
        words.append(result.reason)
    say(f"{result.path}: {' · '.join(words)}")


def _summary(results: list[ImportResult]) -> None:
    counts = [f"{sum(r.outcome == outcome for r in results)} {word}" for outcome, word in OUTCOMES.items()]
    note(f"{len(results)} tệp: {', '.join(counts)}.")
