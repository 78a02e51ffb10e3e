"""The obligations that were found in the text of a version, as proposals for tasks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base


class VersionObligation(Base):
    """An obligation of the version `version_id`, which a person accepts as a task or drops. `start` and `end` are the
    offsets of its words in the text of the version, in characters; its quote is cut from there. Both are 0 when the version
    was read again and the words are no longer in its text. `anchor` is the provision that contains them.

    `action`, `units`, `supporting`, `target` and `due` mean the same as in reading.types.Obligation; `evidence` has the
    kinds of documents as one text. `why` lists the words that made the parts, as {part, rule, start, end}. `lead_id` and
    `support_ids` are units that a person chose; until then the printed names are matched whenever they are shown.

    `state` is proposed, accepted or dropped. `task_id` is the task that was made of it; a proposal has one when its
    acceptance was taken back, or when it stands in place of an obligation of an older version. `changed` says that a person
    changed or made it, so that a new reading does not replace it. Units of work that change the obligations of a version
    lock the row of the version.
    """

    __tablename__ = "version_obligation"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    anchor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(Text)
    units: Mapped[list[str]] = mapped_column(JSON)
    supporting: Mapped[list[str]] = mapped_column(JSON)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    support_ids: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    due: Mapped[dict[str, Any]] = mapped_column(JSON)
    evidence: Mapped[str | None] = mapped_column(Text)
    target: Mapped[str | None] = mapped_column(Text)
    why: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    sure: Mapped[str] = mapped_column(String(20))
    changed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(20), default="proposed")
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
