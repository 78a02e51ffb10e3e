"""What people keep for their searches: saved searches, abbreviations and everyday words; and what was opened from results.

Of abbreviations and everyday words only those that the site has added or changed have rows. Other abbreviations that the
search engine delivers have none."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docmgr.db import Base, UtcDateTime, now
from docmgr.models.people import User


class SavedSearch(Base):
    """A saved search (tìm kiếm đã lưu). `parts` maps each parameter of the search's address to the list of
    its values. The results are not stored."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(100))
    parts: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    # Whether everybody who may search sees it. Only the owner can change it.
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)

    owner: Mapped[User] = relationship(lazy="joined")


class ClickKey(Base):
    """The key of one month ("2026-12") under which services.clicks hides persons. It is deleted when the month is over.
    `series` names this key in the rows of Click, because a restored site makes a second key in the same month."""

    __tablename__ = "click_key"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    series: Mapped[str] = mapped_column(String(16))
    secret: Mapped[str] = mapped_column(String(64))


class Click(Base):
    """One person once opened the provision `anchor` of a document from the results for `question`, in the month of the
    key `series`. `mark` is a keyed hash of person, question and provision together, so that no two rows of a person
    are alike. There is no time and no number of the row."""

    __tablename__ = "click"
    # Rows in the order of their hashes: in the order of their arrival the trail would tell whose they are.
    __table_args__ = ({"sqlite_with_rowid": False},)

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    series: Mapped[str] = mapped_column(String(16))
    question: Mapped[str] = mapped_column(String(100))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    anchor: Mapped[str] = mapped_column(String(200))


class Abbreviation(Base):
    """An abbreviation (từ viết tắt) that search understands. `key` is the abbreviation without
    diacritics, the same for every spelling of it; `short` is how it is shown, and `names` are the words
    it means."""

    __tablename__ = "abbreviation"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    key: Mapped[str] = mapped_column(String(100), unique=True)
    short: Mapped[str] = mapped_column(String(30))
    # The words that it means. NULL: a built-in abbreviation was removed.
    names: Mapped[list[str]] = mapped_column(JSON)


class EverydayWord(Base):
    """Everyday words (từ thường ngày) with the law words that a search also looks for. `key` are their
    normalised syllables, `folded` are these without diacritics, sorted; `word` is how they are shown. With no
    `law` words, a search looks for nothing else, whatever the delivered thesaurus says."""

    __tablename__ = "everyday_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    key: Mapped[str] = mapped_column(String(100), unique=True)
    folded: Mapped[str] = mapped_column(String(100), index=True)
    word: Mapped[str] = mapped_column(String(60))
    law: Mapped[list[str]] = mapped_column(JSON)
