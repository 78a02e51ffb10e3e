"""The explanation of a provision agrees with the search itself: it gives the place that the page uses."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indexer import Access, Index, Request, search
from indexer.search.explain import explain
from tests.indexer.regulations import EVERYTHING, REGULATIONS, entry, found
from tests.support.two_worlds import World, draw_query, draw_request, draw_world, fill

Places = dict[tuple[int, str], int | None]


def places(store: Index, request: Request, access: Access, entries: World) -> Places:
    """The place of everything that can be explained."""
    told = {}
    for one in (*entries.seen, *entries.hidden):
        explained = explain(store, request, access, one.document, one.anchor)
        if explained is not None:
            told[one.document, one.anchor] = explained.place
    return told


def documents_in_order(told: Places) -> list[int]:
    in_order = sorted(told, key=lambda one: told[one] or 0)
    return list(dict.fromkeys(document for document, _ in in_order))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_places_are_those_of_the_page(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    world = draw_world(dice)
    store = fill(tmp_path / "index", (*world.seen, *world.hidden), dice)
    narrowed = 0
    for _ in range(15):
        request = replace(draw_request(dice), sort="relevance", offset=0, limit=1000)
        told, page = places(store, request, world.access, world), search(store, request, world.access)
        assert {document for document, _ in told} == {*found(page)}
        if told and None not in told.values():
            assert sorted(told.values()) == list(range(1, len(told) + 1))
            assert documents_in_order(told) == found(page)
            narrowed += bool(request.filters or request.since or request.until or request.folder_tree)
    assert narrowed


@pytest.mark.slow
def test_the_count_beside_the_place_is_that_of_the_search(tmp_path: Path) -> None:
    dice = random.Random(7)
    world = draw_world(dice)
    store = fill(tmp_path / "index", world.seen, dice)
    for _ in range(20):
        request = replace(draw_request(dice), query=draw_query(dice))
        told = places(store, request, world.access, world)
        among = {explain(store, request, world.access, *one).among for one in told}  # type: ignore[union-attr]
        assert among <= {len(told)}


@pytest.mark.parametrize(
    ("query", "narrow"),
    [
        ("kế hoạch loại:nghị định", {}),
        ("kế hoạch", {"filters": {"type": ("Nghị định",)}}),
        ("kế hoạch", {"until": date(2020, 12, 31)}),
        ("kế hoạch đến:2020", {}),
        ("kế hoạch", {"folder_tree": frozenset({7})}),
        ("kế hoạch", {"document": 2}),
    ],
)
def test_what_narrows_the_search_narrows_what_is_compared(
    regulations: Index, query: str, narrow: dict[str, object]
) -> None:
    wide = explain(regulations, Request("kế hoạch"), EVERYTHING, 2, "dieu-5")
    request = Request(query, **narrow)  # type: ignore[arg-type]
    told = explain(regulations, request, EVERYTHING, 2, "dieu-5")
    assert wide is not None and wide.among == 3
    assert told is not None and (told.place, told.among) == (1, 1)
    # A single candidate is neither better nor worse than the mean.
    assert told.reasons and all(reason.contribution == pytest.approx(0) for reason in told.reasons)
    assert explain(regulations, request, EVERYTHING, 3, "muc-I") is None


@pytest.mark.parametrize("query", ["", "loại:luật", "lư*"])
def test_without_words_to_rank_by_there_is_no_place(regulations: Index, query: str) -> None:
    one = REGULATIONS[-1] if query == "loại:luật" else REGULATIONS[2]
    told = explain(regulations, Request(query), EVERYTHING, one.document, one.anchor)
    assert told is not None and told.place is None and told.among and not told.reasons


def test_equal_ones_stand_as_on_the_page_however_they_lie_in_the_index(store: Index) -> None:
    for document in (9, 3, 5):
        with store.write_batch() as batch:
            batch.replace(document, [entry(document, "Lưu trữ hồ sơ.", anchor="dieu-1")])
    request = Request("lưu trữ")
    told = [explain(store, request, EVERYTHING, document, "dieu-1") for document in (3, 5, 9)]
    assert [one and one.place for one in told] == [1, 2, 3]
    assert found(search(store, request, EVERYTHING)) == [3, 5, 9]


def test_the_question_is_told_as_a_tree(regulations: Index) -> None:
    explained = explain(regulations, Request('"văn ban" kế hoach*'), EVERYTHING, 2, "dieu-5")
    assert explained is not None
    assert explained.tree == ("And", "  Sequence", "    Term văn", "    AnySpelling ban", "  AnySpelling hoach*", "  Term kế")


def test_the_tree_tells_no_value_that_only_hidden_documents_have(store: Index) -> None:
    shown, hidden = entry(1, "Lưu trữ.", issuer="Bộ Nội vụ"), entry(2, "Lưu trữ.", issuer="BỘ NỘI VỤ", access=9)
    with store.write_batch() as batch:
        batch.replace(1, [shown])
        batch.replace(2, [hidden])
    told = explain(store, Request('lưu trữ cơ quan:"nội vụ"'), Access(frozenset({1})), 1, "")
    assert told is not None and told.tree[:2] == ("And", "  Term issuer:Bộ Nội vụ")
    everything = explain(store, Request('lưu trữ cơ quan:"nội vụ"'), EVERYTHING, 1, "")
    assert everything is not None and "    Term issuer:BỘ NỘI VỤ" in everything.tree
