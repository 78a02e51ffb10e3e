"""The language of the search box: words, phrases, OR, prefixes, exclusions, fields, limits, notes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query.lexer import MAX_CHARACTERS, MAX_DEPTH, MAX_OPERATORS, MAX_SYLLABLES
from indexer.query.parser import parse
from indexer.query.query import Query
from indexer.query.tree import All, AnyOf, Near, Node, Phrase, Prefix, Similar, Wildcard, Without, Word
from indexer.types import Note
from tests.indexer.query.query_trees import depth, leaves

SYLLABLES = (
    "quy chế dân chủ ở cơ sở nghị quyết hội đồng nhân thanh tra kiểm đất đai trường học viên chức".split()
)
words = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=5)


def codes(query: Query) -> list[str]:
    """The codes of the notes."""
    return [note.code for note in query.notes]


def both(*texts: str) -> Node:
    """A node that requires each of these words."""
    return All(tuple(map(Word, texts)))


def test_words_phrases_and_exclusions() -> None:
    query = parse('kế hoạch "dân chủ ở cơ sở" -"lưu trữ" -mật')
    assert query.runs == (("kế", "hoạch"), ("dân", "chủ", "ở", "cơ", "sở"))
    assert query.free == ("kế", "hoạch")
    phrase, *unwanted = query.strict.nodes  # type: ignore[union-attr]
    assert phrase == Phrase(("dân", "chủ", "ở", "cơ", "sở"))
    assert unwanted == [Without(Phrase(("lưu", "trữ"))), Without(Word("mật"))]
    assert query.marked and not query.notes and query.number is None


def test_typographic_quotes_and_dashes_inside_words() -> None:
    assert parse("“hòa giải”").strict == Phrase(("hòa", "giải"))
    query = parse("25/KH-UBND - nghị quyết")
    assert query.strict is None
    assert query.words == ("25", "kh", "ubnd", "nghị", "quyết")


def test_or_takes_all_words_on_its_sides() -> None:
    query = parse("nghị định OR thông tư")
    assert query.strict == AnyOf((both("nghị", "định"), both("thông", "tư")))
    assert query.runs == (("nghị", "định"), ("thông", "tư")) and query.free == ()


def test_brackets_bound_or_and_do_nothing_else() -> None:
    query = parse("kế hoạch (nghị định HOẶC thông tư) năm")
    assert query.strict == AnyOf((both("nghị", "định"), both("thông", "tư")))
    assert query.free == ("kế", "hoạch", "năm")
    assert parse("điểm a) khoản (1) Điều 5") == parse("điểm a khoản 1 Điều 5")


def test_or_in_small_letters_is_a_word() -> None:
    assert parse("thôn hoặc tổ dân phố").free == ("thôn", "hoặc", "tổ", "dân", "phố")


def test_a_group_may_be_excluded() -> None:
    assert parse("a -(b OR c)").strict == Without(AnyOf((Word("b"), Word("c"))))
    assert parse("a -(b c)").strict == Without(both("b", "c"))


def test_prefixes() -> None:
    query = parse("dân tr* UBND*")
    assert query.strict == All((Prefix("tr"), Prefix("ubnd"))) and query.runs == (("dân",),)
    assert parse("hoà*").strict == AnyOf((Prefix("hoà"), Prefix("hòa")))
    assert parse("25/KH*").strict == Prefix("kh") and parse("25/KH*").free == ("25",)
    assert codes(parse("d*")) == ["short_prefix"] and parse("d*").free == ("d",)
    assert codes(parse("*dân")) == ["stray_star"] and parse("*dân").free == ("dân",)


@pytest.mark.parametrize(
    ("typed", "key", "values"),
    [
        ("loại:nghị định", "type", ("nghị định",)),
        ("loai: Thông tư liên tịch", "type", ("Thông tư liên tịch",)),
        ('LOẠI:"Quyết định"', "type", ("Quyết định",)),
        ("loại:NĐ", "type", ("nghi dinh",)),
        ("loại:hd", "type", ("huong dan", "hop dong")),
        ("loại:luật loại:nghị định", "type", ("luật", "nghị định")),
        ("cơ quan:BYT", "issuer", ("BYT", "bo y te")),
        ("cơ quan:SYT", "issuer", ("SYT", "so y te")),
        ("cơ quan: Sở Nội vụ, ", "issuer", ("Sở Nội vụ",)),
        ('Cơ Quan ban hành: "Bộ  Nội vụ"', "issuer", ("Bộ Nội vụ",)),
        ("co quan:“Sở Tài chính”", "issuer", ("Sở Tài chính",)),
        ("cơ quan:BNV,BTC", "issuer", ("BNV", "bo noi vu", "BTC", "bo tai chinh")),
        ("cơ quan:Bộ Nội vụ, Chính phủ", "issuer", ("Bộ Nội vụ", "Chính phủ")),
        ("cơ quan: UBND tỉnh; HĐND tỉnh", "issuer", ("UBND tỉnh", "uy ban nhan dan tinh", "HĐND tỉnh", "hoi dong nhan dan tinh")),
        ("cơ quan:Bộ Văn hóa, Thể thao và Du lịch , Quốc hội", "issuer", ("Bộ Văn hóa, Thể thao và Du lịch", "Quốc hội")),
        ("năm:2018-2020", "year", ("2018", "2019", "2020")),
        ("năm:2020,2018", "year", ("2018", "2020")),
        ("năm:2018, 2020; 2024", "year", ("2018", "2020", "2024")),
        ("năm: 2016 , 2018-2019", "year", ("2016", "2018", "2019")),
        ("nam:2020,", "year", ("2020",)),
    ],
)
def test_fields(typed: str, key: str, values: tuple[str, ...]) -> None:
    query = parse(typed)
    assert dict(query.filters) == {key: values}
    assert query.blank and not query.runs and not query.notes


@pytest.mark.parametrize(
    ("typed", "free"),
    [
        ("cơ quan:Chính phủ,Quốc hội bảo hiểm", ("bảo", "hiểm")),
        ("cơ quan:BNV, CNTT", ("cntt",)),
        ("cơ quan:Sở Nội vụ, kế hoạch", ("kế", "hoạch")),
        ("cơ quan:BNV,BTC, lương", ("lương",)),
    ],
)
def test_a_list_of_issuers_ends_where_no_office_follows(typed: str, free: tuple[str, ...]) -> None:
    assert parse(typed).free == free and not parse(typed).notes


def test_fields_stand_among_words() -> None:
    query = parse("hội nghị cơ quan:BNV loại:kế hoạch tổng kết năm:2024")
    assert query.free == ("hội", "nghị", "tổng", "kết") and not query.blank
    assert dict(query.filters) == {"issuer": ("BNV", "bo noi vu"), "type": ("kế hoạch",), "year": ("2024",)}


@pytest.mark.parametrize("name", ["số", "số hiệu", "ký hiệu", "Số ký hiệu"])
def test_a_number_asked_for_by_its_field_is_a_condition(name: str) -> None:
    query = parse(f"{name}:30/2020/NĐ-CP lưu trữ")
    assert query.numbered and query.number is not None
    assert (query.number.no, query.number.year) == ("30", 2020)
    assert query.runs == (("lưu", "trữ"),)
    wished = parse("loại:nghị định 30/2020")
    assert wished.number is not None and not wished.numbered
    assert not parse("Số: 25/KH-UBND").blank


@pytest.mark.parametrize("typed", ["thời hạn từ: khi nhận", "các loại: sách", "Kính gửi: Sở", "lúc 10:30"])
def test_a_colon_in_prose_is_no_field(typed: str) -> None:
    query = parse(typed)
    assert len(query.free) == len(typed.replace(":", " ").split()) and not query.filters and not query.notes


@pytest.mark.parametrize(
    ("typed", "left_out", "free"),
    [
        ("kiểm tra -thanh tra", "thanh tra", ("kiểm", "tra")),
        ("kiem tra -thanh tra", "thanh tra", ("kiem", "tra")),
        ("loại:luật -giáo dục phổ thông", "giáo dục phổ thông", ()),
        ("-giao duc hội nghị", "giao duc", ("hội", "nghị")),
        ("nghỉ phép -công chức cấp xã", "công chức", ("nghỉ", "phép", "cấp", "xã")),
        ("hội nghị (-trực tuyến toàn quốc)", "trực tuyến", ("hội", "nghị")),
        ("quy chế -dân chủ ở cơ sở", "dân chủ", ("quy", "chế", "ở", "cơ", "sở")),
        ("giám sát -đầu tư công", "đầu tư", ("giám", "sát", "công")),
    ],
)
def test_a_minus_leaves_out_the_whole_word(typed: str, left_out: str, free: tuple[str, ...]) -> None:
    query = parse(typed)
    words = tuple(left_out.split())
    assert Without(Phrase(words)) in (query.strict.nodes if isinstance(query.strict, All) else (query.strict,))
    assert query.free[: len(free)] == free and not {*words} & {*query.free} - {*free}
    assert query.notes == (Note("whole_word_left_out", left_out, words[0]),)


@pytest.mark.parametrize("typed", ["lương -thưởng tết", '-"giáo" dục', "-giáo (dục)", "-giáo loại:luật", "-x dục"])
def test_a_minus_before_syllables_that_are_no_word_is_for_the_first(typed: str) -> None:
    query = parse(typed)
    assert not query.notes and "Without" in repr(query.strict) and "('giáo', 'dục')" not in repr(query.strict)


def test_unmarked() -> None:
    assert not parse("hoi nghi can bo").marked


def test_limits_are_noted() -> None:
    long = parse("a " * 255)
    assert len(long.runs[0]) == MAX_SYLLABLES and codes(long) == ["cut_syllables"]
    assert parse("x" * 5000).words == ("x" * MAX_CHARACTERS,)
    assert codes(parse("x" * 5000)) == ["cut_characters"]
    assert codes(parse(unicodedata.normalize("NFD", "ệ" * MAX_CHARACTERS))) == []
    many = parse("-b " * 100)
    assert many.strict == All((Without(Word("b")),) * MAX_OPERATORS) and codes(many) == ["cut_operators"]
    assert many.words == ()
    deep = parse("(a OR " * (MAX_DEPTH + 2) + "b" + ")" * (MAX_DEPTH + 2))
    assert codes(deep) == ["too_deep"] and depth(deep.strict) <= MAX_DEPTH + 1
    assert set(deep.words) == {"a", "b"}


SIGNS = [
    "(",
    ")",
    '"',
    "-",
    "*",
    "?",
    "~",
    "~1",
    "^2",
    "ngh*m",
    ":",
    " OR ",
    " NOT ",
    " AND ",
    "-(",
    " ",
    "loại:",
    "số:3",
    "năm:2020",
    "từ:",
    "quy chế",
    "a",
    "đ",
    "30/2020",
]


@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(SIGNS), max_size=150).map("".join)))
def test_nothing_is_an_error_and_limits_hold(text: str) -> None:
    query = parse(text)
    found = leaves(query.strict)
    assert sum(map(len, query.runs)) <= MAX_SYLLABLES
    assert sum(isinstance(leaf, Phrase | Near | Prefix | Wildcard | Similar) for leaf in found) <= 2 * MAX_OPERATORS
    assert len(found) <= MAX_SYLLABLES + MAX_OPERATORS
    assert depth(query.strict) <= 2 * MAX_DEPTH + 4
    assert all(leaf.words for leaf in found if isinstance(leaf, Phrase))
    assert not query.blank or not query.runs


@given(words, words, st.integers(0, 3))
def test_case_and_blanks_change_nothing(first: list[str], second: list[str], extra: int) -> None:
    typed = f'{" ".join(first)} "{" ".join(second)}" -{second[0]} loại:nghị định năm:2020 (a OR {first[0]})'
    padded = f"  {typed} ".replace(" ", " " * (extra + 1))
    assert parse(padded) == parse(typed)
    capital, small = parse(typed.upper()), parse(typed)
    assert (capital.runs, capital.strict, capital.free) == (small.runs, small.strict, small.free)
    assert [v.lower() for v in capital.filters["type"]] == list(small.filters["type"])
    assert parse(unicodedata.normalize("NFD", typed)) == small


def written(node: Node) -> str:
    """A tree of conditions in the syntax of the search box."""
    if isinstance(node, Word):
        return node.text
    if isinstance(node, Phrase | Near):
        near = f"~{node.distance}" if isinstance(node, Near) else ""
        return f'"{" ".join(node.words)}"{near}' + (f"^{node.boost:g}" if node.boost != 1 else "")
    if isinstance(node, Prefix):
        return f"{node.text}*"
    if isinstance(node, Wildcard | Similar):
        return f"{node.text}~{node.edits}" if isinstance(node, Similar) else node.text
    if isinstance(node, Without):
        inner = written(node.node)
        return f"-({inner})" if isinstance(node.node, All | AnyOf) else f"-{inner}"
    if isinstance(node, All):
        return " ".join(f"({written(n)})" if isinstance(n, AnyOf) else written(n) for n in node.nodes)
    return " OR ".join(map(written, node.nodes))


boosts = st.sampled_from((0.1, 0.5, 1, 2, 10))
leaf = st.one_of(
    st.sampled_from(SYLLABLES).map(Word),
    st.builds(Phrase, words.map(tuple), boosts),
    st.builds(Near, st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=4, unique=True).map(tuple), st.integers(1, 50), boosts),
    st.sampled_from(["tr", "ngh", "qu", "đấ"]).map(Prefix),
    st.sampled_from(["ngh*m", "ng?ị", "qu?*n", "đ?ất*"]).map(Wildcard),
    st.builds(Similar, st.sampled_from(["kiễm", "nghiem", "luật"]), st.integers(1, 2)),
)


def _sides(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    side = st.one_of(leaf, st.lists(st.one_of(leaf, inner.filter(lambda node: isinstance(node, AnyOf))), min_size=2,
                                    max_size=3).map(tuple).map(All))  # fmt: skip
    return st.lists(side, min_size=2, max_size=3).map(tuple).map(AnyOf)


groups = st.recursive(leaf, _sides, max_leaves=8).filter(lambda node: isinstance(node, AnyOf))


@given(groups, st.booleans())
def test_what_is_written_is_read(group: Node, unwanted: bool) -> None:
    node = Without(group) if unwanted else group
    typed = written(node)
    query = parse(f"quy {typed}" if unwanted else f"quy ({typed})")
    if not query.notes:
        assert query.strict == node and query.free == ("quy",)
    else:
        assert set(codes(query)) <= {"cut_operators", "cut_syllables", "cut_characters", "too_deep"}


def test_words_are_asked_for_by_a_beginning_too() -> None:
    assert parse("hội").worded and parse('"hội nghị"').worded and parse("ho*").worded and parse("(ho* OR ng*) loại:luật").worded
    assert not parse("").worded and not parse("loại:luật").worded and not parse("-ho*").worded


def test_what_must_hold_in_one_provision() -> None:
    assert parse('"a b" -c').one_provision and parse("-c a").one_provision
    assert not parse("").one_provision and not parse("a b").one_provision and not parse('"a b"').one_provision
