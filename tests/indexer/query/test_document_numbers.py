"""Document numbers: their keys, numbers within a text, and numbers as people type them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Index
from indexer.query.number import number_matches
from indexer.query.numbers import parse_number_query
from legaltext.locators import Locator, find_locator
from legaltext.numbers import NumberParts, figures, normalise_number, parts_of, split_number
from legaltext.text import fold
from tests.indexer.regulations import ask, entry, fill, found

PRINTED = {
    "25/KH-UBND": "25/KH-UBND",
    "179/NQ-HĐND": "179/NQ-HDND",
    "10/2022/QH15": "10/2022/QH15",
    "45/2020/NĐ-CP": "45/2020/ND-CP",
    "140/KH-SGDĐT": "140/KH-SGDDT",
    "3532/UBND-VX": "3532/UBND-VX",
    "02/2012/TTLT-BCA-BQP-BTP-BGDĐT": "2/2012/TTLT-BCA-BQP-BTP-BGDDT",
    "93/2007/QĐ-TTg": "93/2007/QD-TTG",
    "05/QyĐ-SGDĐT": "5/QYD-SGDDT",
    "07/TTr-SNV": "7/TTR-SNV",
    "4977/SGDĐT-GDTrH": "4977/SGDDT-GDTRH",
    "326/2016/UBTVQH14": "326/2016/UBTVQH14",
    "01a/NQ-HĐND": "1A/NQ-HDND",
    "11410/BXD-KHCNMT&VLXD": "11410/BXD-KHCNMT&VLXD",
    "18-NQ/TW": "18-NQ/TW",
}


@pytest.mark.parametrize("number", PRINTED)
def test_printed_numbers(number: str) -> None:
    assert normalise_number(number) == PRINTED[number]
    asked = parse_number_query(f"Căn cứ văn bản số {number} ngày 01 tháng 02")
    assert asked and NumberParts(asked.no, asked.year, asked.symbol) == split_number(PRINTED[number])


@pytest.mark.parametrize("text", ["ngày 08/02/2024", "và/hoặc", "1.500/tháng", "24/7"])
def test_no_number(text: str) -> None:
    assert parse_number_query(text) is None


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("99/2001/QÐ-BTC", "99/2001/QD-BTC"),
        ("45/2020/NĐ- CP", "45/2020/ND-CP"),
        ("140 /KH–UBND", "140/KH-UBND"),
        ("Số: 25/KH-UBND", "25/KH-UBND"),
        ("005/kh-ubnd", "5/KH-UBND"),
    ],
)
def test_careless_spelling_has_the_same_key(written: str, key: str) -> None:
    assert normalise_number(written) == key


def asks_for(query: str, number: str, year: int | None = None, type_name: str = "") -> bool:
    parsed, parts = parse_number_query(query), split_number(normalise_number(number))
    return bool(parsed and parts and number_matches(parsed, parts, year, type_name))


@pytest.mark.parametrize(
    "query",
    ["30/2020", "NĐ 30/2020", "nd30", "nghị định 30", "Nghị định số 30/2020/NĐ-CP", "30/2020/NĐ-CP", "30 nđ cp",
     "30/2020/nd-cp", "nd-cp 30", "số 30/2020/NĐ-CP"],
)  # fmt: skip
def test_every_spelling_asks_for_the_decree(query: str) -> None:
    assert asks_for(query, "30/2020/NĐ-CP", 2020, "nghi dinh")
    assert not asks_for(query, "31/2020/NĐ-CP", 2020, "nghi dinh")


def test_other_spellings() -> None:
    assert asks_for("25 kh ubnd", "25/KH-UBND")
    assert asks_for("tt 05 2025 bgddt", "05/2025/TT-BGDĐT")
    assert asks_for("4977 sgdđt gdtrh", "4977/SGDĐT-GDTrH")
    assert asks_for("25/2024", "25/KH-UBND", 2024)
    assert not asks_for("25/2024", "25/KH-UBND", 2023)
    assert asks_for("luật 10/2022", "10/2022/QH15", 2022, "luat")
    assert not asks_for("nq 25", "25/KH-UBND")
    # A symbol of two letters that could also be a word.
    assert asks_for("thông tư 01/2015/tt-ca", "01/2015/TT-CA", 2015)
    assert asks_for("15/nq-hu", "15-NQ/HU") and asks_for("12-kh/đu dân chủ", "12-KH/ĐU")
    assert not asks_for("25/KH-SGDĐT", "25/KH-UBND")


@pytest.mark.parametrize(
    "query",
    ["quý 1/2025 báo cáo", "từ 7/2020 đến nay", "học kỳ 1/2025", "quyết định 5 người", "quyet dinh 5 nguoi",
     "nghị quyết 2 bản", "kế hoạch năm 2024", "kế hoạch 2024", "điều 30", "hop 25 nguoi", "2024", "lương tối thiểu", "", "covid 19",
     "họp 3/2-ca sáng", "24/7 ca-ba", "5/người-ca", "12-ca/ba", "vay 12-l/ng",
     "bộ luật dân sự 2015", "blds 2015", "từ tháng 12/2020 đến nay nộp hồ sơ ở đâu", "ra quyết định 2 lần một năm"],
)  # fmt: skip
def test_ordinary_questions_are_no_numbers(query: str) -> None:
    assert parse_number_query(query) is None


def test_a_number_inside_a_question_leaves_the_rest() -> None:
    parsed = parse_number_query("điều 5 nghị định 30/2020/NĐ-CP quy định gì")
    assert parsed is not None
    assert (parsed.no, parsed.year, parsed.symbol) == ("30", 2020, ("ND", "CP"))
    assert parsed.rest == "điều 5 nghị định quy định gì"


@pytest.mark.parametrize(
    "place", ["điều 3", "dieu 3", "Điều 3", "khoản 2 Điều 3", "dieu 3 khoan 2", "điểm a khoản 2 điều 3"]
)
@pytest.mark.parametrize(
    "number", ["số 30/2020/nđ-cp", "30/2020/nd-cp", "nđ 30", "nghị định 30/2020/NĐ-CP", "Nghị định số 30/2020/NĐ-CP", "30/2020"]
)  # fmt: skip
def test_a_place_beside_a_number_in_either_order(place: str, number: str) -> None:
    for query in (f"{place} {number}", f"{number} {place}", f"{place} của {number}"):
        assert asks_for(query, "30/2020/NĐ-CP", 2020, "nghi dinh"), query
        parsed = parse_number_query(query)
        assert parsed is not None and "dieu 3" in fold(parsed.rest)


@pytest.mark.parametrize(
    "query", ["điều 5 khoản 2", "dieu 5 12", "điều 5 2024", "24/7 làm việc", "theo 24/thứ-bảy"]
)
def test_a_place_alone_is_no_number(query: str) -> None:
    assert parse_number_query(query) is None


@pytest.mark.parametrize(
    ("query", "no", "year", "symbol"),
    [
        ("theo nghị định 100 phạt bao nhiêu tiền", "100", None, ("ND",)),
        ("thủ tục theo nghị định số 126 năm 2020 quy định thế nào", "126", 2020, ("ND",)),
        ("đóng dấu theo Nghị định 30/2020 thì làm sao", "30", 2020, ("ND",)),
        ("nghị định 30 năm 2020 của chính phủ", "30", 2020, ("ND", "CP")),
        ("thông tư 05 bộ giáo dục và đào tạo 2025", "5", 2025, ("TT", "BGDDT")),
        ("nghị định 145 bộ luật lao động", "145", None, ("ND",)),
        ("nghị định 30 văn thư", "30", None, ("ND",)),
        ("nghi dinh 30 quy dinh gi", "30", None, ("ND",)),
        ("nghị định 30 ban hành khi nào", "30", None, ("ND",)),
        ("luật số 08 giáo dục đại học", "8", None, ()),
        ("302020ndcp", "30", 2020, ("NDCP",)),
        ("nghị quyết 43/2022/qh15", "43", 2022, ("QH15",)),
    ],
)
def test_types_issuers_and_years_in_words(
    query: str, no: str, year: int | None, symbol: tuple[str, ...]
) -> None:
    parsed = parse_number_query(query)
    assert parsed is not None
    assert (parsed.no, parsed.year) == (no, year)
    assert parsed.symbol[-len(symbol) :] == symbol


def test_a_resolution_without_its_type_in_the_number() -> None:
    assert asks_for("nghị quyết 43 năm 2022", "43/2022/QH15", 2022, "nghi quyet")
    assert not asks_for("nghị quyết 43 năm 2022", "43/2022/QH15", 2022, "luat")


@pytest.mark.parametrize(
    ("query", "place", "rest"),
    [
        ("khoản 2 điều 46 luật thực hiện dân chủ", Locator("46", "2"), "luật thực hiện dân chủ"),
        ("điểm đ khoản 2 Điều 46a của Luật Đất đai", Locator("46a", "2", "đ"), "Luật Đất đai"),
        ("dieu 5 nghi dinh 30", Locator("5"), "nghi dinh 30"),
        ("k2 đ46 luật đất đai", Locator("46", "2"), "luật đất đai"),
        ("k2 điều 46 luật đất đai", Locator("46", "2"), "luật đất đai"),
        ("đ46 k2 luật đất đai", Locator("46", "2"), "luật đất đai"),
        ("Đ.46a, k.2 luật đất đai", Locator("46a", "2"), "luật đất đai"),
        ("điều 46 k2 điểm a luật đất đai", Locator("46", "2", "a"), "luật đất đai"),
        ("luật đất đai đ46k2", Locator("46", "2"), "luật đất đai"),
        ("điều 46 kế hoạch 12", Locator("46"), "kế hoạch 12"),
        ("điểm 10 môn toán", Locator(), "điểm 10 môn toán"),
        ("điều kiện kết hôn", Locator(), "điều kiện kết hôn"),
    ],
)
def test_places(query: str, place: Locator, rest: str) -> None:
    assert find_locator(query) == (place, rest)


def test_a_place_has_an_anchor() -> None:
    assert find_locator("điểm đ khoản 2 điều 46")[0].anchor == "dieu-46.khoan-2.diem-dd"
    assert find_locator("khoản 2")[0].anchor == ""
    parsed = parse_number_query("khoản 2 điều 5 nghị định 30")
    assert parsed is not None and parsed.place == Locator("5", "2")


def test_a_number_in_lower_case_inside_a_question() -> None:
    parsed = parse_number_query("quy định gì trong 30/2020/nđ-cp về điều 5")
    assert parsed is not None
    assert (parsed.no, parsed.year, parsed.symbol) == ("30", 2020, ("ND", "CP"))


@given(st.text(max_size=80))
def test_any_text_has_one_normal_form(text: str) -> None:
    normal = normalise_number(text)
    assert normalise_number(normal) == normal
    for numbered in (split_number(normal), parse_number_query(text)):
        assert numbered is None or figures(numbered.no) >= 0


@given(
    st.integers(1, 99999),
    st.integers(1945, 2099),
    st.sampled_from(["NĐ-CP", "TT-BGDĐT", "QĐ-TTg", "NQ-HĐND"]),
)
def test_what_is_printed_is_found_again(no: int, year: int, symbol: str) -> None:
    assert asks_for(f"{no:02}/{year}/{symbol}", f"{no}/{year}/{symbol}", year)


def test_stored_numbers_are_read_once(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit costs only what it adds: no query parses all numbers again, not even the first after a commit."""
    read: Counter[str] = Counter()

    def counted(number: str) -> NumberParts | None:
        read[number] += 1
        return parts_of(number)

    monkeypatch.setattr("indexer.match.known_items.parts_of", counted)
    old, new = [f"{number}/QĐ-UBND" for number in range(1, 30)], ["5a/QĐ-UBND", "05/KH-UBND", "Không số", "5"]
    fill(store, [entry(document, "giáo viên", number=number) for document, number in enumerate(old, 1)])
    assert found(ask(store, "5/QĐ-UBND")) == [5]
    fill(store, [entry(document, "giáo viên", number=number) for document, number in enumerate(new, 41)])
    assert len(store.snapshot().segments) == 2
    assert sorted(found(ask(store, "số:5"))) == [5, 42, 44] and found(ask(store, "số:5A")) == [41]
    assert set(read.values()) == {1} and read.keys() == {*old, *new}
