"""The abbreviations that a site added, changed or removed, and its own everyday words. What the search engine
delivers of both has no rows."""

from __future__ import annotations

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base


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
