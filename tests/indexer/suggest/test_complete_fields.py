"""Completion in the value of a field: only values that readable documents have, and only if they are parsed as that
filter.
"""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import Access, Index, fold
from indexer.query.parser import parse
from indexer.suggest.complete import complete
from tests.indexer.regulations import EVERYTHING, ask, entry, fill, found

HIDDEN = 9
READER = Access(frozenset({1}), public=frozenset({1}))
# How many documents have each value. The documents also contain words that completion would offer outside a field.
TYPES = {"Nghị định": 3, "Thông tư": 2, "Nghị quyết": 1, "Thông tư liên tịch": 1, "Luật": 1, "Sổ tay": 1, "QĐ": 1}
ISSUERS = {
    "Bộ Nội vụ": 2,
    "Bộ Giáo dục và Đào tạo": 2,
    "Bộ Giao thông vận tải": 2,
    "UBND huyện Tiên Du": 1,
    "Ủy ban nhân dân tỉnh": 1,
    'Công ty "Sao Mai"': 1,
    "Bộ Y tế, Bộ Nội vụ": 1,
}
TEXT = "Nghề ngoại ngữ, thông tin, thông trên, bộ gây, hành chính, dân chủ, nghị sự, viên chức, loại nghề, mục ngoại, luật dân sự."


def held(values: dict[str, int]) -> list[str]:
    """Each value as often as documents have it, the rarest first."""
    return [value for value, count in reversed(values.items()) for _ in range(count)]


@pytest.fixture
def documents(store: Index) -> Index:
    """Ten documents with these types and issuers."""
    pairs = zip(held(TYPES), held(ISSUERS), strict=True)
    return fill(
        store,
        [
            entry(place, TEXT, doc_title="Số 30 về năm 2018 - 2020", doc_type=kind, issuer=issuer)
            for place, (kind, issuer) in enumerate(pairs, 1)
        ],
    )


def ways(store: Index, text: str, access: Access = EVERYTHING, limit: int = 8) -> tuple[str, ...]:
    """The queries offered for `text`. No title may be offered."""
    made = complete(store.snapshot(), text, access, limit)
    assert not made.documents
    return made.words


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("loại:ng", ["loại:nghị định", "loại:nghị quyết"]),
        ("loai:ng", ["loai:nghị định", "loai:nghị quyết"]),
        ("loại:nghị", ["loại:nghị định", "loại:nghị quyết"]),
        ("Loại: nghi đ", ["Loại: nghị định"]),
        ("hội nghi LOẠI VĂN BẢN:NGHI D", ["hội nghi LOẠI VĂN BẢN:nghị định"]),
        ("loại:nghị quyết năm:2020 loại:nghị đ", ["loại:nghị quyết năm:2020 loại:nghị định"]),
        ("loại:thông t", ["loại:thông tư", "loại:thông tư liên tịch"]),
        ("loại:thông tư", ["loại:thông tư liên tịch"]),
        ("loại:thông ti", []),
        ("loại:luâ", ["loại:luật"]),
        ("loại:luật", []),
        ("loai:luat", ["loai:luật"]),
        ("loại:s", ['loại:"sổ tay"']),
        ('loại:"s', ['loại:"sổ tay"']),
        ('loại: "nghị đ', ['loại: "nghị định"']),
        ("loại:“nghị đ", ['loại:"nghị định"']),
        ('loại:"nghị định"', []),
        ('loại:"luật d', []),
        ("loại:thông tư,ng", ["loại:thông tư,nghị định", "loại:thông tư,nghị quyết"]),
        ("loại:thông tư, luật; nghị đ", ["loại:thông tư, luật; nghị định"]),
        ('loại:"thông tư, lu', ['loại:"thông tư, luật"']),
        ("(loại:lu", ["(loại:luật"]),
        ("tổng kết OR loại:lu", ["tổng kết OR loại:luật"]),
        ("loại:quyế", []),
        ("loại:xyz", []),
    ],
)
def test_types_that_begin_so(documents: Index, text: str, questions: list[str]) -> None:
    assert list(ways(documents, text)) == questions
    for question in questions:
        value = parse(question).named[-1].typed
        assert question.strip('"').endswith(value) and found(ask(documents, f'loại:"{value}"'))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("cơ quan:bộ g", ["Bộ Giao thông vận tải", "Bộ Giáo dục và Đào tạo"]),
        ("co quan:bo g", ["Bộ Giao thông vận tải", "Bộ Giáo dục và Đào tạo"]),
        ("cơ quan: bộ giáo", ["Bộ Giáo dục và Đào tạo"]),
        ("cơ quan:Bộ Giáo dục Đ", ["Bộ Giáo dục và Đào tạo"]),
        ("cơ quan:BGDĐT", ["Bộ Giáo dục và Đào tạo"]),
        ("dân chủ cơ quan ban hành:Bộ N", ["Bộ Nội vụ"]),
        ('cơ quan:"bộ n', ["Bộ Nội vụ"]),
        ("cơ quan:ubnd h", ["UBND huyện Tiên Du"]),
        ("cơ quan:ủy ban nhân dân h", ["UBND huyện Tiên Du"]),
        ("cơ quan:UBND t", ["Ủy ban nhân dân tỉnh"]),
        ("cơ quan:bộ y tế, bộ n", ["Bộ Y tế, Bộ Nội vụ"]),
        ("cơ quan:bộ nội vụ", []),
        ("cơ quan:bộ t", []),
        ("cơ quan:công ty", []),
    ],
)
def test_issuers_that_begin_so(documents: Index, text: str, values: list[str]) -> None:
    questions = ways(documents, text)
    assert [parse(question).named[0].typed for question in questions] == values
    for question in questions:
        assert question.startswith(text[: text.index(":") + 1]) and parse(question).runs in ((), (("dân", "chủ"),))


