"""Everyday words also find what law words say; typed words go before law words."""

from datetime import date

import pytest

from indexer import NO_THESAURUS, Index, Request, parse
from indexer.match.bound_query import understand
from indexer.search.explain import explain
from indexer.types import Access
from legaltext.thesaurus import Thesaurus, ThesaurusEntry
from tests.indexer.regulations import EVERYTHING, ask, entry, fill, found, marked

TABLE = Thesaurus(
    [
        ThesaurusEntry("đuổi việc", "sa thải", 1),
        ThesaurusEntry("đuổi việc", "chấm dứt hợp đồng lao động", 0.8),
        ThesaurusEntry("bà bầu", "phụ nữ có thai", 1),
        ThesaurusEntry("sổ đỏ", "giấy chứng nhận", 1),
    ]
)
LAW, DIET, OTHER, TYPED, TWIN = range(1, 6)


@pytest.fixture
def store(store: Index) -> Index:
    return fill(
        store,
        [
            entry(LAW, "Không được sa thải người lao động là phụ nữ có thai.", anchor="dieu-1", label="Điều 1"),
            entry(DIET, "Thực đơn của bà bầu có sữa, trứng và rau; có việc thì ăn nhẹ, ruồi muỗi phải đuổi đi."),
            entry(OTHER, "Văn phòng lập kế hoạch năm."),
            entry(TYPED, "Điều khoản về đuổi việc được thỏa thuận trong hợp đồng của hai bên."),
            entry(TWIN, "Điều khoản về sa thải được thỏa thuận trong hợp đồng của hai bên."),
        ],
    )


def search(store: Index, query: str, access: Access = EVERYTHING) -> list[int]:
    return found(ask(store, query, access, thesaurus=TABLE))


def test_law_words_answer_everyday_words(store: Index) -> None:
    assert search(store, "đuổi việc bà bầu")[0] == LAW
    assert search(store, "duoi viec ba bau")[0] == LAW
    # With no thesaurus the words themselves are asked for.
    assert LAW not in found(ask(store, "đuổi việc bà bầu", thesaurus=NO_THESAURUS))


@pytest.mark.parametrize(
    ("typed", "read"), [("điềukhoản đuổi việc", "điều khoản đuổi việc"), ("ruồii", "ruồi")]
)
def test_a_question_that_is_read_otherwise_keeps_its_thesaurus(store: Index, typed: str, read: str) -> None:
    """What a glued or misspelt question is read as is searched with the given table too, and with none where none is wanted."""
    table = Thesaurus([ThesaurusEntry("ruồi", "muỗi")], TABLE)
    query = ask(store, typed, thesaurus=table).query
    assert query.typed is not None and query.text == read
    assert query.expansions == parse(read, thesaurus=table).expansions != ()
    assert ask(store, typed, thesaurus=NO_THESAURUS).query.expansions == ()


@pytest.mark.parametrize("query", ["đuổi việc", "duoi viec", "điều khoản đuổi việc", "điều khoản đuổi việc thỏa thuận trong hợp đồng hai bên"])
def test_the_typed_words_go_first(store: Index, query: str) -> None:
    order = search(store, query)
    assert order.index(TYPED) < order.index(TWIN)


def test_law_words_never_count_more_than_the_words_they_stand_for(store: Index) -> None:
    query = parse("đuổi việc bà bầu", None, TABLE)
    asked = understand(store.snapshot(), EVERYTHING, query, date(2025, 1, 1), float("inf"))
    assert {one.slot.words for one in asked.law} >= {("sa",), ("sa", "thải"), ("phụ", "nữ")}
    for one in query.expansions:
        typed = sum(term.most for term in asked.weighted if set(term.slot.words) <= set(one.asked))
        assert 0 <= sum(term.most for term in asked.law if set(term.slot.words) <= set(one.law)) < typed


def test_law_words_that_were_typed_too_are_asked_for_once(store: Index) -> None:
    asked = understand(store.snapshot(), EVERYTHING, parse("đuổi việc sa thải", None, TABLE), date(2025, 1, 1), float("inf"))
    assert not {("sa",), ("thải",), ("sa", "thải")} & {one.slot.words for one in asked.law}


