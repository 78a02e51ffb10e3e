"""What every search backend must do. A further backend is one more row of BACKENDS."""

from __future__ import annotations

import ast
import datetime as dt
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

import indexer
from indexer import Access, Engine, Entry, IndexCount, IndexUnusable, Request, SearchBackend, parse
from indexer.analysis import language_model
from tests.engines import opensearch
from tests.indexer.regulations import EVERYTHING, entry


def _local(folder: Path) -> SearchBackend:
    return Engine(folder / "index")


def _opensearch(folder: Path) -> SearchBackend:
    return opensearch.backend(folder)


BACKENDS: dict[str, Callable[[Path], SearchBackend]] = {"engine": _local, "opensearch": _opensearch}
NOBODY, FIRST_LIST = Access(frozenset()), Access(frozenset({1}))
SECONDS = 5.0


# A node takes its time to start, so what it is asked is not part of the fast loop.
@pytest.fixture(params=["engine", pytest.param("opensearch", marks=pytest.mark.slow)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchBackend]:
    """A backend that never had an index."""
    made = BACKENDS[request.param](tmp_path)
    yield made
    made.discard()


@pytest.fixture
def backend(empty: SearchBackend) -> SearchBackend:
    """A backend with three documents; the last is on another access list."""
    return filled(
        empty,
        [
            entry(1, "Hội nghị cán bộ, công chức mỗi năm một lần.", anchor="dieu-1", label="Điều 1"),
            entry(1, "Thời hạn lưu trữ hồ sơ là hai mươi năm.", anchor="dieu-2", label="Điều 2", order=1),
            entry(2, "Thời hạn nghỉ phép của công chức.", doc_title="Quy chế nghỉ phép", version=4),
            entry(3, "Thanh tra đột xuất hồ sơ mật.", access=2),
        ],
    )


def filled(backend: SearchBackend, entries: Iterable[Entry]) -> SearchBackend:
    """The backend with a new index of these entries."""
    own: dict[int, list[Entry]] = {}
    for one in entries:
        own.setdefault(one.document, []).append(one)
    with backend.rebuild() as target:
        target.write(own.items())
    return backend


def found(backend: SearchBackend, query: str, access: Access = EVERYTHING) -> set[int]:
    return {hit.document for hit in backend.search(Request(query), access).hits}


def test_without_an_index_all_that_asks_says_so(empty: SearchBackend) -> None:
    assert not empty.exists() and empty.updated_at() is None and not empty.has_learnt()
    health = empty.health()
    assert health.problem and (health.documents, health.entries, health.size) == (0, 0, 0)
    asking: list[Callable[[], object]] = [
        empty.require_usable, empty.damage, empty.flaws, empty.versions, empty.taught_anew,
        lambda: empty.search(Request("hồ sơ"), EVERYTHING),
        lambda: empty.count(EVERYTHING),
        lambda: empty.suggest(Request("hồ sơ"), EVERYTHING),
        lambda: empty.complete("hồ", EVERYTHING, 8),
        lambda: empty.explain(Request("hồ sơ"), EVERYTHING, 1, ""),
        lambda: empty.why_missing(Request("hồ sơ"), EVERYTHING, 1),
        lambda: empty.alike(EVERYTHING, 1, 3),
        lambda: empty.retrain(frozenset({1}), frozenset()),
    ]  # fmt: skip
    for ask in asking:
        with pytest.raises(IndexUnusable):
            ask()


def test_a_rebuilt_index_is_sound_and_holds_what_was_written(backend: SearchBackend) -> None:
    backend.require_usable()
    assert backend.exists() and backend.damage() == [] == backend.flaws()
    assert backend.versions() == {1: (1, 1), 2: (4, 1), 3: (1, 2)}
    health = backend.health()
    assert health.problem is None and (health.documents, health.entries) == (3, 4) and health.size > 0
    assert health.updated_at == backend.updated_at()
    assert health.updated_at and abs(dt.datetime.now(dt.UTC) - health.updated_at) < dt.timedelta(minutes=5)


def test_access_bounds_what_is_found_and_counted(backend: SearchBackend) -> None:
    assert found(backend, "hồ sơ") == {1, 3} and found(backend, "hồ sơ", FIRST_LIST) == {1}
    assert found(backend, "hồ sơ", NOBODY) == set()
    assert backend.count(EVERYTHING) == IndexCount(3, 4) and backend.count(NOBODY) == IndexCount(0, 0)
    assert backend.count(FIRST_LIST) == IndexCount(2, 3)
    assert backend.count(Access(frozenset({1}), without=frozenset({1}))) == IndexCount(1, 1)


def test_a_batch_is_written_as_a_whole_or_not_at_all(backend: SearchBackend) -> None:
    with pytest.raises(RuntimeError), backend.write_batch(SECONDS) as batch:
        batch.replace(2, [entry(2, "Đi công tác.")])
        raise RuntimeError
    assert found(backend, '"nghỉ phép"') == {2} and found(backend, '"đi công tác"') == set()
    with backend.write_batch(SECONDS) as batch:
        batch.replace(2, [entry(2, "Đi công tác.", version=5)])
        batch.delete(3)
        batch.delete(99)
    assert found(backend, '"nghỉ phép"') == set() and found(backend, '"đi công tác"') == {2}
    assert backend.versions() == {1: (1, 1), 2: (5, 1)}
    with pytest.raises(ValueError), backend.write_batch(SECONDS) as batch:
        batch.replace(1, [entry(2, "Của văn bản khác.")])


def test_upkeep_changes_no_answer(backend: SearchBackend) -> None:
    for number in range(10, 16):
        with backend.write_batch(SECONDS) as batch:
            batch.replace(number, [entry(number, "Hồ sơ khen thưởng.")])
    before = backend.search(Request("khen thưởng"), EVERYTHING).hits
    while backend.tidy(SECONDS):
        pass
    assert len(before) == 6 and backend.search(Request("khen thưởng"), EVERYTHING).hits == before


def test_a_rebuild_that_was_cut_short_goes_on(backend: SearchBackend) -> None:
    with pytest.raises(RuntimeError), backend.rebuild() as target:
        target.write([(7, [entry(7, "Chỉ mục mới.", version=2)])])
        raise RuntimeError
    assert found(backend, '"chỉ mục mới"') == set() and found(backend, '"nghỉ phép"') == {2}
    with backend.rebuild() as target:
        assert dict(target.done) == {7: (2, 1)}
        target.write([(8, [entry(8, "Chỉ mục mới.")]), (7, ())])
        assert dict(target.done) == {8: (1, 1)}
    assert backend.versions() == {8: (1, 1)}


def test_a_discarded_index_is_gone(backend: SearchBackend) -> None:
    backend.discard()
    with pytest.raises(IndexUnusable):
        backend.require_usable()
    assert found(filled(backend, [entry(5, "Hồ sơ mới.")]), "hồ sơ") == {5}


def test_answers_carry_the_question_and_its_highlighter(backend: SearchBackend) -> None:
    results = backend.search(Request("hội nghị loại:luật"), EVERYTHING)
    assert results.query.words == ("hội", "nghị") and results.query.filters["type"]
    marked = [part.text for part in results.mark("Dự Hội nghị.") if part.match]
    assert marked == ["Hội nghị"] and any(part.match for part in results.mark.over("hội nghị")("hội nghị"))
    # A number that no document has, and that may also be words.
    assert parse("vitamin b12").number and backend.search(Request("vitamin b12"), EVERYTHING).query.number is None


def test_a_parsed_question_is_answered_as_a_typed_one(backend: SearchBackend) -> None:
    for typed in ("hồ sơ", '"thời hạn" -nghỉ', ""):
        one, other = (backend.search(Request(query), EVERYTHING) for query in (typed, parse(typed)))
        assert (one.hits, one.total, one.facets) == (other.hits, other.total, other.facets) and one.total
    with pytest.raises(TypeError):
        backend.search(Request(object()), EVERYTHING)  # type: ignore[arg-type]


def test_the_abbreviations_of_a_request_stand_for_their_words(backend: SearchBackend) -> None:
    known = {"QCX": ("quy chế nghỉ",)}
    assert backend.search(Request("QCX", abbreviations=known), EVERYTHING).total == 1
    assert backend.search(Request("QCX", abbreviations={}), EVERYTHING).total == 0


def test_what_was_meant_is_suggested_from_what_the_actor_reads(backend: SearchBackend) -> None:
    assert backend.suggest(Request("hội nghị cán bộ"), EVERYTHING) is None
    assert backend.suggest(Request("hoi nghj can bo"), EVERYTHING) == "hoi nghi can bo"
    assert backend.suggest(Request("hoi nghj can bo"), NOBODY) is None


def test_titles_go_on_for_those_who_read_them(backend: SearchBackend) -> None:
    assert backend.complete("quy chế ng", EVERYTHING, 8).documents == ((2, "Quy chế nghỉ phép"),)
    assert backend.complete("quy chế ng", NOBODY, 8).documents == ()
    assert backend.complete("quy chế ng", EVERYTHING, 0).documents == ()


def test_a_place_is_explained_where_it_answers(backend: SearchBackend) -> None:
    told = backend.explain(Request("lưu trữ hồ sơ"), EVERYTHING, 1, "dieu-2")
    assert told is not None and told.place == 1 and told.among >= 1
    assert backend.explain(Request("lưu trữ hồ sơ"), NOBODY, 1, "dieu-2") is None
    assert backend.explain(Request("nghỉ phép"), EVERYTHING, 1, "dieu-9") is None


def test_why_a_document_is_missing_is_told_with_the_question(backend: SearchBackend) -> None:
    told = backend.why_missing(Request("nghi phep"), EVERYTHING, 1)
    assert not told.answered and told.query.words == ("nghi", "phep")
    assert all(told.folded[word] for word in told.query.words)
    assert backend.why_missing(Request("nghi phep"), EVERYTHING, 2).answered
    assert not backend.why_missing(Request("nghi phep"), NOBODY, 2).answered


def test_what_was_learnt_counts_from_the_next_rebuild(backend: SearchBackend) -> None:
    base, draw = language_model.base(), random.Random(7)
    known = [word for word, row in zip(base.words, base.rows.tolist(), strict=False) if row >= 0 and word.isalpha()][:600]
    texts = {number: " ".join(draw.choices(known, k=30)) for number in range(20, 320)}
    own = [entry(number, f"{text} xqzwa" if number % 12 == 0 else text) for number, text in texts.items()]
    filled(backend, own)
    assert not backend.taught_anew()
    assert backend.retrain(frozenset({1}), frozenset()) > 0 and backend.has_learnt() and backend.taught_anew()
    filled(backend, own)
    assert not backend.taught_anew()
    backend.forget()
    assert not backend.has_learnt() and backend.taught_anew()


def test_the_engine_names_what_the_product_imports() -> None:
    """Every name that the engine offers exists, and the product imports no other and none from a module inside."""
    assert [name for name in indexer.__all__ if not hasattr(indexer, name)] == []
    imported = set()
    for path in (Path(indexer.__file__).parents[1] / "docmgr").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "indexer":
                assert node.module == "indexer", path
                imported |= {alias.name for alias in node.names}
    assert len(imported) > 20 and imported <= set(indexer.__all__)
