"""The benchmark's tables: missed limits and failed engines are shown, and no measurement is lost."""

from typing import Any

from docmgr.settings import ROOT
from tests.bench import parts, tables
from tests.bench.__main__ import FULL
from tests.bench.peers import PEERS


def engine(milliseconds: float) -> dict[str, Any]:
    times = {"p50": milliseconds, "p95": 2 * milliseconds, "max": 9.0, "count": 5.0}
    return {
        "build": {"articles": 5_000, "seconds": 1.0, "mb": 80.0},
        "ask": {
            **dict.fromkeys(tables.SHAPES, times),
            "memory": {"private": 90.0, "mapped": 80.0},
            "ndcg@10": 0.8,
        },
        "start_ms": 100.0,
    }


def test_engines_beside_each_other() -> None:
    own: dict[str, Any] = {name: engine(2.0) for name in PEERS} | {"ours": engine(3.0), "minutes": 1.5}
    own["whoosh"] = {"failed": "it took too long"}
    told = tables.part("peers", {"peers": own})
    assert "it took too long" in told and "(1.5 minutes)" in told
    rows = {line.split("|")[1].strip(): line for line in told.splitlines() if line.startswith("|")}
    assert "**short**" in rows["whole question, p50 ms"]
    assert "aim" in rows["building, articles/s"]


def test_what_was_not_measured_is_said() -> None:
    told = tables.part("peers", {"peers": {"ours": engine(1.0), "minutes": 0.1}})
    assert "not measured" in told and "**short**" not in told


def test_quality_beside_its_limits() -> None:
    run = {"ndcg@10": 0.9, "recall@1": 0.8, "recall@10": 0.94, "recall@100": 1.0, "mrr@10": 0.9,
           "latency_ms": {"p50": 5.0, "p95": 7.0}}  # fmt: skip
    runs: dict[str, Any] = {"phapdien": run, "phapdien without diacritics": {**run, "ndcg@10": 0.8}}
    runs["phapdien with half of the diacritics"] = {**run, "ndcg@10": 0.89}
    told = tables.part("quality", {"quality": {**runs, "minutes": 3.0}})
    assert "98.9 | ≥ 97" in told.split("phapdien with half of the diacritics, %")[1]
    assert "| phapdien recall@10 |" in told and "**short**" in told.split("phapdien without diacritics, %")[1]


def test_the_better_round_counts_for_each_shape_of_question() -> None:
    def round_of(whole: float, phrase: float, private: float) -> dict[str, Any]:
        return {"whole": {"p50": whole, "p95": 2 * whole}, "phrase": {"p50": phrase, "p95": 9.0}, "ndcg@10": 0.8,
                "memory": {"private": private}}  # fmt: skip

    best = parts.better(round_of(2.0, 0.2, 100.0), round_of(1.0, 0.3, 300.0))
    assert best == round_of(2.0, 0.2, 100.0) | {"whole": {"p50": 1.0, "p95": 2.0}}


def test_what_grows_faster_than_the_corpus_is_said() -> None:
    def told(milliseconds: float, mb: float = 1.0) -> str:
        large = {
            "ours": engine(milliseconds)
            | {"build": {**engine(1.0)["build"], "mb": mb}}
            | {"layers": {"ranked": {"p95": 20.0}}},
            "tantivy": engine(100.0),
        }
        grown = {"large": large, "texts_mb": (100.0, 1_100.0), "provisions": 50_000, "corpus": 5_000,
                 "steps": [{name: 1.0 for name in "abcdef"}], "minutes": 9.0}  # fmt: skip
        small = {name: engine(1.0) for name in PEERS} | {"minutes": 1.0}
        held = {"growth": grown, "peers": small, "engine": {"layers": {"ranked": {"p95": 5.0}}}}
        return tables.part("growth", held).partition("| reached |")[2]

    assert "**short**" not in told(9.0)
    lines = [line for line in told(11.0).splitlines() if "**short**" in line]
    assert len(lines) == 1 and "whole question" in lines[0] and "1.04" in lines[0]
    # The texts are eleven times as large, and their number is ten times as large.
    before = engine(1.0)["build"]["mb"]
    assert "**short**" not in told(9.0, 10.5 * before)
    assert "index, MB" in told(9.0, 11.5 * before).partition("**short**")[0].splitlines()[-1]


