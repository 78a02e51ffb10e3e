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
        ThesaurusEntry("nuôi khỉ", "động vật hoang dã", 1),
    ]
)


def laws(*runs: str, table: Thesaurus = TABLE) -> list[str]:
    return [" ".join(one.law) for one in table.expansions([tuple(syllables(run)) for run in runs])]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("công ty đuổi việc tôi", ["sa thải", "buộc thôi việc"]),  # The longest words, the heaviest law words first.
        ("cong ty duoi viec toi", ["sa thải", "buộc thôi việc"]),
        ("công ty đuổi viec tôi", ["sa thải", "buộc thôi việc"]),  # No syllable as typed.
        ("nuôi khi", []),
        ("nuoi khi", ["động vật hoang dã"]),
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


def test_a_long_question_has_words_of_the_law_itself() -> None:
    nine = "một hai ba bốn năm sáu bảy tám chín"
    assert laws("đuổi việc", f"{nine} mười") == ["sa thải", "buộc thôi việc"]
    assert laws("đuổi việc", f"{nine} mười hai") == []


def test_they_stand_side_by_side_in_one_run() -> None:
    assert laws("đuổi", "việc") == ["trục xuất", "công vụ"]
    assert laws("nhậu rồi đuổi việc") == ["uống rượu bia", "sa thải", "buộc thôi việc"]


def test_what_they_stand_for_is_said_once_with_its_words_and_weight() -> None:
    (one, *_) = TABLE.expansions([("đuổi", "việc"), ("duoi", "viec")])
    assert one == (("đuổi", "việc"), ("sa", "thải"), 0.9, False)
    assert laws("đuổi việc", "duoi viec") == ["sa thải", "buộc thôi việc"]


def test_there_is_a_most() -> None:
    many = Thesaurus([ThesaurusEntry(f"từ {word}", f"luật {word}{law}", 1) for word in range(9) for law in range(9)])
    assert len(laws("từ 1", table=many)) == MOST_OF_ONE
    assert len(laws(*(f"từ {word}" for word in range(6)), table=many)) == MOST_OF_ALL


def test_an_entry_of_the_site_replaces_all_of_the_delivered_ones() -> None:
    own = Thesaurus([ThesaurusEntry("đuổi việc", "thôi chức"), ThesaurusEntry("nhậu", "")], TABLE)
    assert laws("đuổi việc", table=own) == ["thôi chức"]
    assert laws("nhậu ở ô sin", table=own) == ["giúp việc gia đình"]
    assert own.law_words("đuổi việc") == ("thôi chức",) and own.law_words("nhậu") == ()
    assert own.law_words("việc") == ("công vụ",) and own.law_words("duoi") == ()
    # The longest words of either table are looked for.
    long = Thesaurus([ThesaurusEntry("một hai ba bốn", "năm")], TABLE)
    assert laws("một hai ba bốn đuổi việc", table=long) == ["năm", "sa thải", "buộc thôi việc"]


def test_what_stands_for_nothing_else_hides_shorter_words_inside() -> None:
    own = Thesaurus([ThesaurusEntry("đuổi việc", "")], TABLE)
    assert laws("bị đuổi việc", table=own) == [] and laws("đuổi việc nhậu", table=own) == ["uống rượu bia"]
    assert laws("đuổi", table=own) == ["trục xuất"]


def test_a_query_of_law_words_is_known() -> None:
    own = Thesaurus([ThesaurusEntry("bằng lái", "giấy phép lái xe"), ThesaurusEntry("bằng", "văn bằng, chứng chỉ")], TABLE)
    for query in ("giấy phép lái xe", "giay phep lai xe", "văn bằng chứng chỉ"):
        assert own.is_law([tuple(query.split())])
    for runs in (["giấy phép lái xe máy"], ["giấy phép", "lái xe"], ["sa thải"], ["bằng lái"], []):
        assert not own.is_law([tuple(run.split()) for run in runs])
    assert own.is_law([("giúp", "việc", "gia", "đình")]) and TABLE.is_law([("giúp", "việc", "gia", "đình")])


def test_words_that_stand_for_themselves_are_nothing() -> None:
    assert laws("sa thải", table=Thesaurus([ThesaurusEntry("sa thải", "Sa thải")])) == []


APART = Thesaurus(
    [
        ThesaurusEntry("uống rượu lái xe", "nồng độ cồn", 1),
        ThesaurusEntry("uống rượu lái xe", "điều khiển phương tiện", 0.5),
        ThesaurusEntry("nuôi con", "cấp dưỡng", 1),
        ThesaurusEntry("đòi cọc", "trả lại tiền đặt cọc", 1),
        ThesaurusEntry("cọc", "đặt cọc", 1),
        ThesaurusEntry("thầy đánh trò", "xâm phạm thân thể người học", 1),
        ThesaurusEntry("thầy trò", "nhà giáo và người học", 1),
        ThesaurusEntry("mất đòi", "mất quyền đòi", 1),
    ]
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("lái xe mà uống rượu", ["nồng độ cồn", "điều khiển phương tiện"]),
        ("lai xe ma uong ruou", ["nồng độ cồn", "điều khiển phương tiện"]),
        ("uống nhiều rượu rồi lái xe", ["nồng độ cồn", "điều khiển phương tiện"]),
        ("uống rất nhiều rượu ở quán bia lái xe", []),  # Too many words between them.
        ("nuôi hai con", ["cấp dưỡng"]),
        ("con nuôi", []),  # Two words in another order are other words.
        ("nuôi hai còn", []),
        ("đòi lại cọc", ["đặt cọc", "trả lại tiền đặt cọc"]),  # Words side by side first.
        ("đòi cọc", ["trả lại tiền đặt cọc"]),  # A word inside of what stands side by side adds nothing.
        ("uống rượu lái xe", ["nồng độ cồn", "điều khiển phương tiện"]),
        ("thầy đánh trò", ["xâm phạm thân thể người học"]),
        ("đòi cọc nuôi con", ["trả lại tiền đặt cọc", "cấp dưỡng"]),
        ("mất đòi cọc", ["mất quyền đòi", "đặt cọc", "trả lại tiền đặt cọc"]),  # Words that overlap are found too.
        ("thầy mắng trò", ["nhà giáo và người học"]),
        ("thầy hay đánh một trò", ["xâm phạm thân thể người học"]),  # Words among more of them that stand apart.
        ("một hai ba bốn năm sáu bảy tám chín nuôi hai con", ["cấp dưỡng"]),
    ],
)
def test_everyday_words_that_stand_apart_are_found_in_a_short_run(query: str, expected: list[str]) -> None:
    assert laws(query, table=APART) == expected


def test_words_that_stand_apart_count_less_and_have_the_order_of_the_table() -> None:
    (one, *_) = APART.expansions([("lái", "xe", "uống", "rượu")])
    assert one == (("uống", "rượu", "lái", "xe"), ("nồng", "độ", "cồn"), 0.8, True)
    (one, *_) = APART.expansions([("uống", "rượu", "lái", "xe")])
    assert one.weight == 1 and not one.apart


def test_the_sites_entries_replace_the_delivered_ones_for_words_that_stand_apart_too() -> None:
    own = Thesaurus([ThesaurusEntry("nuôi con", ""), ThesaurusEntry("trả phòng", "chấm dứt hợp đồng thuê nhà")], APART)
    assert laws("nuôi hai con", table=own) == []
    assert laws("trả lại phòng rồi đòi lại cọc", table=own) == ["đặt cọc", "chấm dứt hợp đồng thuê nhà", "trả lại tiền đặt cọc"]
