"""Numbers as people in an office say them: symbols split differently, official letters, days of issue, numbers
written together with words or within a sentence.
"""

import pytest

from indexer import NumberQuery
from indexer.query.number import number_matches
from indexer.query.numbers import parse_number_query
from legaltext.numbers import normalise_number, split_number


def fits(query: str, number: str, type_name: str, year: int | None = None) -> bool:
    asked, parts = parse_number_query(query), split_number(normalise_number(number))
    return bool(asked and parts and number_matches(asked, parts, year, type_name))


def read(query: str) -> NumberQuery:
    asked = parse_number_query(query)
    assert asked is not None, query
    return asked


CUT = {
    ("22/2023/TT-BGDĐT", "thong tu"): (
        "22/2023/TT-BGD&ĐT", "22/2023 TT BGD-ĐT", "22/2023/TT-BGĐT", "22/2023/tt-bgd&đt quy định gì", "thông tư 22 của bộ gd&đt",
        "thông tư 22 của bộ gd-đt", "22/23/TT-BGDĐT", "theo thông tư 22 của bộ gd&đt về mã số chức danh nghề nghiệp",
    ),
    ("25/KH-SGDĐT", "ke hoach"): ("25/KH-SGD&ĐT", "25/KH-SGĐT", "kế hoạch 25 sở gd&đt", "ke hoach 25 cua so gd dt"),
    ("45/QĐ-SGDĐT", "quyet dinh"): ("45/QĐ-SGD&ĐT", "qđ 45 sở gdđt", "quyết định 45 sở giáo dục đào tạo"),
    ("34/BC-SGDĐT", "bao cao"): ("báo cáo 34 sở gd&đt", "báo cáo số 34/BC-SGD&ĐT"),
    ("7/BC-PGDĐT", "bao cao"): ("báo cáo 7 của phòng gd&đt", "bc 07 phòng gdđt"),
    ("12/TB-SGD&ĐT", "thong bao"): ("12/TB-SGDĐT", "12/TB-SGD&ĐT", "12/tb-sgd-đt", "thông báo 12 sở giáo dục và đào tạo"),
    ("1234/SGDĐT-VP", "cong van"): ("1234/SGD&ĐT-VP", "1234/sgd-đt-vp"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "query"), [(printed, query) for printed in CUT for query in CUT[printed]]
)
def test_a_symbol_cut_elsewhere_is_the_same(printed: tuple[str, str], query: str) -> None:
    number, type_name = printed
    assert fits(query, number, type_name)


def test_a_symbol_of_another_office_is_another() -> None:
    assert not fits("25/KH-SGD&ĐT", "25/KH-SNV", "ke hoach")
    assert not fits("25/KH-SGD&ĐT", "25/KH-PGDĐT", "ke hoach")
    assert not fits("kế hoạch 25 sở gd&đt", "25/KH-BGDĐT", "ke hoach")


@pytest.mark.parametrize(
    "query",
    ["cv 1234", "cv1234", "CV 1234/SGDĐT-VP", "cv 1234 sgdđt", "CV số 1234 ngày 05/02/2024", "cv 1234 sở gd",
     "1234 cv sgdđt", "công văn số 1234 của sở gd&đt", "tuyển sinh theo cv1234", "theo công văn 1234 môn toán"],
)  # fmt: skip
def test_an_official_letter_has_no_type_in_its_symbol(query: str) -> None:
    assert fits(query, "1234/SGDĐT-VP", "cong van", 2024)
    assert not fits(query, "1234/QĐ-SGDĐT", "quyet dinh", 2024)


@pytest.mark.parametrize("query", ["12/CV-ABC", "cv 12/CV-ABC", "công văn 12/CV-ABC", "cv 12", "12 cv abc"])
def test_a_letter_printed_with_its_type(query: str) -> None:
    assert fits(query, "12/CV-ABC", "cong van")
    assert fits(query, "12/CV-ABC", "")


