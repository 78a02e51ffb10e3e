"""The given files of `../shared/data` in two halves by their SHA-1. Rules are written against the first half alone; the
second half is opened for the last figures of a piece of work, so that they are of unseen files."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def is_open(path: Path) -> bool:
    """Whether rules may be written against the file: the last hexadecimal digit of its SHA-1 is even."""
    with path.open("rb") as stream:
        return int(hashlib.file_digest(stream, "sha1").hexdigest()[-1], 16) % 2 == 0


def halves(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Sort the files into (the half that rules are written against, the unseen half), each in order of path."""
    held: tuple[list[Path], list[Path]] = [], []
    for path in sorted(paths):
        held[not is_open(path)].append(path)
    return held
