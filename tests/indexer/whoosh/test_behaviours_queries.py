"""Behaviours of queries from Whoosh's documentation, checked on an index of ours."""

from datetime import date

import pytest
from whoosh import qparser, query
from whoosh.query import spans
from whoosh.query.qcore import Query

from indexer.index.schema import day_number
from indexer.whoosh.index import LiveIndex

Asked = Query


def term(text: str) -> query.Term:
    return query.Term("words", text)


def found(ix: LiveIndex, asked: Asked, **options: object) -> list[int]:
    """The documents that match, found by Whoosh's search."""
    with ix.searcher() as searcher:
        return sorted(hit["document"] for hit in searcher.search(asked, limit=None, **options))


def parsed(ix: LiveIndex, text: str) -> Asked:
    return qparser.QueryParser("words", ix.schema).parse(text)


# (name, query, documents that match)
PLAIN = (
    ("a term", term("alfa"), [1, 3, 5]),
    ("a term that is nowhere", term("zulu"), []),
    ("a term is a whole word", term("alf"), []),
    ("a phrase", query.Phrase("words", ["bravo", "charlie"]), [1, 2]),
    ("a phrase keeps its order", query.Phrase("words", ["charlie", "bravo"]), []),
    ("a phrase with a gap is none", query.Phrase("words", ["alfa", "charlie"]), []),
    ("a phrase with slop", query.Phrase("words", ["alfa", "charlie"], slop=2), [1]),
    ("a phrase repeats a word", query.Phrase("words", ["alfa", "alfa"]), [3]),
    ("and", query.And([term("alfa"), term("bravo")]), [1, 5]),
    ("and with a word that is nowhere", query.And([term("alfa"), term("zulu")]), []),
    ("or", query.Or([term("golf"), term("charlie")]), [1, 2, 3, 5, 6]),
    ("not", query.And([term("alfa"), query.Not(term("bravo"))]), [3]),
    ("and maybe", query.AndMaybe(term("alfa"), term("zulu")), [1, 3, 5]),
    ("require", query.Require(term("alfa"), term("charlie")), [1, 3]),
    ("best of several", query.DisjunctionMax([term("golf"), term("foxtrot")]), [4, 5, 6]),
    ("a prefix", query.Prefix("words", "f"), [4, 5]),
    ("a prefix is a word too", query.Prefix("words", "golf"), [5, 6]),
    ("a wildcard within", query.Wildcard("words", "*ar*"), [1, 2, 3]),
    ("a wildcard for one letter", query.Wildcard("words", "?olf"), [5, 6]),
    ("a wildcard for one letter and no more", query.Wildcard("words", "?lf"), []),
    ("a pattern", query.Regex("words", "^(alfa|golf)$"), [1, 3, 5, 6]),
    ("one edit", query.FuzzyTerm("words", "alfe"), [1, 3, 5]),
    ("two edits are more than one", query.FuzzyTerm("words", "alee"), []),
    ("two edits", query.FuzzyTerm("words", "alee", maxdist=2), [1, 3, 5]),
    ("an edit within the sure beginning", query.FuzzyTerm("words", "olfa", prefixlength=1), []),
    ("a range of words", query.TermRange("words", "delta", "foxtrot"), [2, 3, 4, 5]),
    ("a range without its ends", query.TermRange("words", "delta", "foxtrot", True, True), [3, 4, 5]),
    ("a range of numbers", query.NumericRange("document", 2, 4), [2, 3, 4]),
    ("an open range", query.NumericRange("document", 5, None), [5, 6]),
    ("a range without its beginning", query.NumericRange("document", 2, 4, startexcl=True), [3, 4]),
    ("days are numbers", query.NumericRange("issued", day_number(date(2022, 1, 1)), None), [2, 5]),
    ("everything", query.Every(), [1, 2, 3, 4, 5, 6]),
    ("everything that has a field", query.Every("issuer"), [1, 2, 3, 4, 5, 6]),
    ("nothing", query.NullQuery, []),
    ("a name as it is written", query.Term("issuer", "Nghị định"), [2, 6]),
    ("a constant score", query.ConstantScoreQuery(term("golf"), 3.0), [5, 6]),
    ("near, in order", spans.SpanNear(term("echo"), term("golf"), slop=2), [5]),
    ("near, too far", spans.SpanNear(term("echo"), term("golf"), slop=1), []),
    ("near, the other way round", spans.SpanNear(term("golf"), term("echo"), slop=2, ordered=False), [5]),
    ("among the first words", spans.SpanFirst(term("echo"), limit=0), [5]),
    ("either span", spans.SpanOr([term("golf"), term("foxtrot")]), [4, 5, 6]),
)  # fmt: skip


