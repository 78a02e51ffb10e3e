"""Every engine of the benchmark is built and answers, in processes of its own as in `make bench`."""

from pathlib import Path

import pytest

from tests.bench import corpus, peers
from tests.bench.corpus import Asked
from tests.indexer.regulations import REGULATIONS

QUESTIONS = [Asked("kế hoạch kiểm tra", ("kế", "hoạch", "kiểm", "tra")), Asked("lưu trữ hồ sơ", ("lưu", "trữ", "hồ", "sơ"))]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The articles and the questions, as the parts of the benchmark write them."""
    articles, questions = tmp_path / "articles.jsonl", tmp_path / "questions.json"
    corpus.write_entries(articles, REGULATIONS)
    corpus.write_questions(questions, REGULATIONS, QUESTIONS)
    return articles, questions


@pytest.mark.parametrize("name", peers.PEERS)
def test_an_engine_is_built_asked_and_started(name: str, files: tuple[Path, Path], tmp_path: Path) -> None:
    articles, questions = files
    figures = peers.figures_of(name, tmp_path / "index", articles, questions)
    assert figures["build"]["articles"] == len(REGULATIONS)
    assert figures["ask"]["whole"]["count"] >= len(QUESTIONS) and figures["start_ms"] > 0


def test_the_products_engine_is_asked_in_its_layers(files: tuple[Path, Path], tmp_path: Path) -> None:
    articles, questions = files
    peers.run("build", "ours", tmp_path / "index", articles)
    assert peers.run("layers", "ours", tmp_path / "index", questions)
