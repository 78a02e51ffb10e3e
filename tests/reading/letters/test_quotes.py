"""Quotes are found in texts that another program has written a little differently."""

from __future__ import annotations

import unicodedata

import pytest

from docmgr.reading.letters.quotes import compared, find, find_pieces

TEXT = "ỦY BAN NHÂN DÂN\nSố: 12/QĐ-UBND\nHà Nội, ngày 05 tháng 2 năm 2024"


def found(text: str, quote: str, *, inside_words: bool = False, encoding: str | None = None) -> str | None:
    span = find(compared(text, encoding), quote, inside_words=inside_words)
    return text[slice(*span)] if span else None


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("Hà Nội, ngày 05 tháng 2 năm 2024", "Hà Nội, ngày 05 tháng 2 năm 2024"),
        ("12/qđ–ubnd", "12/QĐ-UBND"),
        ("Ủy ban nhân dân Số: 12", "ỦY BAN NHÂN DÂN\nSố: 12"),
        ("HàNội,\u00adngày 05", "Hà Nội, ngày 05"),
        ("Ha Noi", None),
        ("2/QĐ-UBND", None),
        ("12/QĐ-UB", None),
        (" ", None),
    ],
)
def test_what_counts_as_the_same_words(quote: str, stands: str | None) -> None:
    assert found(TEXT, quote) == stands


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_in_any_encoding(form: str) -> None:
    text = unicodedata.normalize(form, TEXT)
    assert found(text, "NHÂN DÂN") == unicodedata.normalize(form, "NHÂN DÂN")
    # windows-1258 writes the letter with its hat, and the tone behind it.
    assert found("Hà Nô\u0323i, ngày", "nội") == "Nô\u0323i"


def test_broken_words_and_soft_hyphens_in_the_text() -> None:
    assert found("KHO ẢN 1, chuyển\u00ad tiếp", "khoản 1, chuyển tiếp") == "KHO ẢN 1, chuyển\u00ad tiếp"


def test_the_same_capitals_count_first() -> None:
    assert find(compared("Luật số 5\nLUẬT\nluật"), "LUẬT") == (10, 14)


def test_inside_words_only_what_is_long_enough() -> None:
    assert found("Luật 36/2024/QH151 này", "36/2024/QH15", inside_words=True) == "36/2024/QH15"
    assert found("Luật 36/2024/QH151 này", "36/2024/QH15") is None
    assert found("Phúc Khánh", "Khán", inside_words=True) is None


def test_old_encodings() -> None:
    assert found("B¸o c¸o t×nh h×nh", "tình hình", encoding="tcvn3") == "t×nh h×nh"
    assert found("B¸o c¸o t×nh h×nh", "tình hình") is None
    # In VNI a letter and its accents are two characters.
    assert found("Quyeát ñònh soá 5", "QUYẾT ĐỊNH", encoding="vni") == "Quyeát ñònh"


def test_the_pieces_of_a_list_with_other_words_between() -> None:
    text = compared("- Như Điều 3;  KT. GIÁM ĐỐC\n- Lưu: VT.  Trần Văn Ký")
    spans = find_pieces(text, "- Như Điều 3; - Lưu: VT.")
    assert [text.text[start:end] for start, end in spans] == ["- Như Điều 3", "- Lưu: VT."]
    assert find_pieces(text, "- Như Điều 3; - Sở Y tế; - Sở Xây dựng") == []
    assert find_pieces(text, "- Như Điều 3") == []
