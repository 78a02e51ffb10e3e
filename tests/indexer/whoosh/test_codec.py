"""The index as a Whoosh index: written, merged, deleted from and searched by Whoosh's own classes."""

import _pickle
import pickle
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from whoosh import query, sorting
from whoosh.index import LockError
from whoosh.reading import TermNotFound

from indexer import Index, IndexBusy, open_index
from indexer.index.manifest import ManifestEntry
from indexer.index.segment_file import open_segment
from indexer.trees import evaluation
from indexer.whoosh.searcher import searcher as searcher_of
from tests.indexer.regulations import REGULATIONS, ask, entry, fill, found
from tests.indexer.whoosh.by_whoosh import matching_entries


def found_by(store: Index, asked: query.Query) -> list[int]:
    with open_index(store.path).searcher() as searcher:
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
    index = open_index(store.path)
    for document in (1, 2, 3):
        with index.writer() as writer:
            writer.add_document(
                document=document, version=7, access=1, type="Luật", title="Kế hoạch",
                text=f"Văn bản\nthứ {document}", issued=date(2024, 5, document), label="Điều 1", order=4,
            )  # fmt: skip
    with index.writer() as writer:
        writer.delete_by_term("document", 2)
    assert store.versions() == {1: (7, 1), 3: (7, 1)} and store.check() == []
    index.optimize()
    held = store.snapshot().segments[0].held
    assert held.size == 2 and [held.words[word] for word in held.run(1, 0)] == ["văn", "bản", "thứ", "3"]
    assert held.integers["length"].tolist() == [4 + 2 * 6 + 1 * 3 + 2 * 3] * 2
    assert found(ask(store, "thứ 3 kế hoạch", filters={"type": ("Luật",)}))[0] == 3
    fill(store, [entry(9, "tiếp")])
    assert set(store.versions()) == {1, 3, 9}


def test_both_writers_write_the_same_arrays(store: Index, tmp_path: Path) -> None:
    """An index copied through Whoosh's interfaces is the same as the one that the product wrote, with vectors, lines
    and all other arrays."""
    fill(store, [*REGULATIONS, entry(5, "Dòng một\ndòng hai\n\ndòng ba", folder=3, folder_label=" Hai  từ ")])
    other = Index(tmp_path / "other").create()
    writer = open_index(other.path).writer()
    with open_index(store.path).reader() as reader:
        writer.add_reader(reader)
    writer.commit()
    built, written = (one.snapshot().segments[0].held for one in (store, other))
    assert built.vectors.any() and len(built.lines) == 2
    for field in fields(built):
        one, two = getattr(built, field.name), getattr(written, field.name)
        if isinstance(one, np.ndarray):
            assert np.array_equal(one, two), field.name
        elif field.name == "integers":
            assert all(np.array_equal(column, two[name]) for name, column in one.items())
        elif field.name == "names":
            texts = [[[column.values[code] for code in column.codes] for column in some.values()] for some in (one, two)]
            assert texts[0] == texts[1]
        else:
            assert one == two, field.name


def test_nothing_is_pickled(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the product nor Whoosh's own classes use pickle on our files, in opening, writing, merging and
    searching."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a pickle")

    names = ("dump", "dumps", "load", "loads", "Pickler", "Unpickler")
    known = {name: {id(getattr(module, name)) for module in (pickle, _pickle)} for name in names}
    replaced = []
    for title, module in list(sys.modules.items()):
        if title.partition(".")[0] in ("pickle", "_pickle", "whoosh", "indexer"):
            for name in names:
                if id(getattr(module, name, None)) in known[name]:
                    monkeypatch.setattr(module, name, forbidden)
                    replaced.append(f"{title}.{name}")
    assert {"pickle.load", "pickle.loads", "_pickle.loads"} <= set(replaced)
    with pytest.raises(AssertionError, match="a pickle"):
        pickle.loads(b"")
    fill(store, REGULATIONS)
    index = open_index(store.path)
    for document in (11, 12):
        with index.writer() as writer:
            writer.add_document(document=document, version=1, access=1, text=f"văn bản thứ {document}")
            writer.delete_by_query(query.Term("words", "ký"))
    index.optimize()
    with index.searcher() as searcher:
        hits = searcher.search(query.Term("words", "văn"), sortedby="issued", groupedby="type", terms=True)
        assert [hit["text"] for hit in hits] and hits.groups("type") and hits[0].matched_terms()
    with store.rebuild() as rebuilding:
        rebuilding.write([(1, [entry(1, "văn bản")])])
    fill(store, [entry(2, "văn bản khác")])
    store.tidy()
    assert len(store.snapshot().documents) == 2 and store.check() == [] and index.doc_count() == 2


def test_sorting_and_grouping(regulations: Index) -> None:
    with open_index(regulations.path).searcher() as searcher:
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
    """Whoosh's own index, if it may reuse readers, keeps merged segments and misses deletions."""
    index = open_index(store.path)
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
    index = open_index(regulations.path)
    writer = index.writer()
    with pytest.raises(IndexBusy), regulations.write_batch(timeout_seconds=0.05) as batch:
        batch.delete(1)
    with pytest.raises(LockError):
        index.writer(timeout=0.05)
    writer.cancel()
    with regulations.write_batch() as batch:
        batch.delete(1)
    assert 1 not in regulations.versions()


def test_unknown_terms_and_fields(regulations: Index) -> None:
    with searcher_of(regulations.snapshot(), evaluation.matching_entries) as searcher:
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
    assert found_by(store, query.Every()) == [] and open_index(store.path).is_empty()
    with searcher_of(store.snapshot(), evaluation.matching_entries) as searcher:
        assert not matching_entries(searcher, query.Term("words", "gì")).any()
    fill(store, [entry(1, "")])
    assert found_by(store, query.Every()) == [1]
