"""One cluster for all tests of this room, with people. It takes some minutes and 4 GB, so it runs only where DOCMGR_TEST_CLUSTER is
set, as `make test-cluster` does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from docmgr import context
from docmgr.context import Context
from docmgr.policy import COMMAND_LINE, ROLES
from docmgr.services.folders import tree
from docmgr.services.people import people, units
from docmgr.settings import from_environment
from tests.browser.conftest import PASSWORD, Live, Visit, launched
from tests.cluster import parts
from tests.cluster.cluster import Cluster
from tests.engines.install import Lacking, lacking

READERS, UPLOADERS = 20, 5


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that serves, with its people. Its logs stay when a test failed."""
    if not os.environ.get("DOCMGR_TEST_CLUSTER"):
        pytest.skip("`make test-cluster` runs it")
    try:
        parts.require()
    except Lacking as missing:
        lacking(f"for a cluster this machine lacks: {missing}")
    folder = tmp_path_factory.mktemp("cluster")
    # What PostgreSQL owns lies below.
    for above in (folder, folder.parent, folder.parent.parent):
        above.chmod(0o711)
    running = Cluster(folder)
    try:
        running.start()
        _fill(running)
        yield running
    finally:
        running.stop()
        for large in ("database", "store", *(f"search-{n}" for n in (1, 2, 3))):
            shutil.rmtree(folder / large, ignore_errors=True)


def _fill(running: Cluster) -> None:
    site = opened(running)
    with site.bound():
        tree.ensure_root()
        office = units.create(COMMAND_LINE, name="Văn phòng Sở", abbreviation="VP")
        named = [(role, role) for role in ROLES]
        named += [(f"doc-{n}", "staff") for n in range(READERS)] + [(f"nop-{n}", "clerk") for n in range(UPLOADERS)]
        for name, role in named:
            people.create(
                COMMAND_LINE, username=name, full_name=f"{name} thử", roles=[role], unit_id=office.id, password=PASSWORD, must_change=False
            )
    site.close()


def opened(running: Cluster) -> Context:
    """The site, as a machine of its own sees it."""
    return context.build(from_environment(running.environment("tests")))


@pytest.fixture
def site(cluster: Cluster) -> Iterator[Context]:
    """The site, as a machine of its own sees it."""
    found = opened(cluster)
    with found.bound():
        yield found
    found.close()


@pytest.fixture(scope="session")
def chromium(cluster: Cluster) -> Iterator[Browser]:
    """A browser, once there is a cluster: a process can hold only one, and elsewhere it belongs to the tests of tests/browser."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def live(cluster: Cluster, chromium: Browser) -> Live:
    """The site behind its balancer, for browsers."""
    return Live(cluster.address, Path(cluster.folder), chromium)


@pytest.fixture
def visit(chromium: Browser, live: Live) -> Iterator[Visit]:
    """Pages for one test. Script errors fail it."""
    visit = Visit(chromium, live)
    yield visit
    for one in visit.open:
        one.close()
    assert visit.faults == []
