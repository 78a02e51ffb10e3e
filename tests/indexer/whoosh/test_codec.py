"""The index as a Whoosh index: written, merged, deleted from and searched by Whoosh's own classes."""

import pickle
import sys
from pathlib import Path

import numpy as np
import pytest
from whoosh import query, sorting
from whoosh.index import LockError
from whoosh.reading import TermNotFound

from indexer import Index, IndexBusy
from indexer.index.manifest import ManifestEntry
from indexer.index.segment_file import open_segment
from indexer.whoosh import searcher as fallback
from indexer.whoosh.codec import ArrayIndex
from tests.indexer.regulations import REGULATIONS, entry, fill


def index_of(store: Index) -> ArrayIndex:
    return ArrayIndex(store.path / store.snapshot().key[0])


def runs(text: str, title: str = "") -> dict[str, list[list[str]]]:
    both = [text.split(), title.split(), [], []]
    return {"words": both, "pairs": both}


def found_by(store: Index, asked: query.Query) -> list[int]:
    with index_of(store).searcher() as searcher:
        numbers = list(searcher.docs_for_query(asked))
        return sorted(searcher.reader().column_reader("document")[number] for number in numbers)


def test_whoosh_searches_what_the_product_wrote(regulations: Index) -> None:
    for asked, documents in (
        (query.Term("words", "dân"), [1, 1, 3]),
        (query.Phrase("words", ["lập", "kế", "hoạch"]), [3]),
        (query.Phrase("words", ["chức", "hội"]), []),  # the end of one run and the start of the next
        (query.Term("pairs", "hòa giải"), [4]),
        (query.NumericRange("document", 2, 3), [2, 2, 3]),
        (query.Term("issuer", "Chính phủ"), [2, 2]),
        (query.FuzzyTerm("words", "giai", maxdist=2, prefixlength=2), [4]),
        (query.Wildcard("words", "tr?ờ*"), [3]),
        (query.Regex("words", "^20[0-9]+$"), [3]),
    ):
        assert found_by(regulations, asked) == documents, asked


def test_whoosh_writes_what_the_product_reads(store: Index) -> None:
    index = index_of(store)
    for document in (1, 2, 3):
        writer = index.writer()
        writer.add_document(**runs(f"văn bản thứ {document}", "kế hoạch"), document=document, version=7, access=1,
                            type="Luật", row=b"packed")  # fmt: skip
        writer.commit(merge=False)
    writer = index.writer()
    writer.delete_by_term("document", 2)
    writer.commit(merge=False)
    assert store.versions() == {1: (7, 1), 3: (7, 1)} and store.check() == []
    before = store.snapshot()
    writer = index.writer()
    writer.commit(optimize=True)
    after = store.snapshot()
    assert [len(before.segments), len(after.segments)] == [3, 1]
    held = after.segments[0].held
    assert [held.words[word] for word in held.run(1, 0)] == ["văn", "bản", "thứ", "3"]
    assert held.integers["length"].tolist() == [4 + 2 * 6] * 2 and held.row(1) == b"packed"
    assert held.postings(held.numbers["kế"])[1].tolist() == [6, 6]
    fill(store, [entry(9, "tiếp")])
    assert store.tidy() is False and set(store.versions()) == {1, 3, 9}


def test_the_same_arrays_come_of_both_ways(store: Index, tmp_path: Path) -> None:
    """Written by Whoosh from its own reading, entry by entry, a segment is what the product built in bulk."""
    fill(store, REGULATIONS)
    other = Index(tmp_path / "other").create()
    writer = index_of(other).writer()
    with index_of(store).reader() as reader:
        writer.add_reader(reader)
    writer.commit()
    built, written = (one.snapshot().segments[0].held for one in (store, other))
    assert built.words == written.words and built.folds == written.folds
    for name in (
        "tokens",
        "runs",
        "starts",
        "entries",
        "weights",
        "seconds",
        "second_starts",
        "by_fold",
        "rows",
    ):
        assert np.array_equal(getattr(built, name), getattr(written, name)), name
    for name, column in built.integers.items():
        assert np.array_equal(column, written.integers[name]), name
    for name, names in built.names.items():
        texts = [[one.values[code] for code in one.codes] for one in (names, written.names[name])]
        assert texts[0] == texts[1]


def test_nothing_is_pickled(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the product nor by Whoosh's own writer and searcher over our files."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a pickle")

    ours = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in ("pickle", "whoosh", "indexer")]
    for name in ("dump", "dumps", "load", "loads", "Pickler", "Unpickler"):
        own = getattr(pickle, name)
        for module in (one for one in ours if getattr(one, name, None) is own):
            monkeypatch.setattr(module, name, forbidden)
    fill(store, REGULATIONS)
    index = index_of(store)
    for document in (11, 12):
        writer = index.writer()
        writer.add_document(**runs(f"văn bản thứ {document}"), document=document, version=1, access=1, row=b"packed")
        writer.commit(optimize=document == 12)
    assert found_by(Index(store.path), query.Term("words", "văn")) != [] and store.check() == []
    with store.rebuild() as rebuilding:
        rebuilding.write([(1, [entry(1, "văn bản")])])
    fill(store, [entry(2, "văn bản khác")])
    store.tidy()
    assert store.document_count() == 2 and store.check() == []


