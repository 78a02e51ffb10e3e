"""The health of a site whose clock was wrong."""

from __future__ import annotations

import datetime as dt
import os

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import SignInAttempt
from docmgr.policy import COMMAND_LINE
from docmgr.services.trail import append
from docmgr.services.upkeep import health

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("seconds", "alive"), [(-30, True), (0, True), (59, True), (61, False), (-DAY.total_seconds(), False)]
)
def test_a_heartbeat_of_tomorrow_is_none(site: Context, seconds: float, alive: bool) -> None:
    """Otherwise a worker that died while the clock was ahead would count as alive until that time."""
    site.backend.index.create()
    beat = site.settings.home / "worker.heartbeat"
    beat.touch()
    at = db.now().timestamp() - seconds
    os.utime(beat, (at, at))
    assert health.overview(COMMAND_LINE).worker_alive is alive


def test_a_backup_of_tomorrow_is_not_a_fresh_one_and_hides_none(site: Context) -> None:
    site.backend.index.create()
    for at, fresh in ((db.now() + 30 * DAY, False), (db.now(), True), (db.now() - 8 * DAY, False)):
        backup = append.row(COMMAND_LINE, "site:backup", append.EventSubject("site", None, "Bản sao lưu"))
        with db.write() as session:
            append.add(session, {**backup, "at": at})
        found = health.overview(COMMAND_LINE)
        assert (found.backup_at, found.backup_fresh) == (at, fresh)


def test_wrong_tries_of_tomorrow_are_not_those_of_the_last_day(site: Context) -> None:
    with db.write() as session:
        for number, ahead in enumerate((-2 * DAY, -DAY / 2, DAY / 2)):
            session.add(SignInAttempt(username=f"n{number}", address="10.0.0.1", at=db.now() + ahead))
    assert [row.username for row in health.failed_sign_ins(COMMAND_LINE)] == ["n1"]
