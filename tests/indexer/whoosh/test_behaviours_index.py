"""Behaviours of indexes, writers and readers from Whoosh's documentation, checked on an index of ours."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from whoosh import query
from whoosh.fields import STORED, FieldConfigurationError, UnknownFieldError
from whoosh.index import Index as WhooshIndex
from whoosh.index import LockError
from whoosh.matching import ReadTooFar
from whoosh.reading import IndexReader, TermNotFound
from whoosh.searching import Searcher
from whoosh.writing import IndexingError, IndexWriter

from indexer import Index, IndexBusy, IndexUnusable, open_index
from indexer.whoosh.index import LiveIndex
from tests.indexer.regulations import entry, fill
from tests.indexer.whoosh.conftest import add


def term(text: str) -> query.Term:
    return query.Term("words", text)


def found(ix: LiveIndex, asked: query.Query) -> list[int]:
    with ix.searcher() as searcher:
        return sorted(hit["document"] for hit in searcher.search(asked, limit=None))


def test_all_are_whooshs_own_classes(ix: LiveIndex) -> None:
    writer = ix.writer()
    with ix.searcher() as searcher:
        made = (ix, ix.reader(), searcher, writer)
        for one, kind in zip(made, (WhooshIndex, IndexReader, Searcher, IndexWriter), strict=True):
            assert isinstance(one, kind)
    writer.cancel()


def test_nothing_is_opened_where_nothing_is(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable):
        open_index(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_an_index_counts(ix: LiveIndex) -> None:
    assert (ix.doc_count(), ix.doc_count_all(), ix.is_empty()) == (6, 6, False)
    ix.delete_by_term("document", 6)
    assert ix.doc_count() == 5
    ix.delete_by_query(query.Every())
    assert ix.doc_count() == 0 and ix.is_empty()


def test_generations_go_up(ix: LiveIndex) -> None:
    before = ix.latest_generation()
    with ix.writer() as writer:
        add(writer, 7, text="hotel")
    assert ix.latest_generation() == before + 1 and ix.last_modified() > 1_600_000_000
    assert ix.refresh() is ix and ix.up_to_date()


def test_the_schema_is_fixed(ix: LiveIndex) -> None:
    assert {"words", "pairs", "document", "issued", "type", "text"} <= set(ix.schema.names())
    ix.schema.remove("words")
    assert "words" in ix.schema
    with pytest.raises(FieldConfigurationError):
        ix.add_field("colour", STORED())
    with pytest.raises(FieldConfigurationError):
        ix.remove_field("text")
    with ix.writer() as writer:
        for change in (lambda: writer.add_field("colour", STORED()), lambda: writer.remove_field("text")):
            with pytest.raises(FieldConfigurationError):
                change()


WRONG: tuple[tuple[dict[str, object], type[Exception]], ...] = (
    ({"colour": "red"}, UnknownFieldError), ({"words": "alfa"}, UnknownFieldError), ({"length": 3}, UnknownFieldError),
    ({"_boost": 2.0}, UnknownFieldError), ({"doc_type": "Luật"}, UnknownFieldError), ({"access": None}, ValueError),
    ({"issued": "2024"}, TypeError), ({"text": 5}, TypeError), ({"folder": 2**40}, ValueError),
)  # fmt: skip


@pytest.mark.parametrize(("fields", "error"), WRONG, ids=[str(case[0]) for case in WRONG])
@pytest.mark.parametrize("method", ["add_document", "update_document"])
def test_a_document_refused_leaves_no_trace(
    ix: LiveIndex, fields: dict[str, object], error: type[Exception], method: str
) -> None:
    plain = {"document": 1, "version": 1, "access": 1, "text": "hotel"}
    writer = ix.writer()
    with pytest.raises(error):
        getattr(writer, method)(**plain | fields)
    writer.add_document(document=9, version=1, access=1, text="india")
    writer.commit()
    assert found(ix, term("hotel")) == [] and found(ix, term("india")) == [9] and found(ix, term("charlie")) == [1, 2, 3]


def test_a_writer_that_raises_writes_nothing(ix: LiveIndex) -> None:
    with pytest.raises(RuntimeError), ix.writer() as writer:
        add(writer, 7, text="hotel")
        raise RuntimeError
    assert found(ix, term("hotel")) == []
    ix.writer().cancel()


def test_what_is_not_committed_is_not_seen(ix: LiveIndex) -> None:
    writer = ix.writer()
    add(writer, 7, text="hotel")
    writer.delete_by_term("document", 1)
    assert found(ix, term("hotel")) == [] and found(ix, term("alfa")) == [1, 3, 5]
    with writer.searcher() as searcher:
        assert searcher.doc_count() == 6
    writer.commit()
    assert found(ix, term("hotel")) == [7] and found(ix, term("alfa")) == [3, 5]


def test_a_writer_is_used_once(ix: LiveIndex) -> None:
    for end in ("commit", "cancel"):
        writer = ix.writer()
        getattr(writer, end)()
        for again in (writer.commit, writer.cancel, writer.reader, lambda: add(writer, 7), lambda: writer.delete_document(0)):
            with pytest.raises(IndexingError):
                again()


def test_options_that_mean_nothing_here_are_refused(ix: LiveIndex) -> None:
    with pytest.raises(TypeError, match="procs"):
        ix.writer(procs=4)
    writer = ix.writer()
    with pytest.raises(TypeError, match="mergetype"):
        writer.commit(mergetype=None)
    writer.commit()


def test_one_writer_at_a_time(ix: LiveIndex, store: Index) -> None:
    writer = ix.writer()
    with pytest.raises(LockError):
        ix.writer(timeout=0.05)
    with pytest.raises(IndexBusy), store.write_batch(timeout_seconds=0.05) as batch:
        batch.delete(1)
    writer.cancel()
    with ix.writer(timeout=0.05) as writer:
        add(writer, 7)
    with store.write_batch() as batch:
        batch.delete(1)
    assert found(ix, query.Every()) == [2, 3, 4, 5, 6, 7]


def test_a_commit_that_fails_frees_the_lock(ix: LiveIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = ix.writer()
    add(writer, 7, text="hotel")
    with monkeypatch.context() as patch, pytest.raises(OSError, match="full"):
        patch.setattr("indexer.index.folder.write_manifest", _full)
        writer.commit()
    assert found(ix, term("hotel")) == []
    ix.writer().cancel()


def _full(*_: object) -> None:
    raise OSError("full")


def test_deleting(ix: LiveIndex) -> None:
    writer = ix.writer()
    assert writer.delete_by_term("issuer", "Luật") == 3
    assert writer.delete_by_query(query.And([term("golf"), query.Not(term("foxtrot"))])) == 1
    assert writer.delete_by_term("issuer", "Thông tư") == 0
    assert [writer.is_deleted(number) for number in range(6)] == [True, False, True, False, True, True]
    writer.delete_document(0, delete=False)
    with pytest.raises(ValueError, match="no entry 6"):
        writer.delete_document(6)
    writer.commit()
    assert found(ix, query.Every()) == [1, 2, 4]


def test_deleting_negations_leaves_what_is_excluded(store: Index) -> None:
    """Whoosh's own matcher for AND NOT may return the first entry although it is excluded."""
    fill(store, [entry(number, text) for number, text in enumerate(("bà", "ba bà", "30", "ba"), 1)])
    ix = open_index(store.path)
    ix.delete_by_query(query.AndNot(term("ba"), term("bà")))
    assert found(ix, query.Every()) == [1, 2, 3]


