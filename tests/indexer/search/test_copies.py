"""Near copies of a document are one hit: which documents are copies, that other numbers and days part them, and that what may
not be read moves nothing."""

import random
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import FrameType

import numpy as np
import pytest

from indexer import Access, Entry, Index
from indexer.analysis import sketches
from indexer.search import alike, copies
from tests.indexer.regulations import EVERYTHING, ask, entry, fill, found

WORDS = tuple(f"{first}{last}" for first in "bcdghklmnprstv" for last in ("an", "inh", "ong", "ao", "iên", "uy"))


def text(seed: int, changed: float = 0.0, length: int = 400) -> str:
    """A text of that many words. The share `changed` of them are other words than in the text of the same `seed`."""
    dice, other = random.Random(seed), random.Random(seed + 1000)
    words = [dice.choice(WORDS) for _ in range(length)]
    return " ".join(other.choice(WORDS) if other.random() < changed else word for word in words)


def paper(document: int, said: str, **fields: object) -> list[Entry]:
    """A document of two articles with this text."""
    half = len(said) // 2
    known = {"number": "12/KH-UBND", "issued_on": date(2024, 3, 1), "doc_title": "hội nghị cán bộ", **fields}
    return [
        entry(document, f"hội nghị {said[:half]}", anchor="dieu-1", label="Điều 1", order=1, **known),
        entry(document, said[half:], anchor="dieu-2", label="Điều 2", order=2, **known),
    ]


def folded(store: Index, access: Access = EVERYTHING) -> list[tuple[int, ...]]:
    """The documents of each hit, the one shown first."""
    answer = ask(store, "hội nghị", access, once=True)
    assert answer.hit_count == len(answer.hits) and answer.total == sum(1 + len(hit.copies) for hit in answer.hits)
    return sorted((hit.document, *hit.copies) for hit in answer.hits)


def papers(store: Index, *given: list[Entry]) -> Index:
    return fill(store, [one for own in given for one in own])


def test_copies_are_one_hit_with_the_others_in_it(store: Index) -> None:
    papers(store, paper(1, text(1)), paper(2, text(1)), paper(3, text(2)), paper(4, text(1, changed=0.05)))
    assert folded(store) == [(1, 2, 4), (3,)]
    each = ask(store, "hội nghị")
    assert sorted(found(each)) == [1, 2, 3, 4] and each.hit_count == each.total == 4 and not any(hit.copies for hit in each.hits)


@pytest.mark.parametrize(
    ("fields", "changed", "one"),
    [
        ({}, 0.05, True),  # Recognition misreads a word in twenty.
        ({}, 0.15, False),
        ({"issued_on": None}, 0.0, True),
        ({"issued_on": None}, 0.05, False),
        ({"number": "12/kh-ubnd "}, 0.0, True),
        ({"number": "012/KH–UBND", "issued_on": None}, 0.0, True),
        ({"number": "13/KH-UBND"}, 0.0, False),
        ({"number": ""}, 0.0, True),
        ({"number": ""}, 0.05, False),
        ({"number": "", "issued_on": None}, 0.0, True),
        ({"issued_on": date(2024, 3, 2)}, 0.0, False),
        ({"number": "", "issued_on": date(2025, 3, 1)}, 0.0, False),
    ],
)
def test_what_is_known_of_two_documents_decides_whether_they_are_copies(
    store: Index, fields: dict[str, object], changed: float, one: bool
) -> None:
    papers(store, paper(1, text(1)), paper(2, text(1, changed), **fields))
    assert folded(store) == ([(1, 2)] if one else [(1,), (2,)])


def test_issuers_part_what_is_known_of_both(store: Index) -> None:
    papers(store, paper(1, text(1), issuer="UBND xã A"), paper(2, text(1), issuer="UBND xã B"), paper(3, text(1), issuer="Ubnd xã  A"))
    assert folded(store) == [(1, 3), (2,)]


