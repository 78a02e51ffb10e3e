"""The people of tests of notices."""

from __future__ import annotations

import pytest

from docmgr.context import Context
from docmgr.models import User
from docmgr.policy import Actor
from docmgr.services.notifications import (
    making,
)
from tests.support.acting import actor_of


@pytest.fixture
def made(site: Context, people: dict[str, User]) -> dict[str, Actor]:
    """The five people, and a trail of which nothing is told."""
    making.make()
    return {role: actor_of(user) for role, user in people.items()}
