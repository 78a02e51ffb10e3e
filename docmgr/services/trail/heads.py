"""Heads of the trail's tree, kept outside the database: `trail-heads.jsonl` in the data folder, one JSON object a line.

A head is the tree's size, its root and the moment. Whoever rewrites the trail in the database contradicts the heads that
were kept before; so copies of the file belong elsewhere as well. The file is only ever appended to.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import TrailEvent
from docmgr.policy import Actor, Denied, may
from docmgr.services.trail.merkle import Tree
from docmgr.storage import sync_folder

NAME = "trail-heads.jsonl"
# Heads that the worker keeps lie so far apart at most, and it looks for new events so often.
KEEP_SECONDS = 600.0
LOOK_SECONDS = 10.0
BATCH = 5000
ROOT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Head:
    """A tree head: how many events, the root over them in hex, when it was computed (ISO 8601, UTC)."""

    size: int
    root: str
    time: str

    def line(self) -> bytes:
        """The head as a line of the file."""
        return json.dumps(asdict(self)).encode() + b"\n"


@dataclass(frozen=True)
class Kept:
    """What a file of heads says: the heads, and the lines that are none."""

    heads: tuple[Head, ...] = ()
    damaged: tuple[int, ...] = ()


def parse(content: bytes) -> Kept:
    """The heads in a file: one JSON object, or one a line."""
    if (whole := _head(content)) is not None:
        return Kept((whole,))
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), 1) if line.strip()]
    found = {number: _head(line) for number, line in lines}
    heads = tuple(head for head in found.values() if head is not None)
    return Kept(heads, tuple(number for number, head in found.items() if head is None))


def _head(text: bytes) -> Head | None:
    try:
        found = json.loads(text)
        head = Head(found["size"], found["root"], found["time"])
        dt.datetime.fromisoformat(head.time)
        sound = type(head.size) is int and head.size >= 0 and ROOT.fullmatch(head.root)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return head if sound else None


def whole(content: bytes) -> bytes:
    """The content without half a line at its end: a head whose writing a crash cut off was never kept."""
    return content[: content.rfind(b"\n") + 1]


def path() -> Path:
    """The file of this site."""
    return context.current().settings.home / NAME


def content() -> bytes:
    """What the file holds; nothing where there is none. Raises OSError."""
    try:
        return path().read_bytes()
    except FileNotFoundError:
        return b""


def keep(head: Head) -> bool:
    """Append the head, durably, unless the last one kept is of this size or a larger one. Raises OSError."""
    return _append(head.line(), head.size)


def keep_lines(lines: bytes) -> None:
    """Append the lines of another site's file, where this one has none. Raises OSError."""
    if not content():
        _append(lines, None)


def _append(lines: bytes, size: int | None) -> bool:
    target = path()
    new = not target.exists()
    handle = os.open(target, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        there = whole(file.read())
        if size is not None and max((head.size for head in parse(there).heads[-1:]), default=-1) >= size:
            return False
        file.truncate(len(there))
        file.write(lines)
        os.fsync(file.fileno())
    if new:
        sync_folder(target.parent)
    return True


def set_aside() -> None:
    """Give the file another name: its heads are of a trail that is no more. Nothing where there is none. Raises OSError."""
    if path().exists():
        moment = f"{db.now():%Y%m%dT%H%M%S%f}"
        os.replace(path(), path().with_name(f"trail-heads.{moment}.jsonl"))
        sync_folder(path().parent)


def require_any(actor: Actor) -> None:
    """Raises Denied unless the actor reads the whole trail or looks after the site: hashes tell nothing of what was done."""
    if not (may(actor, "trail:read_all") or may(actor, "health:read")):
        raise Denied("trail:read_all")


def current(actor: Actor) -> Head:
    """The head of the trail as it stands, from the hashes of its events. Raises Denied."""
    require_any(actor)
    db.release()
    with db.read() as session:
        return of(session.connection())


def of(connection: Connection) -> Head:
    """The head of what this connection sees."""
    tree = Tree()
    _grow(connection, tree, None)
    return head_of(tree)


def head_of(tree: Tree) -> Head:
    """The tree's head, now."""
    return Head(tree.size, tree.root().hex(), db.now().isoformat(timespec="seconds"))


def _grow(connection: Connection, tree: Tree, after: int | None) -> int | None:
    """Add the leaves of the events behind number `after`; the last number."""
    query = select(TrailEvent.seq, TrailEvent.leaf_hash).order_by(TrailEvent.seq)
    if after is not None:
        query = query.where(TrailEvent.seq > after)
    for seq, leaf in connection.execute(query.execution_options(yield_per=BATCH)):
        tree.add(_bytes(leaf))
        after = seq
    return after


def _bytes(leaf: object) -> bytes:
    # A hash that was overwritten with anything must not keep heads from being kept; `trail verify` tells of it.
    text = str(leaf)
    return bytes.fromhex(text) if ROOT.fullmatch(text) else text.encode("utf-8", "surrogatepass")


class Keeper:
    """The worker's part: a head every KEEP_SECONDS while the trail grows. It remembers the tree between two heads."""

    def __init__(self) -> None:
        self._forget()
        self._not_before = 0.0

    def _forget(self) -> None:
        self._tree, self._last, self._kept = Tree(), 0, 0

    def step(self) -> int:
        """Keep a head if it is time and there are new events; how many were kept. Raises OSError."""
        # The clock of the day may be wrong or set back, this one only runs on.
        now = time.monotonic()
        if now < self._not_before:
            return 0
        self._not_before = now + LOOK_SECONDS
        db.release()
        try:
            with db.read() as session:
                self._look(session)
        except BaseException:
            self._forget()
            raise
        finally:
            db.release()
        if self._tree.size == self._kept:
            return 0
        kept = keep(head_of(self._tree))
        self._kept, self._not_before = self._tree.size, now + KEEP_SECONDS
        return int(kept)

    def _look(self, session: Session) -> None:
        last = session.scalar(select(func.max(TrailEvent.seq))) or 0
        if last < self._last:
            # Not the trail that was looked at before: another one was restored, or this one cut.
            self._forget()
        if last > self._last:
            self._last = _grow(session.connection(), self._tree, self._last or None) or 0
