"""Questions that others asked before: offered where public texts have their words, and never because of hidden ones."""

import pytest

from indexer import Access, Index
from indexer.suggest.asked_before import tellable
from indexer.suggest.complete import complete
from tests.indexer.regulations import EVERYTHING, entry, fill

PUBLIC, HIDDEN = 1, 9
READER = Access(frozenset({PUBLIC}), public=frozenset({PUBLIC}))
ASKED = ("nghỉ phép hằng năm", "Nghỉ phép bao nhiêu ngày", "nghỉ thai sản", "nghỉ việc riêng", "kỷ luật ông Bảy", "là gì")


@pytest.fixture
def office(store: Index) -> Index:
    """Texts with the words of some questions; the words of "kỷ luật ông Bảy" stand in different provisions."""
    texts = ("Nghỉ phép hằng năm tính theo ngày.", "Nghỉ thai sản.", "Nghỉ việc riêng.", "Kỷ luật viên chức.", "Ông Bảy.")
    return fill(store, [entry(number, text, access=PUBLIC) for number, text in enumerate(texts, 1)])


def words(store: Index, text: str, access: Access = READER) -> list[str]:
    return [one for one in complete(store, text, access, 8, ASKED).words if one in ASKED]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("nghi", ["nghỉ phép hằng năm", "Nghỉ phép bao nhiêu ngày", "nghỉ thai sản"]),
        ("nghỉ th", ["nghỉ thai sản"]),
        ("nghỉ phép b", ["Nghỉ phép bao nhiêu ngày"]),
        ("nghị", []),
        ("nghỉ thai sản", []),
        ("phép", []),
        ("kỷ luật", []),
        ("kỷ luật ông", []),
        ("là", []),
    ],
)
def test_questions_go_on_in_the_order_given(office: Index, text: str, offered: list[str]) -> None:
    assert words(office, text) == offered


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("15/QĐ-UBND", False),
        ("20/QĐ-UBND", True),
        ("kỷ luật Trần Văn Bình", False),
        ("kỷ luật viên chức", True),
        ("bao nhiêu ngày thì kỷ luật", True),
        ("ngày kỷ luật", False),
    ],
)
def test_words_that_stand_side_by_side_must_do_so_in_the_text(store: Index, question: str, told: bool) -> None:
    text = "Quyết định 20/QĐ-UBND ngày 15 về kỷ luật viên chức do ông Trần Lê Văn và bà Bình ký."
    others = "Ngày kỷ luật Trần Văn Bình: 15/QĐ-UBND."
    fill(store, [entry(1, text, access=PUBLIC), entry(2, others, access=HIDDEN)])
    assert tellable(store, READER, (question,)) == ((question,) if told else ())


def test_they_come_before_other_words(office: Index) -> None:
    assert complete(office, "nghỉ th", READER, 8, ASKED).words[0] == "nghỉ thai sản"
    assert "nghỉ phép hằng năm" not in complete(office, "nghi", READER).words


def test_hidden_texts_neither_bring_nor_take_a_question(office: Index) -> None:
    before = [complete(office, text, READER, 8, ASKED) for text in ("nghi", "kỷ luật", "nghỉ ố")]
    fill(office, [entry(50, "Kỷ luật ông Bảy. Nghỉ ốm.", access=HIDDEN)])
    assert [complete(office, text, READER, 8, ASKED) for text in ("nghi", "kỷ luật", "nghỉ ố")] == before
    # Not even to someone who may read the text, because a question is shown by what everybody may read.
    assert words(office, "kỷ luật", Access(frozenset({PUBLIC, HIDDEN}), public=frozenset({PUBLIC}))) == []
    assert words(office, "kỷ luật", EVERYTHING) == ["kỷ luật ông Bảy"]
