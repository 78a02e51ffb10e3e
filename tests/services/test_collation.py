"""Vietnamese order and letters in lists: Python, SQLite and PostgreSQL agree on any words.

The expected order and matches are computed here again from tables of the alphabet, in simple code.
"""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from docmgr import collation, db
from docmgr.models import Unit
from indexer import fold

# Each letter with its tones, in the order of the dictionary.
ALPHABET = (
    "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "b", "c", "d", "đ", "eèẻẽéẹ", "êềểễếệ", "f", "g", "h", "iìỉĩíị", "j", "k", "l", "m", "n",
    "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ", "p", "q", "r", "s", "t", "uùủũúụ", "ưừửữứự", "v", "w", "x", "yỳỷỹýỵ", "z",
)  # fmt: skip
PLACE = {form: (place, tone) for place, forms in enumerate(ALPHABET) for tone, form in enumerate(forms)}
BEFORE = " -,./0123456789"
LETTERS = "".join(ALPHABET)
words = st.text(alphabet=LETTERS + LETTERS.upper() + BEFORE, min_size=1, max_size=8).filter(lambda word: word.strip() == word)
lists_of_words = st.lists(words, min_size=2, max_size=12, unique=True)


def _expected(word: str) -> tuple[list[tuple[int, int]], list[int], list[bool]]:
    letters = [(1, PLACE[c.lower()][0]) if c.lower() in PLACE else (0, BEFORE.index(c)) for c in word]
    tones = [PLACE[c.lower()][1] if c.lower() in PLACE else 0 for c in word]
    return letters, tones, [c != c.lower() for c in word]


@given(lists_of_words)
@settings(max_examples=300)
def test_python_has_the_order_of_the_dictionary(some: list[str]) -> None:
    assert sorted(some, key=collation.key) == sorted(some, key=_expected)
    assert [collation.key(unicodedata.normalize("NFD", word)) for word in some] == [collation.key(word) for word in some]


def test_every_letter_with_every_tone_has_its_place() -> None:
    letters = [form for forms in ALPHABET for form in forms]
    assert sorted(letters[::-1], key=collation.key) == letters
    assert sorted(["Án", "án", "ẠN", "àn", "an", "ãn", "ản"], key=collation.key) == ["an", "àn", "ản", "ãn", "án", "Án", "ẠN"]


@given(lists_of_words)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_has_the_order_of_the_dictionary(site, some: list[str]) -> None:
    with _stored(some) as session:
        found = list(session.scalars(select(Unit.name).order_by(collation.order(Unit.name))))
        turned = list(session.scalars(select(Unit.name).order_by(collation.order(Unit.name).desc())))
    assert found == sorted(some, key=_expected)
    assert turned == found[::-1]


@given(lists_of_words, st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_words_are_found_with_their_marks_and_without(site, some: list[str], data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(some))
    start = data.draw(st.integers(0, len(whole) - 1))
    piece = data.draw(st.sampled_from([str.upper, str.lower, fold, str]))(whole[start:][:4])
    spread = data.draw(st.booleans())
    with _stored([unicodedata.normalize("NFD", word) for word in some] if spread else some) as session:
        found = set(session.scalars(select(Unit.name).where(collation.holds([piece], Unit.name))))
    expected = {word for word in some if fold(piece) in fold(word)}
    assert {unicodedata.normalize("NFC", word) for word in found} == expected


class _stored:
    """Units with these names for one block; they are deleted afterwards."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def __enter__(self):
        self.block = db.write()
        self.session = self.block.__enter__()
        self.session.add_all(Unit(name=name) for name in self.names)
        self.session.flush()
        return self.session

    def __exit__(self, *_error) -> None:
        self.session.query(Unit).delete()
        self.block.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("words", "text", "there"),
    [
        ("đề án", "Đề án dân chủ", True),
        ("de an", "ĐỀ ÁN", True),
        ("đề án", "de an", True),
        ("QUYẾT ĐỊNH", "quyết định", True),
        ("a.b", "axb", False),
        ("50%", "đạt 50% và", True),
        ("50_", "đạt 50% và", False),
        ("[x]", "x", False),
        ("c++ (a|b)", "c++ (a|b)*", True),
        ("\\d", "1", False),
        ("hoà", "hoa", True),
        ("ß", "straße", True),
        ("Ω", "ω", True),
        ("an", "a", False),
    ],
)
def test_signs_are_only_themselves(site, words: str, text: str, there: bool) -> None:
    with _stored([text]) as session:
        found = session.scalar(select(Unit.id).where(collation.holds([words], Unit.name)))
    assert (found is not None) is there


def test_each_word_stands_in_one_of_the_columns(site) -> None:
    with db.write() as session:
        session.add(Unit(name="Phòng Tổ chức", abbreviation="TCCB"))
        session.flush()
        for asked, there in ((["to", "tccb"], True), (["to", "khac"], False), ([], True)):
            found = session.scalar(select(Unit.id).where(collation.holds(asked, Unit.name, Unit.abbreviation)))
            assert (found is not None) is there, asked


def test_the_order_of_signs_is_the_same_on_both_databases(site) -> None:
    names = [f"a{sign}b" for sign in collation.SIGNS] + ["ab", "aB", "Ab"]
    with _stored(names) as session:
        found = list(session.scalars(select(Unit.name).order_by(collation.order(Unit.name))))
    assert found == sorted(names, key=collation.key)
    assert list(itertools.pairwise(found)) == list(itertools.pairwise(sorted(names, key=collation.key)))
