"""The rules of Vietnamese text: normalisation, position of tones, folding."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import Index
from legaltext.text import clean, fold, forms, has_marks, place_tones, syllables
from tests.indexer.regulations import ask, entry, fill

VIETNAMESE = st.text("aàáảãạăâbcdđeêghiklmnoôơpqrstuưvxyoàoáuỷuý ÀĐÔ-.,0123456789\u00a0\u00ad", max_size=60)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("hoà", "hòa"), ("hoá", "hóa"), ("thuỷ", "thủy"), ("uỷ", "ủy"), ("khoẻ", "khỏe"), ("loè", "lòe"),
        ("HOÀ", "HÒA"), ("Toà án", "Tòa án"),
        # the tone never moves in closed syllables, after qu and gi, and on vowels with a hat
        ("hoàn", "hoàn"), ("khuỷu", "khuỷu"), ("huỳnh", "huỳnh"), ("suýt", "suýt"), ("quý", "quý"), ("già", "già"),
        ("huệ", "huệ"), ("thuở", "thuở"), ("xoẹt", "xoẹt"), ("QUÝ", "QUÝ"),
    ],
)  # fmt: skip
def test_tones_have_one_place(written: str, expected: str) -> None:
    assert place_tones(written) == expected


def test_invisible_characters_and_spaces() -> None:
    assert clean("kế\u00a0hoạch\u00ad\u200b\ufeff") == "kế hoạch"
    assert clean("QÐ và ð") == "QĐ và đ"


def test_decomposed_text_is_the_same_text() -> None:
    assert syllables(unicodedata.normalize("NFD", "Quyết định Ủy quyền")) == ["quyết", "định", "ủy", "quyền"]


def test_syllables_keep_one_letter_words_and_split_numbers() -> None:
    assert syllables("Ý kiến ở cơ sở, 25/KH-UBND") == ["ý", "kiến", "ở", "cơ", "sở", "25", "kh", "ubnd"]


def test_words_read_a_second_time_are_the_same() -> None:
    """A capital letter may become two small ones: the Turkish İ."""
    letters = [chr(code) for code in range(0x10000) if chr(code).isalnum()]
    assert [letter for letter in letters if syllables(" ".join(syllables(letter))) != syllables(letter)] == []


def test_fold_maps_d() -> None:
    assert fold("Đường Ðường ỦY") == "duong duong uy"
    assert has_marks("đ") and not has_marks("an")


@given(VIETNAMESE)
def test_placing_tones_is_idempotent_and_keeps_folding(text: str) -> None:
    once = place_tones(clean(text))
    assert place_tones(clean(once)) == once
    assert fold(once) == fold(text)
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(max_size=60))
def test_any_text_folds_without_marks(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for token in syllables(text):
        assert forms(token)[1] == fold(token)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kĩ thuật", "kỹ thuật"), ("tỉ lệ", "tỷ lệ"), ("quản lí", "quản lý"), ("quan li", "quan ly"), ("Lí do", "LÝ DO"),
        ("bác sỹ", "bác sĩ"), ("qui định", "quy định"), ("quí I", "quý I"), ("mĩ thuật", "mỹ thuật"), ("hi sinh", "hy sinh"),
    ],
)  # fmt: skip
def test_i_and_y_are_one_where_both_are_written(store: Index, one: str, other: str) -> None:
    assert syllables(one) == syllables(other)
    fill(store, [entry(1, f"Về {one} này."), entry(2, f"Về {other} kia."), entry(3, "Việc khác.")])
    for typed in (one, other, fold(one)):
        assert ask(store, typed).total == 2


@pytest.mark.parametrize("pair", ["ý í", "mì mỳ", "khi khy", "tai tay", "thi thy", "vị vỵ", "sin syn"])
def test_i_and_y_stay_apart_elsewhere(pair: str) -> None:
    one, other = syllables(pair)
    assert one != other


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("hòa giải", "việc Hoà  giải ở cơ sở"),
        ("ủy quyền", "UỶ QUYỀN"),
        ("hoa giai", "Hoà, giải"),
        ("duong di", "Đường đi"),
        ("25 kh ubnd", "số 25/KH-UBND."),
    ],
)
def test_phrases_meet_text_in_any_spelling(store: Index, phrase: str, text: str) -> None:
    fill(store, [entry(1, text)])
    assert ask(store, f'"{phrase}"').total == 1


def test_phrases_end_with_their_words(store: Index) -> None:
    fill(store, [entry(1, "bản hành, ban hànhh, aban hành")])
    assert ask(store, '"ban hành"').total == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(syllables("hoà hóa uỷ quý Đường đi năm 2024 kế hoạch mỹ")), min_size=1, max_size=4
    ),
    VIETNAMESE,
)
def test_a_phrase_sees_what_syllables_see(store: Index, words: list[str], around: str) -> None:
    text = f"{around} {' '.join(words)}, {around}"
    fill(store, [entry(1, text)])
    assert ask(store, f'"{" ".join(words)}"').total == 1
    assert ask(store, f'"{" ".join([*words, "zzz"])}"').total == 0
