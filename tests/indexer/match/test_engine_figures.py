"""Scores follow the documented formula, Whoosh reads the same postings, and the measures of evaluation are right."""

import gzip
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer import NO_THESAURUS, Access, Index, Request
from indexer.analysis import language_model
from indexer.evaluate import run
from indexer.evaluate.__main__ import main
from indexer.evaluate.corpus import JudgedQuery, read_questions
from indexer.evaluate.metrics import measure, percentile
from indexer.evaluate.run import folds_of
from indexer.match import bm25, boolean, top_k
from indexer.match.bound_query import understand
from indexer.match.matching import holding
from indexer.query.parser import parse
from indexer.query.query import ASKING_WEIGHT
from indexer.search.search import rank_provisions
from legaltext.text import syllables
from tests.indexer.regulations import REGULATIONS, fill

# The words of the queries below that only ask; the formula counts them by half.
ASKING = {"cấp", "nào"}
SHARED = Path(__file__).resolve().parents[3] / "../shared/data/retrieval"


def terms(text: str) -> Counter[str]:
    words = syllables(text)
    return Counter(words) + Counter(f"{first} {second}" for first, second in pairwise(words))


def brute_force(query: str) -> dict[tuple[int, str], float]:
    """The documented formula, computed directly over all entries."""
    bags, lengths = [], []
    for one in REGULATIONS:
        parts = ((one.text, 1), (one.title, 6), (f"{one.doc_type} {one.doc_title}", 3), (one.label, 3))
        bag: Counter[str] = Counter()
        for text, weight in parts:
            bag.update({term: weight * count for term, count in terms(text).items()})
        bags.append(bag)
        lengths.append(sum(weight * len(syllables(text)) for text, weight in parts))
    base = language_model.base()
    count = len(bags) + base.documents
    mean = (sum(lengths) + base.documents * base.mean_length) / count
    mean = math.exp(round(math.log(mean) / 0.02) * 0.02)  # the mean is rounded to steps of 2 %
    scores: dict[tuple[int, str], float] = {}
    for one, bag, length in zip(REGULATIONS, bags, lengths, strict=True):
        total = 0.0
        for term, asked in terms(query).items():
            own = sum(term in other for other in bags)
            df = own + (base.pair_count(*term.split()) if " " in term else int(base.word_counts[base.numbers[term]]))
            idf = math.log(1 + (count - df + 0.5) / (df + 0.5)) ** 0.8 if own else 0.0
            gain, k, b = (1.5, 0.5, 0.75) if " " in term else (2.2, 1.2, 0.60)
            asked_for = ASKING_WEIGHT if ASKING & set(term.split()) else 1
            total += asked * asked_for * idf * gain * bag[term] / (bag[term] + k * (1 - b + b * length / mean))
        scores[one.document, one.anchor] = total
    return scores


@pytest.mark.parametrize(
    "query", ["hội nghị cán bộ công chức viên chức", "kế hoạch", "văn bản của cơ quan do cấp nào"]
)
def test_scores_are_the_formula(regulations: Index, query: str) -> None:
    expected = brute_force(query)
    ranked = rank_provisions(regulations, Request(query, thesaurus=NO_THESAURUS), Access(None))
    assert ranked
    snapshot = regulations.snapshot()
    everything = Access(None)
    asked = understand(snapshot, everything, parse(query, None, NO_THESAURUS), date.today(), math.inf)
    scores = bm25.score_all(snapshot, asked.statistics, asked.weighted, math.inf)
    some = np.arange(0, snapshot.size, 2)
    assert bm25.score_some(snapshot, asked.statistics, asked.weighted, some).tolist() == scores[some].tolist()
    for entry in range(snapshot.size):
        place = int(snapshot.integers["document"][entry]), snapshot.row(entry).anchor
        assert scores[entry] == pytest.approx(expected[place], rel=1e-5)
        assert scores[entry] < asked.ceiling
    best = max(expected, key=lambda place: expected[place])
    assert (ranked[0].document, ranked[0].anchor) == best


