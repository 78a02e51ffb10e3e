"""The cost of each page of the office's site for each role, and what a change of rights on its largest folder costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from docmgr import db
from docmgr.policy import Actor
from docmgr.services.access import applying, guard
from docmgr.services.errors import NotFound
from docmgr.services.folders import sharing
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.indexing import sync
from tests.bench.office.filling import OfficeSite
from tests.bench.sizes import Page, counted
from tests.support.browsers import Client

ROUNDS = 10


@dataclass(frozen=True)
class RightsCost:
    """Seconds of processor time: to change the rights of the folder and all documents in it, until somebody who lost the right is
    refused, and until the index has the new rights."""

    change: float
    refused: float
    indexed: float


def addresses(site: OfficeSite) -> Iterator[tuple[str, str]]:
    """The (role, address) of pages on which the size of the site shows."""
    folder, small, document = f"/folders/{site.crowded}", f"/folders/{site.small}", f"/documents/{site.document}"
    everybody = (
        "/", "/documents", "/documents?page=500", "/documents?type=Quyết+định&year=2020", folder, f"{folder}?sort=subject",
        f"{folder}?sort=number&page=200", f"{folder}?sort=type", f"{folder}?sort=date&status=con_hieu_luc", small, document, "/documents/recent",
        "/search?q=quy+chế+dân+chủ", "/search?q=bồi+dưỡng+giáo+viên&type=Kế+hoạch", "/search?q=12/QĐ", "/notices", "/desk", "/saved",
    )  # fmt: skip
    for role in ("clerk", "staff"):
        yield from ((role, address) for address in everybody)
    yield from (("clerk", address) for address in (
        "/documents/new", "/documents/waiting", "/bin", f"{folder}/edit", f"{folder}/sharing", f"{document}/facts", f"{document}/sharing",
        "/registers/outgoing", "/cases",
    ))  # fmt: skip
    yield from (("auditor", address) for address in ("/", "/trail", folder, document))
    yield from (("administrator", address) for address in ("/", "/people", "/units", "/health", "/trail"))


def measure(app: Flask, browser: Client, role: str, address: str) -> Page:
    """Request a page ROUNDS times; `ms` is the processor time of the slowest, `statements` the largest number."""
    times, statements, answer = [], 0, browser.get(address)
    for _ in range(ROUNDS):
        with counted(app) as sent:
            began = time.process_time()
            answer = browser.get(address)
            times.append((time.process_time() - began) * 1000)
        statements = max(statements, len(sent))
    return Page(role, address, answer.status_code, max(times), statements, len(answer.data))


def rights(clerk: Actor, reader: Actor, site: OfficeSite) -> RightsCost:
    """Stop the inheritance of the largest folder, by which most people lose its documents, and give it back afterwards."""
    thing = SharedThing(folder_id=site.crowded)
    began = time.process_time()
    sharing.set_inherit(clerk, thing, inherit=False)
    changed = time.process_time()
    db.release()
    try:
        guard.get(reader, site.document)
    except NotFound:
        refused = time.process_time()
    else:
        raise AssertionError("somebody who lost the right still reads the document")
    while applying.work() + sync.drain():
        pass
    ended = time.process_time()
    sharing.set_inherit(clerk, thing, inherit=True)
    while applying.work() + sync.drain():
        pass
    db.release()
    return RightsCost(changed - began, refused - began, ended - began)
