"""Reads the thesaurus that is delivered with the engine.

Its file has one line for each pair: everyday words, law words, weight and source, separated by tabs. The source is `hand` for
lines that people wrote, and `mined` for lines that `make thesaurus` found in law texts."""

from collections.abc import Sequence
from functools import cache
from mmap import ACCESS_READ, mmap
from pathlib import Path

from indexer.analysis import language_model
from indexer.analysis.language_model import ModelTerm
from legaltext.thesaurus import StoredThesaurus, Thesaurus

_FILE = Path(__file__).parents[1] / "thesaurus.tsv"
NO_THESAURUS = Thesaurus(())
# A single syllable in this share of law texts means too little to stand for something else.
_ORDINARY = 0.03
# Words without a meaning of their own. Several of them together are no everyday word either.
_STOP_WORDS = frozenset(
    "ai bao bị bởi các cái cho chưa có còn của cùng cũng đã đang đâu đây để đến đi đó được gì hay hoặc hơn khi không kia là làm lâu "
    "lên lúc mà mấy mỗi một nào này nên nếu ngoài nhiêu như những phải qua ra rồi sao sau sẽ tại thế theo thì trên trong trước từ và "
    "vẫn vào về vì với xuống".split()
)


@cache
def delivered_thesaurus() -> Thesaurus:
    """The thesaurus that is delivered with the engine, read at its first use."""
    with _FILE.open("rb") as file:
        return StoredThesaurus(mmap(file.fileno(), 0, access=ACCESS_READ))


def is_ordinary(words: Sequence[str]) -> bool:
    """Whether `words`, normalised syllables, are too ordinary for a thesaurus: stop words, or a single syllable that many law
    texts contain."""
    if _STOP_WORDS.issuperset(words):
        return True
    base = language_model.base()
    return len(words) == 1 and base.frequency(ModelTerm(tuple(words), (False,))) > _ORDINARY * max(base.documents, 1)