@pytest.mark.parametrize(
    "query", ['"đuổi việc"', "-đuổi việc họp", "đuổi OR việc", "đuổi -x việc", "loại:đuổi việc", "(đuổi việc OR họp)", "đuổi~ việc", "việc đuổi"]
)  # fmt: skip
def test_only_plain_neighbours_stand_for_law_words(query: str) -> None:
    assert parse(query, None, TABLE).expansions == ()


def test_words_of_the_law_are_searched_alone() -> None:
    table = Thesaurus([ThesaurusEntry("bằng lái", "giấy phép lái xe"), ThesaurusEntry("lái xe", "người điều khiển")])
    assert parse("giấy phép lái xe là gì", None, table).expansions == ()
    assert parse("mất giấy phép lái xe", None, table).expansions != ()


def test_a_word_that_only_law_words_answer_is_not_missing(store: Index) -> None:
    told = ask(store, "sổ đỏ", thesaurus=TABLE)
    assert told.missing_words == ("sổ", "đỏ") and told.total == 0
    fill(store, [entry(6, "Cơ quan cấp giấy chứng nhận.")])
    told = ask(store, "sổ đỏ", thesaurus=TABLE)
    assert told.missing_words == () and found(told) == [6]
    assert told.hits[0].provisions[0].lacking == ()


def test_a_law_word_that_only_hidden_documents_have_changes_nothing(store: Index) -> None:
    fill(store, [entry(6, "Cơ quan cấp giấy chứng nhận.", access=9)])
    told = ask(store, "sổ đỏ", Access(frozenset({1})), thesaurus=TABLE)
    assert told.missing_words == ("sổ", "đỏ") and told.total == 0
    # What else is searched is the same for everybody.
    assert [one.law for one in told.query.expansions] == [("giấy", "chứng", "nhận")]


def test_law_words_are_highlighted_as_a_whole(store: Index) -> None:
    told = ask(store, "đuổi việc bà bầu", thesaurus=TABLE)
    assert marked(told.hits[0].provisions[0].snippet) == ["sa thải", "phụ nữ có thai"]
    assert marked(told.mark("Chấm dứt hợp đồng lao động với người lao động bị đuổi việc")) == [
        "Chấm dứt hợp đồng lao động", "đuổi", "việc",
    ] or marked(told.mark("Chấm dứt hợp đồng lao động với người lao động bị đuổi việc")) == [
        "Chấm dứt hợp đồng lao động", "đuổi việc",
    ]  # fmt: skip


def test_the_explanation_names_the_law_words_of_the_provision(store: Index) -> None:
    request = Request("đuổi việc bà bầu", thesaurus=TABLE)
    why = explain(store, request, EVERYTHING, LAW, "dieu-1")
    assert why is not None and [" ".join(one.law) for one in why.widened] == ["sa thải", "phụ nữ có thai"]
    why = explain(store, Request("đuổi việc", thesaurus=TABLE), EVERYTHING, TYPED, "")
    assert why is not None and why.widened == ()


def test_a_short_query_puts_its_own_words_before_a_heading_of_law_words(store: Index) -> None:
    fill(store, [entry(9, "Sa thải người lao động. " * 4, title="Sa thải", doc_title="Luật về sa thải, kỷ luật sa thải")])
    assert search(store, "đuổi việc")[0] == TYPED


def test_words_that_stand_apart_reach_law_words(store: Index) -> None:
    """A provision with the words themselves, wherever they stand, goes before one with law words instead."""
    assert LAW in search(store, "đuổi tôi việc") and LAW not in found(ask(store, "đuổi tôi việc", thesaurus=NO_THESAURUS))
    assert [one.apart for one in parse("đuổi bà việc", None, TABLE).expansions] == [True, True]
    fill(store, [entry(7, "Hợp đồng nói rõ khi nào đuổi người và việc nào hai bên thỏa thuận."),
                 entry(8, "Hợp đồng nói rõ khi nào sa thải người và việc nào hai bên thỏa thuận.")])  # fmt: skip
    order = search(store, "hợp đồng thỏa thuận đuổi người việc")
    assert order.index(7) < order.index(8)
    fill(store, [entry(9, "Sa thải người lao động. " * 4, title="Sa thải người", doc_title="Luật về sa thải người lao động")])
    assert search(store, "đuổi người việc")[0] == 7
