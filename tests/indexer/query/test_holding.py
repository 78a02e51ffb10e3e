"""Which parts of a query a text contains: the same answer as the engine's for words, phrases, prefixes, OR and
exclusions.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.query.on_text import held, lacking, said, unmet
from indexer.query.parser import parse

TEXT = held(("Người đứng đầu ban hành quy chế thực hiện dân chủ.", "Điều 5. Hoà giải ở cơ sở"))


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("quy chế dân chủ", ()),
        ("quy che dan chu", ()),
        ("QUY CHẾ hội nghị", ("hội", "nghị")),
        ("quý chế", ("quý",)),
        ("hòa giải", ()),
        ("hoà giải", ()),
        ('"dân chủ" -thanh', ()),
        ("thanh -tra", ("thanh",)),
        ("", ()),
        ("quy ddinhj quy chees", ("định",)),
    ],
)
def test_the_words_that_are_not_there(question: str, missing: tuple[str, ...]) -> None:
    assert lacking(parse(question), TEXT) == missing


def test_an_abbreviation_is_there_where_its_words_are() -> None:
    there = held(("Ủy ban nhân dân tỉnh ban hành",))
    assert lacking(parse("UBND ban hành"), there) == ()
    assert lacking(parse("HĐND ban hành"), there) == ("hđnd",)
    assert lacking(parse("ủy ban nhân dân"), held(("UBND tỉnh",))) == ()
    in_pieces = held(("Bộ Giáo dục và Đào tạo, các cơ sở giáo dục",))
    assert lacking(parse("SGDĐT"), in_pieces) == ("sgdđt",)


@pytest.mark.parametrize(
    ("question", "conditions"),
    [
        ('"quy chế thực hiện"', []),
        ('"quy che thuc hien"', []),
        ('"thực hiện quy chế"', ['"thực hiện quy chế"']),
        # Here one text ends and the other begins.
        ('"dân chủ điều"', ['"dân chủ điều"']),
        ("-giải", ["-giải"]),
        ('-"dân sự" dân', []),
        ("(thanh OR chế) dân", []),
        ("(thanh OR tra)", ["(thanh OR tra)"]),
        ("-(-thanh) dân", ["-(-thanh)"]),
        ("-(dân -thanh)", ["-(dân -thanh)"]),
        ("hành* tra*", ["tra*"]),
        # The typed spelling is the condition that is shown, though the normalised one is searched as well.
        ("hoá* dân", ["hoá*"]),
        ("quy chế", []),
    ],
)
def test_the_conditions_that_do_not_hold(question: str, conditions: list[str]) -> None:
    assert [said(node) for node in unmet(parse(question), TEXT)] == conditions


# Letters without Telex keys, because the words around a condition decide whether a query is read as Telex.
@given(st.text(alphabet='bc máđ"()-* OR', max_size=40))
@example("-(-b)")
@example("-(b -c)")
@example("-(-b (c")
def test_a_condition_as_it_is_said_is_the_same_condition(question: str) -> None:
    query = parse(question)
    for node in unmet(query, held(())):
        again = parse(said(node))
        assert [said(one) for one in unmet(again, held(()))] == [said(node)]


@given(st.lists(st.sampled_from(["quy", "chế", "dân", "chủ", "hội", "nghị"]), min_size=1, max_size=6))
def test_a_text_lacks_nothing_of_itself(words: list[str]) -> None:
    line = " ".join(words)
    query = parse(f'{line} "{line}"')
    there = held((line,))
    assert lacking(query, there) == () and unmet(query, there) == ()
