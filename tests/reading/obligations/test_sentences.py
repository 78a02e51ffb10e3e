"""Sentences and clauses of office Vietnamese."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docmgr.reading.obligations.sentences import clauses, sentences

_PIECES = st.sampled_from(
    ["Sở", "báo cáo", ". ", "; ", ", ", "TP.", "v.v.", "(", ")", "15/12/2024", "1.", "a)", "\n", "…", "! ", "định kỳ", " ", "Đ/c", "2.500"]
)


@given(st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=80))
@settings(max_examples=80, deadline=None)
def test_the_parts_join_to_the_text(text: str) -> None:
    for cut in (sentences, clauses):
        spans = cut(text)
        assert "".join(text[start:end] for start, end in spans) == text
        assert all(start < end for start, end in spans)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Sở báo cáo. Phòng tổng hợp.", 2),
        ("Chuyển về UBND TP. Hạ Long trước ngày 15.12.2024.", 1),
        ("Sách, vở, bút v.v. Nhà trường chuẩn bị.", 2),
        ("Sách, vở v.v. Hồ sơ kèm theo.", 1),
        ("Chuyển kho lưu trữ cho nhóm A. Sở Nội vụ báo cáo kết quả.", 2),
        ("Tổng hợp trong quý I. Giao Văn phòng Sở báo cáo.", 2),
        ("Đồng chí Lê V. Sơn phụ trách.", 1),
        ("Chi 2.500.000 đồng. Giao Phòng Tài chính.", 2),
        ("Đ/c. Nguyễn Văn A phụ trách.", 1),
        ("1. Xây dựng kế hoạch. Ban hành trong quý I.", 2),
        ("Năm 2024. Sở thực hiện.", 2),
        ("Tổ chức các cuộc thi...\nBáo cáo kết quả", 2),
        ("theo điểm a. khoản này", 1),
        ("KT. Giám đốc ký", 1),
        ("Chào mừng về TP! Nhà trường tham gia.", 2),
    ],
)
def test_where_a_sentence_ends(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Rà soát; sửa đổi", ["Rà soát; ", "sửa đổi"]),
        ("Cung cấp (giấy; bút); báo cáo", ["Cung cấp (giấy; bút); ", "báo cáo"]),
        ("Cung cấp (giấy; bút", ["Cung cấp (giấy; ", "bút"]),
        ("Tổ chức hội nghị, định kỳ 06 tháng kiểm tra", ["Tổ chức hội nghị, ", "định kỳ 06 tháng kiểm tra"]),
        ("Sửa quy chế, trước khi ban hành phải lấy ý kiến", ["Sửa quy chế, ", "trước khi ban hành phải lấy ý kiến"]),
        ("Kiểm tra, giám sát", ["Kiểm tra, giám sát"]),
    ],
)
def test_where_a_clause_ends(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in clauses(text)] == parts


@pytest.mark.parametrize("piece", ["Sở báo cáo ", "Sở. ", "1. ", "(", "; ", "a" * 50])
def test_the_time_is_linear(piece: str) -> None:
    text = piece * (120_000 // len(piece))
    began = time.process_time()
    sentences(text), clauses(text)
    assert time.process_time() - began < 2
