"""Other ways to write the figures of a query."""

import pytest

from legaltext.abbreviations import Alternative
from legaltext.figures import alternatives, spelled, with_digits


def others(typed: str) -> set[str]:
    """The other forms of the figures in `typed`, each as text."""
    return {" ".join(one.other) for one in alternatives([tuple(typed.split())])}


@pytest.mark.parametrize(
    ("typed", "forms"),
    [
        ("6 tháng", {"06 tháng", "sáu tháng"}),
        ("06 tháng", {"6 tháng", "sáu tháng"}),
        ("sáu tháng", {"6 tháng", "06 tháng"}),
        ("45 ngày", {"bốn mươi lăm ngày"}),
        ("hai mươi mốt ngày", {"21 ngày"}),
        ("2 triệu đồng", {"2 000 000"}),
        ("500 nghìn", {"500 000"}),
        ("2 000 000 đồng", {"2 triệu"}),
        ("2000000 đồng", {"2 000 000", "2 triệu"}),
        ("1 500 000 đồng", set()),
        ("20 phần trăm", {"20"}),
        ("1 7 2024", {"01 07 2024", "01 7 2024", "01 tháng 7 năm 2024"}),
        ("ngày 1 tháng 7 năm 2024", {"1 7 2024", "01 7 2024", "01 07 2024", "01 tháng 7 năm 2024"}),
        ("01 02 2024", {"1 2 2024", "01 2 2024", "01 tháng 02 năm 2024"}),
    ],
)  # fmt: skip
def test_figures_have_other_forms(typed: str, forms: set[str]) -> None:
    assert others(typed) == forms


@pytest.mark.parametrize(
    "typed", ["điều 6", "6", "lớp 6 tuổi", "khoản 2 điều 6", "năm 2020", "32 7 2024", "1 13 2024", "một người", "hai bên", "000 000", "1 5 triệu", "1 5 tháng", "20 5 phần trăm"]
)
def test_figures_that_may_be_names_have_none(typed: str) -> None:
    assert others(typed) == set()


def test_only_the_figure_has_another_form() -> None:
    assert alternatives([("nghỉ", "6", "tháng", "liền")]) == (
        Alternative(("6", "tháng"), ("sáu", "tháng")),
        Alternative(("6", "tháng"), ("06", "tháng")),
    )


def test_numbers_in_words() -> None:
    assert [" ".join(spelled(number)) for number in (1, 5, 10, 11, 15, 20, 21, 35, 99)] == [
        "một", "năm", "mười", "mười một", "mười lăm", "hai mươi", "hai mươi mốt", "ba mươi lăm", "chín mươi chín",
    ]  # fmt: skip
    assert spelled(0) == () and spelled(100) == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("115/2O20/NĐ-CP", "115/2020/NĐ-CP"),
        ("nghị định 1l5", "nghị định 115"),
        ("luật đất đai 202O", "luật đất đai 2020"),
        ("năm 2OO5", "năm 2005"),
        ("H2O", "H2O"),
        ("5l nước", "5l nước"),
        ("phòng A1l2", "phòng A1l2"),
        ("2o", "2o"),
    ],
)
def test_letters_typed_for_digits(typed: str, meant: str) -> None:
    assert with_digits(typed) == meant
