"""From a file to proposals: what reading stores, what a second reading leaves, what a copy of a version has."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from docmgr import db
from docmgr.models import Version
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents.rereading import queue
from docmgr.services.planning.obligations import deciding, listing
from docmgr.services.texts import restoring
from tests.filling.desk import hand_in, work
from tests.filling.filing import actions
from tests.reading.obligations.duties import HEAD
from tests.services.planning.proposals import LINES, picked, stored
from tests.support.browsers import Auth

PAPER = "\n\n".join((*HEAD, *LINES)).encode()


def versions(document_id: int) -> list[tuple[int, bool]]:
    db.release()
    with db.read() as session:
        found = session.execute(select(Version.no, Version.obligations_found).where(Version.document_id == document_id).order_by(Version.no))
        return [(no, looked) for no, looked in found]


def test_reading_stores_proposals_and_a_second_reading_keeps_what_was_decided(app: Flask, auth: Auth) -> None:
    (row,) = hand_in(auth("clerk"), {"ke-hoach.md": PAPER})
    document_id = int(row["document"])
    work(app)
    first = stored(document_id)
    assert [one.state for one in first] == ["proposed"] * len(LINES) and versions(document_id) == [(1, True)]
    page = listing.load(COMMAND_LINE, document_id)
    assert [one.quote.rstrip(".") in LINES[place] and len(one.quote) > 20 for place, one in enumerate(page.shown)] == [True] * len(LINES)

    deciding.drop(COMMAND_LINE, document_id, picked(document_id, 0))
    with db.write() as session:
        version = session.scalars(select(Version).where(Version.document_id == document_id)).one()
        queue.ask(session, version, "read")
    work(app)
    # The same words give the same proposals, and no event.
    assert [(one.id, one.state) for one in stored(document_id)] == [(one.id, "dropped" if one.id == first[0].id else "proposed") for one in first]
    assert "document:reread" not in actions(document_id)


def test_another_file_as_a_new_version_has_proposals_of_its_own(app: Flask, auth: Auth) -> None:
    (row,) = hand_in(auth("clerk"), {"ke-hoach.md": PAPER})
    document_id = int(row["document"])
    work(app)
    with db.write() as session:
        old = session.scalars(select(Version).where(Version.document_id == document_id)).one()
        document = old.document
        restoring.copy_version(session, COMMAND_LINE, document, old, no=2, note=None)
        document.current_no = 2
    # A copied version is looked through when its page is opened.
    assert versions(document_id) == [(1, True), (2, False)]
    page = listing.load(COMMAND_LINE, document_id)
    assert versions(document_id) == [(1, True), (2, True)] and len(page.shown) == len(LINES) and len(stored(document_id)) == 2 * len(LINES)
