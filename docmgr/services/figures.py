"""Count what happens, for monitoring programs: requests, readings. Nothing is counted unless the settings name a token for
/metrics.

Each process counts in its memory and adds its counts to the rows of models.CountedFigure every few seconds, so a figure is that of all
processes of all machines and outlives each of them. A process that is killed loses what it counted since.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from docmgr import context, db
from docmgr.context import Context
from docmgr.models import CountedFigure
from docmgr.services import outage

STORE_SECONDS = 10.0
# More different figures than this are not kept while the database is away.
MOST = 20_000
# A longer value of a label is cut, so that the labels of a figure fit into their column (models.CountedFigure).
LABEL_LETTERS = 60
_INSERTS: dict[str, Callable[[Any], Any]] = {"postgresql": insert_postgresql, "sqlite": insert_sqlite}

log = logging.getLogger(__name__)


class Counts:
    """What this process counted for one site and has not stored yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._added: dict[tuple[str, str], float] = {}
        self._keeper: threading.Thread | None = None

    def add(self, site: Context, figures: Mapping[tuple[str, str], float]) -> None:
        """Add to the figures, which are named by (name, labels). The first time a thread starts that stores them."""
        with self._lock:
            for key, value in figures.items():
                if key in self._added or len(self._added) < MOST:
                    self._added[key] = self._added.get(key, 0.0) + value
            if self._keeper is None:
                self._keeper = threading.Thread(target=_keep, args=(site,), name="figures", daemon=True)
                self._keeper.start()

    def take(self) -> dict[tuple[str, str], float]:
        """Give what was counted, and begin anew."""
        with self._lock:
            taken, self._added = self._added, {}
        return taken


def labels(**given: str | float) -> str:
    """Write labels in the text format of Prometheus, such as `method="GET",status="200"`. Values are cut to
    LABEL_LETTERS."""
    return ",".join(f'{name}="{_escaped(str(value)[:LABEL_LETTERS])}"' for name, value in given.items())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def count(figures: Mapping[tuple[str, str], float]) -> None:
    """Add to figures of the current site, each named by (name, labels). Does nothing where nobody watches the site."""
    site = context.current()
    if site.settings.machines.metrics_token:
        _counts(site).add(site, figures)


def _counts(site: Context) -> Counts:
    found: Counts = site.database.kept.setdefault("figures", Counts())
    return found


def store(site: Context) -> None:
    """Add what this process counted to the rows of all. When the database is away, the counts are kept for the next time."""
    taken = _counts(site).take()
    if not taken:
        return
    try:
        with site.bound(), db.write() as session:
            insert: Any = _INSERTS[session.get_bind().dialect.name](CountedFigure)
            adding = insert.on_conflict_do_update(
                index_elements=["name", "labels"], set_={"value": CountedFigure.value + insert.excluded.value}
            )
            # In one order, as everywhere when several rows are locked.
            rows = [{"name": name, "labels": given, "value": value} for (name, given), value in sorted(taken.items())]
            session.execute(adding, rows)
    except outage.ERRORS as error:
        if outage.cause(error) is None:
            # What the database does not take, it would not take the next time either.
            log.exception("figures are dropped")
            return
        log.warning("figures wait: %s", outage.cause(error))
        _counts(site).add(site, taken)


def _keep(site: Context) -> None:
    pause = threading.Event()
    while not pause.wait(STORE_SECONDS):
        try:
            store(site)
        except Exception:
            # One failure must not end the storing of all figures that come later.
            log.exception("figures are dropped")
