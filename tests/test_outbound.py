"""The program opens no connection to other machines, but to the mail servers and the store that the settings name."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docmgr.context import Context
from docmgr.inbox_settings import InboxSettings, Mailbox
from docmgr.models import User
from docmgr.services.inbox import folder, watching
from docmgr.settings import ROOT
from tests.filling.papers import decision, pdf
from tests.support.acting import actor_of, upload, work
from tests.support.imap_server import PASSWORD, USER, Post, serving

# The modules that can open connections, and where they may be imported, with the reason.
CONNECTING = {
    "socket", "socketserver", "ssl", "asyncio", "http.client", "urllib.request", "urllib3", "requests", "httpx", "aiohttp",
    "imaplib", "smtplib", "poplib", "ftplib", "xmlrpc.client", "nntplib", "telnetlib", "paramiko", "opensearchpy", "obstore",
}  # fmt: skip
ALLOWED = {
    "docmgr/connections.py": "accepts connections",
    "docmgr/mail.py": "the mail server of DOCMGR_SMTP_URL",
    "docmgr/run.py": "looks for a free port on 127.0.0.1, and asks /healthz there",
    "indexer/opensearch/client.py": "the search server of DOCMGR_SEARCH_URL, where there is one",
    "docmgr/storage/s3/client.py": "the store of DOCMGR_STORE_URL",
    "docmgr/services/inbox/connection.py": "the mail server of DOCMGR_IMAP_URL",
}


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_only_these_modules_can_connect() -> None:
    files = [path for room in ("docmgr", "indexer", "legaltext") for path in sorted((ROOT / room).rglob("*.py"))]
    found = {path.relative_to(ROOT).as_posix() for path in files if _imported(path) & CONNECTING}
    assert found == set(ALLOWED)


_heard: list[tuple[str, Any]] | None = None
_hearing = False


def _hear(event: str, given: tuple[Any, ...]) -> None:
    if _heard is not None and event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        _heard.append((event, given[-1] if event == "socket.connect" else given[:2]))


@contextmanager
def connections() -> Iterator[list[Any]]:
    """Collects where this process connects to during the block."""
    global _heard, _hearing
    # A hook stays to the end and is called for each file that is opened, so only the process that runs these tests gets it.
    if not _hearing:
        sys.addaudithook(_hear)
        _hearing = True
    _heard = []
    try:
        yield _heard
    finally:
        _heard = None


def test_reading_and_watching_connect_to_nothing_else(
    site: Context, people: dict[str, User], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if site.database.engine.dialect.name == "postgresql":
        pytest.skip("the database is reached through a connection")
    monkeypatch.setattr(folder, "LOOK_SECONDS", 0.0)
    inbox, post = tmp_path / "nhan", Post()
    inbox.mkdir()
    (inbox / "a.docx").write_bytes(decision())
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    with connections() as heard:
        upload(actor_of(people["clerk"]), pdf(), "b.pdf")
        watched = replace(site, settings=replace(site.settings, inbox=InboxSettings(inbox, None, "clerk")))
        with watched.bound():
            steps = watching.steps(watched.settings.inbox, lambda: False)
            assert sum(step() for _ in range(3) for step in steps.values()) == 1
        work(site)
        assert heard == []
    with serving(post) as port, connections() as heard:
        box = Mailbox("127.0.0.1", port, USER, "INBOX", False, tmp_path / "password")
        named = replace(site, settings=replace(site.settings, inbox=InboxSettings(None, box, "clerk")))
        with named.bound():
            for step in watching.steps(named.settings.inbox, lambda: False).values():
                step()
    assert post.commands[-1] == "LOGOUT"
    assert {given for event, given in heard if event == "socket.connect"} == {("127.0.0.1", port)}
    assert {given for event, given in heard if event != "socket.connect"} <= {("127.0.0.1", port)}