@pytest.mark.parametrize(("asked", "documents"), [case[1:] for case in PLAIN], ids=[case[0] for case in PLAIN])
def test_a_query_answers(ix: LiveIndex, asked: Asked, documents: list[int]) -> None:
    assert found(ix, asked) == documents
    with ix.searcher() as searcher:
        column = searcher.reader().column_reader("document")
        numbers = list(searcher.docs_for_query(asked))
        assert sorted(column[one] for one in numbers) == documents


def test_the_cases_are_many() -> None:
    assert len(PLAIN) >= 40 and len({case[0] for case in PLAIN}) == len(PLAIN)


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("alfa bravo", [1, 5]), ("alfa OR golf", [1, 3, 5, 6]), ("alfa NOT bravo", [3]), ('"echo foxtrot"', [4, 5]),
        ("fox*", [4, 5]), ("G?lf", [5, 6]), ("?olf", [5, 6]), ("document:[2 TO 3]", [2, 3]), ("(alfa OR golf) document:5", [5]),
        ("ALFA", [1, 3, 5]), ("alfa^2 bravo", [1, 5]), ('"alfa charlie"~2', [1]), ("[echo TO foxtrot]", [3, 4, 5]),
    ],
)  # fmt: skip
def test_whooshs_query_language(ix: LiveIndex, text: str, documents: list[int]) -> None:
    assert found(ix, parsed(ix, text)) == documents


def test_a_filter_lets_through_and_a_mask_does_not(ix: LiveIndex) -> None:
    assert found(ix, term("alfa"), filter=query.Term("issuer", "Luật")) == [1, 3, 5]
    assert found(ix, term("bravo"), filter=query.Term("issuer", "Luật")) == [1, 5]
    assert found(ix, term("bravo"), mask=query.Term("issuer", "Luật")) == [2]


def test_a_boost_multiplies(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        (once,), (twice,) = ([hit.score for hit in searcher.search(query.Term("words", "golf", boost=boost), limit=1)]
                             for boost in (1.0, 2.0))  # fmt: skip
        assert twice == pytest.approx(2 * once) and once > 0


def test_a_query_tells_its_terms(ix: LiveIndex) -> None:
    asked = query.And([term("alfa"), query.Or([term("zulu"), query.Prefix("words", "g")])])
    assert asked.all_terms() == {("words", "alfa"), ("words", "zulu")}
    with ix.searcher() as searcher:
        existing = asked.existing_terms(searcher.reader(), expand=True)
        assert existing == {("words", b"alfa"), ("words", b"golf")}


def test_a_query_is_simplified(ix: LiveIndex) -> None:
    assert query.And([query.And([term("alfa"), term("bravo")]), query.NullQuery]).normalize() == query.And(
        [term("alfa"), term("bravo")]
    )
    with ix.searcher() as searcher:
        expanded = query.Prefix("words", "al").simplify(searcher.reader())
        assert expanded.all_terms() == {("words", "alfa")}


def test_a_query_corrected(ix: LiveIndex) -> None:
    with ix.searcher() as searcher:
        asked = "alfe golf"
        corrected = searcher.correct_query(parsed(ix, asked), asked)
        assert corrected.string == "alfa golf" and found(ix, corrected.query) == [5]
        assert searcher.suggest("words", "brovo") == ["bravo"]
