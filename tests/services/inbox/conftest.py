"""A watched folder whose looks follow each other at once, with the clerk as the owner of what is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.inbox_settings import InboxSettings
from docmgr.models import Document, File, User, Version
from docmgr.services.folders import tree
from docmgr.services.inbox import folder
from docmgr.services.inbox.folder import FolderWatch
from docmgr.settings import Settings


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """The watched folder."""
    made = tmp_path / "nhan"
    made.mkdir()
    return made


@pytest.fixture
def settings(settings: Settings, inbox: Path) -> Settings:
    """The settings of a site that watches this folder."""
    return replace(settings, inbox=InboxSettings(path=inbox, user="clerk"))


@pytest.fixture
def watch(site: object, people: dict[str, User], inbox: Path, monkeypatch: pytest.MonkeyPatch) -> FolderWatch:
    """A watch that waits for nothing between two looks."""
    for name in ("LOOK_SECONDS", "MORE_SECONDS", "TROUBLE_SECONDS"):
        monkeypatch.setattr(folder, name, 0.0)
    return FolderWatch(inbox)


@pytest.fixture
def stored() -> Callable[[], list[tuple[str, str, str, int]]]:
    """A function that lists the stored files: (name, folder path, workflow, id of the owner), by id."""

    def listed() -> list[tuple[str, str, str, int]]:
        db.release()
        query = select(File.name, Document).join(Version, Version.id == File.version_id).join(Document, Document.id == Version.document_id)
        with db.read() as session:
            return [
                (name, "/".join(one.name for one in tree.path(session, document.folder_id)[1:]), document.workflow, document.created_by or 0)
                for name, document in session.execute(query.order_by(File.id))
            ]

    return listed