def test_quotes_stand_where_the_value_needs_them(documents: Index) -> None:
    assert ways(documents, "cơ quan:u") == ('cơ quan:"UBND huyện Tiên Du"', "cơ quan:Ủy ban nhân dân tỉnh")
    assert ways(documents, 'cơ quan:"ủy') == ('cơ quan:"Ủy ban nhân dân tỉnh"',)
    # After a quote that is still open, another quote would close it.
    assert ways(documents, '"dân chủ cơ quan:u') == ('"dân chủ cơ quan:Ủy ban nhân dân tỉnh',)


def test_the_most_frequent_value_comes_first_then_by_name(documents: Index) -> None:
    assert ways(documents, "loại:") == (
        "loại:nghị định",
        "loại:thông tư",
        "loại:luật",
        "loại:nghị quyết",
        'loại:"sổ tay"',
        "loại:thông tư liên tịch",
    )
    assert ways(documents, "loại:", limit=2) == ("loại:nghị định", "loại:thông tư")
    more = [entry(place, "a", doc_type=kind) for place, kind in enumerate(["LUẬT", "luật", "Luật"], 50)]
    assert ways(fill(documents, more), "loại:")[:2] == ("loại:luật", "loại:nghị định")


def test_spellings_of_one_value_count_together_and_the_most_frequent_is_shown(store: Index) -> None:
    types = ("Luật", "Luật", "Bản tin", "BẢN TIN")
    issuers = ("SỞ Y TẾ", "Sở Y tế", "Sở Y tế", "Sở Tư pháp")
    pairs = enumerate(zip(types, issuers, strict=True), 1)
    fill(store, [entry(place, "a", doc_type=kind, issuer=issuer) for place, (kind, issuer) in pairs])
    assert ways(store, "loại:") == ('loại:"bản tin"', "loại:luật")
    assert ways(store, "cơ quan:") == ("cơ quan:Sở Y tế", "cơ quan:Sở Tư pháp")


def test_an_issuer_under_way_that_no_document_has_is_not_taken_for_words(store: Index) -> None:
    fill(store, [entry(1, "Bộ gây, UBND tách, thông tư lương.")])
    assert ways(store, "cơ quan:bộ g") == ways(store, "cơ quan:UBND t") == ways(store, "loại:thông t") == ()
    assert ways(store, "cơ quan:bộ gâ") == ("cơ quan:bộ gây",)
    assert ways(store, 'cơ quan:"UBND" t') == ('cơ quan:"UBND" tách',)
    assert ways(store, "loại:thông tư l") == ("loại:thông tư lương",)


@pytest.mark.parametrize(
    "text",
    ["số:30", "số: 30", "số:", "năm:20", "năm: 20", "năm:2018 - 20", "năm:2018; 20", "từ:0", "từ: 05/0", "đến:05/02/20", "hiệu lực:",
     "hiệu lực:tuần", "từ:kh", "hiệu lực:hành"],
)  # fmt: skip
def test_numbers_years_and_dates_offer_nothing(documents: Index, text: str) -> None:
    assert ways(documents, text) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [("hiệu lực:h", "hôm nay"), ("hieu luc: hom n", "hôm nay"), ("từ:hôm q", "hôm qua"), ('đến:"ngày m', "ngày mai")],
)
def test_days_that_have_a_name(documents: Index, text: str, day: str) -> None:
    question = ways(documents, text)[0]
    assert question.strip('"').endswith(day)
    asked = parse(question)
    assert (asked.at or asked.since or asked.until or date.min) > date(2020, 1, 1) and not asked.runs


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("loại:luật dân c", "loại:luật dân chủ"),
        ("loại:NĐ dân c", "loại:NĐ dân chủ"),
        ("loại:thông tư, luật dân c", "loại:thông tư, luật dân chủ"),
        ('loại:"sổ tay" dân c', 'loại:"sổ tay" dân chủ'),
        ('loại:luật "dân c', 'loại:luật "dân chủ'),
        ("cơ quan:BNV dân c", "cơ quan:BNV dân chủ"),
        ("cơ quan:bộ nội vụ viên c", "cơ quan:bộ nội vụ viên chức"),
        ("số:30/2020 dân c", "số:30/2020 dân chủ"),
        ("hiệu lực:hôm nay dân c", "hiệu lực:hôm nay dân chủ"),
        # Where nothing is a field, or where the field is excluded, words are completed.
        ("-loại:ng", "-loại:nghề"),
        ("loại:-ng", "loại:-nghề"),
        ("-(loại:ng", "-(loại:nghề"),
        ("-cơ quan:bộ g", "-cơ quan:bộ gây"),
        ("mục:ng", "mục:ngoại"),
        ("số:loại:ng", "số:loại:nghề"),
        ('"loại:ng" nghị s', '"loại:ng" nghị sự'),
        ('"dân chủ loại:ng" viên c', '"dân chủ loại:ng" viên chức'),
        ("các loại: viên c", "các loại: viên chức"),
        ("thời hạn từ: dân c", "thời hạn từ: dân chủ"),
        ("Kính gửi: dân c", "Kính gửi: dân chủ"),
    ],
)
def test_words_go_on_behind_a_value_and_where_there_is_none(documents: Index, text: str, question: str) -> None:
    assert question in ways(documents, text)


