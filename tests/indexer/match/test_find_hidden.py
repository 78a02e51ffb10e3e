"""Prefixes and spellings are resolved only with documents that the actor may read."""

import itertools
import random
import time
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace

import pytest

from indexer import Access, Entry, Index, Request, Results, fold, search
from tests.indexer.regulations import ask, entry, fill, found


def test_a_beginning_shows_where_its_words_stand(regulations: Index) -> None:
    answer = ask(regulations, "hội*")
    marked = {
        piece.text for hit in answer.hits for one in hit.provisions for piece in one.snippet if piece.match
    }
    assert answer.total and any(text.casefold().startswith("hội") for text in marked)


def test_spellings_and_beginnings_of_hidden_documents_push_nothing_out(store: Index) -> None:
    vowels = "aàáảãạăằắẳẵặâầấẩẫậ"
    rubbish = " ".join(f"h{first}{last}" for first in "oòóôõơọ" for last in vowels)
    more = " ".join(f"th{number:04}" for number in range(1_100))
    fill(
        store,
        [
            entry(1, "phòng hỏa hoạn, thiết yếu", access=1),
            entry(9, rubbish, access=9),
            entry(10, f"{more} {more}", access=9),
        ],
    )
    own = Access(frozenset({1}), public=frozenset({1}))
    for question in ("hoa", '"hoa hoan"', "th*"):
        answer = search(store, Request(question), own)
        assert (answer.total, answer.truncated) == (1, False), question


def test_words_of_a_withdrawn_document_are_not_offered(store: Index) -> None:
    fill(store, [entry(1, "kế hoạch", access=1), entry(9, "kế zorro", access=1)])
    own = Access(frozenset({1}), frozenset({9}), frozenset({1}))
    assert search(store, Request("kế zorr"), own).suggestion is None
    assert (
        search(store, Request("kế zorr"), Access(frozenset({1}), public=frozenset({1}))).suggestion
        == "kế zorro"
    )


def test_ten_thousands_of_hidden_spellings_change_no_answer(store: Index) -> None:
    """Otherwise the author of a hidden document could make every query with the word too slow."""
    chance = random.Random(5)
    own = Access(frozenset({1}), public=frozenset({1}))
    questions = ("khong duoc", "nguoi khong duoc ky", '"khong duoc"', "khong khong", "khong -duoc")
    fill(store, [entry(1, "Người không có thẩm quyền không được ký.", access=1), entry(2, "Không đóng dấu.", access=1)])

    def answers() -> list[Results]:
        return [replace(search(store, Request(question), own), took_ms=0.0) for question in questions]

    before = answers()
    assert [one.total for one in before] == [1, 1, 1, 2, 1]
    spelled = (spelling(chance, word) for _ in range(30_000) for word in ("khong", "duoc"))
    fill(store, [entry(9, " ".join(spelled), access=9)])
    assert answers() == before


def test_a_name_that_only_a_hidden_document_has_whole_is_missing(store: Index) -> None:
    """The pairs of the name occur in readable documents, but nowhere next to each other."""
    own = Access(frozenset({1}), public=frozenset({1}))
    fill(store, [entry(1, "Xuất khẩu lao khổ; khẩu lao động.", access=1)])
    before = ask(store, "XKLĐ khẩu", own)
    fill(store, [entry(9, "Xuất khẩu lao động.", access=9)])
    after = ask(store, "XKLĐ khẩu", own)
    assert before.missing_words == after.missing_words == ("xklđ",)
    assert found(before) == found(after) == [1]


def test_hidden_spellings_take_no_time_from_suggestions(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call of the clock counts as a millisecond here, and there are five seconds."""
    chance, own = random.Random(6), Access(frozenset({1}), public=frozenset({1}))
    fill(store, [entry(1, "kế hoạch ủnguchong", access=1)])

    def suggested() -> str | None:
        start, looks = time.monotonic(), itertools.count()
        monkeypatch.setattr(import_module("indexer.search.suggestion"), "_SUGGEST_SECONDS", 5.0)
        monkeypatch.setattr("indexer.suggest.public_counts.time", SimpleNamespace(monotonic=lambda: start + next(looks) / 1000))
        return search(store, Request("kế unguchonk", time_limit_seconds=60.0), own).suggestion

    assert suggested() == "kế ủnguchong"
    fill(store, [entry(9, " ".join(spelling(chance, "unguchonk") for _ in range(6_000)), access=9)])
    assert suggested() == "kế ủnguchong"


def spelling(chance: random.Random, word: str) -> str:
    """A random word that is the same as `word` without diacritics."""
    return "".join(chance.choice(_LOOKALIKES[letter]) for letter in word)


_LOOKALIKES = {
    letter: [letter, *(char for char in map(chr, range(0xC0, 0x1EFF)) if char.islower() and fold(char) == letter)]
    for letter in "khongduc"
}


def test_restricted_laws_do_not_weigh_the_names_of_public_ones(store: Index) -> None:
    def law(document: int, name: str, access: int = 1) -> Entry:
        return entry(document, "Quy định.", doc_title=f"Luật {name}", doc_type="Luật", access=access)

    own = Access(frozenset({1, 9}), public=frozenset({1}))
    fill(store, [law(1, "Kiểm toán ngân hàng"), law(2, "Kiểm toán"), law(3, "Kiểm toán ngân sách")])

    def named() -> list[int]:
        return [hit.document for hit in search(store, Request("luật hàng"), own).hits if hit.named]

    assert named() == [1]
    fill(store, [law(number, "Giám sát tàu hàng hải quốc tế lớn", access=9) for number in range(10, 60)])
    assert named() == [1]
