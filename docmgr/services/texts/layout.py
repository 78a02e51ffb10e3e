"""The check of a document's layout (thể thức) against Annex I of Decree 30/2020/NĐ-CP: of a stored version, and of any file."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from docmgr import db
from docmgr.models import Document, Version
from docmgr.policy import Actor, require
from docmgr.reading import watch
from docmgr.reading.environment import child_environment
from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.outcomes import KEPT
from docmgr.services.access import guard, versions
from docmgr.services.documents import files, progress
from docmgr.services.errors import NotFound
from docmgr.services.message import Message
from docmgr.writing.layout import rules
from docmgr.writing.layout.body_rules import RULES
from docmgr.writing.layout.check import NOT_DOCX, BrokenRule, Deviation

# Severity → what it is called.
SEVERITIES = rules.SEVERITIES
# A person waits for the page, but processor time is what counts on a busy machine.
BOUNDS = watch.Bounds(cpu_s=20.0, idle_s=8.0, wall_s=120.0, memory_bytes=DEFAULT_LIMITS.all_memory_bytes)
ONLY_DOCX = Message("Chỉ kiểm tra được thể thức của tệp DOCX. Hãy lưu văn bản thành DOCX rồi thử lại.")
BUSY = Message("Máy đang bận kiểm tra văn bản khác, hãy thử lại sau ít giây.")
NO_FILE = Message("Không mở được tệp này: nó không phải là một tệp.")
_STOPPED = {"time": "too_long", "memory": "too_large"}
_RULES = {rule.key: rule for rule in RULES}
# A document that breaks every rule has less.
MOST_ANSWER_BYTES = 1 << 20
# A web process checks one file at a time, because a check may take all of BOUNDS; others wait so many seconds.
_TURN = threading.BoundedSemaphore(1)
WAIT_S = 3.0
# The last answers by the hash of the file. The rules stay the same as long as the process runs. Long answers are not kept.
_KEPT: OrderedDict[str, CheckedFile] = OrderedDict()
_MOST_KEPT, _MOST_KEPT_PLACES = 32, 200


@dataclass(frozen=True)
class CheckedFile:
    """What the check of a file found. `reason` says why it could not be checked, else it is None; `broken` are the rules that it breaks,
    in the order of the annex. `attached` says that it is an annex by itself, of which only the page, the fonts and the head are checked."""

    reason: Message | None
    broken: tuple[BrokenRule, ...] = ()
    attached: bool = False

    @property
    def wrong(self) -> int:
        """How many places are wrong; what is only advised does not count."""
        return sum(one.total for one in self.broken if one.rule.severity == rules.ERROR)


@dataclass(frozen=True)
class CheckedVersion:
    """The check of a version: of its first file, whose name is `name`."""

    document: Document
    version: Version
    name: str
    found: CheckedFile


def check_version(actor: Actor, document_id: int, no: int | None) -> CheckedVersion:
    """Check the first file of the version `no` of a document; None means the newest one that the actor may see. Raises Denied when the actor's
    roles may not read documents, and NotFound when the actor may not read the document, the version or its file."""
    require(actor, "document:read")
    with db.read() as session:
        document = guard.readable(session, actor, document_id)
        if no is None:
            version = versions.shown_now(session, actor, document, versions.newest(session, document))
        else:
            version = versions.numbered(session, actor, document, no)
        seen = versions.files_of(actor, version) if version is not None else ()
    if version is None or not seen:
        raise NotFound
    file = files.sendable(actor, seen[0].id)[0]
    if file.kind != "docx":
        return CheckedVersion(document, version, file.name, CheckedFile(ONLY_DOCX))
    db.release()
    return CheckedVersion(document, version, file.name, _kept_or_checked(file))


def _kept_or_checked(file: files.OpenedFile) -> CheckedFile:
    kept = _KEPT.get(file.sha256)
    if kept is not None:
        return kept
    if not _TURN.acquire(timeout=WAIT_S):
        return CheckedFile(BUSY)
    try:
        with files.local_path(file) as path:
            found = check_file(path)
    except FileNotFoundError:
        # It was removed after it had been found.
        return CheckedFile(progress.reading_reason("missing_file"))
    finally:
        _TURN.release()
    if found.reason is None and sum(len(one.places) for one in found.broken) <= _MOST_KEPT_PLACES:
        _KEPT[file.sha256] = found
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
    return found


def check_file(path: Path) -> CheckedFile:
    """Check the file at `path` in a process with limits. No content of a file raises an error. Raises OSError when it cannot be opened."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        return CheckedFile(NO_FILE)
    with path.open("rb"):
        command = [sys.executable, "-m", "docmgr.services.texts.layout_child", str(path.absolute())]
        done = watch.run(command, BOUNDS, child_environment())
    if done.stopped or done.status != 0:
        return CheckedFile(_reason(_STOPPED.get(done.stopped or "", "crashed")))
    if len(done.out) > MOST_ANSWER_BYTES:
        return CheckedFile(_reason("too_large"))
    answer = json.loads(done.out)
    if answer["code"] is not None:
        return CheckedFile(_reason(answer["code"]))
    broken = (BrokenRule(_RULES[one["key"]], one["total"], tuple(Deviation(**place) for place in one["places"])) for one in answer["broken"])
    return CheckedFile(None, tuple(broken), answer["attached"])


def _reason(code: str) -> Message | None:
    return ONLY_DOCX if code == NOT_DOCX else progress.reading_reason(code)


def told(reason: Message) -> str:
    """Say why a file could not be checked that is not stored here."""
    return reason.told().removesuffix(f" {KEPT}")
