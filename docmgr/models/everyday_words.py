"""The everyday words that a site added to the delivered thesaurus, or for which it has other law words."""

from __future__ import annotations

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from docmgr.db import Base


class EverydayWord(Base):
    """Everyday words (từ thường ngày) with the law words that a search also looks for. `key` are their
    normalised syllables, and `folded` are these without diacritics; `word` is how they are shown. With no
    `law` words, a search looks for nothing else, whatever the delivered thesaurus says."""

    __tablename__ = "everyday_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    key: Mapped[str] = mapped_column(String(100), unique=True)
    folded: Mapped[str] = mapped_column(String(100), index=True)
    word: Mapped[str] = mapped_column(String(60))
    law: Mapped[list[str]] = mapped_column(JSON)