def test_the_document_is_written_from_the_figures() -> None:
    figures: dict[str, Any] = {"machine": {"date": "2026-01-02"}, "peers": {"ours": engine(1.0), "minutes": 0.1}}
    written = tables.document(figures)
    assert written.startswith("# Benchmarks") and "date 2026-01-02" in written and "\n## Beside other engines" in written


def test_the_document_in_the_tree_has_the_form_that_the_program_writes() -> None:
    kept = (ROOT / "BENCHMARKS.md").read_text(encoding="utf-8")
    assert kept.startswith(tables.HEAD)
    titles = [line[3:] for line in kept.splitlines() if line.startswith("## ")]
    assert titles == [*tables.TITLES.values()] and {*tables.TITLES} == {*FULL, "cluster"}


def reading(seconds: float) -> dict[str, Any]:
    one = {"kB": 10.0, "cpu_s": seconds, "wall_s": 9.0, "mb": 80.0, "letters": 1_000, "outcome": "text"}
    ocr = {"pages": 2, "words": 300, "cpu_s": 4.0, "wall_s": 5.0, "mb": 200.0}
    kinds = {"docx": one, "pdf": one}
    return {"pages": 100, "kinds": kinds, "ocr": ocr, "beside": {"alone_s": 1.0, "beside_s": 1.1}, "minutes": 0.5}


def test_a_kind_that_is_read_too_slowly_is_said() -> None:
    told = tables.part("reading", {"reading": reading(0.5)})
    assert "| docx | 10 | 0.50 | 9.00 | 80 | 1,000 | text |" in told and "**short**" not in told
    assert "| recognised pages a minute on one core | 30.0 | ≥ 15 |" in told
    slow = [line for line in tables.part("reading", {"reading": reading(1.5)}).splitlines() if "**short**" in line]
    assert len(slow) == 1 and "DOCX of 100 pages" in slow[0]


def test_a_part_measured_alone_leaves_the_others_as_they_are() -> None:
    kept = (ROOT / "BENCHMARKS.md").read_text(encoding="utf-8")
    figures = {"machine": {"date": "2031-01-02"}, "reading": reading(0.25)}
    written = tables.merged(kept, figures)
    title, following = (f"## {tables.TITLES[name]}\n" for name in ("reading", "growth"))
    before, _, rest = written.partition(title)
    section, _, after = rest.partition(following)
    assert "date 2031-01-02" in section and "| 0.25 |" in section
    assert kept.startswith(before) and kept.endswith(after) and len(before) + len(after) > 9_000
    assert tables.merged(written, figures) == written


def test_questions_of_people_beside_their_limits() -> None:
    half = {"count": 150, "first": 0.4, "ndcg@10": 0.5, "recall@10": 0.6, "recall@100": 0.7}
    own = {
        "first": half, "second": {**half, "ndcg@10": 0.61}, "defined": {"count": 240, "first": 0.96, "ten": 1.0, "hundred": 1.0},
        "typed": {"telex": {"count": 9.0, "left": 0.98}, "glued": {"count": 9.0, "left": 0.9}},
        "false": {"phapdien": [], "alqac25": [["chó đi lạc", "chở đi lạc"]]}, "right": 700, "memory": {"private": 150.0},
        "completion": {"count": 300, "number": 0.99, "title": 0.94, "begun": 0.5, "ms": {"p50": 4.0, "p95": 16.0}},
    }  # fmt: skip
    told = tables.part("asked", {"asked": {**own, "minutes": 2.0}})
    rows = {line.split("|")[1].strip(): line for line in told.splitlines() if line.startswith("|")}
    assert "0.610 | ≥ 0.600 | ≥ 0.750 | must" in rows["everyday questions, second half, nDCG@10"]
    assert "0.940" in rows["misspelt, glued, without diacritics, Telex: share of nDCG@10"]
    assert "**short**" in rows["completion, p95 ms"] and "must" in rows["suggestions for 700 right questions"]
    assert "“chó” → “chở”" in told and "đi lạc" not in told
