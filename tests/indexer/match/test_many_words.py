"""Patterns, similar words, words near each other and boosts: what they find, in which order, and within which limits."""

import time
from functools import partial
from typing import Any

import pytest

from indexer import Access, Index, Request, search
from indexer.match import boolean, expansion
from indexer.match.terms import QueryTerms, terms_of
from indexer.query.tree import All, Near, Node, Similar, Wildcard, Without
from indexer.whoosh import fallback
from tests.indexer.regulations import ask, entry, fill, found


def reading(deadline: float = float("inf")) -> boolean.Evaluation:
    """How the conditions of a question with diacritics are read."""
    return boolean.Evaluation({}, marked=True, deadline=deadline)


def crowded(store: Index, count: int) -> Index:
    """Documents of ten words each that no other has, and of one word that all have."""
    words = [f"th{number:05}".translate(str.maketrans("0123456789", "abcdeghikl")) for number in range(count)]
    return fill(store, [entry(place + 1, f"gốc {' '.join(words[place : place + 10])}") for place in range(0, count, 10)])


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("ngh*m", [1, 3]),
        ("ngh*m thu", [1]),
        ("ng*h thu", []),
        ("nghi?p", [2]),
        ("ng?i*p vụ", [2]),
        ("ng?ị", [2]),
        ("n?hị", [2]),
        ("NGH?ỆM", [1]),
        ("NGH?ỆM OR nghi?m", [1, 3]),
        ("nghiễm~", [1, 3]),
        ("nghiễm~ trọng", [3]),
        ("nghiễm~2", [1, 2, 3]),
        ("nghiem~", [1, 2, 3]),
        ("nghiem~ trọng", [3]),
        ("ng*em trọng", [3]),
        ("quyết -ngh*p", []),
        ("quyết -ngh*m", [2]),
        ("thu -nghiễm~", []),
    ],
)
def test_the_words_that_are_meant(store: Index, question: str, documents: list[int]) -> None:
    fill(store, [entry(1, "nghiệm thu công trình"), entry(2, "nghị quyết về nghiệp vụ"), entry(3, "nghiêm trọng")])
    assert sorted(found(ask(store, question))) == documents


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ('"hội chức"~3', [1, 2]),
        ('"chức hội"~3', [1, 2]),
        ('"hội chức"~4', [1, 2, 3]),
        ('"hội công chức"~1', [2]),
        ('"hoi cong chuc"~2', [2]),
        ('"hội nghị chức"~5', [1]),
        ('gốc -"hội chức"~4', [4, 5]),
        ('-"công chức hội" "hội chức"~4', [1, 3]),
    ],
)
def test_words_near_each_other_in_any_order(store: Index, question: str, documents: list[int]) -> None:
    """Within one text: neither from a title into the text, nor from one provision into the next."""
    texts = ["gốc hội nghị công chức", "gốc công chức hội", "gốc chức a b c hội", "gốc hội a b c d chức"]
    fill(store, [*(entry(number, text) for number, text in enumerate(texts, 1)),
                 entry(5, "gốc chức", title="hội"), entry(5, "gốc hội", order=1)])  # fmt: skip
    assert sorted(found(ask(store, question))) == documents


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ('"hội chức"~>3', [1]),
        ('"chức hội"~>3', [2]),
        ('"chức hội"~>4', [2, 3]),
        ('"hội chức"~>5', [1, 4]),
        ('"hội công chức"~>3', [1]),
        ('"cong chuc hoi"~>2', [2]),
        ('gốc "hội chức"~>5 "nghị công"~>1', [1]),
        ('-"hội chức"~>5', []),
    ],
)
def test_words_near_each_other_in_the_order_typed(store: Index, question: str, documents: list[int]) -> None:
    """An exclusion has no order: nothing that has the words near each other is left."""
    texts = ["gốc hội nghị công chức", "gốc công chức hội", "gốc chức a b c hội", "gốc hội a b c d chức"]
    fill(store, [entry(number, text) for number, text in enumerate(texts, 1)])
    assert sorted(found(ask(store, question))) == documents


