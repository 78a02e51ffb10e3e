"""What tests of share links ask of a link."""

from __future__ import annotations

import pytest

from docmgr import db
from docmgr.models import ShareLink
from docmgr.services.errors import NotFound
from docmgr.services.share_links import showing, visiting

HERE = "10.0.0.9"


def row() -> ShareLink:
    """The newest link, as it is in the database now."""
    db.release()
    with db.read() as session:
        found = session.query(ShareLink).order_by(ShareLink.id.desc()).first()
    assert found is not None
    return found


def refused(token: str) -> bool:
    """Whether the link neither opens nor shows anything to who opened it before."""
    db.release()
    for ask in (lambda: visiting.look(token), lambda: visiting.open_link(token, None, HERE), lambda: showing.document(token), lambda: showing.case(token)):
        with pytest.raises(NotFound):
            ask()
    return True
