"""The release before the newest steps of docmgr/migrations, taken from the history of this repository."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from docmgr.settings import ROOT

STEPS = "docmgr/migrations/versions/"
# What a running site needs of a release.
PARTS = ("docmgr", "indexer", "legaltext", "templates")
# How many commits that touch steps are looked through.
MOST_COMMITS = 40


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def _steps(commit: str) -> set[str]:
    return {name.removeprefix(STEPS) for name in _git("ls-tree", "--name-only", commit, STEPS).split()}


def _parents(commit: str) -> list[str]:
    return _git("rev-list", "--parents", "-n", "1", commit).split()[1:]


def commit() -> str:
    """The newest commit that has the first steps of the present ones and not all. Skips the test where the history is not there."""
    here = {path.name for path in (ROOT / STEPS).glob("*.py")}
    try:
        changes = _git("rev-list", "-n", str(MOST_COMMITS), "HEAD", "--", STEPS).split()
        # A step that is not committed yet is new, too.
        before = ["HEAD", *(parent for change in changes for parent in _parents(change))]
        found = [(len(steps), one) for one in before if (steps := _steps(one)) < here and steps == set(sorted(here)[: len(steps) - 1]) | {"__init__.py"}]
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no history: not a clone of the repository")
    if not found:
        pytest.skip("the history does not reach back to a release with fewer steps")
    return max(found, key=lambda one: one[0])[1]


def unpack(commit: str, folder: Path) -> Path:
    """Put the program as it was at `commit` into `folder`, and return the folder."""
    archive = subprocess.run(["git", "archive", commit, *PARTS], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as held:
        held.extractall(folder, filter="data")
    return folder
