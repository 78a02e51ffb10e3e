"""Learning the vectors of words that only one site uses: from which entries, how good they are, and how a rebuild
uses them.
"""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from indexer import Entry, Index, IndexUnusable
from indexer.analysis import language_model
from indexer.analysis.analyzer import Vocabulary
from indexer.index import vectors as embedding
from indexer.index.batch import Batch
from indexer.index.builder import build
from indexer.index.folder_model import OWN_MODEL
from indexer.index.segment import SegmentData
from indexer.learn import site_model
from indexer.learn.site_terms import adapt
from tests.indexer.index.test_index_damage import flip_in, folder_of
from tests.indexer.regulations import ask, entry, fill, found

# Two subjects. Each consists of the words nearest to one word of the law.
_MATTERS = ("rừng", "lương")
_TEXTS = 220


@cache
def _words_about(matter: str) -> list[str]:
    base = language_model.base()
    wide = base.vectors[base.rows[: len(base.words)]].astype(np.float32)
    near = wide @ embedding.question([(matter,)]) / (np.linalg.norm(wide, axis=1) + 1e-9)
    near[base.rows[: len(base.words)] < 0] = -1
    return [base.words[number] for number in np.argsort(-near)[:400] if base.words[number].isalpha()]


@cache
def _texts(seed: int = 7) -> tuple[tuple[str, str], ...]:
    """(subject, text) pairs, with random words of the subject."""
    draw = random.Random(seed)
    return tuple(
        (matter, " ".join(draw.choices(_words_about(matter), k=30)))
        for _ in range(_TEXTS)
        for matter in _MATTERS
    )


