"""People of these tests."""

from __future__ import annotations

import pytest

from docmgr.models import User
from docmgr.policy import Actor
from tests.support.acting import actor_of


@pytest.fixture
def leader(people: dict[str, User]) -> Actor:
    """The leader."""
    return actor_of(people["leader"])


@pytest.fixture
def administrator(people: dict[str, User]) -> Actor:
    """The administrator."""
    return actor_of(people["administrator"])
