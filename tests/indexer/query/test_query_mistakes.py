"""Mistakes in the search box: the rest of the query is searched, a note tells what was not understood, and nothing
gets the opposite meaning.
"""

import pytest

from indexer import marker, syllables
from indexer.query.lexer import MAX_OPERATORS, MAX_SYLLABLES
from indexer.query.parser import parse
from indexer.query.query import Query
from indexer.query.tree import All, Prefix, Without, Word
from indexer.types import Note


def codes(query: Query) -> list[str]:
    """The codes of the notes."""
    return [note.code for note in query.notes]


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("từ:31/02/2024", Note("bad_date", "31/02/2024")),
        ("hiệu lực:mai", Note("bad_date", "mai")),
        ("năm:99", Note("bad_year", "99")),
        ("số:abc", Note("bad_number", "abc")),
        ("loại:", Note("empty_field", "loại:")),
        ('cơ quan:""', Note("empty_field", "cơ quan:")),
        ("hiệu lực:", Note("empty_field", "hiệu lực:")),
        ("-loại:luật", Note("negated_field", "loại:luật")),
        ("-(loại:luật)", Note("negated_field", "loại:luật")),
        ("-((loại:luật))", Note("negated_field", "loại:luật")),
        ("loại:-luật", Note("negated_field", "loại:-luật")),
        ("loại: -nghị định", Note("negated_field", "loại:-nghị định")),
        ('-cơ quan:"Bộ Nội vụ"', Note("negated_field", 'cơ quan:"Bộ Nội vụ"')),
        ("số:-30/2020", Note("negated_field", "số:-30/2020")),
    ],
)
def test_values_that_make_no_sense_are_left_out_and_noted(typed: str, note: Note) -> None:
    query = parse(f"quy chế {typed}")
    assert query.notes == (note,)
    assert query.runs == (("quy", "chế"),) and not query.filters and query.strict is None


@pytest.mark.parametrize(
    ("typed", "left_out", "still"),
    [
        ("hiệu lực:tuần trước", Note("bad_date", "tuần"), "trước"),
        ("hiệu lực:tuần trước, dân chủ", Note("bad_date", "tuần"), "trước, dân chủ"),
        ("từ:31 tháng 2 cơ quan ban hành:BNV", Note("bad_date", "31"), "tháng 2"),
        ("đến:tuần trước -mật", Note("bad_date", "tuần"), "trước"),
        ('từ:tuần trước "dân chủ"', Note("bad_date", "tuần"), "trước"),
        ('từ:"tuần trước" dân chủ', Note("bad_date", "tuần trước"), "dân chủ"),
        ("năm:hai nghìn", Note("bad_year", "hai"), "nghìn"),
        ("số:ba mươi", Note("bad_number", "ba"), "mươi"),
        ("-hiệu lực:tuần trước", Note("negated_field", "hiệu lực:tuần"), "trước"),
        ("hiệu lực:tuần – loại:luật", Note("bad_date", "tuần"), ""),
        ("từ:tuần -trước", Note("bad_date", "tuần"), ""),
    ],
)
def test_words_behind_a_value_not_understood_are_told(typed: str, left_out: Note, still: str) -> None:
    query = parse(typed)
    assert query.notes == ((left_out, Note("still_searched", still)) if still else (left_out,))
    assert query.free == tuple(syllables(still))


def test_what_was_understood_needs_no_word_about_what_stands_behind() -> None:
    assert not parse("từ:02/2024 dân chủ năm:2020 quy chế số:30/2020 lưu trữ").notes
    assert [note.code for note in parse("hiệu lực: dân chủ loại:").notes] == ["empty_field"]


def test_a_field_that_there_is_not_is_words() -> None:
    query = parse("quy chế mục:nam")
    assert query.free == ("quy", "chế", "mục", "nam") and query.notes == (Note("unknown_field", "mục"),)
    # Other systems have this field, so the note has its whole name.
    assert parse("quy chế tiêu đề:nam").notes == (Note("unknown_field", "tiêu đề"),)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("loại : công văn dạy thêm", "loại: công văn dạy thêm"),
        ("Loại :TT dạy thêm", "Loại:TT dạy thêm"),
        ("hội nghị cơ quan :Sở Giáo dục", "hội nghị cơ quan:Sở Giáo dục"),
        ("số : 145", "số: 145"),
        ("từ : 01/01/2024 đến :2025", "từ: 01/01/2024 đến:2025"),
        ("hiệu lực ： hôm nay", "hiệu lực: hôm nay"),
        ('loại : "công văn" , "luật"', 'loại:"công văn","luật"'),
        ("năm : 2018 - 2020", "năm: 2018 - 2020"),
        ("-loại : luật dạy thêm", "-loại: luật dạy thêm"),
        ("loại :", "loại:"),
        ("loại :abc", "loại:abc"),
        ("các loại : sách", "các loại: sách"),
        ("số:a :b", "số:a b"),
    ],
)
def test_a_blank_before_the_colon_of_a_field_changes_nothing(typed: str, meant: str) -> None:
    assert parse(typed) == parse(meant)


@pytest.mark.parametrize("typed", ["Tài khoản : 331", "Kính gửi :Sở", "lúc 10 : 30", ": loại", '"loại" : công văn'])
def test_a_colon_behind_what_is_no_field_is_punctuation(typed: str) -> None:
    query = parse(typed)
    assert not query.filters and query.number is None and not query.notes


