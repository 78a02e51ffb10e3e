"""Where a question has more matches than are read as candidates, totals, filters and pages are those of the local engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import Access, Engine, Request, Results, SearchBackend
from indexer.opensearch import gather
from tests.engines import opensearch
from tests.indexer.regulations import EVERYTHING, entry

pytestmark = pytest.mark.slow
FEW = 10
TYPES = ("Quyết định", "Kế hoạch", "Báo cáo")
ISSUERS = ("Sở Giáo dục và Đào tạo", "Ủy ban nhân dân tỉnh")
DAY = dt.date(2025, 1, 1)


def entries(number: int) -> list:
    """A document of two provisions; each differs from the others."""
    kept = dict(
        doc_title=f"Về lưu trữ hồ sơ đợt {number}", doc_type=TYPES[number % 3], issuer=ISSUERS[number % 2], access=1 + number % 2,
        number=f"{number}/QĐ-SGDĐT", issued_on=dt.date(2020 + number % 4, 1, 1 + number % 28) if number % 10 else None, folder=1 + number % 3,
        effective_from=dt.date(2020 + number % 4, 2, 1), effective_to=dt.date(2024, 1, 1) if number % 5 == 0 else None,
        folder_label=f"Thư mục {number % 3}", tags=("mật",) if number % 7 == 0 else (), own_fields=(("ky", str(number % 2)),),
    )  # fmt: skip
    words = "thời hạn bảo quản tài liệu " * (1 + number % 4)
    return [
        entry(number, f"Hồ sơ {words} của đơn vị {number}.", anchor="dieu-1", label="Điều 1", order=0, **kept),
        entry(number, f"Người đứng đầu kiểm tra việc lưu trữ hằng năm {number}.", anchor="dieu-2", label="Điều 2", order=1, **kept),
    ]


@pytest.fixture(scope="module")
def backends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SearchBackend, SearchBackend]]:
    """The local engine and OpenSearch with the same sixty documents."""
    folder: Path = tmp_path_factory.mktemp("local")
    local, remote = Engine(folder / "index"), opensearch.backend()
    for backend in (local, remote):
        with backend.rebuild() as target:
            target.write([(number, entries(number)) for number in range(1, 61)])
            # They have a single word of a long question.
            target.write([(number, [entry(number, f"Thời tiết hôm nay thứ {number}.")]) for number in range(61, 76)])
    yield local, remote
    remote.discard()


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few candidates are read that every question here has more."""
    monkeypatch.setattr(gather, "CANDIDATES", FEW)
    monkeypatch.setattr(gather, "_EACH", 1)


def told(results: Results) -> tuple:
    return results.total, results.hit_count, results.facets


REQUESTS = {
    "a word": Request("hồ sơ", at=DAY),
    "a phrase": Request('"kiểm tra việc lưu trữ"', at=DAY),
    "without": Request("hồ sơ -kiểm", at=DAY),
    "any word": Request("(hồ OR kiểm)", at=DAY),
    "a beginning": Request("ki*", at=DAY),
    "near": Request('"hồ bảo quản"~8', at=DAY),
    "everything": Request("", at=DAY),
    "ticked": Request("hồ sơ", {"type": ("Kế hoạch",), "status": ("con_hieu_luc",)}, at=DAY),
    "ticked twice": Request("", {"type": ("Kế hoạch", "Báo cáo"), "year": ("2021",), "own_ky": ("1",)}, at=DAY),
    "own field ticked": Request("hồ sơ", {"own_ky": ("1",)}, at=DAY),
    "typed": Request("hồ sơ loại:báo-cáo", at=DAY),
    "an issuer": Request('hồ sơ cơ quan:"giáo dục"', at=DAY),
    "days": Request("hồ sơ", since=dt.date(2021, 1, 1), until=dt.date(2022, 12, 31), at=DAY),
    "up to a day": Request("hồ sơ", until=dt.date(2022, 1, 3), at=DAY),
    "folders": Request("hồ sơ", folder_tree=frozenset({1, 2}), at=DAY),
    "newest": Request("hồ sơ", sort="date", at=DAY),
    "without marks": Request("ho so bao quan", at=DAY),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_totals_and_filters_are_those_of_the_local_engine(backends: tuple[SearchBackend, SearchBackend], name: str) -> None:
    local, remote = (backend.search(REQUESTS[name], EVERYTHING) for backend in backends)
    assert local.total > 0
    assert told(remote) == told(local)


@pytest.mark.parametrize("name", ["a word", "everything", "newest", "ticked", "a phrase"])
def test_pages_hold_the_same_documents(backends: tuple[SearchBackend, SearchBackend], monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    # The best hundred are ranked anew, by both.
    monkeypatch.setattr(gather, "CANDIDATES", 105)
    for offset in (0, 10):
        request = Request(REQUESTS[name].query, REQUESTS[name].filters, sort=REQUESTS[name].sort, at=DAY, offset=offset, limit=5)
        local, remote = ([hit.document for hit in backend.search(request, EVERYTHING).hits] for backend in backends)
        assert remote == local


def test_a_long_question_counts_what_has_a_share_of_the_best(backends: tuple[SearchBackend, SearchBackend]) -> None:
    request = Request("thời hạn bảo quản tài liệu hồ sơ của đơn vị 7 là bao nhiêu năm", at=DAY)
    local, remote = (backend.search(request, EVERYTHING) for backend in backends)
    assert 0 < local.total <= 60 and abs(remote.total - local.total) <= 3 and [hit.document for hit in remote.hits[:3]] == [hit.document for hit in local.hits[:3]]


def test_rights_bound_totals_and_filters(backends: tuple[SearchBackend, SearchBackend]) -> None:
    some = Access(frozenset({1}), without=frozenset({2, 4}), public=frozenset({1}))
    local, remote = (backend.search(REQUESTS["a word"], some) for backend in backends)
    assert told(remote) == told(local) and local.total == 28
    assert {one.value: one.count for one in remote.facets["folder"]} == {one.value: one.count for one in local.facets["folder"]}
    assert all(hit.document % 2 == 0 for hit in remote.hits)


def test_a_provision_beyond_the_candidates_is_counted_when_explained(backends: tuple[SearchBackend, SearchBackend]) -> None:
    local, remote = (backend.explain(REQUESTS["a word"], EVERYTHING, 1, "dieu-1") for backend in backends)
    assert local is not None and remote is not None and remote.among >= local.among and remote.tier == local.tier


def test_numbers_and_titles_are_completed(backends: tuple[SearchBackend, SearchBackend]) -> None:
    for text in ("về lưu trữ hồ sơ đợt 1", "17/qđ"):
        local, remote = (backend.complete(text, EVERYTHING, 3) for backend in backends)
        assert {one for one, _ in remote.documents} & {one for one, _ in local.documents}, text
