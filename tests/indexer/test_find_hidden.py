"""Beginnings and spellings: what they stand for comes from documents that the actor may read."""

from indexer import Access, Request, Store, search
from tests.indexer.regulations import ask, entry, fill


def test_a_beginning_shows_where_its_words_stand(regulations: Store) -> None:
    answer = ask(regulations, "hội*")
    marked = {
        piece.text for hit in answer.hits for one in hit.provisions for piece in one.snippet if piece.match
    }
    assert answer.total and any(text.casefold().startswith("hội") for text in marked)


def test_spellings_and_beginnings_of_hidden_documents_push_nothing_out(store: Store) -> None:
    vowels = "aàáảãạăằắẳẵặâầấẩẫậ"
    rubbish = " ".join(f"h{first}{last}" for first in "oòóôõơọ" for last in vowels)
    more = " ".join(f"th{number:04}" for number in range(1_100))
    fill(
        store,
        [
            entry(1, "phòng hỏa hoạn, thiết yếu", access=1),
            entry(9, rubbish, access=9),
            entry(10, f"{more} {more}", access=9),
        ],
    )
    own = Access(frozenset({1}), public=frozenset({1}))
    for question in ("hoa", '"hoa hoan"', "th*"):
        answer = search(store, Request(question), own)
        assert (answer.total, answer.truncated) == (1, False), question


def test_words_of_a_withdrawn_document_are_not_offered(store: Store) -> None:
    fill(store, [entry(1, "kế hoạch", access=1), entry(9, "kế zorro", access=1)])
    own = Access(frozenset({1}), frozenset({9}), frozenset({1}))
    assert search(store, Request("kế zorr"), own).suggestion is None
    assert (
        search(store, Request("kế zorr"), Access(frozenset({1}), public=frozenset({1}))).suggestion
        == "kế zorro"
    )