@pytest.mark.parametrize("together", [1, 7])
@pytest.mark.parametrize("rows", [0, 2, 1_000])
def test_no_digit_depends_on_how_postings_are_added(
    regulations: Index, monkeypatch: pytest.MonkeyPatch, together: int, rows: int
) -> None:
    snapshot, question = regulations.snapshot(), parse("hội nghị cán bộ công chức về kế hoạch dân chủ của cơ quan")
    asked = understand(snapshot, Access(None), question, date.today(), math.inf)
    expected = bm25.score_all(snapshot, asked.statistics, asked.weighted, math.inf)
    monkeypatch.setattr(bm25, "_TOGETHER", together)
    monkeypatch.setattr(bm25, "_frequent", lambda _snapshot, _segment: rows)
    scores = bm25.score_all(snapshot, asked.statistics, asked.weighted, math.inf)
    assert scores.tolist() == expected.tolist()
    # Single entries too, because numpy adds the items of a single column in another order.
    alone = [
        bm25.score_some(snapshot, asked.statistics, asked.weighted, np.array([entry])).tolist()
        for entry in range(snapshot.size)
    ]
    assert alone == [[score] for score in expected.tolist()]


@pytest.mark.parametrize("limit", [1, 100, 4_999, 5_000, 5_001, 9_999, 20_000])
def test_the_best_are_the_first_of_all_in_order(regulations: Index, limit: int) -> None:
    count = 5_000
    snapshot = replace(
        regulations.snapshot(), integers={name: np.arange(count, dtype=np.int32) for name in ("document", "order")}
    )
    keys = np.random.default_rng(1).integers(0, 900, count).astype(np.float32)
    best = top_k.best(snapshot, np.arange(count), keys, limit).tolist()
    assert best == sorted(range(count), key=lambda entry: (-keys[entry], entry))[:limit]


def test_weights_found_while_matching_give_the_same_scores(store: Index) -> None:
    # Each document is in a segment of its own, and the words occur in it once, twice or three times as often.
    for document, times in ((1, 1), (2, 3), (3, 2)):
        text = "kế hoạch " * times + "hoạch định " * (4 - times)
        fill(store, [replace(REGULATIONS[0], document=document, text=text + "của cơ quan " * document)])
    snapshot, question = store.snapshot(), parse("kế hoạch")
    assert len(snapshot.segments) > 1
    asked = understand(snapshot, Access(None), question, date.today(), math.inf)
    held, known = holding(snapshot, asked.free, snapshot.alive, boolean.Evaluation(asked.folded, True, math.inf))
    scores = bm25.score_all(snapshot, asked.statistics, asked.weighted, math.inf)
    assert len(held) > 1 and known.keys() == {("kế",), ("hoạch",)}
    some = bm25.score_some(snapshot, asked.statistics, asked.weighted, held, known)
    assert some.tolist() == scores[held].tolist()


def test_scores_stay_the_same_over_segments_and_merges(store: Index, tmp_path: Path) -> None:
    whole = fill(store, REGULATIONS)
    parts = Index(tmp_path / "parts").create()
    for document in (4, 1, 3, 2):
        fill(parts, [one for one in REGULATIONS if one.document == document])
    for query in ("kế hoạch dân chủ", "van ban", "hội nghị"):
        request = Request(query)
        assert rank_provisions(whole, request, Access(None)) == rank_provisions(parts, request, Access(None))


def write(folder: Path, corpus: list[dict[str, Any]], name: str = "corpus.jsonl.gz") -> list[str]:
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in corpus)
    target = folder / name
    if name.endswith(".gz"):
        with gzip.open(target, "wt", encoding="utf-8") as file:
            file.write(lines)
    else:
        target.write_text(lines, encoding="utf-8")
    queries = [{"qid": "a", "text": "thời hạn bảo quản hồ sơ"}, {"qid": "b", "text": "hội nghị tổ chức khi nào"},
               {"qid": "c", "text": "câu không có đáp án"}]  # fmt: skip
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in queries), encoding="utf-8")
    (folder / "qrels.tsv").write_text("a\tx@2\t1\nb\tx@1\t1\nb\ty@1\t1\nc\tx@1\t0\n", encoding="utf-8")
    return [str(target), str(folder / "queries.jsonl"), str(folder / "qrels.tsv")]


CORPUS: list[dict[str, Any]] = [
    {"id": "x@1", "law": "Quy chế", "article": "1", "title": "Hội nghị", "text": "Hội nghị tổ chức hằng năm."},
    {"id": "x@2", "law": "Quy chế", "article": "2", "title": "Hồ sơ", "text": "Thời hạn bảo quản hồ sơ: 20 năm."},
    {"id": "y@1", "number": "1/2020/NĐ-CP", "doc_type": "Nghị định", "doc_title": "Khác", "article": "1",
     "title": "Phạm vi", "effective": "01/01/2020", "text": "Không liên quan."},
    {"id": "z@1", "text": "", "effective": "không rõ"},
]  # fmt: skip


