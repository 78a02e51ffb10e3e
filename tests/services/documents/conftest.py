"""Fixtures for tests of documents."""

from __future__ import annotations

import pytest

from docmgr.context import Context
from docmgr.policy import Actor
from docmgr.services.documents import facts
from tests.filling.papers import decision
from tests.support.acting import upload, work


@pytest.fixture
def paper(site: Context, clerk: Actor) -> int:
    """A published decision whose facts a person has confirmed."""
    number = upload(clerk, decision(), "ban-word.docx")
    work(site)
    form = facts.form(clerk, number)
    facts.save(clerk, number, {f.field: f.value for f in form.fields}, revision=form.document.revision, confirm=True, publish=True)
    work(site)
    return number