def _entries(planted: dict[str, str], every: int = 9) -> list[Entry]:
    """The texts as documents. Every `every`-th text of a subject contains the term planted for it."""
    return [
        entry(number, f"{text} {planted[matter]}" if matter in planted and number // 2 % every == 0 else text)
        for number, (matter, text) in enumerate(_texts(), start=1)
    ]


def _segment(entries: list[Entry]) -> SegmentData:
    vocabulary = Vocabulary()
    return build([vocabulary.analyse(one) for one in entries], vocabulary)


def _all(held: SegmentData) -> tuple[SegmentData, np.ndarray]:
    return held, np.ones(held.size, bool)


def _near(learnt: language_model.LanguageModel, words: str, matter: str) -> float:
    other = embedding.question([_words_about(matter)], learnt)
    return float(embedding.question([words.split()], learnt) @ other)


def test_a_new_word_lies_with_the_texts_that_hold_it() -> None:
    learnt = adapt([_all(_segment(_entries({"rừng": "xqzwa", "lương": "vvkkq jjwwq"})))])
    assert learnt
    assert _near(learnt, "xqzwa", "rừng") > _near(learnt, "xqzwa", "lương") + 0.3
    assert _near(learnt, "vvkkq jjwwq", "lương") > _near(learnt, "vvkkq jjwwq", "rừng") + 0.3


def test_what_the_base_model_knows_stays_as_it_is() -> None:
    base, learnt = language_model.base(), adapt([_all(_segment(_entries({"rừng": "xqzwa"})))])
    assert learnt and learnt.stamp != base.stamp and learnt.weights == base.weights
    for run in (["kế", "hoạch", "năm"], ["bảo", "vệ", "rừng"], ["trường"]):
        assert embedding.question([run], learnt).tolist() == embedding.question([run], base).tolist()
    placed = [word for word, row in zip(base.words, base.rows, strict=False) if row >= 0]
    theirs, before = ([held.numbers[word] for word in placed] for held in (learnt, base))
    assert learnt.word_counts[theirs].tolist() == base.word_counts[before].tolist()
    places = [learnt.numbers[word] for word in base.words]
    codes = np.array(places)[base.pair_codes // len(places)] * len(learnt.words) + np.array(places)[base.seconds]
    at = np.searchsorted(learnt.pair_codes, codes)
    assert learnt.pair_codes[at].tolist() == codes.tolist()
    assert learnt.pair_counts[at].tolist() == base.pair_counts.tolist()


def test_how_entries_are_spread_over_segments_changes_nothing() -> None:
    entries = _entries({"rừng": "xqzwa", "lương": "vvkkq jjwwq"})
    together = adapt([_all(_segment(entries))])
    random.Random(3).shuffle(entries)
    apart = adapt([_all(_segment(part)) for part in (entries[:50], entries[50:57], entries[57:])])
    assert together and apart and together.words == apart.words and together.stamp == apart.stamp


def test_entries_that_may_not_teach_change_nothing() -> None:
    entries = _entries({"rừng": "xqzwa"})
    hidden = [entry(1000 + number, "hhwwq xqzwa lương rừng " * 3) for number in range(60)]
    alone, held = adapt([_all(_segment(entries))]), _segment(hidden[:30] + entries + hidden[30:])
    chosen = np.ones(held.size, bool)
    chosen[:30] = chosen[-30:] = False
    beside = adapt([(held, chosen), (_segment(hidden), np.zeros(len(hidden), bool))])
    assert alone and beside and "hhwwq" not in beside.words
    assert (alone.stamp, alone.words) == (beside.stamp, beside.words)


def test_what_only_two_documents_say_is_not_learnt() -> None:
    told = [entry(2000 + number // 10, "hhwwq kế hoạch", order=number) for number in range(20)]
    learnt = adapt([_all(_segment(_entries({"rừng": "xqzwa"}) + told))])
    assert learnt and "xqzwa" in learnt.words and "hhwwq" not in learnt.words
    told.append(entry(2002, "hhwwq kế hoạch"))
    learnt = adapt([_all(_segment(_entries({"rừng": "xqzwa"}) + told))])
    assert learnt and "hhwwq" in learnt.words


@pytest.mark.parametrize("count", [0, 3, 40])
def test_of_little_text_nothing_is_learnt(count: int) -> None:
    assert adapt([_all(_segment([entry(n + 1, "kế hoạch xqzwa") for n in range(count)]))] if count else []) is None


def _rebuilt(store: Index, entries: list[Entry]) -> Index:
    with store.rebuild() as rebuild:
        rebuild.write([(one.document, [one]) for one in entries])
    return store


@pytest.fixture
def taught(store: Index) -> tuple[Index, list[Entry]]:
    """An index that has learnt from its texts but is not rebuilt yet, and the texts."""
    entries = _entries({"rừng": "xqzwa"})
    fill(store, entries)
    assert site_model.adapt(store, frozenset({1})) > 0
    return store, entries


def test_a_rebuild_uses_what_was_learnt(taught: tuple[Index, list[Entry]]) -> None:
    store, entries = taught
    assert store.taught_anew() and store.snapshot().model is language_model.base()
    _rebuilt(store, entries)
    assert not store.taught_anew() and store.check() == []
    fill(store, [entry(5000, "xqzwa")])
    asked = (
        "import sys; from indexer import Index; snapshot = Index(sys.argv[1]).snapshot();"
        "print('xqzwa' in snapshot.model.words, [bool(one.held.vectors[-1].any()) for one in snapshot.segments][-1])"
    )
    other = subprocess.run([sys.executable, "-c", asked, str(store.path)], capture_output=True, text=True, check=True)
    assert other.stdout.split() == ["True", "True"]
    assert 5000 in found(ask(store, "xqzwa"))


def test_learning_again_from_the_same_texts_changes_nothing(taught: tuple[Index, list[Entry]]) -> None:
    store, entries = taught
    before = (store.path / OWN_MODEL).read_bytes()
    _rebuilt(store, entries)
    assert site_model.adapt(store, frozenset({1})) > 0
    assert (store.path / OWN_MODEL).read_bytes() == before and not store.taught_anew()


def test_texts_of_other_lists_and_withheld_documents_do_not_teach(store: Index) -> None:
    entries = _entries({"rừng": "xqzwa"})
    hidden = [entry(2000 + number, "hhwwq kế hoạch", access=2) for number in range(30)]
    drafts = [entry(3000 + number, "ddrrq kế hoạch") for number in range(30)]
    fill(store, entries + hidden + drafts)
    site_model.adapt(store, frozenset({1}), frozenset(one.document for one in drafts))
    words = _rebuilt(store, entries).snapshot().model.words
    assert "xqzwa" in words and "hhwwq" not in words and "ddrrq" not in words


def test_a_site_whose_texts_are_gone_goes_back_to_the_base_model(taught: tuple[Index, list[Entry]]) -> None:
    store, entries = taught
    _rebuilt(store, entries)
    _rebuilt(store, [])
    assert site_model.adapt(store, frozenset({1})) == 0 and store.taught_anew()
    assert _rebuilt(store, entries[:2]).snapshot().model is language_model.base()


@pytest.mark.parametrize("drop", [lambda store: site_model.adapt(store, frozenset({2})), lambda store: store.keep_model(None), Index.discard])
def test_a_power_cut_brings_nothing_back_that_was_learnt(
    taught: tuple[Index, list[Entry]], drop: Callable[[Index], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The removed model may have been learnt from hidden documents or another database. So the removal must be on
    disk when the call returns."""
    store, _ = taught
    there = [store.has_learnt()]
    monkeypatch.setattr(os, "fsync", lambda _: there.append(store.has_learnt()))
    drop(store)
    assert there == [True, False]


def test_a_rebuild_begun_with_another_model_starts_anew(taught: tuple[Index, list[Entry]]) -> None:
    store, entries = taught
    with pytest.raises(KeyboardInterrupt), store.rebuild() as rebuild:
        rebuild.write([(entries[0].document, [entries[0]])])
        raise KeyboardInterrupt
    (store.path / OWN_MODEL).unlink()
    with store.rebuild() as rebuild:
        assert rebuild.done == {}
    assert store.snapshot().model is language_model.base()


def _damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


def test_a_damaged_model_in_use_is_found(taught: tuple[Index, list[Entry]]) -> None:
    store, entries = taught
    _rebuilt(store, entries)
    _damage(store.path / (store.path / "current").read_text().strip() / OWN_MODEL)
    assert any(OWN_MODEL in problem for problem in store.check())
    assert _rebuilt(store, entries).check() == []


def test_a_question_that_stumbles_over_a_damaged_model_tells(taught: tuple[Index, list[Entry]]) -> None:
    """A flipped bit in a count gives a word a vector that the file does not have, so the last pair has none."""
    store, entries = taught
    learnt = _rebuilt(store, entries).snapshot().model
    last = int(np.flatnonzero(learnt.rows >= 0)[-1]) - len(learnt.words)
    pair = [learnt.words[number] for number in divmod(int(learnt.pair_codes[last]), len(learnt.words))]
    fill(store, [entry(5000, " ".join(pair))])
    assert found(ask(store, " ".join(pair)))
    seldom = int(np.flatnonzero(learnt.rows[: len(learnt.words)] < 0)[0])
    flip_in(folder_of(store) / OWN_MODEL, "word_counts", seldom, 20)
    with pytest.raises(IndexUnusable):
        ask(Index(store.path), " ".join(pair))


def test_a_damaged_model_is_not_used_for_a_rebuild(taught: tuple[Index, list[Entry]]) -> None:
    store, entries = taught
    _damage(store.path / OWN_MODEL)
    assert _rebuilt(store, entries).snapshot().model is language_model.base()
    assert any(OWN_MODEL in problem for problem in store.check())
    assert site_model.adapt(store, frozenset({1})) > 0 and store.taught_anew() and store.check() == []


def test_nothing_is_learnt_from_a_damaged_index(taught: tuple[Index, list[Entry]]) -> None:
    store, _ = taught
    before = (store.path / OWN_MODEL).read_bytes()
    _damage(max(store.path.glob("index-*/*.arr"), key=lambda path: path.stat().st_size))
    with pytest.raises(IndexUnusable):
        site_model.adapt(Index(store.path), frozenset({1}))
    assert (store.path / OWN_MODEL).read_bytes() == before


@pytest.mark.parametrize("damage", ["gone", "cut short"])
def test_a_model_lost_while_it_is_used_is_told(
    taught: tuple[Index, list[Entry]], damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, entries = taught
    _rebuilt(store, entries)
    monkeypatch.setattr("indexer.index.folder._LOOK_SECONDS", 0.0)
    assert found(ask(store, "xqzwa"))
    used = store.path / (store.path / "current").read_text().strip() / OWN_MODEL
    if damage == "gone":
        used.unlink()
    else:
        os.truncate(used, used.stat().st_size // 2)
    for _ in range(2):
        with pytest.raises(IndexUnusable):
            ask(store, "xqzwa")
    assert store.check()
    assert found(ask(_rebuilt(store, entries), "xqzwa"))


def test_a_batch_meets_a_rebuild_with_another_model(
    taught: tuple[Index, list[Entry]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vectors of the batch are computed before the lock is taken, so the switch may happen directly after that."""
    store, entries = taught
    arrays = Batch.arrays

    def slowly(batch: Batch, used: language_model.LanguageModel) -> SegmentData | None:
        made = arrays(batch, used)
        monkeypatch.undo()
        _rebuilt(Index(store.path), entries)
        return made

    monkeypatch.setattr(Batch, "arrays", slowly)
    with store.write_batch() as batch:
        batch.replace(6000, [entry(6000, "xqzwa xqzwa")])
    assert store.snapshot().model is not language_model.base()
    vectors = [one.held.vectors for one in store.snapshot().segments]
    assert {each.shape[1] for each in vectors} == {language_model.base().dims}
    assert any(len(each) == 1 and each.any() for each in vectors)
