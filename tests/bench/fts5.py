"""SQLite FTS5 as another engine: the same terms in four columns with weights 1, 6, 3, 3; rows are in a separate
table."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.asking import TOP, Asking, Question

if TYPE_CHECKING:
    from tests.bench.corpus import Analysed

TABLES = """
CREATE TABLE rows (id INTEGER PRIMARY KEY, row BLOB);
CREATE VIRTUAL TABLE entries USING fts5(text, title, document, label, content = '',
    tokenize = "unicode61 remove_diacritics 0 tokenchars '_'");
INSERT INTO entries (entries, rank) VALUES ('rank', 'bm25(1.0, 6.0, 3.0, 3.0)');
"""
ADD = "INSERT INTO entries (rowid, text, title, document, label) VALUES (?, ?, ?, ?, ?)"
BEST = "SELECT rowid FROM entries WHERE entries MATCH ? ORDER BY rank LIMIT ?"


def build(folder: Path, articles: Iterable[Analysed], _variant: str) -> int:
    """Index the articles and merge all segments into one."""
    folder.mkdir()
    database = sqlite3.connect(folder / "fts5.sqlite")
    database.executescript(TABLES)
    for number, article in enumerate(articles, 1):
        texts = [f"{words} {pairs}" for words, pairs in zip(article.words, article.pairs, strict=True)]
        database.execute("INSERT INTO rows VALUES (?, ?)", (number, zlib.compress(article.row.encode(), 1)))
        database.execute(ADD, (number, *texts))
    database.execute("INSERT INTO entries (entries) VALUES ('optimize')")
    database.commit()
    database.close()
    return 1


def open_asking(folder: Path, _variant: str) -> Asking:
    """Open the database for queries."""
    database = sqlite3.connect(f"file:{folder / 'fts5.sqlite'}?mode=ro", uri=True)

    def best(match: str) -> list[int]:
        return [row[0] for row in database.execute(BEST, (match, TOP))]

    def whole(asked: Question) -> list[int]:
        words = asked["words"]
        terms = dict.fromkeys([*words, *(f"{first}_{second}" for first, second in pairwise(words))])
        return best(" OR ".join(f'"{term}"' for term in terms))

    def anchors(hits: Sequence[Any]) -> list[str]:
        rows = [database.execute("SELECT row FROM rows WHERE id = ?", (hit,)).fetchone()[0] for hit in hits]
        return [json.loads(zlib.decompress(row))[0] for row in rows]

    return Asking(
        whole=whole,
        all_words=lambda asked: best(" AND ".join(f'"{word}"' for word in asked["words"])),
        phrase=lambda asked: best(f'"{" ".join(asked["words"])}"'),
        anchors=anchors,
    )
