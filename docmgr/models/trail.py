"""The trail: the events of the site. An event stores the names of its actor and of the thing it concerns as
they were when it happened."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class TrailEvent(Base):
    """One event of the trail (nhật ký). Database triggers refuse UPDATE and DELETE. The table has no foreign
    keys, so that no deletion elsewhere can cascade to it.

    `seq` is the number of the event: 1, 2, 3, … in the order of commits. Numbers may be missing only among
    old events, which were written before hashes were introduced. `leaf_hash` is the hash of the event in the
    Merkle tree of services.trail.merkle. services.trail.append sets both at the end of the unit of work.
    """

    __tablename__ = "trail_event"
    __table_args__ = (Index("ix_trail_event_document_id_seq", "document_id", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now, index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_label: Mapped[str] = mapped_column(String(300))
    actor_unit_id: Mapped[int | None] = mapped_column(index=True)
    actor_unit_label: Mapped[str | None] = mapped_column(String(300))
    # web, cli or worker
    via: Mapped[str] = mapped_column(String(10))
    action: Mapped[str] = mapped_column(String(40), index=True)
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int | None]
    subject_label: Mapped[str] = mapped_column(Text)
    # The document concerned; also set when the subject is a file, a link or the evidence of a task.
    document_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    leaf_hash: Mapped[str] = mapped_column(String(64))
