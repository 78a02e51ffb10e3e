"""What has been created of the demonstration so far."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from docmgr.policy import Actor
from docmgr.services.documents import page


@dataclass
class Stage:
    """The ids of what has been created so far, by the names that docmgr.demo uses. `actors` are by sign-in name.
    `plan` is the plan of the agency and `duties` are the ids of its tasks in the order of docmgr.demo. `year` is the year of the agency's documents."""

    year: int
    units: dict[str, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    papers: dict[str, int] = field(default_factory=dict)
    plan: int = 0
    duties: list[int] = field(default_factory=list)

    def say(self, text: str) -> str:
        """Replace "{year}", "{previous}" and "{following}" in a text of docmgr.demo by the year of the agency's documents, the
        year before and the year after."""
        return text.replace("{year}", str(self.year)).replace("{previous}", str(self.year - 1)).replace("{following}", str(self.year + 1))

    def day(self, text: str | None) -> dt.date | None:
        """Read a date of docmgr.demo, in which "{year}" and "{previous}" are replaced as in `say`. None when `text`
        is blank."""
        return dt.date.fromisoformat(self.say(text)) if text else None


def anchor_of(actor: Actor, document_id: int, quote: str) -> str:
    """Find the first provision of the document whose heading and own text contain the words `quote`; return its
    anchor. Raises RuntimeError when there is none."""
    for provision in page.load(actor, document_id).provisions:
        if quote in " ".join(f"{provision.title} {provision.text}".split()):
            return provision.anchor
    raise RuntimeError(f"not in the document: {quote}")
