"""Fixtures for tests of consultations."""

from __future__ import annotations

import pytest

from docmgr.context import Context
from tests.filling import planning
from tests.filling.planning import LAW_WORDS, World


@pytest.fixture
def world(site: Context) -> World:
    """The small agency of tests.filling.planning."""
    return planning.build()


@pytest.fixture
def paper(world: World) -> int:
    """A draft rule with provisions, which everybody may read."""
    return world.document("1/KH", "Dự thảo quy chế", LAW_WORDS)