def test_updating_replaces_all_entries_of_a_document(ix: LiveIndex) -> None:
    with ix.writer() as writer:
        for order in (1, 2):
            writer.update_document(document=1, version=2, access=1, text=f"hotel {order}", order=order)
        writer.update_document(document=8, version=1, access=1, text="india")
    with ix.searcher() as searcher:
        hits = searcher.search(query.Term("document", 1), limit=None)
        assert sorted((hit["order"], hit["version"], hit["text"]) for hit in hits) == [(1, 2, "hotel 1"), (2, 2, "hotel 2")]
    assert found(ix, term("alfa")) == [3, 5] and found(ix, term("india")) == [8]


def test_optimizing_leaves_one_segment(ix: LiveIndex) -> None:
    with ix.writer() as writer:
        writer.delete_by_term("document", 3)
    ix.optimize()
    assert len(ix.snapshot().segments) == 1 and ix.doc_count_all() == 5
    assert ix.reader().is_atomic() and found(ix, term("alfa")) == [1, 5]
    writer = ix.writer()
    add(writer, 3)
    writer.commit(merge=False, optimize=True)
    assert len(ix.snapshot().segments) == 1 and found(ix, term("alfa")) == [1, 3, 5]


def test_segments_are_joined_unless_told_otherwise(ix: LiveIndex) -> None:
    for number in range(10, 22):
        writer = ix.writer()
        add(writer, number, text="hotel")
        writer.commit(merge=False)
    assert len(ix.snapshot().segments) == 15
    with ix.writer() as writer:
        add(writer, 30, text="hotel")
    assert len(ix.snapshot().segments) < 15 and len(found(ix, term("hotel"))) == 13


def test_a_searcher_keeps_its_generation_until_refreshed(ix: LiveIndex, store: Index) -> None:
    with ix.searcher() as searcher:
        assert searcher.up_to_date() and searcher.refresh() is searcher
        with store.write_batch() as batch:
            batch.replace(1, [entry(1, "hotel")])
        ix.optimize()
        assert not searcher.up_to_date() and searcher.doc_count() == 6
        assert len(searcher.search(term("alfa"))) == 3 and not len(searcher.search(term("hotel")))
        with searcher.refresh() as fresh:
            assert len(fresh.search(term("alfa"))) == 2 and fresh.search(term("hotel"))[0]["document"] == 1
            assert fresh.weighting is searcher.weighting and fresh.up_to_date()


