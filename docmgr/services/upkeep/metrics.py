"""The figures of the site in the text format of Prometheus (version 0.0.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import CountedFigure, Job
from docmgr.services import figures, outage
from docmgr.services.upkeep import readiness

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
KINDS = ("read", "reread", "ocr", "index", "render", "rendition", "rendition-ocr")
# The type and the meaning of each family; figures of other names are not told.
FAMILIES = {
    "docmgr_part_up": ("gauge", "Whether the database, the store and the search engine answer now."),
    "docmgr_part_seconds": ("gauge", "How long that answer took."),
    "docmgr_jobs": ("gauge", "Jobs in the queue, by kind."),
    "docmgr_jobs_taken": ("gauge", "Jobs that a worker holds now, by kind."),
    "docmgr_jobs_failing": ("gauge", "Jobs that have failed at least once, by kind."),
    "docmgr_jobs_oldest_seconds": ("gauge", "The age of the oldest job, by kind."),
    "docmgr_index_updated_timestamp_seconds": ("gauge", "When the index changed last."),
    "docmgr_readings_total": ("counter", "Files that were read, by outcome."),
    "docmgr_requests_total": ("counter", "Requests, by endpoint, method and status."),
    "docmgr_request_seconds": ("histogram", "How long requests took, by endpoint."),
}
_SUFFIXES = ("_bucket", "_sum", "_count")
Sample = tuple[str, str, float]


def text() -> str:
    """Write all figures. Those of the database are left out while it does not answer, which `docmgr_part_up` says."""
    parts = readiness.parts()
    samples = [("docmgr_part_up", figures.labels(part=part.name), float(part.answers)) for part in parts]
    samples += [("docmgr_part_seconds", figures.labels(part=part.name), part.seconds) for part in parts if part.seconds is not None]
    works = {part.name for part in parts if part.answers}
    if readiness.DATABASE in works:
        figures.store(context.current())
        samples += _stored()
    if readiness.SEARCH in works and (moment := context.current().backend.updated_at()) is not None:
        samples.append(("docmgr_index_updated_timestamp_seconds", "", moment.timestamp()))
    return "".join(_written(samples))


def _stored() -> list[Sample]:
    try:
        with db.read() as session:
            return [*_jobs(session), *((row.name, row.labels, row.value) for row in session.execute(select(CountedFigure.name, CountedFigure.labels, CountedFigure.value)))]
    except outage.ERRORS:
        return []


def _jobs(session: Session) -> Iterator[Sample]:
    """The figures of the queue. Kinds without jobs are told too, so that their lines do not come and go."""
    now = db.clock(session)
    query = select(
        Job.kind, func.count(), func.count(case((Job.leased_until > now, 1))), func.count(Job.error), func.min(Job.created_at)
    ).group_by(Job.kind)
    found = {row[0]: row for row in session.execute(query)}
    for kind in dict.fromkeys((*KINDS, *found)):
        _, count, taken, failing, oldest = found.get(kind, (kind, 0, 0, 0, None))
        label = figures.labels(kind=kind)
        yield "docmgr_jobs", label, count
        yield "docmgr_jobs_taken", label, taken
        yield "docmgr_jobs_failing", label, failing
        yield "docmgr_jobs_oldest_seconds", label, _age(oldest, now)


def _age(moment: dt.datetime | None, now: dt.datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def _written(samples: Iterable[Sample]) -> Iterator[str]:
    by_family: dict[str, list[Sample]] = {}
    for sample in samples:
        by_family.setdefault(_family(sample[0]), []).append(sample)
    for family, (kind, meaning) in FAMILIES.items():
        if rows := by_family.get(family):
            yield f"# HELP {family} {meaning}\n# TYPE {family} {kind}\n"
            for name, labels, value in sorted(rows, key=_order):
                yield f"{name}{{{labels}}} {value:.10g}\n" if labels else f"{name} {value:.10g}\n"


def _family(name: str) -> str:
    return next((name.removesuffix(end) for end in _SUFFIXES if name.removesuffix(end) in FAMILIES and name.endswith(end)), name)


def _order(sample: Sample) -> tuple[str, str, float]:
    # Groups of times must grow within each route.
    labels, _, end = sample[1].partition(',le="')
    return sample[0], labels, float(end.rstrip('"') or 0)
