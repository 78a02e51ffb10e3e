"""What every search backend must do, on three nodes with a copy of each shard on another node."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request

from docmgr.settings import ROOT
from tests.cluster.cluster import NODES, Cluster

ASKED = ("tests/indexer/test_backend.py", "tests/indexer/opensearch/test_totals.py", "tests/indexer/opensearch/test_odd_values.py")


def test_the_contract_holds_on_three_nodes(cluster: Cluster) -> None:
    wanted = {**os.environ, "DOCMGR_TEST_SEARCH_URL": f"http://127.0.0.1:{cluster.book.port(NODES[1])}", "DOCMGR_TEST_SEARCH_REPLICAS": "1"}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "-k", "opensearch", *ASKED], cwd=ROOT, env=wanted, capture_output=True, text=True
    )
    told = ran.stdout[-4000:]
    assert ran.returncode == 0, told
    assert "passed" in told and "skipped" not in told.splitlines()[-1], told


def test_every_shard_of_the_site_has_a_copy_on_another_node(cluster: Cluster) -> None:
    port = cluster.book.port(NODES[0])
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_cat/shards/docmgr*?format=json", timeout=10) as answer:
        shards = json.load(answer)
    held: dict[tuple[str, str], set[str]] = {}
    for one in shards:
        held.setdefault((one["index"], one["shard"]), set()).add(one["node"])
    assert held and all(len(nodes) == 2 and None not in nodes for nodes in held.values()), shards