def test_the_order_is_judged_by_a_matcher_of_whooshs_among_readable_entries(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads only entries that have the words near each other, because it takes a thousand times as long as a mask."""
    far = entry(4, "gốc hội a b c chức", access=1)
    fill(store, [*(entry(number, "gốc hội nghị chức", access=number) for number in (1, 2, 3)), far])
    matched, read = fallback.matched, []

    def noted(segment: Any, tree: Any, within: Any, budget: Any) -> Any:
        read.append((type(tree).__name__, int(within.sum())))
        return matched(segment, tree, within, budget)

    monkeypatch.setattr(fallback, "matched", noted)
    results = search(store, Request(query='"hội chức"~>2'), Access(frozenset({1, 3})))
    assert sorted(found(results)) == [1, 3] and read == [("NearWords", 2)]


def test_a_boost_decides_what_goes_first(store: Index) -> None:
    fill(store, [entry(1, "lưu lưu lưu giữ hồ sơ"), entry(2, "lưu giữ giữ giữ hồ sơ")])
    assert found(ask(store, "lưu^5 giữ")) == [1, 2] and found(ask(store, "lưu giữ^5")) == [2, 1]
    assert found(ask(store, "lưu^0,1 giữ")) == [2, 1] and found(ask(store, "lưu giữ^,1")) == [1, 2]
    fill(store, [entry(7, "thuế đất và nhà ở, nhà ở"), entry(8, "thuế đất, thuế đất và nhà ở")])
    assert found(ask(store, '"thuế đất"^9 "nhà ở"')) == [8, 7] and found(ask(store, '"thuế đất" "nhà ở"^9')) == [7, 8]
    assert found(ask(store, '"thuế đất"~3^9 "nhà ở"')) == [8, 7]


def test_a_boost_counts_as_so_many_mentions(store: Index) -> None:
    fill(store, [entry(1, "lưu giữ hồ sơ")])
    words, slots = ("lưu", "giữ", "hồ"), QueryTerms(store.snapshot())
    slots_of = partial(terms_of, slots, (words, ("lưu",)), ((("hồ",)),), dict.fromkeys(words, False))
    counted = {one.words: one.asked for one in slots_of(((2.0, 0.5, 3.0), (4.0,)))}
    assert counted == {("lưu",): 6, ("giữ",): 0.5, ("hồ",): 3, ("lưu", "giữ"): 0.5, ("giữ", "hồ"): 0.5}
    assert [one.asked for one in slots_of()] == [2, 1, 1, 1, 1]


@pytest.mark.parametrize("node", [Wildcard("?*?*"), Wildcard("th*a*"), Similar("thaaaaa", 2), Wildcard("*")])
def test_ten_thousand_words_are_cut_in_time(store: Index, node: Node) -> None:
    crowded(store, 10_000)
    snapshot, asked = store.snapshot(), reading()
    started = time.process_time()
    held = boolean.mask(snapshot, node, asked, snapshot.alive)
    assert time.process_time() - started < 1
    # Similar("thaaaaa", 2): one or two of the last four letters differ, so 1 + 36 + 486 words, and none is left out.
    (words,) = asked.expanded.values()
    assert held.any() and len(words) == (523 if isinstance(node, Similar) else expansion.MOST_EXPANDED)
    assert asked.cut is not isinstance(node, Similar)


def test_a_question_has_room_for_a_thousand_words_in_all(store: Index) -> None:
    crowded(store, 2_000)
    snapshot, asked = store.snapshot(), reading()
    boolean.mask(snapshot, All((Wildcard("t?a*"), Similar("thaaaaa", 2), Wildcard("th*b"))), asked, snapshot.alive)
    assert sum(map(len, asked.expanded.values())) == expansion.MOST_EXPANDED and asked.cut
    assert all(asked.expanded.values())
    answer = ask(store, "th*aaa OR t*hab*b")
    assert not answer.truncated and answer.total == 101


def test_room_is_shared_so_that_who_needs_little_leaves_the_rest_to_others() -> None:
    counts = {"many": {"a": 1, "b": 3, "c": 1, "d": 2}, "few": {"x": 1}, "more": {"a": 1, "b": 1, "c": 1, "d": 1}}
    assert expansion.shared(counts, 6) == {"few": ("x",), "many": ("b", "d"), "more": ("a", "b", "c")}
    assert expansion.shared(counts, 9) == {"few": ("x",), "many": ("b", "d", "a", "c"), "more": ("a", "b", "c", "d")}
    assert not expansion.shared({}, 6)


def test_words_cut_are_told_and_the_frequent_ones_kept(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "MOST_EXPANDED", 1)
    fill(store, [entry(1, "nghiệm"), entry(2, "nghiêm"), entry(3, "nghiêm")])
    for question in ("ngh*m", "nghiễm~"):
        answer = ask(store, question)
        assert sorted(found(answer)) == [2, 3] and answer.truncated, question


def test_hidden_documents_do_not_decide_which_words_are_kept(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "MOST_EXPANDED", 1)
    hidden = [entry(number, "nghiêm", access=9) for number in range(10, 20)]
    fill(store, [entry(1, "nghiệm", access=1), *hidden])
    assert found(ask(store, "ngh*m", Access(frozenset({1})))) == [1]
    assert not ask(store, "ngh*m", Access(frozenset({1}))).truncated


@pytest.mark.parametrize("node", [Wildcard("t*a"), Similar("thaaaaa", 1)])
def test_without_time_nothing_is_found_and_that_is_told(store: Index, node: Node) -> None:
    crowded(store, 100)
    snapshot = store.snapshot()
    late = reading(deadline=0.0)
    assert not boolean.mask(snapshot, node, late, snapshot.alive).any() and late.cut
    # What was not looked for may be there.
    late = reading(deadline=0.0)
    assert not boolean.mask(snapshot, Without(node), late, snapshot.alive).any() and late.late and late.cut
    late = reading(deadline=0.0)
    assert not boolean.mask(snapshot, Without(Near(("gốc", "thaaaaa"), 3)), late, snapshot.alive).any() and late.late


def test_words_are_looked_for_half_a_second_at_most(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the question itself may take."""
    crowded(store, 100)
    monkeypatch.setattr(expansion, "SECONDS", -1.0)
    answer = ask(store, "t*haaaaa", time_limit_seconds=60.0)
    assert answer.total == 0 and answer.truncated
    assert ask(store, "gốc -t*haaaaa", time_limit_seconds=60.0).truncated


def test_only_the_time_of_looking_for_words_counts(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the conditions in front of it took."""
    fill(store, [entry(1, "gốc xa nghiệm"), entry(2, "gốc xa")])
    near = boolean._with_near

    def slowly(*given: Any) -> Any:
        time.sleep(expansion.SECONDS + 0.1)
        return near(*given)

    monkeypatch.setattr(boolean, "_with_near", slowly)
    answer = ask(store, '"xa gốc"~2 -ngh*m', time_limit_seconds=60.0)
    assert found(answer) == [2] and not answer.truncated
    asked = reading()
    with asked.expanding() as until:
        assert until <= time.monotonic() + expansion.SECONDS
        time.sleep(0.05)
    assert asked.left <= expansion.SECONDS - 0.05


def test_what_is_excluded_means_all_of_its_words(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "MOST_EXPANDED", 1)
    fill(store, [entry(1, "gốc nghiệm"), entry(2, "gốc nghiêm"), entry(3, "gốc")])
    for question in ("gốc -ngh*m", "gốc -nghiễm~"):
        answer = ask(store, question)
        assert found(answer) == [3] and not answer.truncated, question


def test_long_texts_are_read_in_portions(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boolean, "_CHUNK", 8)
    monkeypatch.setattr(expansion, "_COUNTED", 2)
    texts = [f"x{number} hội y chức z nghiêm" if number % 3 else f"hội x{number} y z w chức nghiệm" for number in range(1, 31)]
    fill(store, [entry(number, text) for number, text in enumerate(texts, 1)])
    near = [number for number in range(1, 31) if number % 3]
    assert sorted(found(ask(store, '"chức hội"~2', limit=50))) == near
    assert sorted(found(ask(store, 'ngh*m "chức hội"~2', limit=50))) == near
    assert ask(store, "ngh*m", limit=50).total == 30
    # Few of many: what is between them is passed over.
    fill(store, [entry(number, "a " * 50) for number in range(100, 200)])
    assert sorted(found(ask(store, '"chức hội"~2 x1 OR "hội chức"~2 x29', limit=50))) == [1, 29]
