"""Lists of case files whose period has ended and what was decided about them, and packages for the archive."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class DisposalList(Base):
    """A list of case files whose period had ended on the day `ended_by` (danh mục tài liệu hết thời hạn bảo quản).

    `state` is "draft", "proposed", "decided" or "done". After the decision somebody starts the destruction
    (`started_at`); the worker makes it "done". The decision has a number and a day; `decision_document_id` is its
    document where the store has it. Units of work that change the list lock this row, before those of case files.
    """

    __tablename__ = "disposal_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    title: Mapped[str] = mapped_column(String(300))
    ended_by: Mapped[dt.date]
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by_label: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_by_label: Mapped[str | None] = mapped_column(String(300))
    proposed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    returned: Mapped[str | None] = mapped_column(String(500))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by_label: Mapped[str | None] = mapped_column(String(300))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    decision_number: Mapped[str | None] = mapped_column(String(100))
    decision_on: Mapped[dt.date | None]
    decision_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    started_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    started_by_label: Mapped[str | None] = mapped_column(String(300))
    started_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    @property
    def label(self) -> str:
        """The name of the list in lists and in the trail."""
        return self.title


class DisposalRow(Base):
    """A case file in a list. `proposal` is "destroy", "keep" (until the end of the year `keep_until`) or "archive";
    `changed_by` made it last. `agreed` and `reason` are the decision. While it is destroyed, `taken_out` has the ids of
    the documents that stay in another case file. `left` has what something kept, as [id of the document, [messages as
    JSON]], and `refused` is why it was not destroyed; both are set when the row was worked off (`ended_at`)."""

    __tablename__ = "disposal_row"
    __table_args__ = (UniqueConstraint("list_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_list.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    proposal: Mapped[str] = mapped_column(String(10), default="destroy")
    keep_until: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(String(500))
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    agreed: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    taken_out: Mapped[list[Any] | None] = mapped_column(JSON)
    left: Mapped[list[Any] | None] = mapped_column(JSON)
    refused: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Handover(Base):
    """A package of case files for the archive (giao nộp vào lưu trữ), made by the worker with the rights of who asked.

    `state` is "waiting", "made", "failed" (`error` says why, a message as JSON) or "handed". `sha256` names the
    stored bytes until they are removed. `contents` has the ids of the "documents" that the package tells of, and its
    "files" as [id of the document, SHA-256 of the stored file], so that it is sent only to those who may have them all.
    `attempts` counts how often the worker began it. Units of work that change it lock this row,
    before those of case files.
    """

    __tablename__ = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_by_label: Mapped[str] = mapped_column(String(300))
    asked_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    made_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    size: Mapped[int | None] = mapped_column(BigInteger)
    files: Mapped[int | None]
    contents: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    handed_on: Mapped[dt.date | None]
    receiver: Mapped[str | None] = mapped_column(String(300))
    handed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    handed_by_label: Mapped[str | None] = mapped_column(String(300))
    handed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    @property
    def label(self) -> str:
        """The name of the package in lists and in the trail."""
        return self.title


class HandoverCase(Base):
    """A case file in a package, at its place from 1."""

    __tablename__ = "handover_case"

    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, index=True)
    place: Mapped[int]
