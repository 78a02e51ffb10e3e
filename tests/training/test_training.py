"""A command makes the base model from a corpus: the same bytes each time, and the model has learned something."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("numba", reason="numba (requirements-dev.txt) trains the model")
pytest.importorskip("scipy", reason="scipy (requirements-dev.txt) trains the model")

from indexer.analysis import language_model
from indexer.index import vectors as embedding
from indexer.query.parser import parse
from indexer.rank import feature_matrix
from indexer.store import container
from legaltext.thesaurus import Thesaurus, ThesaurusEntry
from training import __main__ as command
from training import corpus, making
from training import embedding as training

_SUBJECTS = ("lưu trữ hồ sơ", "thu học phí", "xử phạt giao thông", "nghỉ phép hằng năm", "khám chữa bệnh")
_TEXTS = (
    "Cơ quan nộp tài liệu vào kho; cán bộ văn thư giữ sổ và giao nhận hồ sơ khi kết thúc công việc.",
    "Nhà trường thông báo mức đóng đầu năm học; học sinh nghèo được miễn, giảm theo chính sách.",
    "Người điều khiển xe vượt đèn đỏ bị phạt tiền và tước giấy phép lái xe có thời hạn.",
    "Người lao động làm đủ mười hai tháng được nghỉ mười hai ngày và hưởng nguyên lương.",
    "Người bệnh có thẻ bảo hiểm được quỹ chi trả chi phí thuốc và giường nằm tại bệnh viện.",
)


@pytest.fixture
def provisions(tmp_path: Path) -> Path:
    """Sixty provisions on five subjects."""
    path = tmp_path / "provisions.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for number in range(60):
            kind = number % 5
            line = {"id": f"{number // 5}%{kind}", "number": f"{number // 5}/2024/QĐ", "title": _SUBJECTS[kind],
                    "article": str(kind + 1), "doc_title": f"Quyết định số {number // 5}", "text": _TEXTS[kind]}  # fmt: skip
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path


def make(provisions: Path, out: Path, *more: str) -> language_model.LanguageModel:
    """Run the command and open its result."""
    assert command.main([str(provisions), "--out", str(out), "--dims", "4", "--epochs", "6", *more]) == 0
    return language_model.read(container.open_container(out))


@pytest.mark.slow
def test_the_same_corpus_makes_the_same_bytes(provisions: Path, tmp_path: Path) -> None:
    make(provisions, tmp_path / "one")
    make(provisions, tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    make(provisions, tmp_path / "three", "--seed", "2")
    assert (tmp_path / "one").read_bytes() != (tmp_path / "three").read_bytes()


@pytest.mark.slow
def test_headings_lie_near_their_texts(provisions: Path, tmp_path: Path) -> None:
    made = make(provisions, tmp_path / "made")
    assert made.documents == 60
    assert made.word_counts[made.numbers["phạt"]] == 12 and made.pair_count("học", "phí") == 12
    held = corpus.read(provisions)
    vectors = embedding.vectors(held, made)
    for kind, subject in enumerate(_SUBJECTS):
        cosines = embedding.cosines(vectors, embedding.question([subject.split()], made))
        best = np.argsort(-cosines)[:5]
        assert {int(held.integers["order"][entry]) % 5 for entry in best} == {kind}


def test_slopes_are_those_of_the_loss() -> None:
    random = np.random.default_rng(5)
    asked, answers = (random.standard_normal((6, 4)).astype(np.float32) for _ in range(2))
    _, *slopes = training._slopes(asked, answers)
    for which, slope in enumerate(slopes):
        for bag, dim in ((0, 0), (3, 2), (5, 3)):
            losses = []
            for step in (-1e-2, 1e-2):
                moved = [asked.copy(), answers.copy()]
                moved[which][bag, dim] += step
                losses.append(training._slopes(*moved)[0])
            assert slope[bag, dim] == pytest.approx((losses[1] - losses[0]) / 2e-2, abs=2e-2)


@pytest.mark.slow
def test_each_epoch_tells_headings_and_texts_apart_better(provisions: Path) -> None:
    told: list[str] = []
    training.train(corpus.prepare(corpus.read(provisions)), 4, 12, 1, told.append)
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in told if "loss" in line]
    assert len(losses) == 12
    assert np.mean(losses[-3:]) < np.mean(losses[:3]) - 0.05


@pytest.mark.slow
def test_weights_come_from_questions(provisions: Path, tmp_path: Path) -> None:
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels.tsv"
    asked = [{"qid": f"q{kind}", "text": f"{subject} thế nào"} for kind, subject in enumerate(_SUBJECTS)]
    queries.write_text("\n".join(json.dumps(one) for one in asked), encoding="utf-8")
    qrels.write_text("\n".join(f"q{kind}\t3%{kind}\t1" for kind in range(5)), encoding="utf-8")
    try:
        made = make(provisions, tmp_path / "made", "--questions", str(provisions), str(queries), str(qrels))
    finally:
        language_model.use(language_model.PACKAGED)
    assert made.weights.keys() == feature_matrix.weights().keys()
    # Without queries the existing weights are kept.
    assert make(provisions, tmp_path / "made").weights == made.weights


def test_weights_alone_are_fitted_anew(provisions: Path, tmp_path: Path) -> None:
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels.tsv"
    queries.write_text(json.dumps({"qid": "q", "text": f"{_SUBJECTS[0]} thế nào"}), encoding="utf-8")
    qrels.write_text("q\t3%0\t1", encoding="utf-8")
    before = make(provisions, tmp_path / "made")
    questions = ("--questions", str(provisions), str(queries), str(qrels))
    try:
        after = make(provisions, tmp_path / "made", "--weights-only", *questions)
    finally:
        language_model.use(language_model.PACKAGED)
    assert after.weights and after.weights != before.weights and after.stamp == before.stamp


def test_short_and_long_questions_get_weights_of_their_own(provisions: Path, tmp_path: Path) -> None:
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels.tsv"
    asked = [{"qid": f"q{kind}", "text": subject} for kind, subject in enumerate(_SUBJECTS)]
    queries.write_text("\n".join(json.dumps(one) for one in asked), encoding="utf-8")
    qrels.write_text("\n".join(f"q{kind}\t3%{kind}\t1" for kind in range(5)), encoding="utf-8")
    files = (str(provisions), str(queries), str(qrels))
    try:
        make(provisions, tmp_path / "made", "--questions", *files)
        made = make(provisions, tmp_path / "made", "--weights-only", "--short", *files, "--long", *files)
        assert made.short_weights.keys() == made.weights.keys() and made.short_weights != made.weights
        assert "fit of best line" in made.long_weights and "fit of best line" not in made.weights
        language_model.use(tmp_path / "made")
        table = Thesaurus([ThesaurusEntry("bị bắn tốc độ", "xử phạt giao thông")])
        short, long = (parse(text, None, table) for text in ("bị bắn tốc độ", "bị bắn tốc độ ở xa lộ mà không có biển báo"))
        assert short.expansions and long.expansions
        assert feature_matrix.weights(short) == pytest.approx(made.short_weights)
        assert made.short_weights != feature_matrix.weights(long) == made.weights
        # A question for a definition, and one in words of the law, are answered by what the long questions have taught.
        assert feature_matrix.weights(parse("bị bắn tốc độ là gì", None, table)) == made.weights
        assert feature_matrix.weights(parse("bắn tốc độ", None, table)) == made.weights
        with language_model.weighing({**made.weights, "score": made.weights["score"] + 1.0}):
            moved = {**made.short_weights, "score": made.short_weights["score"] + 1.0}
            assert feature_matrix.weights(short) == pytest.approx(moved)
        # What is not fitted anew stays.
        again = make(provisions, tmp_path / "made")
        assert (again.short_weights, again.long_weights) == (made.short_weights, made.long_weights)
    finally:
        language_model.use(language_model.PACKAGED)


def test_what_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([str(tmp_path / "none.jsonl"), "--out", str(tmp_path / "out")]) == 2
    assert "none.jsonl" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_rounding_keeps_directions() -> None:
    vectors = np.random.default_rng(1).standard_normal((50, 16)).astype(np.float32) * 3
    held, scales = making.rounded(vectors)
    again = held.astype(np.float32) * scales[:, None].astype(np.float32)
    cosines = (again * vectors).sum(1) / (np.linalg.norm(again, axis=1) * np.linalg.norm(vectors, axis=1))
    assert cosines.min() > 0.999
    assert not making.rounded(np.zeros((1, 4), np.float32))[0].any()
