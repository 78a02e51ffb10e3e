"""Phrases are whole: they end at the end of a word, never in a connecting word, with all diacritics or none."""

import pytest

from indexer import Index
from indexer.suggest.complete import complete
from indexer.suggest.function_words import trails_off
from tests.indexer.regulations import EVERYTHING, entry, fill

TEXTS = (
    "Giấy chứng nhận quyền sử dụng đất của hộ gia đình.",
    "Theo quy định tại khoản 2. Theo quy định của pháp luật.",
    "Chính phủ quy định. Chính quyền địa phương. Chính sách.",
    "Trợ cấp thất nghiệp được chi trả theo tháng.",
)


@pytest.fixture
def laws(store: Index) -> Index:
    return fill(store, [entry(number, text) for number, text in enumerate(TEXTS * 5, 1)])


def words(store: Index, text: str) -> tuple[str, ...]:
    return complete(store, text, EVERYTHING).words


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("giấy ch", "giấy chứng nhận"),
        ("giay ch", "giấy chứng nhận"),
        ("trợ c", "trợ cấp thất nghiệp"),
        ("chín", "chính phủ"),
        ("chín", "chính sách"),
        ("thất ngh", "thất nghiệp"),
    ],
)
def test_a_word_goes_on_to_the_end_of_its_phrase(laws: Index, typed: str, offered: str) -> None:
    assert any(one == offered or one.startswith(f"{offered} ") for one in words(laws, typed))


CLAUSES = (
    "Giải quyết ly hôn, hủy kết hôn trái pháp luật, tranh chấp về nuôi con.",
    "Phòng, chống ma túy. Bổ nhiệm, bổ nhiệm lại, miễn nhiệm. Đất đai, trụ sở làm việc.",
    "Bộ Lao động - Thương binh và Xã hội, Bộ Tài chính. Can thiệp giảm tác hại cho người nghiện; can thiệp giảm tác hại.",
    "Bên tặng cho tài sản.",
)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        # Nothing follows in the clause, whatever stands behind the comma.
        ("ly hôn", ()),
        ("ly hôn h", ()),
        ("kết hôn", ("kết hôn trái pháp luật",)),
        ("bổ nhiệm", ("bổ nhiệm lại",)),
        # Both words are of one clause, if they mostly stand side by side; else it is the second one that goes on.
        ("phòng ch", ("phòng chống ma túy",)),
        ("đất đai trụ sở", ("đất đai trụ sở làm việc",)),
        ("ly hôn hủy", ("ly hôn hủy kết hôn trái pháp luật",)),
        # What the texts always go on with belongs to the phrase.
        ("lao động th", ("lao động thương binh và xã hội",)),
        ("can thiệp g", ("can thiệp giảm tác hại",)),
        ("bên tặng", ("bên tặng cho tài sản",)),
        # Words that only ask are known without any text.
        ("ly hôn như th", ("ly hôn như thế nào",)),
        ("ma túy là g", ("ma túy là gì",)),
    ],
)
def test_phrases_stay_within_their_clause(store: Index, typed: str, offered: tuple[str, ...]) -> None:
    fill(store, [entry(number, text) for number, text in enumerate(CLAUSES * 5, 1)])
    assert words(store, typed) == offered


@pytest.mark.parametrize("typed", ["quy định t", "quy định c", "thất nghiệp đ", "thất nghiệp được", "the", "củ", "quy định tại"])
def test_none_ends_in_a_connecting_word(laws: Index, typed: str) -> None:
    assert not [one for one in words(laws, typed) if trails_off(one.split()[-1])]


@pytest.mark.parametrize(
    ("typed", "offered"), [("quyen sử d", "quyền sử dụng"), ("giay chứng nh", "giấy chứng nhận"), ("Quyền sử d", "Quyền sử dụng")]
)
def test_diacritics_are_restored_wholly(laws: Index, typed: str, offered: str) -> None:
    assert words(laws, typed)[0].startswith(offered)


def test_a_word_without_diacritics_among_others_stays_if_it_is_one(laws: Index) -> None:
    assert words(laws, "từ năm 2020, ai chi tr")[0].startswith("từ năm 2020, ai chi trả")
    assert words(laws, "tro cấp thất ngh")[0].startswith("trợ cấp thất nghiệp")