def test_a_rebuilt_index_is_seen_by_a_refresh(ix: LiveIndex, store: Index) -> None:
    """The generations of a rebuilt index are numbered from the start again, so the number alone is not enough."""
    with ix.searcher() as searcher:
        with store.rebuild() as rebuilding:
            rebuilding.write([(50, [entry(50, "hotel")])])
        while ix.latest_generation() < searcher.snapshot.key[1]:
            fill(store, [entry(90, "india")])
        assert ix.latest_generation() == searcher.snapshot.key[1] and not searcher.up_to_date()
        with searcher.refresh() as fresh:
            assert fresh.search(term("hotel"), limit=None)[0]["document"] == 50
            assert fresh.search(term("alfa")).is_empty()


def test_a_lexicon_is_in_order(ix: LiveIndex) -> None:
    reader = ix.reader()
    names = ["alfa", "bravo", "charlie", "delta", "echo", "foxtrot", "golf"]
    assert [text.decode() for text in reader.lexicon("words")] == names
    assert list(reader.field_terms("document")) == [1, 2, 3, 4, 5, 6]
    assert [text.decode() for text in reader.expand_prefix("words", "f")] == ["foxtrot"]
    assert list(reader.terms_within("words", "gulf", 1)) == ["golf"]
    assert ("words", "alfa") in reader and ("words", "zulu") not in reader
    assert {field for field, _ in reader.all_terms()} >= {"words", "pairs", "document", "issuer"}


def test_frequencies(ix: LiveIndex) -> None:
    reader = ix.reader()
    assert (reader.doc_frequency("words", "alfa"), reader.frequency("words", "alfa")) == (3, 4.0)
    info = reader.term_info("words", "alfa")
    assert (info.doc_frequency(), info.weight(), info.max_weight(), info.min_length(), info.max_length()) == (3, 4, 2, 3, 5)
    with pytest.raises(TermNotFound):
        reader.term_info("words", "zulu")
    assert reader.field_length("words") == 20 and reader.max_field_length("words") == 5
    assert [reader.doc_field_length(number, "words") for number in range(6)] == [3, 3, 5, 3, 5, 1]
    assert reader.most_frequent_terms("words", 1) == [(4.0, b"alfa")]
    assert sorted(reader.most_distinctive_terms("words", 7))[0][1] in (b"alfa", b"bravo", b"charlie", b"delta", b"echo")


def test_a_matcher_walks_and_skips(ix: LiveIndex) -> None:
    matcher = ix.reader().postings("words", "alfa")
    assert list(matcher.copy().all_ids()) == [0, 2, 4] and matcher.id() == 0
    matcher.skip_to(1)
    assert matcher.id() == 2 and matcher.weight() == 2.0
    assert matcher.value_as("positions") == [3, 4]
    matcher.next()
    assert matcher.id() == 4 and matcher.is_active()
    matcher.next()
    assert not matcher.is_active()
    with pytest.raises(ReadTooFar):
        matcher.next()
    with pytest.raises(TermNotFound):
        ix.reader().postings("words", "zulu")


def test_a_matcher_skips_what_is_deleted(ix: LiveIndex) -> None:
    with ix.writer() as writer:
        writer.delete_by_term("document", 3)
    ids = list(ix.reader().postings("words", "alfa").all_ids())
    assert len(ids) == 2 and [ix.reader().stored_fields(number)["document"] for number in ids] == [1, 5]


def test_readers_of_segments(ix: LiveIndex) -> None:
    leaves = ix.reader().leaf_readers()
    assert [offset for _, offset in leaves] == [0, 2, 4] and all(leaf.is_atomic() for leaf, _ in leaves)
    assert [number for number, _ in ix.reader().iter_docs()] == [0, 1, 2, 3, 4, 5]
    assert list(ix.reader().all_doc_ids()) == [0, 1, 2, 3, 4, 5]


def test_an_index_is_copied_by_its_reader(ix: LiveIndex, tmp_path: Path) -> None:
    other = open_index(Index(tmp_path / "other").create().path)
    with other.writer() as writer:
        writer.add_reader(ix.reader())
    assert found(other, term("alfa")) == [1, 3, 5]
    assert [one for _, one in other.reader().iter_docs()] == [one for _, one in ix.reader().iter_docs()]
    assert other.reader().stored_fields(0)["issued"] == date(2021, 1, 1)


def test_threads_search_while_others_write(ix: LiveIndex) -> None:
    def ask(number: int) -> int:
        with ix.searcher() as searcher:
            hits = searcher.search(term("alfa"), limit=None)
            return len(hits) if all("alfa" in hit["text"] for hit in hits) else -1

    def write(number: int) -> int:
        with ix.writer(timeout=30) as writer:
            add(writer, 20 + number, text="alfa hotel")
        return 0

    tasks: list[tuple[Callable[[int], int], int]] = [(write if number % 5 == 0 else ask, number) for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda task: task[0](task[1]), tasks))
    assert min(counts) >= 0 and max(counts) <= 11
    assert found(ix, term("hotel")) == [20 + number for number in range(0, 40, 5)]
    assert np.count_nonzero(ix.snapshot().alive) == 14
