"""Two worlds that differ only in documents that an actor may not read. Every query must have the same results in both.

This module decides how worlds and queries are drawn (all from a seed) and what is compared: everything except times.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from indexer import Access, Entry, Index, Request, fold, search
from indexer.search.explain import explain
from indexer.search.search import rank_provisions
from indexer.suggest.complete import complete
from legaltext.thesaurus import Thesaurus, ThesaurusEntry

# Access lists: what every signed-in person may read, what this actor may read too, and what the actor may not read.
PUBLIC, OWN, HIDDEN = 1, 2, 3
_LISTS = frozenset({PUBLIC, OWN})
SEEN_WORDS = tuple(
    "hội nghị cán bộ wăz công chức viên chức dân chủ cơ sở kế hoạch thực hiện quy chế kiểm tra giám sát lưu trữ văn thư hòa giải "
    "ma mã túy zơnq đất đai khiếu nại tố cáo ngân sách trường học thi đua khen thưởng qưux 2020 30".split()
)
# Some words occur in hidden documents only; some of these differ by one letter from visible words.
HIDDEN_WORDS = (*SEEN_WORDS, *"mật tuyệt hộ nghĩ chũ kiêm giấm hoạchh secret zzq nghịx thưởn".split())
_TYPES = ("Luật", "Nghị định", "Thông tư", "Kế hoạch", "Quyết định", "")
_ISSUERS = ("Quốc hội", "Chính phủ", "Bộ Nội vụ", "Sở Giáo dục và Đào tạo", "")
# The same holds for types and issuers.
_HIDDEN_TYPES, _HIDDEN_ISSUERS = (*_TYPES, "Thông điệp mật", "QUYẾT ĐỊNH"), (*_ISSUERS, "Bộ Mật", "Sở Kín", "QUỐC HỘI")
_NUMBERS = ("30/2020/NĐ-CP", "25/KH-UBND", "05/2025/TT-BGDĐT", "12/QĐ-SGDĐT", "7/2020/QH14", "")
# What others asked, also about hidden documents, and numbers half typed.
_ASKED = ("hội nghị cán bộ mật", "hội nghị viên chức", "kế hoạch zzq", "quy chế dân chủ", "dân chủ cơ sở tuyệt", "ma túy là gì")
_BEGUN_NUMBERS = ("30", "25/KH", "7/20", "nghị định 05", "hội", "kế ho", "dân chủ")
_DAYS = tuple(dt.date(year, month, 3) for year in (2018, 2020, 2023, 2024) for month in (2, 9))
DOCUMENTS = 40
# Words that stand for what readable documents say, and for what only hidden ones say.
_THESAURUS = Thesaurus(
    [ThesaurusEntry("thi đua", "mật tuyệt"), ThesaurusEntry("kế hoạch", "quy chế"), ThesaurusEntry("dân chủ", "hộ nghĩ", 0.5)]
)


@dataclass(frozen=True)
class World:
    """What the actor may read, and what is hidden from the actor: by its list, or (`without`) by rights that the index
    does not know yet."""

    seen: tuple[Entry, ...]
    hidden: tuple[Entry, ...]
    without: frozenset[int]

    @property
    def access(self) -> Access:
        """The access filter of the actor."""
        return Access(_LISTS, self.without, public=frozenset({PUBLIC}))


def draw_world(dice: random.Random) -> World:
    """A world of `DOCUMENTS` documents, about half of them hidden; document numbers are mixed."""
    seen: list[Entry] = []
    hidden: list[Entry] = []
    without = set()
    for document in range(1, DOCUMENTS + 1):
        fate = dice.choice((PUBLIC, PUBLIC, OWN, HIDDEN, HIDDEN, "without"))
        if fate == "without":
            without.add(document)
        access = dice.choice((OWN, PUBLIC)) if fate == "without" else fate
        kept, words = (seen, SEEN_WORDS) if fate in (PUBLIC, OWN) else (hidden, HIDDEN_WORDS)
        kept += _document(dice, document, int(access), words)
    return World(tuple(seen), tuple(hidden), frozenset(without))


def _document(dice: random.Random, document: int, access: int, words: Sequence[str]) -> list[Entry]:
    issued = dice.choice((*_DAYS, None))
    start = dice.choice((issued, None))
    first = Entry(
        document=document, version=1, access=access, anchor="", label="", title="", text="",
        doc_title=text(dice, words, 6), doc_type=dice.choice(_TYPES if words == SEEN_WORDS else _HIDDEN_TYPES),
        number=dice.choice(_NUMBERS), issuer=dice.choice(_ISSUERS if words == SEEN_WORDS else _HIDDEN_ISSUERS), issued_on=issued, effective_from=start,
        effective_to=start and dice.choice((None, start + dt.timedelta(days=700))),
        folder=dice.randrange(4), folder_label=dice.choice(("Công văn", "Hồ sơ mật", "Kế hoạch")),
    )  # fmt: skip
    return [
        replace(
            first, anchor=f"dieu-{order}", label=f"Điều {order}", order=order,
            title=text(dice, words, 4), text=". ".join(text(dice, words, 12) for _ in range(dice.randint(1, 4))),
        )
        for order in range(1, dice.randint(1, 4) + 1)
    ]  # fmt: skip


def text(dice: random.Random, words: Sequence[str], most: int) -> str:
    """Up to `most` of the words; earlier ones are more frequent, as in real text."""
    places = (int(len(words) * dice.random() ** 1.7) for _ in range(dice.randint(1, most)))
    return " ".join(words[place] for place in places)


def fill(folder: Path, entries: Sequence[Entry], dice: random.Random) -> Index:
    """An index with these entries, created in a random way: batches, replaced and deleted documents, merges."""
    store = Index(folder).create()
    documents: dict[int, list[Entry]] = {}
    for entry in entries:
        documents.setdefault(entry.document, []).append(entry)
    order = sorted(documents)
    dice.shuffle(order)
    while order:
        batch = [order.pop() for _ in range(min(len(order), dice.randint(1, 12)))]
        with store.write_batch() as changes:
            for document in batch:
                changes.replace(document, documents[document])
            for document in dice.sample(sorted(documents), 2):
                changes.replace(
                    document + 1000, [replace(one, document=document + 1000) for one in documents[document]]
                )
        with store.write_batch() as changes:
            for document in list(store.versions()):
                if document > 1000:
                    changes.delete(document)
            changes.replace(batch[0], documents[batch[0]])
    if dice.random() < 0.5:
        while store.tidy():
            pass
    return store


def draw_request(dice: random.Random) -> Request:
    """A query with filters, sort and page: anything that a page may ask."""
    filters: dict[str, tuple[str, ...]] = {}
    if dice.random() < 0.2:
        filters["type"] = (dice.choice(_TYPES),)
    if dice.random() < 0.1:
        filters["issuer"] = (dice.choice(_ISSUERS),)
    if dice.random() < 0.1:
        filters["year"] = (str(dice.choice(_DAYS).year),)
    if dice.random() < 0.1:
        filters["status"] = (dice.choice(("con_hieu_luc", "het_hieu_luc", "khong_ro")),)
    chance = dice.random
    return Request(
        draw_query(dice),
        filters=filters,
        sort="date" if chance() < 0.15 else "relevance",
        offset=dice.choice((0, 0, 0, 5, 20)),
        limit=dice.choice((3, 10, 20)),
        at=dice.choice((dt.date(2021, 1, 1), dt.date(2025, 1, 1))),
        document=dice.randint(1, DOCUMENTS) if chance() < 0.05 else None,
        since=dice.choice(_DAYS) if chance() < 0.05 else None,
        until=dice.choice(_DAYS) if chance() < 0.05 else None,
        folder_tree=frozenset({dice.randrange(4)}) if chance() < 0.05 else None,
        thesaurus=_THESAURUS,
        time_limit_seconds=600.0,
    )


def draw_query(dice: random.Random) -> str:
    """Words, pairs, phrases, prefixes, OR, exclusions, fields, numbers, provisions, names, misspelt words, no
    diacritics."""
    pieces = [dice.choice(_PIECES)(dice) for _ in range(dice.choice((1, 1, 2, 2, 3, 5, 9)))]
    query = dice.choice((" ", " ", " ", " OR ")).join(pieces)
    return fold(query) if dice.random() < 0.2 else query


def _word(dice: random.Random) -> str:
    return dice.choice(HIDDEN_WORDS)


def _misspelt(dice: random.Random) -> str:
    word = _word(dice)
    place = dice.randrange(len(word))
    return word[:place] + dice.choice("aăiôunghx") + word[place + dice.randrange(2) :]


_PIECES = (
    _word, _word, _word, _misspelt,
    lambda dice: f"{_word(dice)} {_word(dice)}",
    lambda dice: f'"{_word(dice)} {_word(dice)}"',
    lambda dice: f'"{_word(dice)} {_word(dice)} {_word(dice)}"',
    lambda dice: f"{_word(dice)[:2]}*",
    lambda dice: f"-{_word(dice)}",
    lambda dice: f"{_word(dice)} OR {_word(dice)}",
    lambda dice: f"loại:{dice.choice(_TYPES[:-1])}",
    lambda dice: f"năm:{dice.choice(_DAYS).year}",
    lambda dice: f"số:{dice.choice(_NUMBERS[:-1])}",
    lambda dice: f'cơ quan:"{dice.choice(_ISSUERS[:-1])}"',
    lambda dice: dice.choice(_NUMBERS),
    lambda dice: f"{_word(dice)}{_word(dice)}",
    lambda dice: f"{_word(dice)[:2]} {_word(dice)[2:]}",
    lambda dice: dice.choice(_NUMBERS)[1:].replace("/20", "/2", 1),
    lambda dice: f"khoản {dice.randint(1, 3)} điều {dice.randint(1, 6)} {dice.choice(_NUMBERS)}",
    lambda dice: f"{dice.choice(_TYPES)} {_word(dice)} {_word(dice)}",
)  # fmt: skip


def answers(store: Index, request: Request, access: Access) -> dict[str, Any]:
    """All results of the engine for a request: the page, the ranked provisions with scores, the explanation of the
    first hit, completions."""
    page = search(store, request, access)
    said = {field.name: getattr(page, field.name) for field in fields(page) if field.name != "took_ms"}
    said["ranked"] = [
        (one.document, one.anchor, one.score) for one in rank_provisions(store, request, access)
    ]
    first = [(hit.document, one.anchor) for hit in page.hits[:1] for one in hit.provisions[:1]]
    said["explained"] = [explain(store, request, access, *one) for one in first]
    begun = (request.query, f"{request.query} loại:", *(f"cơ quan:{word}" for word in request.query.split()[:2]))
    said["completions"] = completions(store, begun, access)
    return said


def completions(store: Index, begun: Iterable[str], access: Access) -> list[Any]:
    """What completes each of these beginnings of a query."""
    return [complete(store.snapshot(), typed, access, 8, _ASKED) for typed in begun]


def differing(folder: Path, seed: int, questions: int) -> list[str]:
    """Draw a world and query both forms of it; one sentence for each query with different results."""
    dice = random.Random(seed)
    world = draw_world(dice)
    plain = fill(folder / "plain", world.seen, random.Random(seed + 1))
    fuller = fill(folder / "fuller", (*world.seen, *world.hidden), random.Random(seed + 2))
    told = []
    # These are no part of a drawn question, so they are asked once.
    if completions(plain, _BEGUN_NUMBERS, world.access) != completions(fuller, _BEGUN_NUMBERS, world.access):
        told.append(f"seed {seed}: completions of {_BEGUN_NUMBERS}")
    # Times are not compared, and a suggestion for which one of them had no time is no difference.
    with patch.object(import_module("indexer.search.suggestion"), "_SUGGEST_SECONDS", 600.0):
        for _ in range(questions):
            request = draw_request(dice)
            first, second = answers(plain, request, world.access), answers(fuller, request, world.access)
            other = [name for name in first if first[name] != second[name]]
            told += [
                f"seed {seed}: {request}\n  {name} without: {first[name]}\n  {name} with: {second[name]}"
                for name in other[:1]
            ]
    return told
