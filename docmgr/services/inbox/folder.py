"""The watched folder: whatever lies there and no longer changes becomes a draft.

A file is stored first and moved aside afterwards. If the worker is killed in between, the same bytes are met again:
they are then known, so that they are moved and not stored twice."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from docmgr import db
from docmgr.policy import Actor
from docmgr.services.inbox import account, entries, state
from docmgr.services.inbox.entries import Changing, WatchedFile
from docmgr.services.inbox.state import Result, Trouble

# Seconds between two looks; a file is taken when it was the same in two. An empty one may still be written for long.
LOOK_SECONDS, EMPTY_SECONDS = 5.0, 600.0
# Seconds until the next look when more is ready than one look takes.
MORE_SECONDS, PER_LOOK = 2.0, 20
# How long to wait, in seconds, after a look when nothing could be taken.
TROUBLE_SECONDS = 30.0

log = logging.getLogger(__name__)


class FolderWatch:
    """Takes files from the watched folder `root`, one look at each `step`. It remembers the files of its last look.
    `stopping` tells whether the worker ends."""

    def __init__(self, root: Path, stopping: Callable[[], bool] = lambda: False) -> None:
        self.root, self.stopping = root, stopping
        self.seen: dict[WatchedFile, float] = {}
        # Files that are stored but could not be moved; without this they would be stored again at every look.
        self.stuck: set[WatchedFile] = set()
        self.next_look, self.more = 0.0, False

    def step(self) -> int:
        """Look, if it is time, and take what has not changed since the last look. Returns how many files were taken or
        refused."""
        if time.monotonic() < self.next_look:
            return 0
        self.next_look = time.monotonic() + LOOK_SECONDS
        result = self._look()
        state.save(state.FOLDER, str(self.root), result)
        if self.more:
            self.next_look = time.monotonic() + MORE_SECONDS
        elif result.trouble is not None:
            self.next_look = time.monotonic() + TROUBLE_SECONDS
        return result.taken + result.refused

    def _look(self) -> Result:
        try:
            actor, listing = account.owner(), entries.look(self.root)
        except OSError as fault:
            return Result(trouble=Trouble("folder_missing", fault.strerror))
        except Trouble as met:
            return Result(trouble=met)
        if not os.access(self.root, os.W_OK | os.X_OK):
            # What cannot be moved aside would be stored at every look.
            return Result(left_behind=listing.left_behind, trouble=Trouble("folder_read_only"))
        ready = self._settled(listing.entries)
        taken, refused, trouble = self._take_all(actor, ready)
        if trouble is None and self.stuck:
            trouble = Trouble("folder_read_only", next(iter(self.stuck)).shown_name)
        if trouble is None and listing.unreadable:
            trouble = Trouble("folder_unreadable")
        return Result(taken, refused, listing.left_behind, trouble)

    def _settled(self, found: list[WatchedFile]) -> list[WatchedFile]:
        """Remember the files found, and choose those that were the same in an earlier look; the oldest first."""
        now, before = time.monotonic(), self.seen
        self.seen = {entry: before.get(entry, now) for entry in found}
        self.stuck &= self.seen.keys()
        ready = [
            entry for entry in before.keys() & self.seen.keys() - self.stuck
            if now - before[entry] >= (LOOK_SECONDS if entry.stamp[0] else EMPTY_SECONDS)
        ]  # fmt: skip
        return sorted(ready, key=lambda entry: (entry.stamp[1], entry.folders, entry.name))

    def _take_all(self, actor: Actor, ready: list[WatchedFile]) -> tuple[int, int, Trouble | None]:
        taken = refused = 0
        trouble: Trouble | None = None
        self.more = False
        for entry in ready:
            if trouble is not None and trouble.code == account.FOLDER_WRONG and not entry.folders:
                continue
            self.more = taken + refused >= PER_LOOK or self.stopping() or account.busy()
            if self.more:
                break
            try:
                stored = self._take(actor, entry)
                taken, refused = taken + stored, refused + (not stored)
            except Changing:
                continue
            except OSError as fault:
                # One file that cannot be opened must not stop the others.
                log.warning("inbox %s: %s", self.root, fault)
                trouble = Trouble("folder_unreadable", entry.shown_name)
            except Trouble as met:
                trouble = met
                if met.code != account.FOLDER_WRONG:
                    break
        return taken, refused, trouble

    def _take(self, actor: Actor, entry: WatchedFile) -> bool:
        """Store a file and move it aside. Returns False when it was refused."""
        with entries.content(self.root, entry) as file:
            done = account.hand_in(actor, cast(BinaryIO, file), entry.shown_name, entry.folder_path)
            refused = done.outcome == "refused"
            aside, note = (entries.REFUSED, done.reason.told() if done.reason else "") if refused else (entries.TAKEN, None)
            try:
                entries.move_aside(self.root, entry, file, aside, note)
            except OSError as fault:
                log.error("inbox %s: %s", self.root, fault)
                self.stuck.add(entry)
        log.info("inbox %s: %s %s, document %s", self.root, entry.shown_name, done.outcome, done.document_id)
        db.release()
        return not refused
