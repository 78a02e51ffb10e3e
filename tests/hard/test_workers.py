"""Four workers share a queue on PostgreSQL, and two of them are killed: each file is read once, and none is lost."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document, Job, Provision, TrailEvent, User, Version
from docmgr.settings import ROOT
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload

PATIENCE = 150.0
LEASE_SECONDS = 5
# No job is due before all workers have started.
LATER = dt.timedelta(seconds=250)


class Crew:
    """Worker processes of one site, and their notes."""

    def __init__(self, site: Context, notes: Path) -> None:
        self.notes = notes
        self.processes = [self._start(site) for _ in range(4)]

    def _start(self, site: Context) -> subprocess.Popen[bytes]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("DOCMGR_")}
        own |= {
            "DOCMGR_HOME": str(site.settings.home),
            "DOCMGR_UPLOADS": str(site.settings.uploads),
            "DOCMGR_DATABASE_URL": site.settings.database_url,
        }
        command = [sys.executable, "-m", "tests.support.noting_worker", str(self.notes), str(LEASE_SECONDS)]
        return subprocess.Popen(command, cwd=ROOT, env=own)

    def noted(self, what: str) -> list[tuple[int, int]]:
        """(process id, job) of each note of this kind, in order."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        rows = [line.split() for line in lines]
        return [(int(pid), int(job)) for pid, kind, job in rows if kind == what]

    def stop(self) -> None:
        """Stop those that run."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            process.wait(60)


@pytest.fixture
def crew(site: Context, people: dict[str, User], tmp_path: Path) -> Iterator[Crew]:
    """Four workers without any work yet."""
    if site.database.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite there is one worker")
    started = Crew(site, tmp_path / "notes")
    yield started
    started.stop()


def _wait(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        db.release()
        time.sleep(0.05)


def _waiting(kind: str) -> set[int]:
    with db.read() as session:
        return set(session.scalars(select(Job.id).where(Job.kind == kind)))


def _kill_two_at_work(crew: Crew) -> set[int]:
    """Kill the first worker and another one while both hold jobs; returns the jobs that they held."""
    first = crew.noted("claimed")[0][0]
    victims = [first, next(p.pid for p in crew.processes if p.pid != first)]
    while True:
        for pid in victims:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(0.05)
        db.release()
        open_jobs = _waiting("read")
        held = {pid: {job for who, job in crew.noted("claimed") if who == pid} & open_jobs for pid in victims}
        assert open_jobs, "all was read before anybody could be killed"
        if all(held.values()):
            for pid in victims:
                os.kill(pid, signal.SIGKILL)
            return set.union(*held.values())
        for pid in victims:
            os.kill(pid, signal.SIGCONT)
        time.sleep(0.02)


def test_each_file_is_read_once_and_none_is_lost(
    site: Context, people: dict[str, User], crew: Crew, full_size: bool
) -> None:
    clerk, many = actor_of(people["clerk"]), 400 if full_size else 40
    with db.write():
        papers = [upload(clerk, decision(number=str(n)), f"{n}.docx") for n in range(1, many + 1)]
        with db.write() as session:
            session.execute(update(Job).values(run_after=db.now() + LATER))
    _wait(lambda: len({pid for pid, _ in crew.noted("claimed")}) == 4)
    with db.write() as session:
        session.execute(update(Job).values(run_after=db.now()))
    _wait(lambda: len({pid for pid, _ in crew.noted("saved")}) >= 2)
    held = _kill_two_at_work(crew)
    _wait(lambda: not _waiting("read") and not _waiting("index"))

    saved = crew.noted("saved")
    # Their jobs come back, and the two remaining workers do them.
    left = {process.pid for process in crew.processes if process.poll() is None}
    assert len(left) == 2 and held <= {job for pid, job in saved if pid in left}
    with db.read() as session:
        events = session.scalars(select(TrailEvent.document_id).where(TrailEvent.action == "document:read")).all()
        assert Counter(events) == dict.fromkeys(papers, 1)
        states = session.execute(select(Document.state, func.count()).group_by(Document.state)).all()
        assert [tuple(row) for row in states] == [("findable", many)]
        provisions = session.execute(
            select(Version.document_id, func.count(), func.count(Provision.anchor.distinct()))
            .join(Provision, Provision.version_id == Version.id)
            .group_by(Version.document_id)
        ).all()
        assert len(provisions) == many and len({tuple(row[1:]) for row in provisions}) == 1
    assert len(site.backend.index.snapshot().documents) == many
