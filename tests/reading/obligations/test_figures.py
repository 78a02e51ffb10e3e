"""The figure to reach in printed words, and numbers as people type them."""

from __future__ import annotations

import pytest

from docmgr.reading.obligations.figures import MOST, TargetFigure, figure, number, printed


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("100% hồ sơ", TargetFigure(100_000, "%", False)), ("đạt trên 98,5% đơn vị", TargetFigure(98_500, "%", False)), ("98.5 %", TargetFigure(98_500, "%", False)),
        ("ít nhất 02 cuộc kiểm tra", TargetFigure(2_000, "cuộc kiểm tra", False)), ("không quá 5 vụ việc", TargetFigure(5_000, "vụ việc", True)),
        ("tối đa là 3 lần", TargetFigure(3_000, "lần", True)), ("không dưới 90%", TargetFigure(90_000, "%", False)), ("dưới 5% đơn thư", TargetFigure(5_000, "%", True)),
        ("từ 3 đến 5 cuộc họp", TargetFigure(3_000, "cuộc họp", False)), ("ít nhất 1.200 lượt", TargetFigure(1_200_000, "lượt", False)),
        ("đến năm 2025 đạt 95% hồ sơ", TargetFigure(95_000, "%", False)), ("theo Điều 12 ít nhất 4 cuộc", TargetFigure(4_000, "cuộc", False)),
        ("Đến 31/12/2026 có ít nhất 90% hồ sơ", TargetFigure(90_000, "%", False)), ("0.125%", TargetFigure(125, "%", False)),
        ("năm 2024 đạt", None), ("đầy đủ, kịp thời", None), ("12", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_the_figure_in_printed_words(words: str | None, found: TargetFigure | None) -> None:
    assert figure(words) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("98,5", 98_500), ("1.200", 1_200_000), (" 0 ", 0), ("1200", 1_200_000), ("1.234.567,125", 1_234_567_125), ("999.999.999", MOST), ("999.999.999,001", None),
        ("98.5", None), ("0.125", None), ("1,2345", None), ("12.34", None), ("-1", None), ("1e3", None), ("", None), ("5,", None), ("9" * 40, None), ("mười", None), ("²", None),
    ],
)  # fmt: skip
def test_a_typed_number_has_a_comma_before_decimals(text: str, found: int | None) -> None:
    assert number(text) == found


@pytest.mark.parametrize("text", ["0", "98,5", "1.200", "1.234.567,125", "0,001", "100"])
def test_a_figure_is_printed_as_it_was_typed(text: str) -> None:
    assert printed(number(text) or 0) == text
