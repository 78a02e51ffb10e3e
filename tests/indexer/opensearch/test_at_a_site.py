"""A site on OpenSearch: what it finds, what it goes on doing while the server is away, and what its start imports."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docmgr.context import Context, build
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import lifecycle
from docmgr.services.indexing import rebuild, requests, sync
from docmgr.services.search import find
from docmgr.settings import ROOT, SettingsError, from_environment
from indexer import Note, opensearch_engine
from tests.engines import opensearch
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

pytestmark = pytest.mark.slow
BODY = ("Điều 1. Hội nghị cán bộ", "Hội nghị cán bộ, công chức được tổ chức mỗi năm một lần.")
AWAY = "http://127.0.0.1:9"


@pytest.fixture
def remote(site: Context) -> Iterator[Context]:
    """The site with its index on OpenSearch."""
    backend = opensearch.backend()
    made = replace(site, backend=backend)
    with made.bound():
        yield made
    backend.discard()


def test_documents_are_found_changed_and_gone(remote: Context, people: dict) -> None:
    clerk = actor_of(people["clerk"])
    first = upload(clerk, decision(body=BODY))
    upload(clerk, decision(body=BODY, number="99"), "b.docx")
    work(remote)
    page = find.find(clerk, "hội nghị cán bộ")
    assert page.total == 2 and page.findable and page.findable.documents == 2 and not page.notes
    lifecycle.delete(clerk, [first])
    assert find.find(clerk, "hội nghị").total == 1
    work(remote)
    assert remote.backend.versions().keys() == {hit.document.id for hit in find.find(clerk, "hội nghị").hits}
    assert sync.check(COMMAND_LINE) == []
    sync.rebuild()
    assert find.find(clerk, "hội nghị").total == 1 and sync.check(COMMAND_LINE) == []


def test_while_the_server_is_away_search_says_so_and_changes_wait(remote: Context, people: dict) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(body=BODY))
    work(remote)
    with replace(remote, backend=opensearch_engine(AWAY)).bound() as _:
        page = find.find(clerk, "hội nghị")
        assert (page.total, page.unusable, page.notes) == (0, True, (Note("search_away"),))
        second = upload(clerk, decision(body=BODY, number="99"), "b.docx")
        assert rebuild.serve() == 0 and not requests.pending() and requests.failure() is None
        for _ in range(2):
            sync.drain()
        status = sync.status(COMMAND_LINE)
        assert "DOCMGR_SEARCH_URL" in (status.problem or "") and sync.check(COMMAND_LINE) == [status.problem]
    work(remote)
    assert second in {hit.document.id for hit in find.find(clerk, "hội nghị").hits} and sync.check(COMMAND_LINE) == []


def test_the_address_alone_chooses_the_backend(tmp_path: Path) -> None:
    given = {"DOCMGR_HOME": str(tmp_path)}
    assert type(build(from_environment(given)).backend).__name__ == "Engine"
    chosen = from_environment({**given, "DOCMGR_SEARCH_URL": "http://a:9200/so-gd, http://b:9200", "DOCMGR_SEARCH_REPLICAS": "0"})
    assert (chosen.search_url, chosen.search_shards, chosen.search_replicas) == ("http://a:9200/so-gd,http://b:9200", 1, 0)
    backend = build(chosen).backend
    assert type(backend).__name__ == "OpenSearchEngine" and backend.client.name == "so-gd"


@pytest.mark.parametrize("url", ["host:9200", "ftp://host", "http://", "http://host:abc", "http://host/Ten", "http://host/a*", "http://a:1,x"])
def test_an_address_that_cannot_be_is_refused_and_not_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="DOCMGR_SEARCH_URL") as told:
        from_environment({"DOCMGR_HOME": str(tmp_path / "home"), "DOCMGR_SEARCH_URL": url})
    assert "host" not in str(told.value) and not (tmp_path / "home").exists()


def test_a_site_with_its_own_index_imports_no_client() -> None:
    code = "import sys, docmgr.app, docmgr.context, docmgr.worker; print(sorted({'opensearchpy', 'urllib3', 'requests'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"
