"""Attacks in two sizes: a short one in `make test`, the full one in `make check-hard` (DOCMGR_HARD=1)."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def full_size() -> bool:
    """Whether this is `make check-hard`."""
    return os.environ.get("DOCMGR_HARD") == "1"


@pytest.fixture
def rounds(full_size: bool) -> int:
    """How often each race is run."""
    return 60 if full_size else 4
