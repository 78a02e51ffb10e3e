"""The packaged base model: its counts are right, the file is complete and small, and a damaged file is refused."""

from pathlib import Path

import numpy as np
import pytest

from indexer.analysis import language_model
from indexer.analysis.language_model import ModelTerm
from indexer.query.parser import parse
from indexer.rank import feature_matrix
from indexer.rank.features import QueryFigures
from indexer.store import container
from legaltext.text import fold
from tests.indexer.rank.test_reranking_figures import figures


def test_the_packaged_model_is_whole_and_small() -> None:
    opened = container.open_container(language_model.PACKAGED)
    assert list(opened.problems()) == []
    assert language_model.PACKAGED.stat().st_size <= 20_000_000
    base = language_model.base()
    assert len(base.vectors) == len(base.scales) == int(base.rows.max()) + 1
    assert base.words == sorted(base.words) and len(base.word_counts) == len(base.words)
    assert len(base.pair_codes) == len(base.seconds) and bool((np.diff(base.pair_codes) > 0).all())


def test_every_weight_has_a_figure_and_every_figure_a_weight() -> None:
    made = figures([("văn bản lưu trữ", "Cơ quan", 1)], ["lưu", "trữ"])
    assert made.values.keys() == feature_matrix.weights().keys() == feature_matrix.weights(parse("lưu trữ")).keys()


def test_a_model_without_weights_for_short_and_long_questions_is_read(tmp_path: Path) -> None:
    arrays, notes = language_model.contents(language_model.base())
    for name in ("short_weights", "long_weights"):
        assert notes.pop(name)
    container.write(tmp_path / "older.model", arrays, notes)
    older = language_model.read(container.open_container(tmp_path / "older.model"))
    assert older.short_weights == older.long_weights == {} and older.weights == language_model.base().weights


def test_counts_of_spellings_add_up() -> None:
    base = language_model.base()
    dan, chu = (base.spellings[word] for word in ("dan", "chu"))
    words = sum(int(base.word_counts[number]) for number in dan)
    pairs = sum(base.pair_count(base.words[a], base.words[b]) for a in dan for b in chu)
    assert base.frequency(ModelTerm(("dan",), (True,))) == min(words, base.documents)
    assert base.frequency(ModelTerm(("dan", "chu"), (True, True))) == pairs
    mixed = sum(base.pair_count("dân", base.words[b]) for b in chu)
    assert base.frequency(ModelTerm(("dân", "chu"), (False, True))) == mixed
    assert (
        0
        < base.frequency(ModelTerm(("dân", "chủ"), (False, False)))
        == base.pair_count("dân", "chủ")
        <= mixed
        <= pairs
    )
    assert (
        base.frequency(ModelTerm(("xqzw",), (False,))) == base.frequency(ModelTerm(("xqzw", "dan"), (True, True))) == 0
    )
    assert base.pair_count("chủ", "xqzw") == 0


def test_spellings_hold_every_word() -> None:
    base = language_model.base()
    assert sum(map(len, base.spellings.values())) == len(base.words)
    assert all(
        fold(base.words[number]) == spelling for spelling, own in base.spellings.items() for number in own
    )


def test_a_file_without_a_part_is_refused(tmp_path: Path) -> None:
    arrays, notes = language_model.contents(language_model.base())
    arrays.pop("scales")
    container.write(tmp_path / "short", arrays, notes)
    with pytest.raises(container.Damaged):
        language_model.read(container.open_container(tmp_path / "short"))


def test_a_file_whose_pairs_are_nobodys_is_refused(tmp_path: Path) -> None:
    arrays, notes = language_model.contents(language_model.base())
    arrays["second_starts"] = arrays["second_starts"].copy()
    arrays["second_starts"][5] ^= 1 << 30
    container.write(tmp_path / "wrong", arrays, notes)
    with pytest.raises(container.Damaged):
        language_model.read(container.open_container(tmp_path / "wrong"))


def test_another_model_can_be_used_and_the_packaged_one_again(tmp_path: Path) -> None:
    arrays, notes = language_model.contents(language_model.base())
    container.write(tmp_path / "own.model", arrays, {**notes, "documents": 7})
    try:
        language_model.use(tmp_path / "own.model")
        assert language_model.base().documents == 7
        with pytest.raises(FileNotFoundError):
            language_model.use(tmp_path / "none.model")
        assert language_model.base().documents == 7
    finally:
        language_model.use(language_model.PACKAGED)
    assert language_model.base().documents > 7


def test_a_question_of_no_known_words_has_no_mass() -> None:
    nothing = QueryFigures([], np.zeros(0), np.zeros(0), (), np.zeros(0))
    assert nothing.mass == 0
