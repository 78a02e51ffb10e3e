"""The form of the demonstration agency's own, tried and in use."""

from __future__ import annotations

import io
import zipfile

from docmgr.demo import own_form as told
from docmgr.services.paper_templates import versions
from docmgr.services.upkeep.staging.stage import Stage

BODY = "word/document.xml"


def use(stage: Stage) -> None:
    """Upload the form to start from with words of the agency's own, and use it. Raises RuntimeError when it has no such words or is not taken."""
    leader = stage.actors["lanhdao"]
    row = versions.upload(leader, told.PAPER, told.FILE, _changed(versions.starter(leader, told.PAPER).body), told.NOTE)
    if row.problems:
        raise RuntimeError(row.problems[0].told())
    versions.activate(leader, row.id)


def _changed(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        if told.OLD not in old.read(BODY).decode():
            raise RuntimeError(f"not in the form: {told.OLD}")
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, body.decode().replace(told.OLD, told.NEW).encode() if name == BODY else body)
    return out.getvalue()
