"""`python -m tests.cluster.bench [--documents N] [--write BENCHMARKS.md] [--scaling SCALING.md]`: a site on several machines beside one
with the index on its own disk, over the same documents. Exit code 2 when the corpora or a program are missing."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docmgr import context
from docmgr.policy import COMMAND_LINE
from docmgr.services.people import people
from docmgr.settings import ROOT, from_environment
from tests.bench import corpus, tables
from tests.bench.measure import machine
from tests.cluster import asking, meters, model, parts
from tests.cluster.asking import NAME, PASSWORD
from tests.cluster.cluster import WORKERS, Cluster, flask
from tests.engines.install import Lacking
from tests.tools.phapdien import documents

# The share of the documents with which questions are asked first, to see what grows.
FIRST = 0.3
QUESTIONS = 200
JUDGED = "alqac25"


def main() -> int:
    """Measure, print, and write what is asked for."""
    given = _arguments()
    if given.tables:
        _write(given, json.loads(given.tables.read_text(encoding="utf-8")))
        return 0
    if not (given.data / "retrieval").is_dir():
        print(f"no corpora at {given.data / 'retrieval'}; nothing measured", file=sys.stderr)
        return 2
    try:
        parts.require()
    except Lacking as missing:
        print(f"this machine lacks: {missing}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="docmgr-cluster-bench-") as made:
        Path(made).chmod(0o711)
        cluster = Cluster(Path(made) / "cluster")
        try:
            began = time.monotonic()
            figures: dict[str, Any] = {"machine": machine()}
            figures["cluster"] = measured(cluster, given)
            figures["cluster"]["minutes"] = round((time.monotonic() - began) / 60, 1)
        finally:
            cluster.stop()
    _write(given, figures)
    return 0


def measured(cluster: Cluster, given: argparse.Namespace) -> dict[str, Any]:
    """All figures of one cluster. Its workers are stopped in the end."""
    cluster.start()
    _add_person(cluster)
    questions = [one.text for one in corpus.read_questions(given.data)][: given.questions]
    found = len(documents(given.data / "retrieval/phapdien/corpus.jsonl.gz"))
    wanted = min(given.documents or found, found)
    own: dict[str, Any] = {}
    for name, limit in (("first", max(1, int(wanted * FIRST))), ("all", wanted)):
        own[f"filled {name}"] = _say(f"filled {name}", _filled(cluster, given.data, limit))
        own[f"asked {name}"] = _say(f"asked {name}", asking.pages(cluster, cluster.book.port("balancer"), questions))
    own["sizes"] = _say("sizes", meters.sizes(cluster))
    own["many"] = _say("many at once", asking.many_at_once(cluster, questions))
    own["files"] = _say("files", asking.files(cluster))
    own["judged"] = _say("judged", _judged(cluster, given.data / "retrieval" / JUDGED))
    for name in WORKERS:
        cluster.kill(name, 15)
    own["rebuilt"] = {"cluster": _rebuilt(cluster, {}), "one machine": _rebuilt(cluster, asking.LOCAL)}
    own["beside"] = _say("one machine", asking.beside(cluster, questions))
    return own


def _say(name: str, found: dict[str, Any]) -> dict[str, Any]:
    print(name, json.dumps(found), flush=True)
    return found


def _add_person(cluster: Cluster) -> None:
    site = context.build(from_environment(cluster.environment("bench")))
    with site.bound():
        people.create(COMMAND_LINE, username=NAME, full_name="Người đo thử", roles=["clerk"], unit_id=None, password=PASSWORD, must_change=False)
    site.close()


def _filled(cluster: Cluster, data: Path, limit: int) -> dict[str, Any]:
    """Hand in documents by the command line and wait until the two workers have made them findable."""
    had = meters.counts(cluster)
    before, began = meters.seconds(cluster), time.monotonic()
    command = [sys.executable, "tests/tools/phapdien.py", "--data", str(data), "--limit", str(limit)]
    ran = subprocess.run(command, cwd=ROOT, env=cluster.environment("import"), capture_output=True, text=True, check=True)
    taken, after = time.monotonic() - began, meters.seconds(cluster)
    now = meters.counts(cluster)
    added = (now[0] - had[0], now[1] - had[1])
    return {"documents": now[0], "provisions": now[1], "added": added, "seconds": taken, "cpu": meters.used(before, after, added[0]), "said": ran.stdout.strip().splitlines()[0]}


def _rebuilt(cluster: Cluster, more: Mapping[str, str]) -> dict[str, float]:
    """Make an index again from the database, by one process; `more` variables say where."""
    before, began = meters.seconds(cluster), time.monotonic()
    ran = flask(cluster, "index", "rebuild", more=more)
    assert ran.returncode == 0, ran.stderr
    taken, after = time.monotonic() - began, meters.seconds(cluster)
    found = {"seconds": taken, "provisions a second": meters.counts(cluster)[1] / taken, "search cpu": meters.used(before, after, 1)["search"]}
    return _say("rebuilt", found)


def _judged(cluster: Cluster, folder: Path) -> dict[str, Any]:
    """How well both backends order the answers of judged questions, on the nodes of this cluster."""
    first = cluster.search_address.partition(",")[0]
    command = [sys.executable, "-m", "tests.bench.engines.opensearch", *(str(folder / name) for name in ("corpus.jsonl.gz", "queries.jsonl", "qrels.tsv")), "--url", first]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {row["backend"]: row for row in map(json.loads, ran.stdout.splitlines())}


def _write(given: argparse.Namespace, figures: dict[str, Any]) -> None:
    if given.json:
        given.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print("\n" + tables.part("cluster", figures), flush=True)
    if given.write:
        given.write.write_text(tables.merged(given.write.read_text(encoding="utf-8"), figures), encoding="utf-8")
    if given.scaling:
        given.scaling.write_text(model.document(figures), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster.bench", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data")
    parser.add_argument("--documents", type=int, help="only so many documents of the codification")
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--write", type=Path, help="write the section of this document anew")
    parser.add_argument("--scaling", type=Path, help="write the model of what larger sites need")
    parser.add_argument("--tables", type=Path, help="only print and write the tables of figures measured before")
    given = parser.parse_args()
    given.data = given.data.resolve()
    return given


if __name__ == "__main__":
    sys.exit(main())
