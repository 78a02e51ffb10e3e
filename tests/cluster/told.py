"""The figures of a cluster as tables of BENCHMARKS.md."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tests.bench.measure import LIMIT_COLUMNS, Limit, pair, shown, table

Figures = Mapping[str, Any]
KINDS = ("web", "search", "database", "store", "workers", "balancer")


def told(own: Figures) -> str:
    """The tables: what must be reached, both backends side by side, what each part uses."""
    filled, page, beside = own["filled all"], own["asked all"], own["beside"]
    said = (
        f"Three nodes of OpenSearch (512 MB each, one copy of the shard), PostgreSQL, versitygw, two web machines behind HAProxy and two workers, all on this machine, "
        f"whose processors they share with who asks. {filled['documents']:,} documents with {filled['provisions']:,} provisions. One machine beside it: the same database and files, "
        f"the index on its own disk. {page['page']['count']:.0f} questions go through HTTP to their page of results, one after the other; the better of two rounds counts. Meanwhile who asked and other programs of this machine kept {shown(page['others'])} of its processors busy "
        f"(beside the one machine {shown(beside['others'])}): times by the clock are longer by that, processor seconds hardly."
    )
    limits = table(LIMIT_COLUMNS, [one.row() for one in limits_of(own)])
    rows = [
        ("page of results, p50 / p95 ms", pair(page["page"]), pair(beside["page"])),
        ("processor ms a question, web", 1000 * page["cpu"]["web"], 1000 * beside["cpu"]["web"]),
        ("processor ms a question, search", 1000 * page["cpu"]["search"], ""),
        ("processor ms a question, database", 1000 * page["cpu"]["database"], 1000 * beside["cpu"]["database"]),
        ("index made again by one process, provisions/s", *(own["rebuilt"][name]["provisions a second"] for name in ("cluster", "one machine"))),
        ("index, MB (with copies)", f"{shown(own['sizes']['index'])} ({shown(own['sizes']['index with copies'])})", beside["index"]),
        ("nDCG@10 of 2,249 articles' questions", *(own["judged"][name]["ndcg@10"] for name in ("opensearch", "local"))),
        ("file of 10 MB read from the store, p50 / p95 ms", *(pair(own["files"][name]) for name in ("store", "folder"))),
    ]
    sides = table(("figure", "cluster", "one machine"), rows)
    documents = [(kind, *(1000 * own[f"filled {name}"]["cpu"][kind] for name in ("first", "all"))) for kind in KINDS]
    first = own["filled first"]
    work = table(("processor ms a document, read and indexed", f"the first {first['documents']:,}", f"up to {filled['documents']:,}"), documents)
    many = own["many"]
    rates = f"Six people at once: {shown(many['one']['a second'])} questions/s with one web machine, {shown(many['two']['a second'])} with two; {_busy(many)}."
    return "\n\n".join((said, limits, sides, work, rates))


def _busy(many: Figures) -> str:
    busy = many["two"]["processors busy"]
    return "processors busy meanwhile: " + ", ".join(f"{kind} {shown(float(busy[kind]))}" for kind in KINDS if busy[kind] >= 0.01)


def limits_of(own: Figures) -> list[Limit]:
    """What the figures must reach."""
    page, many = own["asked all"]["page"], own["many"]
    share = 100 * own["judged"]["opensearch"]["ndcg@10"] / own["judged"]["local"]["ndcg@10"]
    folder = own["files"]["folder"]["p95"]
    filled = own["filled all"]
    rate = filled["added"][1] / filled["seconds"] if filled["seconds"] else math.nan
    return [
        Limit("nDCG@10 through OpenSearch, % of the local engine's", share, 99, 100, least=True),
        Limit("page of results, p50 ms", page["p50"], 80, 80),
        Limit("page of results, p95 ms", page["p95"], 150, 150),
        Limit("read and indexed by two workers, provisions/s", rate, 500, 500, least=True),
        Limit("two web machines against one, times (search and who asks on the same processors)", many["two"]["a second"] / many["one"]["a second"], 1.6, 1.8, least=True),
        Limit("10 MB from the store, p95 ms", own["files"]["store"]["p95"], 1.3 * folder + 20, folder),
        Limit("answers other than pages", float(sum(count for status, count in own["asked all"]["statuses"].items() if str(status) != "200")), 0, 0),
    ]  # fmt: skip
