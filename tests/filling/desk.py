"""The actions of a clerk for tests of pages: upload files, let the worker read them, look at the answer."""

from __future__ import annotations

import io
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from docmgr import db, worker
from docmgr.models import Folder, Grant, TrailEvent, User
from docmgr.services.folders import tree

JSON = {"Accept": "application/json"}
NONCE = re.compile(r'name="csrf_token" value="[^"]*"|name="next" value="[^"]*"')


def hand_in(client: Any, files: dict[str, bytes], **form: str) -> list[dict[str, Any]]:
    """Upload files by name; returns the objects of the answer."""
    parts = [(io.BytesIO(data), name) for name, data in files.items()]
    answer = client.submit("/documents/new", {"files": parts, **form}, headers=JSON)
    assert answer.status_code == 200, answer.text
    return list(answer.json)


def work(app: Flask) -> None:
    """Let the worker read and index everything that waits."""
    worker.run_until_idle(app.extensions["docmgr"])


def stored(app: Flask, client: Any, data: bytes, name: str = "van-ban.docx", **form: str) -> int:
    """The id of a document that was uploaded and read."""
    (row,) = hand_in(client, {name: data}, **form)
    assert row["outcome"] == "stored", row
    work(app)
    return int(row["document"])


def body(answer: TestResponse) -> str:
    """The page without its security tokens, which differ between two requests."""
    return NONCE.sub("", answer.text)


def actions(document_id: int | None = None) -> list[str]:
    """The actions in the trail in order, of one document or of all."""
    query = select(TrailEvent.action).order_by(TrailEvent.seq)
    if document_id is not None:
        query = query.where(TrailEvent.document_id == document_id)
    with db.read() as session:
        return list(session.scalars(query))


def revision(client: FlaskClient, document_id: int) -> str:
    """The revision in the confirm form of a document."""
    found = re.search(r'name="revision" value="(\d+)"', client.get(f"/documents/{document_id}/facts").text)
    assert found is not None
    return found[1]


def own_folder(user: User) -> str:
    """The id of a folder that only this person may read and edit."""
    root = tree.root_id()
    with db.write() as session:
        folder = Folder(name=f"Riêng của {user.username}", parent_id=root, inherit=False)
        session.add(folder)
        session.flush()
        session.add(Grant(folder_id=folder.id, role="editor", key=f"user:{user.id}"))
        return str(folder.id)
