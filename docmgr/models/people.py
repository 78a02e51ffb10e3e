"""The agency, its people and organisational units, their sessions, and the attempts to sign in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, String, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docmgr.db import Base, UtcDateTime, now


class Agency(Base):
    """The agency to which the site belongs: at most one row, whose id is 1.

    `name` is NULL where the name of the settings applies. `logo_sha256` is the hash of a PNG in the storage, which is
    `logo_width` times `logo_height` pixels large; all three are NULL where there is none. `skipped` are the steps of the
    first run that administrators left out (keys of services.start.steps.STEPS). While `share_links` is false, nobody opens or
    makes share links. `checkout_hours` is after how many hours
    without use a document is free again that somebody has taken to edit; NULL: as many as services.access.checkouts says.
    `escalate_days` is after how many days leaders are told of what is overdue; NULL: they are not told. While `public_page` is true, everybody reads without signing in what is published for everybody.
    """

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    name: Mapped[str | None] = mapped_column(String(200))
    logo_sha256: Mapped[str | None] = mapped_column(String(64))
    logo_width: Mapped[int | None]
    logo_height: Mapped[int | None]
    skipped: Mapped[list[str]] = mapped_column(JSON)
    share_links: Mapped[bool] = mapped_column(default=True, server_default=true())
    checkout_hours: Mapped[int | None]
    escalate_days: Mapped[int | None]
    public_page: Mapped[bool] = mapped_column(default=False, server_default=false())


class Unit(Base):
    """An organisational unit (đơn vị) of the agency: a department, an office or a school."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    name: Mapped[str] = mapped_column(String(300), unique=True)
    abbreviation: Mapped[str | None] = mapped_column(String(50))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class User(Base):
    """A person who can sign in. A person is disabled, never deleted, because the trail refers to them."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    username: Mapped[str] = mapped_column(String(100), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(300))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    disabled_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    unit: Mapped[Unit | None] = relationship(lazy="joined")
    roles: Mapped[list[UserRole]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class UserRole(Base):
    """One role of one person. `role` is a key of policy.ROLES."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(30), primary_key=True)


class ListChoice(Base):
    """The columns that a person sees in lists of documents: keys of services.listing.columns.COLUMNS."""

    __tablename__ = "list_choice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    columns: Mapped[list[str]] = mapped_column(JSON)


class PersonGroup(Base):
    """A named set of people (nhóm) to whom rights are given together, across units."""

    __tablename__ = "person_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    name: Mapped[str] = mapped_column(String(200), unique=True)


class GroupMember(Base):
    """One person as a member of one group."""

    __tablename__ = "group_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("person_group.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)


class SignInSession(Base):
    """The session of one browser in which a person is signed in. The cookie contains the token of the
    session; this row has only its SHA-256 (hex), so that nobody can sign in with data from the database."""

    __tablename__ = "sign_in_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    last_seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str | None] = mapped_column(String(60))


class SignInAttempt(Base):
    """One attempt to sign in, successful or not. The limits on failed attempts count these rows."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_username_at", "username", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(60))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    succeeded: Mapped[bool] = mapped_column(default=False)
    # The known browser that sent the attempt (`KnownDevice.browser`), services.people.attempts.INSIDE, or NULL for an
    # unknown browser.
    device: Mapped[str | None] = mapped_column(String(64))


class KnownDevice(Base):
    """A browser in which a person has signed in before. Its cookie contains a token; this row has only its
    SHA-256 (hex). `browser` identifies the browser and stays the same when the token is replaced."""

    __tablename__ = "known_device"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
    browser: Mapped[str] = mapped_column(String(32))
    seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
