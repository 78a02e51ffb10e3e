"""Signs within and behind words: patterns, similar words, words near each other, boosts; and running text that has the same
signs and stays words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query import on_text, parts
from indexer.query.lexer import LEAST_BOOST, MAX_BOOST, MAX_DISTANCE, MAX_EDITS, MAX_OPERATORS
from indexer.query.parser import parse
from indexer.query.query import Query
from indexer.query.tree import AnyOf, Near, Phrase, Prefix, Similar, Wildcard, Without, Word
from indexer.types import Note
from legaltext.text import syllables


def codes(query: Query) -> list[str]:
    """The codes of the notes."""
    return [note.code for note in query.notes]


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("ngh*m", Wildcard("ngh*m")),
        ("NGH*M", Wildcard("ngh*m")),
        ("ng?ị", Wildcard("ng?ị")),
        ("ng?ị?", Wildcard("ng?ị")),
        ("ng?ị*", Wildcard("ng?ị*")),
        ("n*h*", Wildcard("n*h*")),
        ("ti?u,", Wildcard("ti?u")),
        ("TR?ỜNG", Wildcard("tr?ờng")),
        ("t*uỷ", AnyOf((Wildcard("t*uỷ"), Wildcard("t*ủy")))),
        ("kiễm~", Similar("kiễm", 1)),
        ("kiễm~1", Similar("kiễm", 1)),
        ("KIỄM~2.", Similar("kiễm", 2)),
        ("thuỷ~", Similar("thủy", 1)),
        ('"hội nghị công chức"~5', Near(("hội", "nghị", "công", "chức"), 5)),
        ('“hội nghị”~5?', Near(("hội", "nghị"), 5)),
        ('"hội nghị"~>5', Near(("hội", "nghị"), 5, ordered=True)),
        ('"hội nghị"~>5^2', Near(("hội", "nghị"), 5, 2, ordered=True)),
        ('"hội nghị"~3^2', Near(("hội", "nghị"), 3, 2)),
        ('"hội hội"~3', Phrase(("hội",))),
        ('"hội hội"', Phrase(("hội", "hội"))),
        ('("hội nghị"~>5)', Near(("hội", "nghị"), 5, ordered=True)),
        ('"hội nghị"~0', Phrase(("hội", "nghị"))),
        ('"hội nghị"^3', Phrase(("hội", "nghị"), 3)),
        ('"hội nghị"^,5', Phrase(("hội", "nghị"), 0.5)),
        ("-ngh*m", Without(Wildcard("ngh*m"))),
        ("-kiễm~", Without(Similar("kiễm", 1))),
        ('-"hội nghị"~4', Without(Near(("hội", "nghị"), 4))),
        ("tr*", Prefix("tr")),
        ("hội?nghị*", Prefix("nghị")),
    ],
)
def test_what_is_an_operator(typed: str, node: object) -> None:
    query = parse(typed)
    assert query.strict == node and not query.notes


@pytest.mark.parametrize("typed", ['-"hội nghị"~>4', '"hội nghị"~>4 OR tra', '-(tra "hội nghị"~>4)'])
def test_an_order_within_another_condition_is_left_out_and_told(typed: str) -> None:
    query = parse(typed)
    assert query.strict == parse(typed.replace(">", "")).strict and codes(query) == ["stray_order"]


@pytest.mark.parametrize(
    "text",
    [
        "có phải không?",
        "Hỏi gì?Ai trả lời?",
        "đúng không?có",
        "Ai nói?Ở đâu?",
        "làm gì??sao",
        "vì sao?10 ngày",
        "5^2",
        "x^2 + y^2",
        "10 m^2, 3 km^2, 2 dm^3",
        "đất 5 ha^2",
        "a^1e308 a^-1 a^^^",
        "~ 10 ngày",
        "khoảng ~10 ngày",
        "10~20",
        "5~",
        "ạ~ ok~",
        "kiễm~abc",
        "https://a.vn/tim?id=5&x=kh~c",
        '"hội nghị" ~5',
        '"hội nghị" ^5',
        '"hội nghị"~',
        '"hội nghị"~abc',
        '"hội nghị"^',
        "25/KH-UBND^2",
        "d46^2",
        "^2 từ ^ 3",
    ],
)
def test_running_text_stays_words(text: str) -> None:
    query = parse(text)
    assert [word for run in query.as_spoken for word in run] == syllables(text) and not query.boosts and not query.notes
    assert query.strict in (None, Phrase(("hội", "nghị")))


@pytest.mark.parametrize(
    ("typed", "plain", "note"),
    [
        ("(hội nghị)^2", "hội nghị", Note("stray_glued", ")^2")),
        ("(khen OR thưởng)^2 tra", "(khen OR thưởng) tra", Note("stray_glued", ")^2")),
        ("(khen OR thưởng)~5^2,", "(khen OR thưởng)", Note("stray_glued", ")~5^2")),
        ("-(khen thưởng)~>3", "-(khen thưởng)", Note("stray_glued", ")~>3")),
        ('"hội nghị"^2~5', '"hội nghị"', Note("stray_glued", "^2~5")),
        ('"hội nghị"~5~>3', '"hội nghị"', Note("stray_glued", "~5~>3")),
        ('"hội nghị"^2^3', '"hội nghị"', Note("stray_glued", "^2^3")),
        ('loại:"quy chế"^2 tra', 'loại:"quy chế" tra', Note("stray_glued", "^2")),
        ('cơ quan:"Bộ Nội vụ","UBND"~3', 'cơ quan:"Bộ Nội vụ","UBND"', Note("stray_glued", "~3")),
    ],
)
def test_signs_glued_where_they_mean_nothing_are_left_out_and_told(typed: str, plain: str, note: Note) -> None:
    query, other = parse(typed), parse(plain)
    assert (query.runs, query.strict, query.boosts, query.filters) == (other.runs, other.strict, (), other.filters)
    assert query.notes == (note,)


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        ('"ngh?m thu"', "ngh?m"),
        ('"kiễm~ tra"', "kiễm~"),
        ('"lưu^2 trữ"', "lưu^2"),
        ('"kĩ~ năng"', "kĩ~"),
        ("kĩ~", "kĩ~"),
        ("kỹ~", "kỹ~"),
        ("ki~1", "ki~1"),
        ("ngh*m~", "ngh*m~"),
        ("ngh*m,thu", "ngh*m,thu"),
        ("ngh?m,thu", "ngh?m,thu"),
        ("kiễm~,tra", "kiễm~,tra"),
    ],
)
def test_a_sign_that_is_read_as_punctuation_is_told_where_it_looks_like_an_operator(typed: str, noted: str) -> None:
    query = parse(typed)
    assert [word for run in query.runs for word in run] == syllables(typed)
    assert query.notes == (Note("stray_word_sign", noted),) and not query.boosts


@pytest.mark.parametrize("text", ['"có phải không?"', '"5^2 m^2 gì?Ai"', '"~ 10 ngày"', "a.vn/x.php?x=1", "gì?Ai,thế"])
def test_punctuation_of_running_text_is_not_told(text: str) -> None:
    assert not parse(text).notes


def test_reasons_are_the_right_ones() -> None:
    assert parse("*hội*").notes == (Note("stray_star", "*hội*"),) and codes(parse("a*")) == ["short_prefix"]
    assert parse('"hội nghị"~>500').notes == (Note("cut_distance", "~>500"),)
    assert parse("hội^10000").notes == (Note("cut_boost", "^10000"),) and parse("hội^10000").boosts == ((MAX_BOOST,),)


@pytest.mark.parametrize("text", ["2*3", "a*b", "a*b*c", "**đậm**", "tri**ể**n", "đố**i", "*dân", "?*?*", "ngh?*?*", "ch*,", "tr**", "a*"])
def test_a_star_elsewhere_is_told_as_ever(text: str) -> None:
    query = parse(text)
    assert set(codes(query)) <= {"stray_star", "short_prefix", "nothing_asked"} and query.notes and query.strict is None


@given(st.lists(st.sampled_from([*"?~^*", "không", "có", "10", ",", "m", "?"]), max_size=12))
def test_signs_among_blanks_are_nothing(pieces: list[str]) -> None:
    query, plain = parse(" ".join(pieces)), parse(" ".join(re.sub(r"[?~^*]", "", piece) for piece in pieces))
    assert (query.as_spoken, query.strict, query.boosts) == (plain.as_spoken, None, ())


def test_boosts_say_what_each_syllable_is_worth() -> None:
    query = parse('lưu^2 trữ "hồ sơ"^0,5 tài liệu^1')
    assert query.runs == (("lưu", "trữ"), ("hồ", "sơ"), ("tài", "liệu"))
    assert query.boosts == ((2, 1), (0.5, 0.5), (1, 1)) and query.free == ("lưu", "trữ", "tài", "liệu")
    assert (query.worth("lưu"), query.worth("sơ"), query.worth("khác")) == (2, 0.5, 1)
    assert parse("ở^2").boosts == ((2,),) and parse("lưu^1") == parse("lưu")
    # The words of an exclusion rank nothing.
    assert parse("lưu -trữ^2").boosts == () and parse("lưu -trữ^2").strict == Without(Word("trữ", 2))


def test_bounds_are_kept_and_told() -> None:
    many = parse(f'từ^200 khóa^0.01 "a b"~{MAX_DISTANCE + 1} kiễm~9')
    assert many.boosts == ((MAX_BOOST, LEAST_BOOST), (1, 1))
    assert many.strict is not None and Near(("a", "b"), MAX_DISTANCE) in on_text.demands(many)
    assert Similar("kiễm", MAX_EDITS) in on_text.demands(many)
    assert many.notes == (
        Note("cut_boost", "^200"),
        Note("cut_boost", "^0.01"),
        Note("cut_distance", f"~{MAX_DISTANCE + 1}"),
        Note("cut_edits", "kiễm~9"),
    )


def test_what_means_many_words_has_no_boost() -> None:
    for typed, node in (("ngh*m^2", Wildcard("ngh*m")), ("kiễm~1^2", Similar("kiễm", 1)), ("tr*^2", Prefix("tr"))):
        query = parse(typed)
        assert query.strict == node and query.notes == (Note("stray_boost", typed),), typed


@pytest.mark.parametrize("one", ["ngh*m", "kiễm~", '"a b"~5'])
def test_they_count_among_the_operators(one: str) -> None:
    many = parse(" ".join([one] * (MAX_OPERATORS + 3)))
    assert codes(many) == ["cut_operators"] and len(on_text.demands(many)) == MAX_OPERATORS


@pytest.mark.parametrize("typed", ["quy chế^2 dân", 'tìm "hội nghị"~5^2 ngh*m', "kiễm~1 tra", '(a OR "b c"~3) ng?ị'])
def test_parts_give_the_question_back(typed: str) -> None:
    assert parts.joined(parts.split(typed)) == typed
    assert parts.joined(parts.split("(hội OR nghị)^2 tra")) == "(hội OR nghị) tra"
    assert parse(parts.joined(parts.bare(parts.split('"hội nghị"~5')))).strict == Near(("hoi", "nghi"), 5)


@pytest.mark.parametrize(
    ("typed", "text", "holds"),
    [
        ("ngh*m", "sự Nghiêm minh", True),
        ('"hội nghị"~>3', "hội đồng nghị quyết", True),
        ('"hội nghị"~>3', "nghị quyết hội đồng", False),
        ("ngh*m", "nghiên cứu", False),
        ("nghi?m", "nghiệm thu", True),
        ("nghị~ nghiêm", "nghỉ", True),
        ("kiễm~", "kiểm tra", True),
        ("kiễm~", "kiểng", False),
        ("kiem~", "kiệt", True),
        ('"hội chức"~3', "chức của hội", True),
        ('"hội chức"~3', "chức một hai ba hội", False),
        ('"hoi chuc"~3', "Chức, một hội", True),
        ('"hội chức công"~1', "công chức hội", True),
    ],
)
def test_what_a_text_holds(typed: str, text: str, holds: bool) -> None:
    assert bool(on_text.unmet(parse(typed), on_text.held([text]))) is not holds


@pytest.mark.parametrize("typed", ["ngh*m", "t*uỷ", "kiễm~2", '"hội nghị"~5', '"hội nghị"~>5', '-"hội nghị"~5', "(ngh*m OR kiễm~1)"])
def test_conditions_are_said_as_typed(typed: str) -> None:
    (node,) = on_text.demands(parse(typed))
    assert on_text.said(node) == typed and parse(on_text.said(node)).strict == node
