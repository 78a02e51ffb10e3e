"""Completion while typing: titles that the actor may read, and words of texts that everybody may read."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import Access, Completions, Index
from indexer.suggest.complete import complete
from tests.indexer.regulations import EVERYTHING, entry, fill

HIDDEN = 9
READER = Access(frozenset({1}), public=frozenset({1}))


def ways(store: Index, text: str, access: Access = EVERYTHING, limit: int = 8) -> Completions:
    return complete(store.snapshot(), text, access, limit)


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("quy che", [1]),
        ("Quy chế thực", [1]),
        ("quy chế dân", [1]),
        ("nghị định về công tác văn", [2]),
        ("van thu", [2]),
        ("dân chủ", [1, 3]),
        ("luật hoà g", [4]),
        ("hòa giải", [4]),
        ("văn thừ", []),
        ("zz", []),
        ("", []),
        (" ", []),
    ],
)
def test_titles(regulations: Index, text: str, documents: list[int]) -> None:
    assert [document for document, _ in ways(regulations, text).documents] == documents


def test_titles_are_as_printed_and_openings_come_first(store: Index) -> None:
    fill(
        store,
        [
            entry(1, "a", doc_type="Nghị định", doc_title="Quy định chi tiết Luật Đất đai"),
            entry(2, "a", doc_type="Luật", doc_title="Đất đai"),
            entry(3, "a", doc_type="Luật", doc_title="Thuế sử dụng đất nông nghiệp"),
        ],
    )
    assert ways(store, "luật đất").documents == (
        (2, "Đất đai"),
        (1, "Quy định chi tiết Luật Đất đai"),
        (3, "Thuế sử dụng đất nông nghiệp"),
    )
    assert len(ways(store, "luật đất", limit=1).documents) == 1


def test_the_shortest_title_comes_first_however_many_there_are(store: Index) -> None:
    """This must not depend on the position in a segment, nor on segments that hidden documents changed."""
    long = [entry(number, "a", doc_title=f"Kế hoạch kiểm tra số {number} năm học mới") for number in range(1, 2_200)]
    fill(store, [*long, entry(2_200, "a", doc_title="Kế hoạch kiểm tra")])
    fill(store, [entry(number, "a", doc_title="Kế hoạch kiểm tra số") for number in (2_301, 2_302)])
    shown = [document for document, _ in ways(store, "kế hoạch kiểm").documents]
    assert shown[:3] == [2_200, 2_301, 2_302]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kế ho", ["kế hoạch"]),
        ("ke ho", ["kế hoạch"]),
        ("Lap ke ho", ["Lập kế hoạch"]),
        ("hoa gi", ["hòa giải"]),
        ("25/k", []),
        ("số 2", []),
        ("lập kế hoạch lưu t", ["lập kế hoạch lưu trữ"]),
        ("Hội nghị cán b", ["Hội nghị cán bộ"]),
        ("khuy", ["khuyến"]),
        ("k", []),
        ("kề ho", []),
    ],
)
def test_words(regulations: Index, text: str, words: list[str]) -> None:
    assert list(ways(regulations, text).words) == words


def test_the_more_frequent_word_comes_first(store: Index) -> None:
    texts = ("công khai", "công việc", "công khai", "công chức")
    fill(store, [entry(number, text) for number, text in enumerate(texts, 1)])
    assert ways(store, "công ").words == ("công khai",)
    assert ways(store, "công kh").words == ("công khai",)
    assert ways(store, "công c").words == ("công chức",)
    assert ways(store, "cô").words == ("công khai",)


def test_whole_words_go_on_to_the_end_of_the_next_word(store: Index) -> None:
    """It offers words that follow in texts, the more significant ones first, but never a mere "của" or half a word."""
    texts = ("Công khai tài chính của trường.", "Công khai của mọi người", "công khai tài chính; công khai minh bạch")
    fill(store, [entry(number, text) for number, text in enumerate(texts * 2, 1)])
    for typed in ("công khai", "công khai ", "cong khai"):
        assert ways(store, typed).words == ("công khai minh bạch", "công khai tài chính"), typed
    assert ways(store, "Công khai tài").words == ("Công khai tài chính",)
    assert ways(store, "của").words == ()


def test_what_stands_behind_is_of_one_line_and_of_the_words_alone(store: Index) -> None:
    texts = ("Điều lệ trường\nCông đoàn", "Nhân dân tối cao", "tòa án nhân dân tối cao, dân sự", "điều lệ trường\ncông đoàn")
    fill(store, [entry(number, text) for number, text in enumerate(texts * 2, 1)])
    assert ways(store, "lệ trường").words == ()
    assert ways(store, "dân").words == ("dân sự",)
    assert ways(store, "nhân dân").words == ("nhân dân tối cao",)


def test_three_words_are_looked_at_before_two(store: Index) -> None:
    texts = ("Thời hạn giải quyết tố cáo", *["giải quyết khiếu nại"] * 5, "Thời hạn giải quyết tố cáo")
    fill(store, [entry(number, text) for number, text in enumerate(texts, 1)])
    assert ways(store, "thời hạn giải quyết").words == ("thời hạn giải quyết tố cáo",)
    assert ways(store, "việc giải quyết").words == ("việc giải quyết khiếu nại", "việc giải quyết tố cáo")


def test_words_run_together_by_mistake_are_not_offered(store: Index) -> None:
    fill(store, [entry(1, "bảo hiểmvi phạm, bảo hiểm"), entry(2, "bảo hiểmvi")])
    assert ways(store, "bảo hi").words == ("bảo hiểm",)


def test_titles_leave_room_for_words(store: Index) -> None:
    fill(store, [entry(number, "kế hoạch", doc_title=f"Kế hoạch số {number}") for number in range(1, 20)])
    found = ways(store, "kế ho")
    assert (len(found.documents), found.words) == (7, ("kế hoạch",))


def test_hidden_documents_offer_nothing(regulations: Index) -> None:
    texts = ("quy chế", "khai", "hòa", "mật", "kế ho", "van", "bí")
    before = [ways(regulations, text, READER) for text in texts]
    hidden = entry(
        50, "kế hoãn bí mật khải hoàn " * 5, doc_title="Quy chế bí mật về khai thác hòa giải", access=HIDDEN
    )
    fill(regulations, [hidden, replace(hidden, document=51, text="kế hoạn")])
    assert [ways(regulations, text, READER) for text in texts] == before
    assert [document for document, _ in ways(regulations, "bí mật").documents] == [50, 51]
    insider = Access(frozenset({1, HIDDEN}), public=frozenset({1}))
    assert ways(regulations, "quy chế bí", insider).documents[0][0] == 50
    assert ways(regulations, "kế hoã", insider).words == ()


def test_removed_and_moved_documents_offer_nothing(regulations: Index) -> None:
    with regulations.write_batch() as batch:
        batch.delete(4)
    assert ways(regulations, "hòa giải").documents == ()
    assert ways(regulations, "van thu", Access(frozenset({1}), frozenset({2}))).documents == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=40) | st.sampled_from(["quy ", "văn thư ", "(", "[^", "\\", "a\nb"]))
def test_any_text_is_answered(regulations: Index, text: str) -> None:
    found = ways(regulations, text)
    assert len(found.documents) + len(found.words) <= 8


def test_words_of_addresses_are_no_ways_on(store: Index) -> None:
    rules = [entry(number, "Ký hợp đồng lao động.") for number in range(1, 26)]
    fill(store, [*rules, entry(30, "mau-hop-dong-lao-dong, lao dong"), entry(31, "lao dong")])
    assert ways(store, "lao d").words == ("lao động",)
