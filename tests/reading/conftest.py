"""Fixtures for tests of reading."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from docmgr import worker
from tests.tools.given import GivenFiles


@pytest.fixture(autouse=True)
def _anew(asked_anew: None) -> None:
    """These tests are about the processes that answer."""


@pytest.fixture
def given_files(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[GivenFiles]:
    """A reader of given files that reads each of them once in a run."""
    own = tmp_path_factory.getbasetemp()
    # The folder of a parallel process lies in that of the run.
    shared = own if worker_name == "main" else own.parent
    with worker.Reader() as reader:
        yield GivenFiles(shared / "given", reader)
