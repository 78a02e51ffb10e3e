"""Machines are upgraded one after the other: the release before and the present one serve one database, over the newest steps."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from docmgr import db
from docmgr.context import Context
from docmgr.services.upkeep import migrate
from docmgr.settings import ROOT
from tests.filling.papers import decision
from tests.services.rolling import earlier
from tests.support.running import Browser, Running, free_port

pytestmark = pytest.mark.slow


class Rolling:
    """A site whose database is of the release before, and the processes of both releases."""

    def __init__(self, site: Context, old: Path) -> None:
        self.site, self.old = site, old
        self.started: list[Running] = []
        self.papers: list[int] = []

    def start(self, code: Path) -> Running:
        """Start a release, and wait until it answers."""
        out = self.site.settings.home.parent / f"output-{len(self.started)}"
        own = {"DOCMGR_DATABASE_URL": self.site.settings.database_url, "PYTHONPATH": str(code)}
        self.started.append(Running(self.site.settings.home, free_port(), out, code, **own))
        assert self.started[-1].started().answers(), out.read_text()
        return self.started[-1]

    def add(self, clerk: Browser) -> None:
        """Upload a paper, and wait until it is read and findable."""
        number = str(100 + len(self.papers))
        (answer,) = json.loads(clerk.upload(f"qd-{number}.docx", decision(number=number, subject=f"Về việc thử số {number}")))
        assert answer["outcome"] == "stored", answer
        self.papers.append(answer["document"])
        clerk.site.wait_for(lambda: _count("SELECT count(*) FROM job") == 0)
        assert f"/documents/{answer['document']}" in clerk.get(f"/search?q={quote(f'{number}/QĐ-SGDĐT')}")

    def everything_answers(self, clerk: Browser) -> None:
        """The list, each document and a search answer, and show all papers."""
        listed = clerk.get("/documents")
        assert clerk.status == 200 and all(f"/documents/{paper}" in listed for paper in self.papers)
        for paper in self.papers:
            assert "Về việc thử số" in clerk.get(f"/documents/{paper}") and clerk.status == 200
        found = clerk.get(f"/search?q={quote('thử số')}")
        assert clerk.status == 200 and all(f"/documents/{paper}" in found for paper in self.papers)


@pytest.fixture
def rolling(site: Context, tmp_path: Path) -> Iterator[Rolling]:
    """An empty database for the release before."""
    if site.database.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite there is one machine, which is stopped")
    old = earlier.unpack(earlier.commit(), tmp_path / "old")
    with site.database.write_engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    both = Rolling(site, old)
    yield both
    for running in both.started:
        running.stop()


def _as(clerk: Browser, running: Running) -> Browser:
    """The same browser, sent to another machine by the balancer."""
    other = Browser(running)
    other._kept = clerk._kept
    return other


def test_old_and_new_serve_side_by_side(rolling: Rolling) -> None:
    old = rolling.start(rolling.old)
    old.add_person("vanthu", "clerk")
    clerk = old.sign_in("vanthu")
    rolling.add(clerk)
    before = migrate.current(rolling.site.database)
    assert before != migrate.head() and before in migrate.known()
    assert migrate.upgrade(rolling.site.database)
    assert migrate.current(rolling.site.database) == migrate.head() and migrate.differences(rolling.site.database) == []
    # Only the release before runs, on the new tables: it shows, takes, reads and indexes.
    rolling.everything_answers(clerk)
    rolling.add(clerk)
    new = rolling.start(ROOT)
    for browser in (clerk, _as(clerk, new)):
        rolling.everything_answers(browser)
        rolling.add(browser)
        rolling.everything_answers(browser)
    assert new.sign_in("vanthu").get("/documents")
    old.stop()
    # The new worker leads now.
    rolling.add(_as(clerk, new))
    rolling.everything_answers(_as(clerk, new))
    assert _count("SELECT count(*) FROM version WHERE reader IS NOT NULL") == len(rolling.papers) == 5
    assert not any(running.said("Traceback") for running in rolling.started), os.linesep.join(one.out.read_text() for one in rolling.started)


def _count(query: str) -> int:
    """The number that a query answers, by text: the models here are those of the present release."""
    db.release()
    with db.read() as session:
        return session.scalar(sa.text(query)) or 0
