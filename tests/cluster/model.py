"""What larger sites need, computed from figures that were measured: processor seconds and bytes for each question and document."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tests.bench.measure import shown, table
from tests.bench.tables import describe

Figures = Mapping[str, Any]
SIZES = (1_000_000, 10_000_000, 100_000_000)
PROVISIONS = 8
# What is supposed of people: so many documents for each of them, questions in the busiest hour, uploads of a year.
DOCUMENTS_A_PERSON, SECONDS_A_QUESTION, YEARLY = 200, 600, 0.1
WORKING_SECONDS, PEAK = 250 * 8 * 3600, 3.0
# What is supposed of machines: processors, the share of them that is to be busy, disk and memory in GB.
CORES, BUSY, DISK_GB, MEMORY_GB = 8, 0.5, 2_000, 64
# What one node of OpenSearch should hold, in GB: the advice of its makers is 10 to 50 a shard.
SHARD_GB = 50
COPIES = 2
# From how many provisions on two sizes show how the time of a question grows; below, what a process does first counts for more.
LINE_FROM = 20_000


def needs(own: Figures, documents: int) -> dict[str, float]:
    """The questions and uploads a second of the busiest hour, processors by kind, GB by kind and machines by kind."""
    questions = documents / DOCUMENTS_A_PERSON / SECONDS_A_QUESTION
    uploads = PEAK * documents * YEARLY / WORKING_SECONDS
    provisions = documents * PROVISIONS
    asked, filled = own["asked all"]["cpu"], own["filled all"]
    search = questions * search_seconds(own, provisions) + uploads * filled["cpu"]["search"]
    per_provision = {name: own["sizes"][name] / 1000 / filled["provisions"] for name in ("index", "database", "files")}
    web = questions * asked["web"] + uploads * filled["cpu"]["web"]
    database = questions * asked["database"] + uploads * filled["cpu"]["database"]
    workers = uploads * filled["cpu"]["workers"]
    index = per_provision["index"] * provisions * COPIES
    found = {
        "questions a second": questions, "uploads a second": uploads, "web processors": web, "search processors": search, "database processors": database,
        "worker processors": workers, "index GB": index, "shards": math.ceil(index / COPIES / SHARD_GB), "database GB": per_provision["database"] * provisions,
        "files GB": per_provision["files"] * provisions,
    }  # fmt: skip
    found["web machines"] = max(2, _machines(web))
    found["search machines"] = max(3, _machines(search), math.ceil(index / DISK_GB))
    found["worker machines"] = max(2, _machines(workers))
    found["database machines"] = max(1, _machines(database))
    return found


def _machines(processors: float) -> int:
    return math.ceil(processors / CORES / BUSY)


def search_seconds(own: Figures, provisions: float) -> float:
    """Processor seconds of OpenSearch a question: a part that stays, and one that grows with the provisions, by the line through the two
    sizes that were measured. Where the larger cost no more than the smaller one, or both are small, it stays as it is."""
    if not _has_line(own):
        return float(own["asked all"]["cpu"]["search"])
    sizes = [own[f"filled {name}"]["provisions"] for name in ("first", "all")]
    spent = [own[f"asked {name}"]["cpu"]["search"] for name in ("first", "all")]
    growth = max(0.0, (spent[1] - spent[0]) / max(1, sizes[1] - sizes[0]))
    return float(spent[1] + growth * max(0.0, provisions - sizes[1]))


def _has_line(own: Figures) -> bool:
    return bool(own["filled all"]["provisions"] >= LINE_FROM)


def _growth(own: Figures) -> str:
    first, last = own["filled first"], own["filled all"]
    spent = f"{shown(1000 * own['asked first']['cpu']['search'])} and {shown(1000 * own['asked all']['cpu']['search'])} ms"
    at = f"{first['provisions']:,} and {last['provisions']:,} provisions"
    if _has_line(own):
        return f"OpenSearch's time for a question grows by the line through {at}: {spent}. Far from there that line is a guess."
    return (
        f"OpenSearch's time for a question is counted as at {last['provisions']:,} provisions ({at}: {spent}). How it grows cannot be told from sites so small, "
        "so its processors and machines are the least that is needed, and may be far too few."
    )


def document(figures: Figures) -> str:
    """The whole of SCALING.md."""
    own = figures["cluster"]
    filled, asked, alone = own["filled all"], own["asked all"], own["beside"]
    spent = [(kind, 1000 * asked["cpu"][kind], 1000 * filled["cpu"][kind]) for kind in ("web", "search", "database", "store", "workers", "balancer")]
    sizes = [(name, 1e6 * own["sizes"][name] / filled["provisions"], 1000 * own["sizes"][name] / filled["documents"]) for name in ("index", "database", "files")]
    columns = [needs(own, documents) for documents in SIZES]
    rows = [(name, *(column[name] if column[name] < 100 else f"{column[name]:,.0f}" for column in columns)) for name in columns[0]]
    return "\n\n".join((
        "# Scaling",
        "Written by `make bench-cluster SCALING=SCALING.md` from what it measured; no figure is typed by hand. "
        f"{describe(figures['machine'])}",
        f"Measured at {filled['documents']:,} documents with {filled['provisions']:,} provisions, on two cores that all parts and those who asked shared. "
        "Processor seconds are those of this machine; measure your own before you buy. What stands below for larger sites is computed, not measured.",
        "## What one question and one document cost",
        table(("processor ms", "a question", "a document, handed in, read and indexed"), spent),
        f"With the index on its own disk a question costs a web process {shown(1000 * alone['cpu']['web'])} ms and no search engine anything.",
        table(("on the disk", "bytes a provision", "kB a document"), sizes),
        "The index counts once here; each copy (`DOCMGR_SEARCH_REPLICAS`) takes as much again. The database counts with what an empty one has, which is most of it where there are few documents.",
        "## What larger sites would need",
        f"Supposed: a person for {DOCUMENTS_A_PERSON} documents, each asking every {SECONDS_A_QUESTION // 60} minutes in the busiest hour; {YEARLY:.0%} of the documents are new each year, "
        f"{PEAK:.0f} times as many in the busiest hour as on average; {PROVISIONS} provisions a document; the index with one copy; machines with {CORES} processors, "
        f"{BUSY:.0%} of them busy, and {DISK_GB:,} GB of disk. {_growth(own)}",
        table(("", *(f"{documents:,} documents" for documents in SIZES)), rows),
        "## What breaks first, and its knob",
        _share(asked["cpu"]) + BREAKS,
    )) + "\n"  # fmt: skip


def _share(spent: Mapping[str, float]) -> str:
    whole = sum(spent.values())
    return f"Of a question's processor time {spent['search'] / whole:.0%} is OpenSearch's, {spent['web'] / whole:.0%} that of web processes, {spent['database'] / whole:.0%} PostgreSQL's.\n\n"


BREAKS = """- **Indexing.** One worker leads and writes the index; two workers read. When the queue `index` of `/metrics` grows while `read` is empty, nothing but a faster machine for the leader helps. Files waiting to be read: more workers
  (`python -m docmgr.worker --read`).
- **Web machines** rank and cut passages. More processes (`WEB_CONCURRENCY`), then more machines behind the balancer; they share nothing.
- **OpenSearch.** More shards (`DOCMGR_SEARCH_SHARDS`, then `index rebuild`) when one shard is larger than some 50 GB or its processors are busy; more copies (`DOCMGR_SEARCH_REPLICAS`) for more questions at once. Its memory must hold what is
  asked for often; the heap need not grow with the index.
- **Access lists.** Who has thousands of lists sends them with each question; share folders with units instead of persons.
- **PostgreSQL.** Every change ends in the trail under one lock, so changes are serial. There is no read replica and no partitioning: the disk of one server must hold all rows."""
