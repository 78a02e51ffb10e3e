"""What people follow, and the notices that the worker makes for them. A row names things by kind and id only; what they
are called is looked up when the row is shown, under the rights that the reader has then."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class Follow(Base):
    """A person follows a thing since a time. `kind` is document, folder (with all below it), plan, task, inspection or
    search (a saved search), and `subject_id` its id. The last two columns are for saved searches: the ids of the
    documents with which the search has answered so far (NULL: not yet known), and when it was last asked."""

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "subject_id"),
        Index("ix_follow_kind_subject_id", "kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    since: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    answered: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    looked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Notice(Base):
    """One notice (thông báo) for one person. `reason` is a key of services.notifications.reasons.REASONS, or "more" for the
    rest of too many notices about one thing. `cause` is what it was made for, such as "event:512"; a person gets one
    notice for a cause.

    The notice is about the thing `kind` and `subject_id`. `document_id` is another document of which it tells. When
    one notice stands for several documents, they are in `documents` instead. `more` counts what it stands for besides. `seq` is
    the trail event from which it was made, the last one if there are several; NULL for a day or a search.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("user_id", "cause"),
        Index("ix_notice_user_id_id", "user_id", "id"),
        # The header of every page counts the unread notices of one person. A partial index is not used: SQLite has no
        # statistics and takes the one above instead.
        Index("ix_notice_unread", "user_id", "read_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    cause: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    document_id: Mapped[int | None]
    documents: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    more: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int | None]
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now, index=True)
    read_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class UnwantedReason(Base):
    """A person does not want notices for a reason."""

    __tablename__ = "unwanted_reason"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(20), primary_key=True)


class NoticePlace(Base):
    """How far the notices have come, in the only row of the table (`id` is 1). `seq` is the last trail event that was
    looked at, and `due_on` the last day for which deadlines were looked at."""

    __tablename__ = "notice_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    due_on: Mapped[dt.date | None]


class MailChoice(Base):
    """Where and when a person gets notices by mail. `mode` is "off", "at_once" or "daily". The address counts from
    `confirmed_at` on, when its owner opened the link that was sent there. `asked_at` is when this link was last sent and
    `asked_address` to where; NULL for never.

    Notices with ids up to `last_id` have been sent or came before the choice. `sent_on` is the day in Vietnam of the last
    mail, and `sent` how many there were on this day. `refused` counts mails that the server refused one after the other; nothing
    is sent before `again_at`, when the server put the last one off."""

    __tablename__ = "mail_choice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    mode: Mapped[str] = mapped_column(String(10))
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    asked_address: Mapped[str | None] = mapped_column(String(254))
    last_id: Mapped[int] = mapped_column(default=0)
    sent_on: Mapped[dt.date | None]
    sent: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    again_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class MailState(Base):
    """How sending goes, in the only row of the table (`id` is 1). `problem` is a key of services.upkeep.mail_state.PROBLEMS,
    or NULL when the last mails were taken; `detail` is what the server said. No mail is sent before `again_at`, and `failures`
    counts the tries since the last success."""

    __tablename__ = "mail_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    problem: Mapped[str | None] = mapped_column(String(40))
    detail: Mapped[str | None] = mapped_column(String(300))
    again_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
