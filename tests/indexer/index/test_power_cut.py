"""A power cut at any moment of a commit, a merge or a rebuild leaves the generation before it or the one after it.

A `Disk` stands in for the disk: it holds what was synced and nothing else. Before and after every sync three kinds
of cuts are tried: names as last synced, and all names of that moment (a file system may write names early), both with the
contents that were synced; what was not synced is empty. A third kind: the newest table of contents or pointer has
its name already, the segments it speaks of only if their names were synced.
"""

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer import Index
from tests.indexer.regulations import entry, fill

Names = dict[str, int]
CUTS: tuple[Callable[[str], bool], ...] = (
    lambda name: False,
    lambda name: True,
    lambda name: name.endswith(".toc") or name == "current",
)


class Disk:
    """What of a folder tree would be there after a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.contents: dict[int, bytes] = {}
        self.names: dict[int, Names] = {root.stat().st_ino: {}}

    def synced(self, handle: int) -> None:
        """Take note of a sync of a file or folder."""
        state, path = os.fstat(handle), Path(os.readlink(f"/proc/self/fd/{handle}"))
        if stat.S_ISDIR(state.st_mode):
            self.names[state.st_ino] = {name.name: name.stat().st_ino for name in path.iterdir()}
        else:
            self.contents[state.st_ino] = path.read_bytes()

    def survive(self, target: Path, early: Callable[[str], bool]) -> None:
        """Lay out what is left; `early`: which names that are not synced yet are there too."""
        self._lay_out(self.root, self.root.stat().st_ino, target, early)

    def _lay_out(self, folder: Path, inode: int, target: Path, early: Callable[[str], bool]) -> None:
        target.mkdir(mode=0o700)
        names = dict(self.names.get(inode, {}))
        if folder.is_dir():
            names |= {path.name: path.stat().st_ino for path in folder.iterdir() if early(path.name)}
        for name, own in names.items():
            if own in self.names or (folder / name).is_dir():
                self._lay_out(folder / name, own, target / name, early)
            else:
                (target / name).write_bytes(self.contents.get(own, b""))


def _cuts(
    store: Index, change: Callable[[], object], monkeypatch: pytest.MonkeyPatch, scratch: Path
) -> list[dict[int, tuple[int, int]]]:
    """The documents after a cut at each sync of a change; every one must be sound and take a further commit."""
    disk, left, fsync = Disk(store.path), [], os.fsync

    def look() -> None:
        for early in CUTS:
            target = scratch / "cut"
            disk.survive(target, early)
            survivor = Index(target)
            left.append(survivor.versions())
            assert survivor.check() == []
            fill(survivor, [entry(999, "ghi tiếp")])
            assert survivor.check() == [] and 999 in survivor.versions()
            shutil.rmtree(target)

    def recording(handle: int) -> None:
        fsync(handle)
        monkeypatch.setattr(os, "fsync", fsync)
        look()
        disk.synced(handle)
        look()
        monkeypatch.setattr(os, "fsync", recording)

    for folder, _, files in os.walk(store.path, topdown=False):
        for path in (*(Path(folder, name) for name in files), Path(folder)):
            handle = os.open(path, os.O_RDONLY)
            disk.synced(handle)
            os.close(handle)
    look()
    monkeypatch.setattr(os, "fsync", recording)
    change()
    monkeypatch.setattr(os, "fsync", fsync)
    look()
    return left


def test_a_commit_happens_or_not(regulations: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = regulations.versions()
    for number in range(8):
        changed = [entry(1, f"thay {number}", version=number + 2), entry(50 + number, "mới")]
        seen = _cuts(regulations, lambda: fill(regulations, changed), monkeypatch, tmp_path)
        after = regulations.versions()
        assert seen[0] == before and seen[-1] == after != before
        assert all(left in (before, after) for left in seen) and len(seen) >= 10
        before = after


def test_joining_segments_changes_nothing(
    store: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        fill(store, [entry(number, f"văn bản {number}")])
    before = store.versions()
    seen = _cuts(store, store.tidy, monkeypatch, tmp_path)
    assert all(left == before for left in seen) and int(store.describe()["segments"]) < 5


def test_a_rebuild_switches_or_not(
    regulations: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rebuild() -> None:
        with regulations.rebuild() as rebuilding:
            rebuilding.write([(number, [entry(number, "mới", version=9)]) for number in range(5)])
            rebuilding.write([(7, [entry(7, "mới", version=9)])])

    before = regulations.versions()
    seen = _cuts(regulations, rebuild, monkeypatch, tmp_path)
    after = regulations.versions()
    assert after != before and all(left in (before, after) for left in seen)
    assert seen[-1] == after
