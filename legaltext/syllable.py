"""The structure of a Vietnamese syllable: which initials, rhymes and tones go together, and which vowel
carries the tone.

A syllable is an initial consonant ("ng"), a rhyme ("iêng") and one of six tones. The hat of ê, the horn of ơ
and the bar of đ belong to the letters and are not tones. This module decides whether a word can be Vietnamese
at all, not whether anybody uses it.
"""

import unicodedata
from functools import lru_cache

from legaltext.text import fold, has_marks, place_tones

# The tones by their combining character; "" is the level tone.
TONES = {"": "", "grave": "\u0300", "acute": "\u0301", "hook": "\u0309", "tilde": "\u0303", "dot": "\u0323"}
_MARKS = frozenset(TONES.values()) - {""}

_BEGINNINGS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()
_RHYMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu i ia ich im in inh ip it iu
    iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
    oc oe oen oeo oet oi om on ong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uy uya uych uynh uyt uyu
    uyên uyêt ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yên yêm yêng yêt yêu ych ynh yt
    """.split()
)
_FRONT = frozenset("eêiy")
_ONLY_FRONT = frozenset({"gh", "k", "ngh"})
_NOT_FRONT = frozenset({"c", "g", "ng"})
# After "gi" only one i is written: gì, gìn and giếng consist of g + i, in, iêng.
_AFTER_G = frozenset({"i", "in", "ip", "iêc", "iêng", "iêt"})
_ALONE_Y = frozenset({"y", "yên", "yêm", "yêng", "yêt", "yêu"})
_AFTER_QU_ONLY = frozenset({"ych", "ynh", "yt", "yên", "yêt"})
_ROUNDED = frozenset("oôuư")
_STOPS = ("c", "ch", "p", "t")


def _fits(beginning: str, rhyme: str) -> bool:
    if beginning == "g" and rhyme in _AFTER_G:
        return True
    if beginning == "qu":
        return rhyme[0] not in _ROUNDED or rhyme in ("ôc", "ôt")
    if rhyme in _ALONE_Y | _AFTER_QU_ONLY:
        return rhyme in _ALONE_Y if not beginning else rhyme == "y"
    front = rhyme[0] in _FRONT
    return not (front and beginning in _NOT_FRONT or not front and beginning in _ONLY_FRONT)


_SHAPES = {
    beginning + rhyme: (beginning, rhyme)
    for beginning in ("", *_BEGINNINGS)
    for rhyme in _RHYMES
    if _fits(beginning, rhyme)
}
_FOLDED = frozenset(map(fold, _SHAPES))


def parts(shape: str) -> tuple[str, str] | None:
    """Split a syllable without tone into (initial, rhyme). `shape` keeps its hats and horns (ê, ơ). Returns
    None where no Vietnamese syllable is built like that."""
    return _SHAPES.get(shape)


def _take_tone(word: str) -> tuple[str, str]:
    """Split `word`, in lower case and in NFC, into (the word without tones, its tones): "luật" gives "luât" and the
    dot. The tones are combining characters in one text, "" for none."""
    spread = unicodedata.normalize("NFD", word)
    tones = [char for char in spread if char in _MARKS]
    bare = "".join(char for char in spread if char not in _MARKS)
    return unicodedata.normalize("NFC", bare), "".join(tones)


@lru_cache(maxsize=4096)
def has_tone(word: str) -> bool:
    """Whether a word carries a tone. `word` is in lower case and in NFC. Hats, horns and đ are not tones."""
    return bool(_take_tone(word)[1])


@lru_cache(maxsize=4096)
def lacks_tone(word: str) -> bool:
    """Whether `word` was typed with some of its diacritics only: "luât" for "luật", "đieu" for "điều". Such a word has
    a hat, a horn or the bar of đ, but is no syllable yet."""
    if not has_marks(word) or has_tone(word) or fold(word) not in _FOLDED:
        return False
    found = parts(word)
    return found is None or not _allows(found[1], "")


def may_become(word: str, full: str) -> bool:
    """Whether `word` is `full` with some of its diacritics left out: "đieu" can become "điều" or "điêu", but
    not "diều", since đ and d are different letters."""
    bare = _take_tone(full)[0]
    return len(word) == len(bare) and all(own in (other, fold(other)) for own, other in zip(word, bare, strict=True))


def _allows(rhyme: str, tone: str) -> bool:
    """Whether the rhyme `rhyme` can have the tone `tone`, a combining character ("" is the level tone).
    Rhymes that end in c, ch, p or t allow only the acute and the dot."""
    return not rhyme.endswith(_STOPS) or tone in (TONES["acute"], TONES["dot"])


def with_tone(shape: str, tone: str) -> str | None:
    """Put the tone on the right vowel of a syllable without tone ("quyêt" with the dot gives "quyệt"). `tone`
    is a combining character. Returns None where `shape` is not a syllable or cannot have this tone."""
    found = parts(shape)
    if found is None or not _allows(found[1], tone):
        return None
    beginning, rhyme = found
    place = len(beginning) + _tone_place(rhyme)
    return place_tones(unicodedata.normalize("NFC", shape[: place + 1] + tone) + shape[place + 1 :])


def _tone_place(rhyme: str) -> int:
    vowels = len(rhyme) - len(rhyme.lstrip("aăâeêioôơuưy"))
    shaped = [place for place in range(vowels) if rhyme[place] in "ăâêôơ"]
    if shaped:
        return shaped[-1]
    if vowels == 1 or "ư" in rhyme[:vowels]:
        return 0
    return 1 if vowels < len(rhyme) or vowels == 3 or rhyme in ("oa", "oe", "uy") else 0


@lru_cache(maxsize=8192)
def sound(word: str) -> bool:
    """Whether `word`, in lower case and in NFC, can be a Vietnamese syllable. A word without diacritics also counts
    if it becomes a syllable with diacritics."""
    if word in _FOLDED:
        return True
    shape, tone = _take_tone(word)
    found = parts(shape)
    return found is not None and len(tone) <= 1 and (not tone or _allows(found[1], tone))
