"""How everyday words are found in a query, and which law words they stand for."""

import pytest

from legaltext.text import syllables
from legaltext.thesaurus import MOST_OF_ALL, MOST_OF_ONE, Thesaurus, ThesaurusEntry

TABLE = Thesaurus(
    [
        ThesaurusEntry("đuổi việc", "buộc thôi việc", 0.7),
        ThesaurusEntry("đuổi việc", "sa thải", 0.9),
        ThesaurusEntry("đuổi", "trục xuất", 1),
        ThesaurusEntry("việc", "công vụ", 0.5),
        ThesaurusEntry("nhậu", "uống rượu, bia", 1),
        ThesaurusEntry("Ô-sin", "giúp việc gia đình", 1),
    ]
)


def laws(*runs: str, table: Thesaurus = TABLE) -> list[str]:
    return [" ".join(one.law) for one in table.expansions([tuple(syllables(run)) for run in runs])]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("công ty đuổi việc tôi", ["sa thải", "buộc thôi việc"]),  # The longest words, the heaviest law words first.
        ("cong ty duoi viec toi", ["sa thải", "buộc thôi việc"]),
        ("việc nhà", ["công vụ"]),
        ("cấm nhậu", ["uống rượu bia"]),
        ("ô sin", ["giúp việc gia đình"]),
        ("cho nhau", []),  # One syllable without diacritics is another word.
        ("viec", []),
        ("đuôi việc", ["công vụ"]),  # A typed diacritic counts.
        ("", []),
    ],
)
def test_everyday_words_are_found(query: str, expected: list[str]) -> None:
    assert laws(query) == expected


def test_they_stand_side_by_side_in_one_run() -> None:
    assert laws("đuổi", "việc") == ["trục xuất", "công vụ"]
    assert laws("nhậu rồi đuổi việc") == ["uống rượu bia", "sa thải", "buộc thôi việc"]


def test_what_they_stand_for_is_said_once_with_its_words_and_weight() -> None:
    (one, *_) = TABLE.expansions([("đuổi", "việc"), ("duoi", "viec")])
    assert one == (("đuổi", "việc"), ("sa", "thải"), 0.9)
    assert laws("đuổi việc", "duoi viec") == ["sa thải", "buộc thôi việc"]


def test_there_is_a_most() -> None:
    many = Thesaurus([ThesaurusEntry(f"từ {word}", f"luật {word}{law}", 1) for word in range(9) for law in range(9)])
    assert len(laws("từ 1", table=many)) == MOST_OF_ONE
    assert len(laws(*(f"từ {word}" for word in range(9)), table=many)) == MOST_OF_ALL


def test_an_entry_of_the_site_replaces_all_of_the_delivered_ones() -> None:
    own = Thesaurus([ThesaurusEntry("đuổi việc", "thôi chức"), ThesaurusEntry("nhậu", "")], TABLE)
    assert laws("đuổi việc", table=own) == ["thôi chức"]
    assert laws("nhậu ở ô sin", table=own) == ["giúp việc gia đình"]
    assert own.law_words("đuổi việc") == ("thôi chức",) and own.law_words("nhậu") == ()
    assert own.law_words("việc") == ("công vụ",) and own.law_words("duoi") == ()
    # The longest words of either table are looked for.
    long = Thesaurus([ThesaurusEntry("một hai ba bốn", "năm")], TABLE)
    assert laws("một hai ba bốn đuổi việc", table=long) == ["năm", "sa thải", "buộc thôi việc"]


def test_words_that_stand_for_themselves_are_nothing() -> None:
    assert laws("sa thải", table=Thesaurus([ThesaurusEntry("sa thải", "Sa thải")])) == []