@pytest.mark.parametrize(
    ("typed", "label", "kept"),
    [
        ("số:30/2020 số:45", "số:", "số:45"),
        ("từ:2020 từ:2021", "từ:", "từ:2021"),
        ("đến ngày:2021 đến:2020", "đến:", "đến:2020"),
        ("hiệu lực:2021 hiệu lực:2020", "hiệu lực:", "hiệu lực:2020"),
    ],
)
def test_what_can_be_asked_once_takes_the_last_and_says_so(typed: str, label: str, kept: str) -> None:
    query, alone = parse(typed), parse(kept)
    assert query.notes == (Note("field_twice", label),)
    assert (query.number, query.since, query.until, query.at) == (alone.number, alone.since, alone.until, alone.at)
    assert not parse(f"{kept} {kept}").notes


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ("số:30/2020 OR loại:luật", ["số:30/2020", "loại:luật"]),
        ("công khai (năm:2022 OR thanh tra)", ["năm:2022"]),
        ("(loại:luật công khai) OR lưu trữ", ["loại:luật"]),
        ("tổng kết OR sơ kết năm:2024", ["năm:2024"]),
        ("(tổng kết OR sơ kết) năm:2024", []),
        ("(tổng kết năm:2024)", []),
    ],
)
def test_a_field_holds_for_the_whole_question_and_says_so_beside_or(typed: str, fields: list[str]) -> None:
    query = parse(typed)
    assert query.notes == ((Note("field_in_or", ", ".join(fields)),) if fields else ())
    assert query.filters


@pytest.mark.parametrize("typed", ["()", "-", '""', "%", "OR", "NOT", "AND", "loại:", "-loại:luật", "( - )"])
def test_a_question_without_words_says_so(typed: str) -> None:
    query = parse(typed)
    assert "nothing_asked" in codes(query) and not query.blank and not query.runs
    assert "nothing_asked" not in codes(parse(f"{typed} dân"))


@pytest.mark.parametrize(("typed", "sign"), [("dân chủ)", ")"), ("dân chủ ()", "()"), ('dân chủ ""', '""')])
def test_a_stray_sign_is_left_out_and_noted(typed: str, sign: str) -> None:
    query = parse(typed)
    assert query.notes == (Note("stray_sign", sign),) and query.free == ("dân", "chủ")


def test_operators_of_other_languages_are_understood_and_noted() -> None:
    query = parse("dân AND chủ NOT thanh")
    assert codes(query) == ["implied_and", "not_in_words"]
    assert query.free == ("dân", "chủ") and query.strict == Without(Word("thanh"))
    assert not parse("dân and not").notes and parse("dân and not").free == ("dân", "and", "not")


def test_a_star_in_a_phrase_makes_it_words() -> None:
    query = parse('"dân ch*"')
    assert query.free == ("dân",) and query.strict == Prefix("ch")
    assert query.notes == (Note("star_in_phrase", "dân ch*"),)
    assert parse('a -"dân ch*"').strict == Without(All((Word("dân"), Prefix("ch"))))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ('"hội nghị', "unclosed_quote"),
        ("(hội nghị", "unclosed_paren"),
        ("hội nghị OR", "stray_or"),
    ],
)
def test_what_is_left_open_is_just_words(typed: str, code: str) -> None:
    query = parse(typed)
    assert query.free == ("hội", "nghị") and query.strict is None and codes(query) == [code]


@pytest.mark.parametrize(
    ("typed", "field", "most"),
    [
        (" ".join(f'cơ quan:"a{number}"' for number in range(36)), "issuer", MAX_OPERATORS),
        ("-b " * 20 + " ".join(f'cơ quan:"a{number}"' for number in range(20)), "issuer", MAX_OPERATORS - 20),
        ("loại:luật " * 2 + "a " * 140 + "năm:2020", "year", 0),
        (f'loại:"{"a " * 140}"', "type", 0),
    ],
)
def test_values_of_fields_count_among_what_is_limited(typed: str, field: str, most: int) -> None:
    """Beyond the limits no field is recognised, and its words are ordinary words."""
    asked = parse(typed)
    assert codes(asked) == ["cut_syllables" if "a a" in typed else "cut_operators"]
    assert len(asked.filters.get(field, ())) == most
    assert sum(map(len, asked.runs)) <= MAX_SYLLABLES


def test_words_and_phrases_have_what_fields_leave_of_the_limits() -> None:
    asked = parse(f'loại:"{"b " * 100}" {"a " * 40}')
    assert len(asked.runs[0]) == MAX_SYLLABLES - 101 and asked.filters["type"]
    assert codes(asked) == ["cut_syllables"]
    many = parse("".join(f'cơ quan:"x{number}" ' for number in range(30)) + '"c d" ' * 3)
    assert len(many.filters["issuer"]) == 30 and str(many.strict).count("Phrase") == 2
    assert codes(many) == ["cut_operators"]


def test_a_beginning_beyond_the_limit_is_a_word_in_the_spelling_of_words() -> None:
    many = parse('"a b" ' * MAX_OPERATORS + "hoà* kĩ-thuỷ*")
    assert many.runs[-1] == ("hòa", "kỹ", "thủy") and codes(many) == ["cut_operators"]
    assert [piece.text for piece in marker(many, {})("Hoà giải") if piece.match] == ["Hoà"]