@pytest.mark.parametrize("name", ["corpus.jsonl.gz", "corpus.jsonl"])
def test_evaluate_prints_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main([*write(tmp_path, CORPUS, name), "--json", "--cross-validate", "2", "--fold-queries"]) == 0
    report = json.loads(capsys.readouterr().out)
    half = 1 / (1 + 1 / math.log2(3))
    assert report["ndcg@10"] == pytest.approx((1 + half) / 2, abs=1e-3)
    assert (report["recall@1"], report["recall@10"], report["mrr@10"]) == (0.75, 0.75, 1.0)
    assert (report["queries"], report["documents"]) == (2, 4)
    assert [fold["queries"] for fold in report["folds"]] == [1, 1]
    for name in ("recall@100", "docs_per_s", "index_mb", "peak_rss_mb"):
        assert report[name] > 0
    assert set(report["latency_ms"]) == {"p50", "p95"}


def test_evaluate_sample_takes_the_smallest_hashes(tmp_path: Path) -> None:
    _, queries, qrels = write(tmp_path, CORPUS)
    sampled = read_questions(Path(queries), Path(qrels), 1)
    assert [question.qid for question in sampled] == ["a"]  # the SHA-1 of "a" begins with 86f7, that of "b" with e9d7
    assert len(read_questions(Path(queries), Path(qrels), None)) == 2


def test_evaluate_refuses_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus, queries, qrels = write(tmp_path, [{"text": "no id"}])
    assert main([corpus, queries, qrels]) == 2
    assert main([str(tmp_path / "none"), queries, qrels]) == 2
    assert "evaluate:" in capsys.readouterr().err


def test_measures() -> None:
    question = JudgedQuery("q", "", {"a": 1, "b": 1})
    figures = measure(question, ["x", "a", *"cdefghi", "j", "b"])
    assert figures["mrr@10"] == 0.5 and figures["recall@1"] == 0 and figures["recall@10"] == 0.5
    assert figures["recall@100"] == 1.0
    assert figures["ndcg@10"] == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))
    assert percentile([5.0, 1.0, 3.0], 0.5) == 3.0 and percentile([], 0.5) == 0.0
    assert sorted(chain(*folds_of([JudgedQuery(str(n), "", {}) for n in range(7)], 3))) == list(range(7))


def test_each_fold_is_ranked_with_weights_of_the_others_alone(
    regulations: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = [JudgedQuery(name, name, {"dieu-1": 1}) for name in "abcdef"]
    used: list[tuple[dict[str, float], dict[str, float], list[str]]] = []

    def asked(_store: Index, own: Sequence[JudgedQuery], _typed: Any) -> tuple[list[dict[str, float]], list[float]]:
        used.append((language_model.weights(), language_model.long_weights(), [one.qid for one in own]))
        return [{"which": float(ord(one.qid))} for one in own], []

    def judged(_snapshot: Any, text: str, _right: Any, _share: float, long: bool) -> str | None:
        return None if text == "f" else text.upper() if long else text

    monkeypatch.setattr(run, "judge", judged)
    monkeypatch.setattr(run, "fit", lambda judged, prior=None: dict.fromkeys(judged, 2.0 if prior else 1.0))
    monkeypatch.setattr(run, "ask", asked)
    before = language_model.weights(), language_model.long_weights()
    folds = [[0, 3], [1, 5], [2, 4]]
    measured = run.cross_validate(regulations, questions, str, folds)
    assert [("".join(fitted), "".join(own)) for fitted, _, own in used] == [("bce", "ad"), ("acde", "bf"), ("abd", "ce")]
    # Long questions are fitted on the features of long questions, near the weights that were measured.
    assert [long for _, long, _ in used] == [dict.fromkeys(folded, 2.0) for folded in ("BCE", "ACDE", "ABD")]
    assert [chr(int(figures["which"])) for figures in measured] == list("abcdef")
    assert (language_model.weights(), language_model.long_weights()) == before


@pytest.mark.slow
def test_quality_on_real_questions(capsys: pytest.CaptureFixture[str]) -> None:
    folder = SHARED / "alqac25"
    if not folder.exists():
        pytest.skip("the retrieval sets are not on this machine")
    files = [str(folder / name) for name in ("corpus.jsonl.gz", "queries.jsonl", "qrels.tsv")]
    for extra, bound in (([], 0.88), (["--fold-queries"], 0.86)):
        assert main([*files, "--json", *extra]) == 0
        assert json.loads(capsys.readouterr().out)["ndcg@10"] >= bound
