"""The watched folder: two workers at once, and a worker that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.policy import COMMAND_LINE
from docmgr.services.folders import tree
from docmgr.services.inbox import entries
from docmgr.services.inbox.folder import FolderWatch
from docmgr.settings import ROOT
from tests.filling.papers import decision
from tests.support.racing import at_once

Stored = Callable[[], list[tuple[str, str, str, int]]]


def looks(watch: FolderWatch, times: int = 2) -> int:
    """Look so many times; returns how many files were taken or refused."""
    return sum(watch.step() for _ in range(times))


def tidy(inbox: Path, aside: str = entries.TAKEN) -> list[str]:
    """The names that were moved aside."""
    return sorted(path.name for path in (inbox / aside).glob("*/*"))


def test_the_second_of_two_that_move_one_file_finds_nothing(watch: FolderWatch, inbox: Path) -> None:
    (inbox / "a.docx").write_bytes(decision())
    (entry,) = entries.look(inbox).entries
    with entries.content(inbox, entry) as one, entries.content(inbox, entry) as other:
        assert entries.move_aside(inbox, entry, one, entries.TAKEN) is True
        assert entries.move_aside(inbox, entry, other, entries.TAKEN) is False


@pytest.mark.parametrize("held", [False, True])
def test_two_workers_take_each_file_once(watch: FolderWatch, inbox: Path, site: Context, stored: Stored, held: bool) -> None:
    tree.by_path(COMMAND_LINE, "A", create=True)
    for number in range(6):
        where = inbox / "A" if number % 2 else inbox
        where.mkdir(exist_ok=True)
        (where / f"{number}.docx").write_bytes(decision(number=str(number + 20)))
    both = [watch, FolderWatch(inbox)]
    at_once(site, [one.step for one in both], held=False)
    assert not any(isinstance(answer, Exception) for answer in at_once(site, [one.step for one in both], held=held))
    at_once(site, [one.step for one in both], held=False)
    assert sorted(name for name, *_ in stored()) == [f"{number}.docx" for number in range(6)]
    assert len(tidy(inbox)) == 6 and not list(inbox.rglob("[0-9].docx"))[6:]


KILLED = """
import os, signal, sys
from docmgr import context
from docmgr.services.inbox import entries, folder
from docmgr.settings import from_environment
site = context.build(from_environment())
entries.move_aside = lambda *args: os.kill(os.getpid(), signal.SIGKILL)
folder.LOOK_SECONDS = 0.0
watch = folder.FolderWatch(site.settings.inbox.path)
with site.bound():
    watch.step(), watch.step()
"""


def test_a_worker_killed_between_storing_and_moving(watch: FolderWatch, inbox: Path, site: Context, stored: Stored) -> None:
    (inbox / "a.docx").write_bytes(decision())
    given = {"DOCMGR_HOME": site.settings.home, "DOCMGR_INBOX": inbox, "DOCMGR_INBOX_USER": "clerk"}
    own = {name: value for name, value in os.environ.items() if not name.startswith("DOCMGR_")}
    own |= {name: str(value) for name, value in given.items()} | {"DOCMGR_DATABASE_URL": site.settings.database_url}
    db.release()
    done = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, env=own, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(stored()) == 1 and (inbox / "a.docx").exists()
    assert looks(watch) == 1
    assert len(stored()) == 1 and tidy(inbox) == ["a.docx"]


