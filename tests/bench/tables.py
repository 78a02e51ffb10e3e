"""The measurements of the benchmark as Markdown tables, with the limits that they must meet.

This module decides what is compared with what. Limits that name Tantivy use the better of its two variants for each
number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from tests.bench.measure import LIMIT_COLUMNS, Limit, pair, shown, table
from tests.bench.peers import PEERS
from tests.bench.reading import by_kind
from tests.bench.typed import asked
from tests.cluster.told import told

Figures = Mapping[str, Any]
SHAPES = {
    "whole": "whole question, p50 / p95 ms",
    "beside": "2–4 neighbouring words, all required, p50 / p95 ms",
    "drawn": "2–4 words drawn at random, all required, p50 / p95 ms",
    "rare": "2–4 rarest words, all required, p50 / p95 ms",
    "phrase": "two-word phrase, p50 / p95 ms",
}
# "Two to four keywords" does not say which words: so the extremes and a middle are measured.
KEYWORDS = ("beside", "drawn", "rare")
TANTIVY = ("tantivy", "tantivy-joint")


HEAD = """# Benchmarks

Written by `make bench-full WRITE=BENCHMARKS.md`; no figure is typed by hand. `make bench WRITE=…` leaves out the larger corpus.

The corpora are 2,249 and 49,094 articles of Vietnamese law with real questions. Quality is cross-validated: the weights of the
ranking are fitted on four fifths of the questions, and the rest are asked. Tantivy and FTS5 get the same terms ready-made, while
docmgr reads each question as it was typed. The bounds are set by the faster of Tantivy's two variants; the one with the same
four fields is named beside it for keywords. Of three rounds the best counts for each engine and shape of question. A busy
machine makes all engines slower alike, so only figures of one run may be compared.

