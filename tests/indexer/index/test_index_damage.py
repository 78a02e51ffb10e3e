"""An index that is damaged while it is in use: readers get an error in Vietnamese, and the process does not die."""

import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer import Index, IndexUnusable
from indexer.analysis import language_model
from indexer.store.container import Damaged, open_container
from indexer.suggest.complete import complete
from tests.indexer.regulations import EVERYTHING, REGULATIONS, ask, entry, fill, found

FLIPS = 300
_ENGLISH = ("Errno", "Error", "such file", "denied", "{", "Expecting", "/")


def folder_of(store: Index) -> Path:
    return store.path / (store.path / "current").read_text().strip()


@pytest.fixture
def served(regulations: Index, monkeypatch: pytest.MonkeyPatch) -> Index:
    """An index already opened by this process. The stamps of its files are checked on every call."""
    monkeypatch.setattr("indexer.index.folder._LOOK_SECONDS", 0.0)
    assert found(ask(regulations, "hội nghị cán bộ")) == [1]
    return regulations


def victim_of(store: Index, suffix: str) -> Path:
    return next(path for path in folder_of(store).iterdir() if path.name.endswith(suffix))


@pytest.mark.parametrize("damage", ["empty", "half", "gone", "other", "overwritten"])
@pytest.mark.parametrize("suffix", [".arr", ".toc"])
def test_damage_while_serving_is_told(served: Index, suffix: str, damage: str) -> None:
    victim = victim_of(served, suffix)
    content = victim.read_bytes()
    if damage in ("gone", "other"):
        victim.unlink()
    if damage in ("other", "overwritten"):
        victim.write_bytes(bytes(byte ^ 0x55 for byte in content))
    elif damage != "gone":
        os.truncate(victim, 0 if damage == "empty" else len(content) // 2)
    for _ in range(2):
        with pytest.raises(IndexUnusable) as raised:
            served.snapshot()
        assert not any(word in str(raised.value) for word in _ENGLISH), str(raised.value)
    with pytest.raises(IndexUnusable):
        ask(served, "hội nghị cán bộ")
    with pytest.raises(IndexUnusable):
        fill(served, [entry(9, "không ghi vào chỉ mục hỏng")])
    with served.rebuild() as rebuild:
        rebuild.write([(1, [one for one in REGULATIONS if one.document == 1])])
    assert found(ask(served, "hội nghị cán bộ")) == [1]


def test_the_same_bytes_put_back_are_served(served: Index) -> None:
    victim = victim_of(served, ".arr")
    content = victim.read_bytes()
    victim.unlink()
    with pytest.raises(IndexUnusable):
        served.snapshot()
    victim.write_bytes(content)
    assert found(ask(served, "hội nghị cán bộ")) == [1]
    fill(served, [entry(9, "ghi tiếp")])
    assert found(ask(served, "ghi tiếp")) == [9] and served.check() == []


def test_generations_that_come_and_go_are_no_damage(served: Index) -> None:
    reader = Index(served.path)
    for number in range(25):
        fill(served, [entry(50 + number, f"văn bản thứ {number}")])
        assert len(reader.snapshot().documents) == 5 + number
        assert len(served.snapshot().documents) == 5 + number
    while served.tidy():
        assert len(reader.snapshot().documents) == 29
    assert found(ask(reader, "hội nghị cán bộ")) == [1]


_READER = """
import os, sys
from indexer import Access, IndexUnusable, Request, Index, search
store = Index(sys.argv[1])
store.snapshot()
for path in sys.argv[2:]:
    os.truncate(path, 0)
for query in ("hội nghị cán bộ", "kế hoạch", "van ban", "30/2020", ""):
    try:
        search(store, Request(query), Access(None))
    except IndexUnusable as error:
        print(error)
"""


def test_files_cut_short_do_not_kill_a_reader(regulations: Index) -> None:
    """The next query after files were cut short raises an error; the process is not killed by reading a mapped page
    that is gone."""
    # Each array is longer than a page, because only reads beyond the last page kill the process.
    fill(
        regulations,
        [entry(60 + number, f"kế hoạch {number} " + "văn bản " * number) for number in range(900)],
    )
    victims = [str(path) for path in folder_of(regulations).glob("*.arr")]
    done = subprocess.run(
        [sys.executable, "-c", _READER, str(regulations.path), *victims],
        capture_output=True, text=True, check=False, cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("hỏng") == 5


def test_a_merge_never_copies_what_is_cut_short(regulations: Index) -> None:
    for document in range(70, 80):
        fill(regulations, [entry(document, f"văn bản {document}")])
    regulations.snapshot()
    for path in folder_of(regulations).glob("*.arr"):
        os.truncate(path, 0)
    with pytest.raises(IndexUnusable):
        for document in range(80, 90):
            fill(regulations, [entry(document, f"văn bản {document}")])
    with pytest.raises(IndexUnusable):
        len(Index(regulations.path).snapshot().documents)


def test_messages_are_vietnamese(regulations: Index, tmp_path: Path) -> None:
    broken = Index(tmp_path / "broken")
    shutil.copytree(regulations.path, broken.path)
    (folder_of(broken) / "settings.json").write_text("{")
    lost = Index(tmp_path / "lost")
    shutil.copytree(regulations.path, lost.path)
    shutil.rmtree(folder_of(lost))
    other = Index(tmp_path / "other")
    shutil.copytree(regulations.path, other.path)
    (folder_of(other) / "settings.json").write_text('{"format": 0}')
    rotten = Index(tmp_path / "rotten")
    shutil.copytree(regulations.path, rotten.path)
    victim = victim_of(rotten, ".arr")
    victim.write_bytes(b"\xff" * victim.stat().st_size)
    for store in (Index(tmp_path / "none"), broken, lost, other, rotten):
        with pytest.raises(IndexUnusable) as raised:
            ask(store, "hội nghị cán bộ")
        assert str(raised.value)[-1] == "." and not any(word in str(raised.value) for word in _ENGLISH)
        assert not any("Errno" in problem for problem in store.check())


def _flip(path: Path, place: int, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1 << bit
    path.write_bytes(content)


def flip_in(path: Path, name: str, item: int, bit: int) -> None:
    """Flip one bit (0 is the lowest) of one number in an array of a segment. The file is replaced by a new one."""
    container = open_container(path)
    array = container.arrays[name]
    start = array.ctypes.data - np.frombuffer(container.mapped, np.uint8).ctypes.data
    place = start + (item % array.size) * array.itemsize + bit // 8
    changed = path.with_suffix(".changed")
    shutil.copyfile(path, changed)
    _flip(changed, place, bit % 8)
    changed.replace(path)


@pytest.mark.parametrize("item", [0, 1, -2, -1])
@pytest.mark.parametrize("name", ["runs", "starts", "second_starts", "fold_starts", "row_starts", "lines"])
def test_stretches_that_nobody_wrote_are_found_at_opening(regulations: Index, name: str, item: int) -> None:
    """Otherwise a text could be as long as the whole index, and a query would take minutes."""
    fill(regulations, [entry(9, "dòng một\ndòng hai\ndòng ba\ndòng bốn")])
    victim = max(folder_of(regulations).glob("*.arr"), key=lambda path: path.stat().st_mtime_ns)
    flip_in(victim, name, item, 30)
    opened = Index(regulations.path)
    with pytest.raises(IndexUnusable):
        opened.snapshot()
    with opened.rebuild() as rebuild:
        rebuild.write([(1, [one for one in REGULATIONS if one.document == 1])])
    assert found(ask(opened, "hội nghị cán bộ")) == [1] and opened.check() == []
    assert len(list(opened.path.glob("damaged-*"))) == 1


@pytest.mark.parametrize("item", [0, -1])
@pytest.mark.parametrize("name", ["runs", "starts", "second_starts", "fold_starts", "row_starts"])
def test_stretches_cover_what_they_part(regulations: Index, name: str, item: int) -> None:
    """A first or last number that is a little too large is still in ascending order."""
    victim = victim_of(regulations, ".arr")
    written = int(open_container(victim).arrays[name][item])
    lowest_clear = (~written & (written + 1)).bit_length() - 1
    flip_in(victim, name, item, lowest_clear)
    with pytest.raises(IndexUnusable):
        Index(regulations.path).snapshot()


def test_a_word_that_lost_its_spelling_is_told(regulations: Index) -> None:
    """In the table of spellings the number of a word becomes that of another, so titles without diacritics cannot be
    read."""
    held = regulations.snapshot().segments[0].held
    number = held.numbers["chế"]
    assert number ^ 1 < len(held.words)
    flip_in(victim_of(regulations, ".arr"), "by_fold", held.by_fold.tolist().index(number), 0)
    with pytest.raises(IndexUnusable):
        complete(Index(regulations.path), "quy chế", EVERYTHING)


def test_a_file_that_was_replaced_is_read_before_it_is_trusted(served: Index) -> None:
    """A weight with one flipped bit causes no error when the file is opened, so the checksum must find it."""
    flip_in(victim_of(served, ".arr"), "weights", 0, 0)
    for _ in range(2):
        with pytest.raises(IndexUnusable):
            served.snapshot()


def arrays_of(path: Path) -> list[tuple[str, int]]:
    """The arrays of a file with their numbers of items. Empty arrays are left out, because they have no bit to flip."""
    return [(name, len(array.reshape(-1))) for name, array in open_container(path).arrays.items() if array.size]


def test_no_flipped_bit_of_an_array_answers_a_question(regulations: Index, tmp_path: Path) -> None:
    """Damage is found when a process opens the file, not only when somebody runs a check."""
    fill(regulations, [entry(60 + number, f"kế hoạch {number}\ndòng hai") for number in range(40)])
    draw, tried = random.Random(20), 0
    for victim in folder_of(regulations).glob("*.arr"):
        sound = victim.read_bytes()
        for name, items in arrays_of(victim):
            for _ in range(5):
                width = open_container(victim).arrays[name].itemsize * 8
                flip_in(victim, name, draw.randrange(items), draw.randrange(width))
                with pytest.raises(IndexUnusable):
                    ask(Index(regulations.path), "hội nghị cán bộ")
                victim.write_bytes(sound)
                tried += 1
    assert tried > 150 and found(ask(Index(regulations.path), "hội nghị cán bộ")) == [1]


def test_a_segment_that_a_serving_process_opens_later_is_read_first(served: Index) -> None:
    """Segments that a writer adds are checked in the same way as the first ones."""
    before = set(folder_of(served).glob("*.arr"))
    fill(Index(served.path), [entry(9, "văn bản thêm vào")])
    (added,) = set(folder_of(served).glob("*.arr")) - before
    flip_in(added, "weights", 0, 0)
    with pytest.raises(IndexUnusable):
        ask(served, "văn bản thêm vào")


def test_a_flipped_bit_of_a_model_is_found_when_it_is_opened(regulations: Index, tmp_path: Path) -> None:
    taught = tmp_path / "base.model"
    shutil.copyfile(language_model.PACKAGED, taught)
    draw = random.Random(21)
    for name, items in arrays_of(taught):
        flip_in(taught, name, draw.randrange(items), 0)
        with pytest.raises(Damaged):
            language_model.read(open_container(taught))
        shutil.copyfile(language_model.PACKAGED, taught)


MISTAKES = [ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, ZeroDivisionError, MemoryError]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_over_a_sound_index_stays_one(
    regulations: Index, monkeypatch: pytest.MonkeyPatch, mistake: type[Exception]
) -> None:
    def fail(*_: object) -> None:
        raise mistake

    monkeypatch.setattr("indexer.match.facets.columns", fail)
    with pytest.raises(mistake):
        ask(regulations, "kế hoạch")
    flip_in(victim_of(regulations, ".arr"), "weights", 0, 0)
    with pytest.raises(IndexUnusable):
        ask(Index(regulations.path), "kế hoạch")


def test_every_flipped_bit_is_found_or_harmless(regulations: Index) -> None:
    """300 flips anywhere in the files: each is found by `check`, or it is in bytes that are never read."""
    fill(regulations, [entry(60 + number, f"kế hoạch {number}") for number in range(40)])
    files = [path for path in folder_of(regulations).iterdir() if path.stat().st_size]
    expected = [
        ask(regulations, query) for query in ("hội nghị cán bộ", "ke hoach", '"lập kế hoạch"', "30/2020")
    ]
    draw, harmless = random.Random(1), 0
    for _ in range(FLIPS):
        path = draw.choice(files)
        content = path.read_bytes()
        _flip(path, draw.randrange(len(content)), draw.randrange(8))
        store = Index(regulations.path)
        if not store.check():
            harmless += 1
            answers = [
                ask(store, query) for query in ("hội nghị cán bộ", "ke hoach", '"lập kế hoạch"', "30/2020")
            ]
            assert [replace(one, took_ms=0) for one in answers] == [
                replace(one, took_ms=0) for one in expected
            ]
        path.write_bytes(content)
    assert Index(regulations.path).check() == []
    # Only bytes between arrays are harmless.
    assert harmless < FLIPS


def test_no_bit_of_the_contents_may_change(regulations: Index) -> None:
    """A flipped bit in the deletions would bring an entry back."""
    with regulations.write_batch() as batch:
        batch.replace(1, [])
    toc = victim_of(regulations, ".toc")
    for place in range(toc.stat().st_size):
        _flip(toc, place, place % 8)
        with pytest.raises(IndexUnusable):
            Index(regulations.path).snapshot()
        _flip(toc, place, place % 8)
    assert Index(regulations.path).check() == []
