"""Store heads of the trail's hash tree outside the database, in the file `trail-heads.jsonl` in the data folder, one
JSON object per line. A head has the size of the tree, its root hash and the time. Someone who rewrites the trail in
the database contradicts the heads that were stored before, so copies of the file should also be kept elsewhere. Lines
are only added to the file."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import TrailEvent
from docmgr.policy import Actor, Denied, may
from docmgr.services.trail.merkle import Tree
from docmgr.storage import SHA256, sync_folder

NAME = "trail-heads.jsonl"
# In seconds: the longest time between two heads of a growing trail, and how often the worker looks for new events.
KEEP_SECONDS = 600.0
LOOK_SECONDS = 10.0
BATCH = 5000


@dataclass(frozen=True)
class Head:
    """A head of the trail's hash tree. `size` is the number of events, `root` the root hash over them in hexadecimal,
    and `time` the time when it was computed (ISO 8601, UTC)."""

    size: int
    root: str
    time: str

    def line(self) -> bytes:
        """Write the head as one line of the file of heads: a JSON object in UTF-8 with a line feed at its end."""
        return json.dumps(asdict(self)).encode() + b"\n"


@dataclass(frozen=True)
class Kept:
    """The contents of a file of heads. `heads` are in the order of the file. `damaged` are the line numbers,
    from 1, of the lines that are not heads."""

    heads: tuple[Head, ...] = ()
    damaged: tuple[int, ...] = ()


def parse(content: bytes) -> Kept:
    """Read the heads in `content`, the content of a file of heads: one JSON object per line, or a single JSON
    object."""
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
        sound = type(head.size) is int and head.size >= 0 and SHA256.fullmatch(head.root)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return head if sound else None


def whole(content: bytes) -> bytes:
    """Return `content`, the content of a file of heads, without an incomplete line at its end. A crash may have
    interrupted the writing of that line."""
    return content[: content.rfind(b"\n") + 1]


def path() -> Path:
    """Return the path of this site's file of heads, whether or not it exists."""
    return context.current().settings.home / NAME


def content() -> bytes:
    """Read the content of this site's file of heads. Empty when there is no file. Raises OSError when it cannot be
    read."""
    try:
        return path().read_bytes()
    except FileNotFoundError:
        return b""


def keep(head: Head) -> bool:
    """Append the head to this site's file of heads, so that it survives a power failure; return whether it was
    appended. Nothing is appended when the last head in the file has the same size or a larger one. Raises OSError
    when the file cannot be written."""
    return _append(head.line(), head.size)


def keep_lines(lines: bytes) -> None:
    """Write the lines of another site's file of heads into this site's file, if that is empty or does not exist.
    Raises OSError when the file cannot be written."""
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
    """Rename this site's file of heads, because its heads belong to a trail that no longer exists. Nothing happens
    when there is no file. Raises OSError when the file cannot be renamed."""
    if path().exists():
        moment = f"{db.now():%Y%m%dT%H%M%S%f}"
        os.replace(path(), path().with_name(f"trail-heads.{moment}.jsonl"))
        sync_folder(path().parent)


def require_any(actor: Actor) -> None:
    """Raise Denied unless the actor may read the whole trail or manages the site. People who manage the site may see
    heads, because hashes do not reveal what anybody did."""
    if not (may(actor, "trail:read_all") or may(actor, "health:read")):
        raise Denied("trail:read_all")


def current(actor: Actor) -> Head:
    """Compute the head of the trail at this moment from the hashes of all events. Raises Denied unless the actor
    may read the whole trail or manages the site."""
    require_any(actor)
    db.release()
    with db.read() as session:
        return of(session.connection())


def of(connection: Connection) -> Head:
    """Compute the head of the trail from the hashes of all events that the transaction of this connection sees."""
    tree = Tree()
    _grow(connection, tree, None)
    return head_of(tree)


def head_of(tree: Tree) -> Head:
    """Make the head for this state of the tree, with the current time."""
    return Head(tree.size, tree.root().hex(), db.now().isoformat(timespec="seconds"))


def _grow(connection: Connection, tree: Tree, after: int | None) -> int | None:
    """Add to the tree the hashes of the events whose number is greater than `after`; None means all events. Return
    the number of the last event added, or `after` when there is none."""
    query = select(TrailEvent.seq, TrailEvent.leaf_hash).order_by(TrailEvent.seq)
    if after is not None:
        query = query.where(TrailEvent.seq > after)
    for seq, leaf in connection.execute(query.execution_options(yield_per=BATCH)):
        tree.add(_bytes(leaf))
        after = seq
    return after


def _bytes(leaf: object) -> bytes:
    # A hash that was overwritten must not stop heads from being stored; `trail verify` reports it.
    text = str(leaf)
    return bytes.fromhex(text) if SHA256.fullmatch(text) else text.encode("utf-8", "surrogatepass")


class Keeper:
    """Append a head to this site's file of heads every KEEP_SECONDS, as long as the trail grows. The worker calls `step`
    in its loop. The keeper remembers the hash tree from one call to the next, so each call reads only new events."""

    def __init__(self) -> None:
        self._forget()
        self._not_before = 0.0

    def _forget(self) -> None:
        self._tree, self._last, self._kept = Tree(), 0, 0

    def step(self) -> int:
        """Append a head to the file of heads if there are new events, at most once in KEEP_SECONDS. Returns 1 if a head was
        appended, else 0. Raises OSError when the file cannot be written."""
        # The system clock may be wrong or set back; the monotonic clock only moves forward.
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
        head = head_of(self._tree)
        # The file first: a store that is away must not keep a head from it. Then both are tried again.
        kept = keep(head)
        # A rewritten trail would have another root, and so another name: both then stay in the store.
        context.current().storage.keep_head(f"{head.size:012d}-{head.root}.json", head.line())
        self._kept, self._not_before = self._tree.size, now + KEEP_SECONDS
        return int(kept)

    def _look(self, session: Session) -> None:
        last = session.scalar(select(func.max(TrailEvent.seq))) or 0
        if last < self._last:
            # This is not the trail of the last step: another one was restored, or it was cut.
            self._forget()
        if last > self._last:
            self._last = _grow(session.connection(), self._tree, self._last or None) or 0