def test_a_document_contradicts_no_member_of_its_group(store: Index) -> None:
    papers(store, paper(1, text(1)), *(paper(2 + place, text(1), issuer=f"UBND xã {name}") for place, name in enumerate("ABA")))
    assert folded(store) == [(1, 2, 4), (3,)]
    drafts = [paper(10 + day, text(2), number="", issuer="UBND xã C", issued_on=date(2024, 3, day)) for day in (1, 2)]
    papers(store, paper(10, text(2), number="7/KH", issued_on=None), *drafts)
    assert folded(store) == [(1, 2, 4), (3,), (10, 11), (12,)]


def test_the_work_grows_with_the_documents_that_contradict_each_other_and_not_with_their_square(tmp_path: Path) -> None:
    """Reports of one template, each of another day: counts the instructions run to group them."""
    said, first, counts = text(1, length=80), date(2024, 1, 1), []
    for number in (60, 120):
        reports = [paper(one, said, number="", issued_on=first + timedelta(one), issuer="UBND xã A") for one in range(1, number + 1)]
        snapshot = papers(Index(tmp_path / f"of {number}").create(), *reports).snapshot()
        snapshot.keep(("sketched",), lambda snapshot=snapshot: copies._sketched(snapshot), costly=True)
        counts.append(0)

        def count(frame: FrameType, event: str, _argument: object) -> object:
            if frame.f_code.co_filename != copies.__file__:
                return None
            frame.f_trace_opcodes = True
            counts[-1] += event == "opcode"
            return count

        before = sys.gettrace()
        sys.settrace(count)
        try:
            heads = copies.groups(snapshot, EVERYTHING)
        finally:
            sys.settrace(before)
        assert heads.tolist() == list(range(number))
    assert 0 < counts[1] < 2.5 * counts[0]


def test_a_draft_that_is_like_two_numbers_belongs_to_none(store: Index) -> None:
    papers(store, paper(1, text(1), number=""), paper(2, text(1), number="5/KH"), paper(3, text(1), number="6/KH"))
    assert folded(store) == [(1,), (2,), (3,)]


