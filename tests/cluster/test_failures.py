"""A part of the cluster is lost while 20 people read and 5 hand in: nothing that was acknowledged is lost, nobody gets a wrong
answer, and answers that are none come only within the seconds stated here."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import File, Version
from docmgr.services import jobs
from tests.browser.conftest import PASSWORD
from tests.cluster import load
from tests.cluster.cluster import BALANCER, DATABASE, WEB, WORKERS, Cluster, flask
from tests.cluster.conftest import READERS, UPLOADERS
from tests.cluster.load import Door, Person, Seen


@dataclass(frozen=True)
class Fault:
    """A part that is lost, how long it stays away, and for how many seconds after the loss people may have to ask again."""

    part: str
    number: int
    away: float
    seconds: float


FAULTS = {
    "search node": Fault("search-1", signal.SIGKILL, 12, 15),
    "worker": Fault(WORKERS[0], signal.SIGKILL, 10, 0),
    "other worker": Fault(WORKERS[1], signal.SIGKILL, 10, 0),
    "web machine": Fault(WEB[0], signal.SIGKILL, 10, 6),
    "database": Fault(DATABASE, signal.SIGQUIT, 4, 20),
}
BEFORE, AFTER = 6.0, 14.0
# Everything that was handed in is found within this time after the load has ended.
FINDABLE_SECONDS = 120.0


@pytest.fixture(scope="module")
def crowd(cluster: Cluster) -> list[Person]:
    """Everybody, signed in once; what they see goes elsewhere in each test."""
    door, seen = Door(cluster.book.port(BALANCER)), Seen()
    names = [f"doc-{n}" for n in range(READERS)] + [f"nop-{n}" for n in range(UPLOADERS)]
    return [Person(door, name, PASSWORD, seen) for name in names]


@pytest.fixture
def seen(crowd: list[Person]) -> Iterator[Seen]:
    """What everybody sees in one test."""
    new = Seen()
    for person in crowd:
        person.seen = new
    yield new


@pytest.mark.parametrize("name", FAULTS)
def test_a_part_is_lost_under_load(cluster: Cluster, site: Context, crowd: list[Person], seen: Seen, name: str) -> None:
    fault = FAULTS[name]
    lost = _work_while_it_is_lost(cluster, crowd, seen, fault)
    told = _told(seen, lost)
    print(f"\n{name}: {told}")
    assert seen.broken == [] and seen.wrong() == [], told
    late = [one for one in seen.failed() if one.at < lost or one.asked > lost + fault.seconds]
    assert late == [], told
    assert len(seen.kept) > UPLOADERS and sum(one.kind == "search" for one in seen.answers) > READERS, told
    _nothing_is_lost(site, crowd[-1], seen)
    verdict = flask(cluster, "trail", "verify")
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def _work_while_it_is_lost(cluster: Cluster, crowd: list[Person], seen: Seen, fault: Fault) -> float:
    """Let all work, lose the part and bring it back; returns when it was lost."""
    stop = threading.Event()
    threads = load.work(crowd[:READERS], crowd[READERS:], seen, stop)
    try:
        time.sleep(BEFORE)
        lost = time.monotonic()
        cluster.kill(fault.part, fault.number)
        time.sleep(fault.away)
        cluster.again(fault.part)
        time.sleep(AFTER)
    finally:
        stop.set()
        for thread in threads:
            thread.join(load.PATIENCE)
    return lost


def _told(seen: Seen, lost: float) -> str:
    failed = [(one.kind, one.status, round(one.at - lost, 1)) for one in seen.failed()]
    return f"{len(seen.answers)} answers {seen.statuses()}, {len(seen.kept)} kept; failed (kind, status, seconds after): {failed[:12]} … {failed[12:][-3:]}; wrong: {seen.wrong()[:5]}; {seen.broken[:3]}"


def _nothing_is_lost(site: Context, reader: Person, seen: Seen) -> None:
    """Each acknowledged upload has its row and its bytes, and is found by the word that it alone has."""
    wanted = {one.document: one for one in seen.kept}
    with db.read() as session:
        rows = session.execute(select(Version.document_id, File.sha256).join(File, File.version_id == Version.id).where(Version.document_id.in_(wanted)))
        held = {document: sha256 for document, sha256 in rows}
    db.release()
    assert held == {number: one.sha256 for number, one in wanted.items()}
    assert [one for one in wanted.values() if not site.storage.verify(one.sha256)] == []
    _wait_until_all_is_read(seen)
    left = [one for one in wanted.values() if f"/documents/{one.document}?" not in reader.ask("search", f"/search?q={load.quote(one.word)}")]
    assert left == [], f"{len(left)} of {len(wanted)} are not found"


def _wait_until_all_is_read(seen: Seen) -> None:
    """Wait for the queue and not by searching, which would take the processors from the workers. A change is findable a second later."""
    began = time.monotonic()
    while any((waiting := {kind: jobs.counts().get(kind, 0) for kind in jobs.AWAITED}).values()):
        assert time.monotonic() - began < FINDABLE_SECONDS, f"{waiting} still wait of {len(seen.kept)} documents"
        db.release()
        time.sleep(0.5)
    db.release()
    time.sleep(1.5)
    print(f"all {len(seen.kept)} are findable {time.monotonic() - began:.0f} s after the load")
