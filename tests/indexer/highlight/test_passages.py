"""The passage that shows why a provision was found."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import Index
from tests.indexer.regulations import ask, entry, fill, marked


def test_snippets_mark_what_matched(regulations: Index) -> None:
    snippet = ask(regulations, "hội nghị cán bộ").hits[0].provisions[0].snippet
    assert marked(snippet) == ["Hội nghị cán bộ"]
    snippet = ask(regulations, "hoi nghi").hits[0].provisions[0].snippet
    assert marked(snippet) == ["Hội nghị"]


def test_the_best_passage_is_shown(store: Index) -> None:
    fill(store, [entry(1, "mở đầu " * 200 + "thời hạn bảo quản hồ sơ là hai mươi năm " + "kết thúc " * 200)])
    snippet = ask(store, "bảo quản hồ sơ").hits[0].provisions[0].snippet
    text = "".join(segment.text for segment in snippet)
    assert marked(snippet) == ["bảo quản hồ sơ"]
    assert text.startswith("… ") and text.endswith(" …") and len(text.split()) <= 45


def test_snippet_never_holds_markup_of_ours(store: Index) -> None:
    fill(store, [entry(1, "<b>kế hoạch</b> & <script>alert(1)</script>")])
    snippet = ask(store, "kế hoạch").hits[0].provisions[0].snippet
    assert "".join(segment.text for segment in snippet) == "<b>kế hoạch</b> & <script>alert(1)</script>"


def passage(store: Index, query: str) -> str:
    """The first passage of the results, with matches in brackets."""
    pieces = ask(store, query).hits[0].provisions[0].snippet
    return "".join(f"[{piece.text}]" if piece.match else piece.text for piece in pieces)


def test_a_passage_does_not_repeat_the_heading_above_it(store: Index) -> None:
    body = "1. Công khai bằng niêm yết tại trụ sở. 2. Gửi đến toàn thể công chức."
    title = "Hình thức và thời hạn công khai"
    fill(store, [entry(1, f"Điều 4. {title}\n{body}", label="Điều 4", title=title)])
    assert passage(store, "công khai") == "1. [Công khai] bằng niêm yết tại trụ sở. 2. Gửi đến toàn thể [công] chức."
    # Only the title contains the word, so the text is shown from its beginning.
    assert passage(store, "thời hạn") == body


def test_a_passage_is_chosen_by_what_stands_below_the_heading(store: Index) -> None:
    text = "Các đơn vị báo cáo. " * 30 + "Kết quả công khai tại trụ sở."
    fill(store, [entry(1, f"Điều 4. Thời hạn công khai\n{text}", label="Điều 4", title="Thời hạn công khai")])
    assert passage(store, "thời hạn công khai").endswith(" Kết quả [công khai] tại trụ sở.")


def test_blanks_and_ends_of_lines_are_one_space(store: Index) -> None:
    fill(store, [entry(1, "1. Kế hoạch\n2.\tNội dung  công\n khai\r\nHết")])
    assert passage(store, "công khai") == "… 2. Nội dung [công khai] Hết"
    assert passage(store, "kế hoạch") == "1. [Kế hoạch] 2. Nội dung công khai Hết"


def test_a_passage_begins_behind_the_last_part_of_a_label(store: Index) -> None:
    fill(store, [entry(1, "3. Trường công khai đúng thời hạn.", label="II.3")])
    assert passage(store, "công khai") == "Trường [công khai] đúng thời hạn."


def test_a_provision_of_a_heading_alone_has_no_passage(store: Index) -> None:
    fill(store, [entry(1, "II. HẠN CHẾ", label="II", title="HẠN CHẾ")])
    assert passage(store, "hạn chế") == ""


@pytest.mark.parametrize(("label", "title", "compared"), [(50, 4, True), (51, 4, False), (2, 5, True), (2, 6, False)])
def test_no_heading_is_looked_for_that_is_longer_than_any(
    store: Index, monkeypatch: pytest.MonkeyPatch, label: int, title: int, compared: bool
) -> None:
    """A damaged index may have labels or titles of millions of words."""
    monkeypatch.setattr("indexer.highlight.passages._LONGEST_TITLE", 5)
    own = {"label": " ".join(["Điều"] * label), "title": " ".join(["mục"] * title)}
    fill(store, [entry(1, f"{own['label']} {own['title']}\nTrường công khai.", **own)])
    assert (passage(store, "công khai") == "Trường [công khai].") is compared


def test_a_passage_has_whole_sentences_and_their_numbers(store: Index) -> None:
    long = "đơn vị thực hiện nghiêm túc các nhiệm vụ được giao trong năm học này và báo cáo kết quả"
    fill(store, [entry(1, f"1. Mức {long}. 2. Phạt 1.490.000 đồng, {long}. 3. Các {long}, {long}. 4. Hết.")])
    assert passage(store, "đồng").startswith("… 2. Phạt 1.490.000 [đồng]")
    assert passage(store, "đồng phạt") == f"… 2. [Phạt] 1.490.000 [đồng], {long}. …"


def test_no_match_is_cut_away_for_a_whole_sentence(store: Index) -> None:
    fill(store, [entry(1, "Công khai " + "và các nội dung khác " * 5 + ". Sau đó niêm yết " + "tại trụ sở cơ quan " * 30)])
    assert "[niêm yết]" in passage(store, "công khai niêm yết")


def test_a_passage_of_phrases_and_other_names_is_where_they_stand_whole(store: Index) -> None:
    scattered = "Công dân khai báo, thời gian có hạn; ban hành, nhân sự, ủy quyền, dân phố. " * 6
    fill(store, [entry(1, f"{scattered}Thời hạn công khai do Ủy ban nhân dân ban hành. {scattered}")])
    assert passage(store, '"thời hạn công khai"').startswith("… [Thời hạn công khai] do Ủy ban nhân dân ban hành.")
    assert "[Ủy ban nhân dân] ban hành. Công dân" in passage(store, "UBND")


def test_signs_ahead_of_a_long_text_cost_no_more_than_their_length(store: Index) -> None:
    """Reading the punctuation again for every line took twenty seconds."""
    fill(store, [entry(1, "." * 200_000 + "\n" + "từ\n" * 5_000 + "công khai")])
    started = time.process_time()
    assert passage(store, "công khai").endswith("[công khai]")
    assert time.process_time() - started < 5


def test_words_that_match_side_by_side_stay_together_at_the_end(store: Index) -> None:
    ahead = " ".join(f"Việc{number}" for number in range(37))
    fill(store, [entry(1, f"Hồ sơ {ahead} ủy ban nhân dân tỉnh và các cơ quan khác " + "nữa " * 60)])
    assert passage(store, "hồ sơ ủy ban nhân dân").endswith("[ủy ban nhân dân] …")


def test_what_says_something_is_shown_before_a_heading_alone(store: Index) -> None:
    fill(
        store,
        [
            entry(1, "Chương III. Hợp đồng lao động", label="Chương III", title="Hợp đồng lao động", anchor="chuong-iii"),
            entry(1, "Hai bên ký hợp đồng lao động bằng văn bản.", label="Điều 14", anchor="dieu-14", order=1),
            entry(2, "Mục 1. Hợp đồng lao động", label="Mục 1", title="Hợp đồng lao động", anchor="muc-1"),
        ],
    )  # fmt: skip
    hits = {hit.document: hit for hit in ask(store, "hợp đồng lao động").hits}
    assert [one.anchor for one in hits[1].provisions] == ["dieu-14", "chuong-iii"]
    assert [one.anchor for one in hits[2].provisions] == ["muc-1"]
    assert hits[1].score == max(one.score for one in hits[1].provisions)


def test_every_word_asked_is_marked_where_one_may_be_spelled_like_another(store: Index) -> None:
    fill(store, [entry(1, "Ký hợp đồng lao động.")])
    assert passage(store, "hợp đồng lao dong") == "Ký [hợp đồng lao động]."
    assert passage(store, "hop dong lao dong") == "Ký [hợp đồng lao động]."


def test_a_less_likely_spelling_is_marked_beside_its_neighbour(store: Index) -> None:
    fill(store, [entry(1, "Văn bản hành chính do cơ quan ban hành, bàn bạc.")])
    assert passage(store, "văn ban hanh chinh") == "[Văn bản hành chính] do cơ quan [ban hành], bàn bạc."


def test_a_passage_of_words_near_each_other_is_where_they_are(store: Index) -> None:
    apart = "Công dân khai báo việc riêng của mình; thông tin mật thì giữ kín theo lệ; bí danh ghi rõ vào sổ lưu. " * 5
    fill(store, [entry(1, f"{apart}Phải khai ngay bí danh, dấu mật. {apart}", title="Việc mật")])
    assert passage(store, '"mật bí khai"~5').startswith("… Phải [khai] ngay [bí] danh, dấu [mật]. Công dân khai báo")


def test_a_passage_of_patterns_and_similar_words_is_where_they_are(store: Index) -> None:
    other = "Các việc khác của cơ quan, tổ chức và người dân ở địa phương nói chung. " * 6
    fill(store, [entry(1, f"{other}Phải nghiệm thu và kiểm đếm. {other}")])
    for question in ("ngh*m ki*m", "nghiẹm~ k?ểm", "kiễm~ nghi?m"):
        assert "Phải [nghiệm] thu và [kiểm] đếm." in passage(store, question), question


CONTRACTS = (
    "Phù hợp với hoạt động; đồng thời họp.",
    "Hợp tác, đồng chí. " + "Việc khác. " * 30 + "Ký hợp đồng lao động.",
    "Trở thành viên; trả lời.",
    "Thanh tra, hợp đồng.",
)


def inside(store: Index, query: str) -> dict[str, list[str]]:
    """Anchor → the highlighted words of each provision of the only document found."""
    results = ask(store, query, document=1, provisions_per_document=10)
    mark = results.mark
    return {one.anchor: marked(mark("".join(part.text for part in one.snippet))) for one in results.hits[0].provisions}


@pytest.mark.parametrize("query", ["hợp đồng", "hop dong"])
def test_within_a_document_only_whole_words_answer(store: Index, query: str) -> None:
    fill(store, [entry(1, text, anchor=f"dieu-{n}", order=n) for n, text in enumerate(CONTRACTS, 1)])
    # The passage is taken from where the whole word occurs.
    assert inside(store, query) == {"dieu-2": ["hợp đồng"], "dieu-4": ["hợp đồng"]}
    (hit,) = ask(store, query, document=1, provisions_per_document=1).hits
    assert hit.more == 1
    assert len(ask(store, query).hits[0].provisions) > 2


def test_words_near_each_other_are_of_one_text(store: Index) -> None:
    """Neither the last word of one passage and the first of the next, nor only words side by side."""
    texts = ("hội chức a b c d e g hội", "chức a b c d e g hội chức")
    fill(store, [entry(number, text) for number, text in enumerate(texts, 1)])
    shown = {hit.document: marked(hit.provisions[0].snippet) for hit in ask(store, '"hội chức"~2').hits}
    assert shown == {1: ["hội chức"], 2: ["hội chức"]}
    fill(store, [entry(1, "chức của các hội", anchor="dieu-1"), entry(1, "hội a b c d e chức", anchor="dieu-2", order=1)])
    assert inside(store, '"hội chức"~3') == {"dieu-1": ["chức", "hội"]}


def test_words_in_order_are_marked_only_where_the_order_is_kept(store: Index) -> None:
    fill(store, [entry(1, "Hội nghị cán bộ rồi nghị quyết của hội.")])
    assert passage(store, '"nghị hội"~3') == "[Hội nghị] cán bộ rồi [nghị] quyết của [hội]."
    assert passage(store, '"nghị hội"~>3') == "Hội nghị cán bộ rồi [nghị] quyết của [hội]."


def test_a_pattern_beside_words_in_order_is_marked(store: Index) -> None:
    fill(store, [entry(1, "Hội nghị cán bộ rồi nghị quyết của hội.")])
    assert passage(store, '"nghị hội"~>3 qu*t') == "Hội nghị cán bộ rồi [nghị quyết] của [hội]."


@pytest.mark.parametrize("query", ['"hoi chuc"~3', '"hoi chuc"~>3'])
def test_words_near_each_other_are_marked_in_any_spelling_that_matches(store: Index, query: str) -> None:
    """Also where the likeliest spelling of one of them ("hồi") is another."""
    fill(store, [entry(1, "hội công chức một hai ba bốn năm sáu hội")])
    assert passage(store, query) == "[hội] công [chức] một hai ba bốn năm sáu hội"


def test_within_a_document_the_spelling_meant_answers_where_it_stands(store: Index) -> None:
    fill(store, [entry(1, text, anchor=f"dieu-{n}", order=n) for n, text in enumerate(CONTRACTS, 1)])
    assert inside(store, "thanh tra") == {"dieu-4": ["Thanh tra"]}
    fill(store, [entry(1, text, anchor=f"dieu-{n}", order=n) for n, text in enumerate(CONTRACTS[:3], 1)])
    assert inside(store, "thanh tra") == {"dieu-3": ["thành", "trả"]}


_syllables = st.lists(st.sampled_from("hợp đồng hop động đông lao thanh thành tra trả khai công".split()), max_size=7)
_asked = st.sampled_from(
    ["hợp đồng", "hop dong lao dong", "thanh tra", "cong khai", '"hop dong"', "hợp đồng cong khai", "ho* khai", "tra dong",
     '"khai tra"~3', '"hop thanh"~2 công', "h?p khai", "đống~ hợp"]
)


@settings(max_examples=60)
@given(st.lists(st.lists(_syllables.map(" ".join), min_size=1, max_size=3).map("; ".join), min_size=1, max_size=5), _asked)
def test_what_a_document_answers_and_what_its_page_marks_agree(texts: list[str], query: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Index(Path(folder) / "index").create()
        fill(store, [entry(1, text, anchor=f"dieu-{n}", order=n) for n, text in enumerate(texts)])
        results = ask(store, query, document=1, provisions_per_document=10)
        page = results.mark.over("\n".join(texts))
        for hit in results.hits:
            mark = results.mark
            assert [mark(text) for text in texts] == [page(text) for text in texts]
            for one in hit.provisions:
                assert marked(mark(texts[int(one.anchor.removeprefix("dieu-"))]))
                assert marked(mark("".join(part.text for part in one.snippet)))