def test_drafts_like_many_numbers_are_compared_with_a_few_of_them(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    number, said, compared = 40, text(1, length=80), []
    papers(store, *(paper(one, said, number=f"{one}/KH") for one in range(1, number + 1)))
    papers(store, *(paper(100 + one, said, number="", issued_on=None) for one in range(number)))
    alike = copies._Groups._alike

    def counted(groups: copies._Groups, row: int, heads: set[int]) -> list[tuple[float, int]]:
        compared.append(len(heads))
        return alike(groups, row, heads)

    monkeypatch.setattr(copies._Groups, "_alike", counted)
    assert copies.groups(store.snapshot(), EVERYTHING).tolist() == list(range(2 * number))
    assert 0 < sum(compared) <= number * copies._FIRST


def test_a_draft_never_joins_two_numbers(store: Index) -> None:
    papers(store, paper(1, text(1), number=""), paper(2, text(1), number="5/KH"))
    assert folded(store) == [(1, 2)]
    papers(store, paper(3, text(1), number="6/KH"))
    assert (2,) in folded(store) and (3,) in folded(store)


def test_short_texts_are_no_copies(store: Index) -> None:
    papers(store, paper(1, text(1, length=20)), paper(2, text(1, length=20)))
    assert folded(store) == [(1,), (2,)]


def test_what_may_not_be_read_joins_and_parts_nothing(store: Index) -> None:
    """Of the hidden documents one is like the first two, which are less like each other, and two give the text of the first and of
    its copy two numbers."""
    mine = Access(frozenset({1}))
    papers(store, paper(1, text(1), number=""), paper(2, text(1, changed=0.05), number=""), paper(3, text(1), number=""))
    before = ask(store, "hội nghị", mine, once=True)
    between = text(1, changed=0.05)[: len(text(1)) // 2] + text(1)[len(text(1)) // 2 :]
    hidden = [paper(5, between, number=""), paper(6, text(1), number="8/KH"), paper(8, text(1), number="9/KH"), paper(7, text(1), number="")]
    papers(store, *([replace(one, access=2) for one in own] for own in hidden))
    after = ask(store, "hội nghị", mine, once=True)
    assert [(hit.document, hit.copies) for hit in after.hits] == [(hit.document, hit.copies) for hit in before.hits]
    assert (after.total, after.hit_count) == (before.total, before.hit_count)
    assert folded(store) != folded(store, mine)


def test_copies_are_found_in_all_segments_and_after_a_merge(store: Index) -> None:
    for document in range(1, 5):
        papers(store, paper(document, text(document % 2)))
    papers(store, paper(1, text(9)))
    while store.tidy():
        pass
    assert folded(store) == [(1,), (2, 4), (3,)]
    with store.write_batch() as batch:
        batch.delete(2)
    assert folded(store) == [(1,), (3,), (4,)]


def test_the_best_document_that_the_filters_let_through_is_shown(store: Index) -> None:
    papers(store, paper(1, text(1), folder=3), paper(2, text(1), folder=4), paper(3, text(2), folder=4))
    answer = ask(store, "hội nghị", filters={"folder": ("4",)}, once=True)
    assert sorted((hit.document, hit.copies) for hit in answer.hits) == [(2, ()), (3, ())]


def test_pages_count_hits_and_not_documents(store: Index) -> None:
    papers(store, *(paper(number, text(number // 3), number=f"{number // 3}/KH") for number in range(12)))
    first, second, third = (found(ask(store, "hội nghị", once=True, offset=at, limit=2)) for at in (0, 2, 4))
    assert len(first) == len(second) == 2 and not third and {one // 3 for one in first + second} == {0, 1, 2, 3}


def test_groups_stay_cached_while_many_sets_of_rights_take_turns(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    papers(store, paper(1, text(1)), paper(2, text(1)))
    rights = [Access(frozenset({1, 10 + number})) for number in range(12)]
    made: list[int] = []
    add = copies._Groups.add
    monkeypatch.setattr(copies._Groups, "add", lambda groups, row: (made.append(row), add(groups, row)))
    assert all(folded(store, access) == [(1, 2)] for access in rights * 2)
    assert len(made) == len(rights)


def test_a_search_within_a_document_finds_it_though_it_is_a_copy(store: Index) -> None:
    papers(store, paper(1, text(1)), paper(2, text(1)))
    assert found(ask(store, "hội nghị", document=2, once=True)) == [2]


def test_a_sketch_estimates_how_many_runs_of_words_are_common() -> None:
    dice = np.random.default_rng(5)
    one = dice.integers(1 << 60, size=3000).astype(np.uint64)
    for share in (0.5, 0.8, 0.9):
        other = one.copy()
        cut = int(len(one) * 2 * share / (1 + share))
        other[cut:] = dice.integers(1 << 60, size=len(one) - cut)
        first, second = sketches.sketch(one), sketches.sketch(other)
        assert first is not None and second is not None
        assert abs((first == second).mean() - share) < 0.12
    assert sketches.sketch(one[:43]) is None and sketches.sketch(np.repeat(one[:1], 900)) is None


def test_what_is_nearly_a_document_is_found_for_it_by_rights(store: Index) -> None:
    """Numbers and days do not matter here; copies whose entries were deleted, and what may not be read, do."""
    others: dict[int, tuple[float, dict[str, object]]] = {2: (0.01, {}), 3: (0.3, {}), 4: (0.02, {"number": "99/KH", "access": 7}), 5: (0.0, {}), 6: (0.0, {"number": "1/KH"})}
    made = [one for number, (changed, more) in others.items() for one in paper(number, text(1, changed), **more)]
    fill(store, paper(1, text(1)) + made)
    with store.write_batch() as batch:
        batch.delete(5)
    fill(store, paper(8, "một hai ba bốn năm"))
    near = alike.alike(store, EVERYTHING, 1, 5)
    assert [one for one, _ in near] == [6, 2, 4] and near[0][1] == 1 and 0.85 <= near[2][1] <= near[1][1] < 1
    assert [one for one, _ in alike.alike(store, EVERYTHING, 1, 2)] == [6, 2]
    few = Access(frozenset({7}), public=frozenset())
    assert alike.alike(store, few, 1, 5) == alike.alike(store, few, 4, 5) == ()
    assert alike.alike(store, EVERYTHING, 8, 5) == alike.alike(store, EVERYTHING, 77, 5) == ()