"""


def document(figures: Figures) -> str:
    """The whole of BENCHMARKS.md."""
    return HEAD + everything(figures) + "\n"


def merged(present: str, figures: Figures) -> str:
    """The document `present` with the sections of the parts that were measured written anew, or added at its end. Each
    says on what machine and when it was measured; the others stay as they are."""
    held = {piece.partition("\n")[0]: piece for piece in re.split(r"(?m)^(?=## )", present.rstrip() + "\n\n")}
    for name in (name for name in PARTS if name in figures):
        heading, rest = part(name, figures).split("\n\n", 1)
        held[heading] = f"{heading}\n\n{describe(figures['machine'])}\n\n{rest}\n\n"
    order = ["# Benchmarks", *(f"## {title}" for title in TITLES.values())]
    return "".join(held[heading] for heading in order if heading in held).rstrip() + "\n"


def describe(machine: Mapping[str, str]) -> str:
    """The machine in one line."""
    return "Measured on: " + ", ".join(f"{name} {value}" for name, value in machine.items()) + "."


def part(name: str, figures: Figures) -> str:
    """The tables of one part, with a heading."""
    own = figures[name]
    return f"## {TITLES[name]}\n\n{PARTS[name](own, figures)}\n\n({own.get('minutes', '?')} minutes)"


def everything(figures: Figures) -> str:
    """The machine and the tables of all parts that were measured."""
    return "\n\n".join(
        [describe(figures["machine"]), *(part(name, figures) for name in PARTS if name in figures)]
    )


def _reached(held: Figures, *path: str) -> float:
    """A number inside nested mappings, NaN when it was not measured."""
    found: Any = held
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return math.nan if found is None else float(found)


def _rate(held: Figures) -> float:
    return _reached(held, "build", "articles") / _reached(held, "build", "seconds")


def _peers(own: Figures, _all: Figures) -> str:
    names = [name for name in PEERS if name in own and "failed" not in own[name]]
    rows: list[tuple[object, ...]] = [
        (title, *(pair(own[name]["ask"][shape]) for name in names)) for shape, title in SHAPES.items()
    ]
    rows += [
        ("building, articles/s of one core", *(_rate(own[name]) for name in names)),
        ("index, MB", *(own[name]["build"]["mb"] for name in names)),
        (
            "memory, own / mapped files, MB",
            *(pair(own[name]["ask"]["memory"], "private", "mapped") for name in names),
        ),
        ("start to first answer, ms", *(own[name]["start_ms"] for name in names)),
        ("nDCG@10 of these candidates", *(own[name]["ask"]["ndcg@10"] for name in names)),
        ("questions", *(int(own[name]["ask"]["whole"]["count"]) for name in names)),
    ]
    failed = [
        f"{PEERS[name].title} failed: {own[name]['failed']}" for name in PEERS if "failed" in own.get(name, {})
    ]
    columns = ("candidates alone, best ten", *(PEERS[name].title for name in names))
    limits = table(LIMIT_COLUMNS, [limit.row() for limit in _peer_limits(own)])
    return "\n\n".join([table(columns, rows), limits, *failed])


def _held(own: Figures) -> dict[str, Figures]:
    return {name: held for name, held in own.items() if isinstance(held, Mapping) and "failed" not in held}


def _peer_limits(own: Figures) -> list[Limit]:
    held = _held(own)
    ours = held.get("ours", {})
    fts5 = held.get("fts5", {})

    def tantivy(*path: str) -> float:
        return min((_reached(held.get(name, {}), *path) for name in TANTIVY), default=math.nan)

    def asked(shape: str, share: str, must: float, aim: float) -> Limit:
        theirs = tantivy("ask", shape, share)
        title = SHAPES[shape].partition(", p50")[0]
        return Limit(f"{title}, {share} ms", _reached(ours, "ask", shape, share), must * theirs, aim * theirs)

    def beside(shape: str, title: str, theirs: Figures, times: float) -> Limit:
        bound = _reached(theirs, "ask", shape, "p50")
        said = f"{SHAPES[shape].partition(',')[0]} against {title}, p50 ms"
        return Limit(said, _reached(ours, "ask", shape, "p50"), times * bound, tantivy("ask", shape, "p50"))

    rest = [
        *(beside(shape, "Tantivy with the same four fields", held.get("tantivy", {}), 1.5) for shape in KEYWORDS),
        *(beside(shape, "FTS5", fts5, 1) for shape in KEYWORDS),
        Limit("building, articles/s", _rate(ours) if ours else math.nan, 2_500, 5_000, least=True),
        Limit("index, MB", _reached(ours, "build", "mb"), 1.8 * tantivy("build", "mb"), tantivy("build", "mb")),
        Limit("start to first answer, ms", _reached(ours, "start_ms"), 500, 150),
    ]  # fmt: skip
    return [
        asked("whole", "p50", 1, 0.5), asked("whole", "p95", 1, 0.5),
        *(asked(shape, "p50", 1.5, 1) for shape in KEYWORDS), asked("phrase", "p50", 1, 0.3), *rest,
    ]  # fmt: skip


def _engine(own: Figures, _all: Figures) -> str:
    ranked, page, follow = own["layers"]["ranked"], own["layers"]["page"], own["follow"]
    limits = [
        Limit("whole question as ranked, ten provisions, p50 ms", ranked["p50"], 8, 4),
        Limit("the same, p95 ms", ranked["p95"], 15, 8),
        Limit("changed to findable in another process, p95 ms", follow["p95"], 100, 40),
        Limit("the same, the slowest", follow["max"], 300, 300),
        Limit("memory of the process without mapped files, MB", own["layers"]["memory"]["private"], 300, 150),
    ]
    rest = f"`search()`, a page of twenty documents with counts and snippets: {pair(page)} ms. Mapped: "
    rest += f"{shown(own['layers']['memory']['mapped'])} MB. Changes: {follow['count']:.0f}. Reading what was typed, which "
    rest += "the peers need not, is of the time for candidates, p50 ms: "
    read = own["layers"]["read"].items()
    rest += ", ".join(f"{SHAPES[shape].partition(',')[0]} {shown(taken)}" for shape, taken in read) + "."
    return table(LIMIT_COLUMNS, [limit.row() for limit in limits]) + "\n\n" + rest


def _sets(own: Figures, _all: Figures) -> str:
    limits = [
        Limit(f"document numbers in careless spellings first, % of {own['numbers']['cases']}",
              100 * own["numbers"]["share"], 99, 100, least=True),
        Limit(f"laws by name and usual short name first, % of {own['laws']['cases']}",
              100 * own["laws"]["share"], 97, 100, least=True),
    ]  # fmt: skip
    missed = [f"- {asked}: {', '.join(right)}, found {found}" for name in ("numbers", "laws")
              for asked, right, found in own[name]["missed"][:15]]  # fmt: skip
    return (
        table(LIMIT_COLUMNS, [limit.row() for limit in limits])
        + "\n\n"
        + "\n".join(["Missed:", *(missed or ["none"])])
    )


def _hostile(own: Figures, _all: Figures) -> str:
    times, errors = own["times"], sum(own["errors"].values())
    limits = [
        Limit("slowest, ms", times["max"], 1_000, 1_000),
        Limit("p99, ms", times["p99"], 300, 300),
        Limit("memory growth, MB", own["growth_mb"], 50, 50),
        Limit("exceptions", float(errors), 0, 0),
    ]
    said = f"{times['count']:,.0f} questions, p50 {shown(times['p50'])} ms, {own['cut']} cut short. {own['errors'] or ''}"
    slowest = "\n".join(f"- {milliseconds} ms: `{query}`" for milliseconds, query in own["slowest"])
    return table(LIMIT_COLUMNS, [limit.row() for limit in limits]) + f"\n\n{said}\n\nSlowest:\n{slowest}"


def _worlds(own: Figures, _all: Figures) -> str:
    said = f"{own['questions']:,} questions to {own['worlds']} pairs of worlds: {own['differing']} answered differently."
    return "\n\n".join([said, *own["first"]])


def _differential(own: Figures, _all: Figures) -> str:
    said = f"{own['corpora']:,} random corpora with {own['questions']:,} questions for hits and scores, a third as many in "
    return f"{said}each of four other comparisons: {'differences' if own['told'] else 'no difference'}.\n\n{own['told']}".strip()


def _quality(own: Figures, _all: Figures) -> str:
    columns = ("ndcg@10", "recall@1", "recall@10", "recall@100", "mrr@10")
    runs = {name: held for name, held in own.items() if isinstance(held, Mapping)}
    rows = [
        (name, *(float(held[column]) for column in columns), pair(held["latency_ms"]))
        for name, held in runs.items()
    ]
    limits = [
        Limit("phapdien nDCG@10", _reached(runs, "phapdien", "ndcg@10"), 0.82, 0.86, least=True),
        Limit("phapdien recall@10", _reached(runs, "phapdien", "recall@10"), 0.93, 0.95, least=True),
        Limit("alqac25 nDCG@10", _reached(runs, "alqac25", "ndcg@10"), 0.92, 0.95, least=True),
    ]
    for name, typed in product(("phapdien", "alqac25"), ("with half of the diacritics", "without diacritics")):
        folded = _reached(runs, f"{name} {typed}", "ndcg@10")
        kept = 100 * folded / _reached(runs, name, "ndcg@10")
        limits.append(Limit(f"{name} {typed}, % of nDCG@10 with all of them", kept, 97, 99, least=True))
    first = table(("questions, weights refitted per fold", *columns, "p50 / p95 ms"), rows)
    return first + "\n\n" + table(LIMIT_COLUMNS, [limit.row() for limit in limits])


def _site(own: Figures, _all: Figures) -> str:
    wrong = sum(count for status, count in own["statuses"].items() if status >= "500")
    limits = [
        Limit("page `/search?q=`, p95 ms", own["page"]["p95"], 60, 30),
        Limit("memory of the web process without mapped files, MB", own["memory"]["private"], 300, 150),
        Limit("hostile questions through HTTP, slowest ms", own["hostile"]["max"], 1_000, 1_000),
        Limit("the same, p99 ms", own["hostile"]["p99"], 300, 300),
        Limit("the same, memory growth MB", own["growth_mb"], 50, 50),
        Limit("answers of status 5xx", float(wrong), 0, 0),
    ]
    rounds = "; ".join(map(pair, own.get("rounds", [own["page"]])))
    said = f"Page p50 / p95, each round: {rounds} ms. Answers by status: {own['statuses']}. {own['import']}"
    slow = "\n".join(f"- {first} ms, again {again}: `{query}`" for first, query, again in own.get("slowest", ()))
    return table(LIMIT_COLUMNS, [limit.row() for limit in limits]) + f"\n\n{said}\n\nSlowest:\n{slow}"


def _reading(own: Figures, _all: Figures) -> str:
    kinds, _ocr, beside = own["kinds"], own["ocr"], own["beside"]
    limits = [
        Limit("DOCX of 100 pages, processor s", kinds["docx"]["cpu_s"], 1, 1),
        Limit("PDF with text of 100 pages, processor s", kinds["pdf"]["cpu_s"], 2, 2),
        Limit("recognised pages a minute on one core", by_kind.pages_a_minute(own), 15, 15, least=True),
        Limit("DOCX while two scans are recognised: clock, times that of alone", beside["beside_s"] / beside["alone_s"], 1.5, 1.2),
        Limit("largest memory of any kind, MB", max(one["mb"] for one in kinds.values()), 600, 400),
    ]
    figures = table(LIMIT_COLUMNS, [one.row() for one in limits])
    return f"{by_kind.before(own)}\n\n{table(by_kind.COLUMNS, by_kind.rows(own))}\n\n{by_kind.after(own)}\n\n{figures}"


def _growth(own: Figures, figures: Figures) -> str:
    large = own["large"]
    # The measure for what an index takes, because texts may grow differently from their number.
    measured: list[tuple[str, str, float, float]] = [
        ("the corpus", "articles with all fields, MB", *own["texts_mb"])
    ]
    for name, held in large.items():
        small, title = figures.get("peers", {}).get(name, {}), PEERS[name].title
        for shape, label in SHAPES.items():
            for share in ("p50", "p95"):
                said = f"{label.partition(', p50')[0]}, {share} ms"
                measured.append((title, said, *(_reached(one, "ask", shape, share) for one in (small, held))))  # type: ignore[arg-type]
        for said, path in (("building, s", ("build", "seconds")), ("index, MB", ("build", "mb")),
                           ("own memory, MB", ("ask", "memory", "private")), ("start, ms", ("start_ms",))):  # fmt: skip
            measured.append((title, said, _reached(small, *path), _reached(held, *path)))
    ranked = [
        _reached(one, "layers", "ranked", "p95") for one in (figures.get("engine", {}), large.get("ours", {}))
    ]
    measured.append(("docmgr", "whole question as ranked, p95 ms", ranked[0], ranked[1]))
    times = own["provisions"] / own["corpus"]
    rows = [(*row, row[3] / row[2], math.log(row[3] / row[2]) / math.log(times)) for row in measured]
    columns = ("engine", "figure", "corpus", f"{own['provisions']:,}", "times", "exponent (1: as the corpus)")
    steps = [(place, *step.values()) for place, step in enumerate(own["steps"])]
    grown = table(("copies", "words", "pairs", "wanted words", "wanted pairs", "own words", "own pairs"), steps)
    # The size of an index must not grow faster than its texts, everything else not faster than their number.
    grew = [
        (row[5] / (rows[0][5] if row[1] == "index, MB" else 1), row[1])
        for row in rows
        if row[0] == "docmgr" and not math.isnan(row[5])
    ]
    fastest = max(grew, default=(math.nan, "nothing"))
    limits = [
        Limit("whole question as ranked at this size, p95 ms", ranked[1], 100, 100),
        Limit(f"what grew fastest: {fastest[1]}; exponent", fastest[0], 1, 1),
    ]
    return "\n\n".join(
        [
            f"{shown(times)} times the corpus.",
            table(columns, rows),
            table(LIMIT_COLUMNS, [limit.row() for limit in limits]),
            grown,
        ]
    )


TITLES = {
    "peers": "Beside other engines",
    "engine": "The product's engine",
    "sets": "Numbers and names",
    "hostile": "Questions that try to hurt",
    "worlds": "Two worlds",
    "differential": "Beside Whoosh's own searcher",
    "quality": "Quality",
    "asked": "As people ask",
    "site": "The site as served",
    "reading": "Reading, by kind of file",
    "growth": "At 500,000 provisions",
    "cluster": "On several machines",
}
PARTS: dict[str, Callable[[Figures, Figures], str]] = {
    "peers": _peers, "engine": _engine, "sets": _sets, "hostile": _hostile, "worlds": _worlds,
    "differential": _differential, "quality": _quality, "asked": lambda own, _all: asked.told(own), "site": _site, "reading": _reading, "growth": _growth,
    "cluster": lambda own, _all: told(own),
}  # fmt: skip