def test_sorting_and_grouping(regulations: Index) -> None:
    with index_of(regulations).searcher() as searcher:
        column = searcher.reader().column_reader("document")
        newest = searcher.search(
            query.Every(), sortedby=sorting.FieldFacet("issued", reverse=True), limit=None
        )
        assert [column[hit.docnum] for hit in newest] == [3, 1, 1, 2, 2, 4]
        grouped = searcher.search(query.Every(), groupedby="type", limit=None).groups("type")
        assert {kind: len(entries) for kind, entries in grouped.items()} == {
            "Quy chế": 2, "Nghị định": 2, "Kế hoạch": 1, "Luật": 1,
        }  # fmt: skip
        by_name = searcher.search(
            query.Every(), sortedby=sorting.FieldFacet("number", reverse=True), limit=None
        )
        numbers = searcher.reader().column_reader("number")
        assert [numbers[hit.docnum] for hit in by_name] == sorted(map(str, numbers), reverse=True)


def test_a_refreshed_searcher_sees_deletions_and_merges(store: Index) -> None:
    """Whoosh's own index, asked to reuse readers, keeps merged segments and misses deletions."""
    index = index_of(store)
    for number in range(4):
        fill(store, [entry(number, f"văn bản {number}")])
    searcher = index.searcher()
    with store.write_batch() as batch:
        batch.delete(2)
    while store.tidy():
        pass
    assert not searcher.up_to_date()
    with searcher.refresh() as fresh:
        assert len(fresh.search(query.Term("words", "văn"), limit=None)) == 3


def test_writers_exclude_each_other(regulations: Index) -> None:
    index = index_of(regulations)
    writer = index.writer()
    with pytest.raises(IndexBusy), regulations.write_batch(timeout_seconds=0.05) as batch:
        batch.delete(1)
    with pytest.raises(LockError):
        index.writer(timeout=0.05)
    writer.cancel()
    with regulations.write_batch() as batch:
        batch.delete(1)
    assert 1 not in regulations.versions()


def test_a_position_left_out_is_refused(store: Index) -> None:
    writer = index_of(store).writer()
    writer.add_document(**runs("một hai"), document=1)
    writer.pool.current = [item for item in writer.pool.current if item[1] != b"hai" and item[0] != "pairs"]
    writer.pool.add(("words", b"ba", 0, 1.0, np.array([5], "<u4").tobytes()))
    with pytest.raises(ValueError, match="left out"):
        writer.commit()
    fill(store, [entry(2, "sau đó vẫn ghi được")])
    assert set(store.versions()) == {2} and store.check() == []


def test_unknown_terms_and_fields(regulations: Index) -> None:
    with fallback.searcher(regulations.snapshot()) as searcher:
        assert (
            searcher.doc_frequency("words", "khôngcó") == 0 and searcher.frequency("pairs", "không có") == 0
        )
        with pytest.raises(TermNotFound):
            searcher.reader().term_info("words", "khôngcó")
        assert ("words", b"gi\xe1") not in searcher.reader()
        assert list(searcher.reader().expand_prefix("words", "giả")) == [b"gi\xe1\xba\xa3i"]


def test_a_segment_listed_otherwise_is_damaged(regulations: Index) -> None:
    snapshot = regulations.snapshot()
    name, folder = snapshot.segments[0].name, regulations.path / snapshot.key[0]
    assert open_segment(folder, ManifestEntry(name, np.zeros(snapshot.size, bool))).size == snapshot.size
    with pytest.raises(ValueError, match="another segment"):
        open_segment(folder, ManifestEntry(name, np.zeros(snapshot.size + 1, bool)))


def test_weights_stop_at_one_byte(store: Index) -> None:
    fill(store, [entry(1, "văn " * 300), entry(1, "văn", order=2)])
    held = store.snapshot().segments[0].held
    assert held.postings(held.numbers["văn"])[1].tolist() == [255, 1]
    assert held.integers["length"].tolist() == [300, 1]
    assert found_by(store, query.Phrase("words", ["văn"] * 3)) == [1]


def test_an_index_without_entries(store: Index) -> None:
    assert found_by(store, query.Every()) == [] and index_of(store).is_empty()
    with fallback.searcher(store.snapshot()) as searcher:
        assert not fallback.matching_entries(searcher, query.Term("words", "gì")).any()
    fill(store, [entry(1, "")])
    assert found_by(store, query.Every()) == [1]
