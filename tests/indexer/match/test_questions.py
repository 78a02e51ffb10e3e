"""Words that only ask are neither required nor highlighted, reported or corrected."""

import pytest

from indexer import NO_THESAURUS, Index
from indexer.highlight.text_marker import marker
from indexer.query.parser import parse
from tests.indexer.regulations import ask, entry, fill, found


@pytest.fixture
def labour(store: Index) -> Index:
    """Four articles. Only one of them has words such as "bao lâu"."""
    return fill(
        store,
        [
            entry(1, "Thời gian thử việc do hai bên thỏa thuận nhưng không quá 60 ngày.", title="Thử việc",
                  doc_title="Lao động", anchor="dieu-25", label="Điều 25"),
            entry(2, "Chưa rõ còn bao lâu thì báo cho người giao việc.", title="Giao máy",
                  doc_title="Quy trình", anchor="muc-1"),
            entry(3, "Công ty không được sa thải lao động nữ vì lý do mang thai.", title="Lao động nữ", doc_title="Lao động"),
            entry(4, "Hội chợ ở đâu đó trong tỉnh.", title="Ở đâu đó", doc_title="Hội chợ ở đâu đó"),
        ],
    )  # fmt: skip


def highlighted(answer: object) -> set[str]:
    """The highlighted words of the first provision."""
    snippet = answer.hits[0].provisions[0].snippet  # type: ignore[attr-defined]
    return {word for piece in snippet if piece.match for word in piece.text.lower().split()}


@pytest.mark.parametrize("typed", ["thử việc bao lâu", "thu viec bao lau", "thuwr vieecj bao laau", "thử việc bao lâu?"])
def test_words_that_ask_need_not_occur(labour: Index, typed: str) -> None:
    answer = ask(labour, typed, thesaurus=NO_THESAURUS)
    assert found(answer)[0] == 1 and highlighted(answer) == {"thử", "việc"}
    assert answer.hits[0].provisions[0].lacking == () and answer.missing_words == () and answer.suggestion is None


def test_only_content_words_are_lacking_or_missing(labour: Index) -> None:
    answer = ask(labour, "thử việc thang máy như thế nào")
    assert set(answer.missing_words) == {"thang"}
    assert "nào" not in {word for hit in answer.hits for one in hit.provisions for word in one.lacking}


def test_the_passage_shown_is_that_of_the_content_words(store: Index) -> None:
    rest = "Nội dung khác của văn bản được trình bày ở phần sau. " * 60
    fill(store, [entry(1, f"Như thế nào thì hỏi như thế nào, như thế nào. {rest}Thử việc hai tháng. {rest}")])
    assert highlighted(ask(store, "thử việc như thế nào")) == {"thử", "việc"}


def test_words_that_ask_are_not_highlighted_anywhere() -> None:
    mark = marker(parse("thử việc là gì"), {})
    assert [piece.text for piece in mark("Thử việc là việc làm thử.") if piece.match] == ["Thử việc"]


def test_words_that_ask_do_not_count_as_words_of_a_short_query(labour: Index) -> None:
    assert found(ask(labour, "thử việc")) == found(ask(labour, "cho em hỏi thử việc là bao lâu vậy")) == [1]


def test_a_question_of_more_words_does_not_require_them_all(store: Index) -> None:
    """People ask in everyday words, which the provision that answers may lack."""
    fill(store, [entry(1, "Cấm sa thải lao động nữ mang thai."), entry(2, "Không sa thải người có tóc dài.")])
    assert found(ask(store, "sa thải tóc dài")) == [2]
    assert set(found(ask(store, "sa thải tóc dài có được không"))) == {1, 2}


def test_a_query_of_such_words_alone_finds_them(labour: Index) -> None:
    answer = ask(labour, "bao lâu")
    assert found(answer) == [2] and highlighted(answer) == {"bao", "lâu"}


def test_a_title_with_such_words_is_found_by_them(labour: Index) -> None:
    assert found(ask(labour, "hội chợ ở đâu đó"))[0] == 4 and found(ask(labour, "ở đâu đó"))[0] == 4


def test_quotes_require_them(labour: Index) -> None:
    assert found(ask(labour, 'việc "bao lâu"')) == [2]


def test_other_forms_of_a_figure_are_found(store: Index) -> None:
    fill(
        store,
        [
            entry(1, "Nghỉ thai sản sáu tháng.", doc_title="Nghỉ"),
            entry(2, "Nghỉ thai sản 06 (sáu) tháng.", doc_title="Chế độ nghỉ"),
            entry(3, "Nghỉ thai sản 60 ngày, tháng nghỉ được hưởng lương.", doc_title="Lương"),
            entry(4, "Phạt tiền 2.000.000 đồng. Có hiệu lực từ ngày 01 tháng 7 năm 2024.", doc_title="Xử phạt"),
        ],
    )
    assert sorted(found(ask(store, "nghỉ thai sản 6 tháng"))[:2]) == [1, 2]
    assert found(ask(store, "phạt 2 triệu đồng")) == [4] and found(ask(store, "hiệu lực 1/7/2024")) == [4]
    assert found(ask(store, "hiệu lực 1/7/2O24")) == [4]
