"""What is highlighted in a text for a query: words, phrases and other names as a whole, words that match a prefix,
provisions.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import marker
from indexer.highlight.text_marker import TextMarker
from indexer.query.parser import parse
from legaltext.text import clean, tokens

TEXT = (
    "Ủy ban nhân dân (UBND) ban hành. Thời hạn công khai đối với công chức là 30 ngày. Điều 5. Quy chế dân chủ: theo điều 5, "
    "khoản 2; cán bộ, công chức, viên chức; Nghị định số 30/2020/NĐ-CP."
)


def marked(query: str, text: str = TEXT, folded: dict[str, bool] | None = None) -> list[str]:
    return [piece.text for piece in marker(parse(query), folded or {})(text) if piece.match]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("UBND", ["Ủy ban nhân dân", "UBND"]),
        ("CBCCVC", ["cán bộ, công chức, viên chức"]),
        ('"thời hạn công khai"', ["Thời hạn công khai"]),
        ('"công khai thời hạn"', []),
        ("công kh*", ["công khai", "công", "khoản", "công"]),
        ("cong kha*", ["công khai", "công", "công"]),
        ("khoan -khai", ["khoản"]),
        ('"dân chủ" OR "công khai"', ["công khai", "dân chủ"]),
        ("điều 5", ["Điều 5", "điều 5"]),
        ("khoản 2 điều 5 quy chế", ["Điều 5", "Quy chế", "điều 5", "khoản 2"]),
        ("30/2020/NĐ-CP", ["30/2020/NĐ-CP"]),
        ("số:30/2020/NĐ-CP quy chế", ["Quy chế"]),
        ("số:30 điều 5 quy chế", ["Điều 5", "Quy chế", "điều 5"]),
        ("30/2020/NĐ-CP (công khai OR dân chủ)", ["công khai", "dân chủ", "30/2020/NĐ-CP"]),
        ("nđ30 đ.5 quy chế", ["Điều 5", "Quy chế", "điều 5"]),
        ("nghị định 30 (nghị quyết OR quy chế)", ["Quy chế", "Nghị"]),
        ("30/2020/NĐ-CP thời-kho*", ["Thời", "khoản", "30/2020/NĐ-CP"]),
        ("zzz", []),
        ("loại:luật", []),
    ],
)
def test_what_a_question_marks(query: str, found: list[str]) -> None:
    assert marked(query) == found


def test_overlapping_phrases_are_one_place() -> None:
    assert marked('"hạn công khai" "thời hạn công"') == ["Thời hạn công khai"]


def test_each_word_in_the_spelling_that_answers_for_it() -> None:
    assert marked("quy chế dan chu") == ["Quy chế"]
    assert marked("quy chế dan chu", folded={"dan": True, "chu": True}) == ["Quy chế dân chủ"]


def test_spellings_of_the_tone_and_of_marks() -> None:
    assert marked("hòa giải", "Hoà giải ở cơ sở") == ["Hoà giải"]
    assert marked("duong", "Đường đi") == ["Đường"]
    assert marked("ma số", "mã số") == ["số"]


CONTRACT = "Hợp đồng phù hợp với hoạt động, đồng thời họp."


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        # The sure spelling is highlighted; other spellings only where a text has nothing better.
        ("hop dong", CONTRACT, ["Hợp đồng"]),
        ("hop dong", "Họp đông, hoạt động.", ["Họp đông"]),
        ("hop dong", "Phù hợp với hoạt động, đồng thời họp.", ["hợp", "đồng"]),
        ("hop dong", "Hoạt động, đông, họp.", ["động", "đông", "họp"]),
        ("thanh tra", "Thanh tra; trở thành, trả lời.", ["Thanh tra"]),
        ("thanh tra", "Trở thành, trả lời.", ["thành, trả"]),
        ('"hop dong"', "Hợp đồng, họp đông.", ["Hợp đồng"]),
        ('"hop dong"', "Phù hợp; họp đông.", ["họp đông"]),
        # Where the spelling is not sure, any spelling matches.
        ("chưa hop", "Họp chưa hợp.", ["chưa"]),
        # A single syllable is highlighted only where its whole word does not occur.
        ("hợp đồng", CONTRACT, ["Hợp đồng"]),
        ("hợp đồng", "Phù hợp, đồng thời.", ["hợp, đồng"]),
        ("hợp đồng", "Hợp pháp, hoạt động.", ["Hợp"]),
        ("hội nghị", "Hội nghị; hội đồng, đề nghị.", ["Hội nghị"]),
        ("dân chủ", "Nhân dân và chủ tịch; dân chủ.", ["dân chủ"]),
        ("cán bộ công chức", "Công chức, hoặc cán bộ; bộ phận công cộng.", ["Công chức", "cán bộ"]),
        ("cán bộ công chức", "Công chức; bộ phận.", ["Công chức", "bộ"]),
        # A syllable that forms no word with its neighbour is highlighted alone.
        ("quy chế rừng", "Rừng của quy chế; quy định về chế độ.", ["Rừng", "quy chế"]),
        ("đồng hợp", CONTRACT, ["Hợp đồng", "hợp", "đồng"]),
        # Syllables next to a named provision or to a condition.
        ("hợp đồng điều 5", "Điều 5. Hợp đồng; phù hợp.", ["Điều 5", "Hợp đồng"]),
        ("hợp -đồng", CONTRACT, ["Hợp", "hợp"]),
        ("hợp OR đồng", CONTRACT, ["Hợp đồng", "hợp", "đồng"]),
    ],
)
def test_words_are_marked_as_they_are_meant(query: str, text: str, found: list[str]) -> None:
    assert marked(query, text) == found


def test_what_is_best_in_a_document_is_marked_in_each_of_its_lines() -> None:
    whole = marker(parse("hop dong"), {}).over("Hợp đồng.\nPhù hợp với hoạt động.")
    assert not any(piece.match for piece in whole("Phù hợp với hoạt động."))
    assert [piece.text for piece in whole("Ký hợp đồng, phù hợp.") if piece.match] == ["hợp đồng"]
    # A word does not continue over the end of a line.
    alone = whole.over("Phù hợp\nđồng thời họp.")
    assert [piece.text for piece in alone("Họp, hợp") if piece.match] == ["hợp"]


def test_what_a_document_has_nowhere_is_judged_where_it_stands() -> None:
    mark = marker(parse("hop dong"), {}).over("Không có gì.")
    assert [piece.text for piece in mark(CONTRACT) if piece.match] == ["Hợp đồng"]


@given(text=st.text(max_size=200), query=st.text(max_size=50))
def test_marking_loses_no_letter(text: str, query: str) -> None:
    assert "".join(piece.text for piece in marker(parse(query), {})(text)) == clean(text)


WORDS = st.lists(
    st.one_of(
        st.sampled_from(["mì", "mỳ", "sỹ", "sĩ", "kỹ", "ki", "Hoà", "hòa", "thuỷ", "ĐIỀU", "dieu", "2015", "ß", "ς", "Σ", "K"]),
        st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=4),
    ),
    max_size=12,
)


@given(texts=WORDS, asked=WORDS, begun=st.booleans())
def test_folding_many_words_at_once_passes_none_over(texts: list[str], asked: list[str], begun: bool) -> None:
    marking = TextMarker(parse(" ".join(asked) + "*" * begun), {})
    words = tokens(clean(" ".join([*texts, *asked])))
    assert marking.asks(words) == [marking._any.answer(word) is not None for word in words]


NEAR = "Hội nghị của công chức; hội thảo của tổ chức khác, về nhiều việc nữa, nghị quyết và công việc."


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ngh*", ["nghị", "nghị"]),
        ("n*hị", ["nghị", "nghị"]),
        ("ng?ị quyết", ["nghị", "nghị quyết"]),
        ("nghì~", ["nghị", "nghị"]),
        ("nghi~1", ["nghị", "nghị"]),
        ('"hội chức"~4', ["Hội", "chức", "hội", "chức"]),
        ('"hội công nghị"~3', ["Hội nghị", "công"]),
        ('"hoi nghi thao"~9', ["Hội nghị", "hội thảo"]),
        ('"hội quyết"~3', []),
        ('"nghị quyết"~2^3', ["nghị quyết"]),
        ('"hội nghị"~>3', ["Hội nghị"]),
        ('"nghị hội"~>3', []),
        ('việc "công nghị"~3', ["nghị", "công", "việc", "nghị", "công việc"]),
        ("quyết^2 thảo", ["thảo", "quyết"]),
    ],
)
def test_what_patterns_similar_words_and_words_near_each_other_mark(query: str, found: list[str]) -> None:
    assert marked(query, NEAR) == found


def test_words_near_each_other_in_order_are_marked_only_where_the_order_is_kept() -> None:
    text = "Hội nghị cán bộ rồi nghị quyết của hội."
    assert marked('"nghị hội"~3', text) == ["Hội nghị", "nghị", "hội"]
    assert marked('"nghị hội"~>3', text) == ["nghị", "hội"]
