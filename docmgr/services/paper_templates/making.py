"""Make a paper: with the active form of the agency, or as the program writes it where there is none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from docmgr import context, db
from docmgr.models import PaperTemplate
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.paper_templates import running
from docmgr.storage import BytesMissing

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MadePaper:
    """A finished paper. `version` is the number of the form that it was made with, None for that of the program; `notice` says that the
    active form failed."""

    body: bytes
    version: int | None = None
    notice: Message | None = None

    def details(self) -> dict[str, Any]:
        """What an event tells of the form."""
        return ({"Mẫu số": str(self.version)} if self.version is not None else {}) | ({"Mẫu": self.notice.stored()} if self.notice else {})


def make(paper: str, said: Any, built_in: Callable[[], bytes]) -> MadePaper:
    """Make the paper `paper`, a key of PAPERS, of what it says. Whoever calls has asked for the rights and records the event; `built_in` writes
    the paper without a form. Raises Invalid when the machine is busy."""
    with db.read() as session:
        found = session.execute(select(PaperTemplate.no, PaperTemplate.sha256).where(PaperTemplate.paper == paper, PaperTemplate.active)).first()
    if found is None:
        return MadePaper(built_in())
    from docmgr.writing.own_forms.papers import PAPERS

    db.release()
    try:
        with context.current().storage.local(found.sha256) as path:
            filled = running.fill(path, paper, PAPERS[paper].values(said))
    except BytesMissing:
        filled = running.FilledForm(None, (Message("Kho không còn tệp của mẫu."),))
    if filled.busy:
        raise Invalid(filled.problems[0])
    if filled.body is not None:
        return MadePaper(filled.body, found.no)
    log.error("form %s of %s failed: %s", found.no, paper, "; ".join(one.told() for one in filled.problems))
    notice = Message(
        "Mẫu số %(no)s của cơ quan không lập được giấy tờ này (%(why)s), nên giấy tờ được lập theo mẫu có sẵn. Hãy báo quản trị hoặc lãnh đạo sửa mẫu.",
        no=found.no, why=filled.problems[0],
    )  # fmt: skip
    return MadePaper(built_in(), None, notice)
