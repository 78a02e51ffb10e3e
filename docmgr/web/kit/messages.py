"""Messages that the next page shows: what was done, with a link to what it was done to, and a button that undoes it.

The session of the browser keeps a message until a page has shown it. The session is a signed cookie, so nobody else can
make up a message or a button. `macros/message.html` shows them; all their texts are escaped there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import cast

from flask import flash
from flask_babel import gettext as _

from docmgr.web.kit.filters import counted

# The cookie of the session holds at most 4 kB, so the name of a thing is cut.
LONGEST_NAME = 120
# How many refused documents the messages name.
REFUSED_SHOWN = 5


@dataclass(frozen=True)
class Undo:
    """A button that takes back what was done: a POST to `address` with the hidden `fields`, and the token of forms. The
    page behind the address checks rights, and whether anything has changed since."""

    address: str
    fields: dict[str, str] = field(default_factory=dict)


def name(words: str) -> str:
    """Cut the name of a thing so that it fits into a message."""
    return words if len(words) <= LONGEST_NAME else words[:LONGEST_NAME].rstrip() + "…"


def tell(words: str, kind: str = "success", *, to: tuple[str, str] | None = None, undo: Undo | None = None) -> None:
    """Show `words` on the next page. `kind` is success, info, warning or danger. `to` is (name, address) of the thing
    that the message is about: where `words` contain the name, it becomes a link, else the link follows."""
    before, named, after = words, "", ""
    if to is not None and to[0]:
        # The name stands in quotes or at the end; the first place may be a word of the sentence ("văn bản").
        before, named, after = words.rpartition(name(to[0]))
        if not named:
            before, named, after = f"{words} ", name(to[0]), ""
    told = {"before": before, "name": named, "address": to[1] if to else None, "after": after}
    flash(cast(str, {**told, "undo": asdict(undo) if undo else None}), kind)


def tell_steps(done: int, refused: Sequence[tuple[str, str]]) -> None:
    """Say on how many documents a step was made, and which were refused, as (label, why)."""
    if done:
        tell(counted("Đã chuyển bước %(n)s văn bản.", done))
    for label, why in refused[:REFUSED_SHOWN]:
        tell(_("Chưa chuyển “%(name)s”: %(why)s", name=name(label), why=why), "danger")
    if len(refused) > REFUSED_SHOWN:
        tell(counted("Và %(n)s văn bản khác chưa chuyển.", len(refused) - REFUSED_SHOWN), "danger")
