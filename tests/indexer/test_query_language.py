"""The language of the search box: words, phrases, exclusions, limits."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.query import MAX_OPERATORS, MAX_SYLLABLES, parse


def test_words_phrases_and_exclusions() -> None:
    query = parse('kế hoạch "dân chủ ở cơ sở" -"lưu trữ" -mật')
    assert query.runs == (("kế", "hoạch"), ("dân", "chủ", "ở", "cơ", "sở"))
    assert query.phrases == (("dân", "chủ", "ở", "cơ", "sở"),)
    assert query.excluded == (("lưu", "trữ"), ("mật",))
    assert query.marked


def test_typographic_quotes_and_dashes_inside_words() -> None:
    assert parse("“hòa giải”").phrases == (("hòa", "giải"),)
    query = parse("25/KH-UBND - nghị quyết")
    assert query.excluded == ()
    assert query.words == ("25", "kh", "ubnd", "nghị", "quyết")


def test_an_open_quote_is_just_words() -> None:
    query = parse('"hội nghị cán bộ')
    assert query.phrases == () and query.words == ("hội", "nghị", "cán", "bộ")


def test_unmarked() -> None:
    assert not parse("hoi nghi can bo").marked


def test_limits() -> None:
    assert len(parse("a " * 1000).runs[0]) <= MAX_SYLLABLES
    assert len(parse("-b " * 150).excluded) == MAX_OPERATORS
    assert parse("x" * 5000).words == ("x" * 512,)


@given(st.text(max_size=300))
def test_nothing_is_an_error(text: str) -> None:
    query = parse(text)
    assert sum(map(len, query.runs)) <= MAX_SYLLABLES
    assert query.blank == (not text.strip()) or not query.runs