@pytest.mark.parametrize(
    ("query", "no", "year", "symbol", "rest"),
    [
        ("nđ59 dân chủ cơ sở", "59", None, ("ND",), "dân chủ cơ sở"),
        ("thực hiện dân chủ theo nđ59", "59", None, ("ND",), "thực hiện dân chủ theo"),
        ("nđ59/2023 hội nghị", "59", 2023, ("ND",), "hội nghị"),
        ("tt22-2023 tiêu chuẩn chức danh", "22", 2023, ("TT",), "tiêu chuẩn chức danh"),
        ("điều 5 nđ30 văn thư", "30", None, ("ND",), "điều 5 văn thư"),
        ("thực hiện theo kl91", "91", None, ("KL",), "thực hiện theo"),
    ],
)
def test_a_type_glued_to_its_number_in_a_question(
    query: str, no: str, year: int | None, symbol: tuple[str, ...], rest: str
) -> None:
    asked = read(query)
    assert (asked.no, asked.year, asked.symbol, asked.rest) == (no, year, symbol, rest)
    assert asked.said in query


@pytest.mark.parametrize(
    "query", ["phòng b12 ở đâu", "xe tải n2 chạy thế nào", "máy kh2 bị hỏng", "hd4 in mờ"]
)
def test_other_glued_words_are_no_numbers(query: str) -> None:
    assert parse_number_query(query) is None


@pytest.mark.parametrize(
    ("query", "no", "year"),
    [
        ("nghị định số 24 ngày 23/3/2021", "24", 2021),
        ("nghị định số 24 ngày 23/3/21", "24", 2021),
        ("nghị định số 30 ngày 05/3/2020 về công tác văn thư", "30", 2020),
        ("thông tư 22 ngày 06-12-2023 của Bộ Giáo dục và Đào tạo", "22", 2023),
        ("thông tư 22 ngày 06.12.2023 của Bộ Giáo dục và Đào tạo về mã số, tiêu chuẩn chức danh nghề nghiệp", "22", 2023),
        ("quyết định số 45 ngày 02 tháng 01 năm 2024", "45", 2024),
        ("quyết định 45 ban hành ngày 02/01/2024 quy chế công khai", "45", 2024),
        ("số 45 ngày 02/01/2024", "45", 2024),
        ("nghị định số 24/2020 ngày 23/3/2021", "24", 2020),
        ("nghị định 24/2020 ngày 23/3/2021 về rượu bia", "24", 2020),
        ("quyết định số 45 ngày 02/01", "45", None),
        ("thông tư 22 của bộ gd&đt năm 2021", "22", 2021),
        ("thông tư 22 của bộ gd&đt năm 2021 về vị trí việc làm", "22", 2021),
        ("30/20/NĐ-CP", "30", 2020),
        ("nghị định 30/20", "30", 2020),
        ("theo nđ30/20 về văn thư thì sao", "30", 2020),
        ("nghị định 36/95", "36", 1995),
    ],
)  # fmt: skip
def test_the_year_of_a_number_in_its_day_and_in_two_figures(query: str, no: str, year: int | None) -> None:
    asked = read(query)
    assert (asked.no, asked.year) == (no, year)
    assert asked.said in query and "ngày" not in asked.rest


def test_the_day_behind_a_printed_number_is_not_asked_for() -> None:
    assert read("nghị định 30/2020/NĐ-CP ngày 05/3/2020 về văn thư").rest == "nghị định về văn thư"
    assert read("nghị định 100 xử phạt trong 30 ngày").rest == "xử phạt trong 30 ngày"


@pytest.mark.parametrize(
    ("query", "symbol"),
    [
        ("thông tư 22 của bộ gd&đt về mã số chức danh", ("TT", "BGDDT")),
        ("thông tư 22 bộ giáo dục và đào tạo về mã số chức danh", ("TT", "BGDDT")),
        ("nghị định 30 của chính phủ về công tác văn thư", ("ND", "CP")),
        ("quyết định 16 của chính phủ về phòng chống dịch", ("QD", "TTG")),
        ("quyết định 1234 của ubnd tỉnh về học phí", ("QD", "UBND")),
        ("nghị định 69 bộ giáo dục và đào tạo có nhiệm vụ gì", ("ND",)),
    ],
)
def test_the_issuer_behind_a_number_in_a_question(query: str, symbol: tuple[str, ...]) -> None:
    assert read(query).symbol == symbol