@pytest.mark.parametrize("text", ["loại:", "loại:ng", "loại:mậ", "loại:thông t", "cơ quan:", "cơ quan:bộ", "cơ quan:sở m"])
def test_hidden_documents_change_nothing(documents: Index, text: str) -> None:
    before = ways(documents, text, READER)
    hidden = [
        entry(place, "Mật.", doc_type=kind, issuer=issuer, access=HIDDEN)
        for place, (kind, issuer) in enumerate(
            [("Mật lệnh", "Sở Mật vụ"), ("Nghị quyết", "Bộ Mật"), ("NGHỊ QUYẾT", "BỘ NỘI VỤ"), ("Luật", "Bộ Mật")] * 3, 60
        )
    ]  # fmt: skip
    fill(documents, hidden)
    assert ways(documents, text, READER) == before
    # Documents withdrawn from the actor that the index does not know as withdrawn.
    without = frozenset(one.document for one in hidden)
    assert ways(documents, text, Access(frozenset({1, HIDDEN}), without)) == before
    insider = Access(frozenset({1, HIDDEN}), public=frozenset({1}))
    assert ways(documents, "loại:m", insider) == ('loại:"mật lệnh"',) and ways(documents, "loại:m", READER) == ()
    assert ways(documents, "loại:", insider)[0] == "loại:nghị quyết"


def test_values_follow_the_documents(documents: Index) -> None:
    assert ways(documents, "cơ quan:bộ n") and ways(documents, "loại:sổ")
    with documents.write_batch() as batch:
        for document in range(1, 11):
            batch.delete(document)
    assert ways(documents, "cơ quan:bộ n") == ways(documents, "loại:") == ()


FREELY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
BEFORE = ["", "dân chủ ", "(tổng kết OR sơ kết) ", "năm:2020 ", "loại:luật kế hoạch ", '"viên chức" -mật ']


@FREELY
@given(
    st.sampled_from(BEFORE), st.sampled_from([*TYPES, *ISSUERS]), st.integers(1, 30), st.sampled_from(["", '"']),
    st.booleans(),
)  # fmt: skip
def test_what_is_offered_is_read_as_that_filter(
    documents: Index, before: str, value: str, cut: int, quote: str, marked: bool
) -> None:
    label, typed = "loại" if value in TYPES else "cơ quan", (value if marked else fold(value))[:cut].rstrip()
    text = f"{before}{label}:{quote}{typed}"
    plain = parse(f"{before}năm:2020")
    read = [(question, parse(question)) for question in ways(documents, text)]
    for question, query in read:
        assert question.startswith(f"{before}{label}:") and fold(query.named[-1].typed).startswith(fold(typed))
        assert (query.runs, query.strict, query.notes) == (plain.runs, plain.strict, plain.notes)
        assert found(ask(documents, f'{label}:"{query.named[-1].typed}"'))
    # Two values cannot be written: a quote within quotes, and a name that means another value.
    if cut < len(value) and value not in ("QĐ", 'Công ty "Sao Mai"'):
        assert fold(value) in [fold(query.named[-1].typed) for _, query in read]


@FREELY
@given(
    st.lists(st.sampled_from(["loại:", "số:", "cơ quan:", "từ:", "x:", *'"(-,:“* ', " OR ", "ng", "bộ g", "20"]), max_size=9)
)
def test_no_signs_are_an_error(documents: Index, typed: list[str]) -> None:
    made = complete(documents.snapshot(), "".join(typed), EVERYTHING)
    assert len(made.documents) + len(made.words) <= 8
