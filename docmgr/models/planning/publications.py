"""The publication (công khai) of documents: how and by which rule, where and how long, and how often the public page showed them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base, UtcDateTime, now


class PublicationForm(Base):
    """A form of publication (hình thức công khai), such as a notice board. Who records a publication chooses among those in `use`."""

    __tablename__ = "publication_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    name: Mapped[str] = mapped_column(String(200), unique=True)
    in_use: Mapped[bool] = mapped_column(default=True, server_default=true())


class PublicationRule(Base):
    """What the law asks of a publication. `audience` is a key of services.openness.words.AUDIENCES. It begins at most `start_days`
    working days after the day of issue (NULL: whenever) and lasts at least `least_days` days. The rule applies to documents that were
    issued from `valid_from` to `valid_to` (NULL: without end). Documents of its types (PublicationRuleType) must be published."""

    __tablename__ = "publication_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    name: Mapped[str] = mapped_column(String(200), unique=True)
    audience: Mapped[str] = mapped_column(String(10))
    start_days: Mapped[int | None]
    least_days: Mapped[int]
    basis: Mapped[str] = mapped_column(String(500))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class PublicationRuleType(Base):
    """A type of documents that must be published by a rule."""

    __tablename__ = "publication_rule_type"

    rule_id: Mapped[int] = mapped_column(ForeignKey("publication_rule.id"), primary_key=True)
    type: Mapped[str] = mapped_column(String(100), primary_key=True, index=True)


class Publication(Base):
    """A document was published, or is going to be, for the agency or for everybody (`audience`), in one form at one place.

    It begins on `starts_on`; `ends_on` is `days` days later, when so many full days have passed. `ended_on` is the day on which somebody
    ended it before, from which it is no longer public; NULL: nobody did. `timely_since` is the earliest day of issue with which a start on
    `starts_on` is in time by the rule (NULL: there is no limit); services.planning.publication_days counts it again when the working
    calendar changes. The proof is a page on the web, the SHA-256 (hex) of what was seen there, and a document such as a photo or minutes.
    A withdrawn row stays, with its reason. Its lock is taken after that of its document.
    """

    __tablename__ = "publication"
    __table_args__ = (Index("ix_publication_audience_ends_on", "audience", "ends_on", "starts_on", "document_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    audience: Mapped[str] = mapped_column(String(10))
    form_id: Mapped[int] = mapped_column(ForeignKey("publication_form.id"), index=True)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("publication_rule.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    place: Mapped[str | None] = mapped_column(String(300))
    starts_on: Mapped[dt.date] = mapped_column(index=True)
    days: Mapped[int]
    ends_on: Mapped[dt.date]
    ended_on: Mapped[dt.date | None]
    timely_since: Mapped[dt.date | None]
    proof_url: Mapped[str | None] = mapped_column(String(1000))
    proof_sha256: Mapped[str | None] = mapped_column(String(64))
    proof_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    note: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by_label: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_by_label: Mapped[str | None] = mapped_column(String(300))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)


class PublicationOpening(Base):
    """How often the public page of a document was opened on a day, and how often its file was downloaded there, whoever it was."""

    __tablename__ = "publication_opening"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    openings: Mapped[int] = mapped_column(default=0)
    downloads: Mapped[int] = mapped_column(default=0)
