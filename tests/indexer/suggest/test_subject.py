"""Phrases come from provisions that are about the whole query, and every beginning of a question is completed if anything goes on."""

from dataclasses import replace

import pytest

from indexer import Access, Index
from indexer.suggest.complete import complete
from tests.indexer.regulations import EVERYTHING, entry, fill

HIDDEN = 9
READER = Access(frozenset({1}), public=frozenset({1}))
TEXTS = (
    *["Nộp hồ sơ đúng hạn, mở cửa hàng miễn thuế."] * 6,
    *["Hàng tồn kho được kiểm kê; mở cửa thoát hiểm. Việc kiểm kê trong thời hạn, kho được niêm phong."] * 3,
    *["Nguyên đơn đối chất. Bản án được gửi đối với người nộp thuế, được công bố trong vụ án."] * 3,
    *["Buồng lạnh phải khóa kín. Buồng lạnh được sơn trắng."] * 3,
    *["Phòng xử án phải giữ trật tự chung. Người dự phòng xử án phải giữ trật tự chung."] * 3,
)
LONG = "khi một người nào đó vì lý do riêng muốn hỏi thêm về việc của mình mà chưa biết hỏi ai thì "


@pytest.fixture
def laws(store: Index) -> Index:
    return fill(store, [entry(number, text) for number, text in enumerate(TEXTS, 1)])


def words(store: Index, text: str, access: Access = EVERYTHING) -> tuple[str, ...]:
    return complete(store, text, access).words


def test_texts_with_the_other_words_of_the_query_decide(laws: Index) -> None:
    assert words(laws, "mở cửa")[0] == "mở cửa hàng miễn thuế"
    assert words(laws, "hàng tồn kho phải mở cửa")[0] == "hàng tồn kho phải mở cửa thoát hiểm"
    # A query with more than twenty words is completed like any other.
    assert words(laws, f"{LONG}phòng xử á") == (f"{LONG}phòng xử án phải giữ trật tự chung",)


def test_function_words_go_on(laws: Index) -> None:
    assert words(laws, "người ở phòng xử án ph") == ("người ở phòng xử án phải giữ trật tự chung",)
    assert words(laws, "dự phòng xử án") == ("dự phòng xử án phải giữ trật tự chung",)
    # No text has "nộp kê trong".
    assert words(laws, "nộp kê tro") == ("nộp kê trong thời hạn",)
    # Nothing else follows these words.
    assert set(words(laws, "các buồng lạnh")) == {"các buồng lạnh phải khóa kín", "các buồng lạnh được sơn trắng"}


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("kho có được kiểm kê kh", "kho có được kiểm kê không"),
        ("kiểm kê là gì?", "kiểm kê là gì hiện nay"),
        ("kho được kiểm kê đúng hay sai", "kho được kiểm kê đúng hay sai theo quy định hiện nay"),
        ("hồ sơ gồm n", "hồ sơ gồm những gì"),
    ],
)
def test_questions_are_ended(laws: Index, typed: str, offered: str) -> None:
    assert words(laws, typed)[0] == offered


def test_hidden_texts_about_the_query_change_nothing(laws: Index) -> None:
    asked = ("hàng tồn kho phải mở cửa", "mở cửa", "kho được kiểm kê tro", "dự phòng xử án")
    before = [words(laws, text, READER) for text in asked]
    hidden = entry(50, "Hàng tồn kho mở cửa sau bí mật. Kho được kiểm kê trong hầm kín; dự phòng xử án của ông Tư.", access=HIDDEN)
    fill(laws, [replace(hidden, document=number) for number in range(50, 60)])
    assert [words(laws, text, READER) for text in asked] == before
    assert before[0][0] == "hàng tồn kho phải mở cửa thoát hiểm"


def test_titles_keep_their_places_beside_many_phrases(store: Index) -> None:
    ends = ("lương mới", "đất đai cũ", "nhà ở xã hội", "tàu cá lớn", "rừng phòng hộ")
    texts = [entry(number, f"Kế hoạch {end}.", doc_title=f"Kế hoạch số {number}") for number, end in enumerate(ends * 3, 1)]
    found = complete(fill(store, texts), "kế hoạch", EVERYTHING)
    assert (len(found.documents), len(found.words)) == (5, 3)