@pytest.mark.parametrize(
    ("query", "no", "symbol", "type_name"),
    [
        ("kế hoạch số 25 về thực hiện dân chủ", "25", ("KH",), ""),
        ("kế hoạch 25 về thực hiện dân chủ", "25", ("KH",), ""),
        ("ke hoach 25 ve thuc hien dan chu", "25", ("KH",), ""),
        ("kế hoạch 25 ngày 5/2/2024 thực hiện dân chủ", "25", ("KH",), ""),
        ("kế hoạch 125 năm 2024 về thiên tai", "125", ("KH",), ""),
        ("báo cáo số 34 kết quả năm học", "34", ("BC",), ""),
        ("thông báo 12 của trường về nghỉ hè", "12", ("TB",), ""),
        ("tuyển sinh theo hướng dẫn 8", "8", ("HD",), ""),
        ("tờ trình số 5 xin kinh phí", "5", ("TTR",), ""),
        ("kế hoạch bài dạy theo công văn 5512", "5512", (), "cong van"),
        ("kết luận 91", "91", ("KL",), ""),
        ("thông báo kết luận số 5", "5", ("TB",), ""),
        ("thong bao ket luan so 5", "5", ("TB",), ""),
        ("thông báo kết luận số 5 của chủ tịch ubnd tỉnh", "5", ("TB", "UBND"), ""),
        ("thông báo kết luận số 5 về giao ban", "5", ("TB",), ""),
        ("kết luận 91 của bộ chính trị về giáo dục", "91", ("KL", "TW"), ""),
    ],
)
def test_papers_of_an_office_in_passing(query: str, no: str, symbol: tuple[str, ...], type_name: str) -> None:
    asked = read(query)
    assert (asked.no, asked.symbol, asked.type_name) == (no, symbol, type_name)


@pytest.mark.parametrize(
    "query",
    ["kế hoạch 5 năm", "kế hoạch 5 năm 2021-2025 của tỉnh", "báo cáo 6 tháng", "báo cáo 6 tháng đầu năm", "kế hoạch 2024",
     "thông báo 30 ngày", "thông báo trước 30 ngày", "kế hoạch 20/11", "báo cáo 8/3", "hướng dẫn 3 bước làm bài",
     "quyết định 30 ngày", "12 ngày 20/11/2024", "ngày 20/11/2024", "quy chế 10 điểm", "công văn 2 trang giấy",
     "nghị quyết trung ương 5", "lớp 6 kh 1 môn toán"],
)  # fmt: skip
def test_figures_that_count_or_date_are_no_numbers(query: str) -> None:
    assert parse_number_query(query) is None


@pytest.mark.parametrize(
    ("query", "symbol", "rest"),
    [
        ("30/2020/NĐ-CP UBND", ("ND", "CP"), "UBND"),
        ("UBND 30/2020/NĐ-CP", ("ND", "CP"), "UBND"),
        ("30/2020/NĐ-CP điều 5 TTHC", ("ND", "CP"), "điều 5 TTHC"),
        ("nghị định 30/2020 TTHC", ("ND",), "TTHC"),
        ("nđ 30/2020 cbccvc", ("ND",), "cbccvc"),
        ("nđ 30/2020 quy chế", ("ND",), "quy chế"),
        ("thông tư 30/2020 GDPT", ("TT",), "GDPT"),
        ("30/2020/TT-BGDĐT thcs", ("TT", "BGDDT"), "thcs"),
        ("30/2020/QH14 BHXH", ("QH14",), "BHXH"),
    ],
)
def test_what_nobody_else_issues_names_nobody_else(query: str, symbol: tuple[str, ...], rest: str) -> None:
    asked = read(query)
    assert (asked.no, asked.year, asked.symbol, asked.rest) == ("30", 2020, symbol, rest)


@pytest.mark.parametrize("query", ["30/2020/NĐ CP", "nd cp 30 2020", "30 2020 ndcp", "luật 30/2020 qh14", "30/2020/UBTVQH14 NQ", "tt 30/2020 gdđt"])
def test_all_of_a_symbol_typed_apart_is_the_number(query: str) -> None:
    assert read(query).rest == ""
