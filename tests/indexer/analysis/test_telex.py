"""Queries typed with the input method off are recognised; all other queries stay unchanged."""

import gzip
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.input_methods import unconverted
from indexer.query.parser import parse
from indexer.query.tree import AnyOf
from legaltext.syllable import sound, with_tone
from legaltext.text import clean, fold, has_marks, place_tones, syllables

DATA = Path(__file__).resolve().parents[3] / "../shared/data"
_TONES = {"\u0300": "f2", "\u0301": "s1", "\u0303": "x4", "\u0309": "r3", "\u0323": "j5"}
_SHAPES = {"â": ("aa", "a6"), "ê": ("ee", "e6"), "ô": ("oo", "o6"), "ă": ("aw", "a8"), "ơ": ("ow", "o7"),
           "ư": ("uw", "u7"), "đ": ("dd", "d9")}  # fmt: skip
TELEX, VNI = 0, 1
# Other ways to type the same words: one horn key for both letters of ươ, after either of them; a single w for ư; the
# horn key, or all keys but the tone, after the last letter.
_OTHER_WAYS = {
    "one horn late": [(r"uwow(\w*?)([sfrxj]?)\b", r"uo\1w\2"), (r"u7o7(\w*?)([1-5]?)\b", r"uo\g<1>7\2")],
    "one horn early": [("uwow", "uwo"), ("u7o7", "u7o")],
    "one horn between": [("uwow", "uow"), ("u7o7", "uo7")],
    "lone w": [(r"(?<=\w)uw", "w")],
    "horn last": [(r"uw([acimntu]\w*?)([sfrxj]?)\b", r"u\1w\2"), (r"u7([acimntu]\w*?)([1-5]?)\b", r"u\g<1>7\2")],
    "đ last": [(r"\bdd(\w*?)([sfrxj]?)\b", r"d\1d\2"), (r"\bd9(\w*?)([1-5]?)\b", r"d\g<1>9\2")],
}
WORDS = """quy định nghị quyết thông tư luật đất đai giáo dục và đào tạo được hưởng người khuỷu thuở quýt giếng gì
    nước ngoài trường tiểu học tuyển sinh thuế thu nhập cá nhân bảo hiểm xã hội hòa giải cơ sở ủy ban nguyễn khoảng
    kỷ luật yếu tố quốc hội xoáy oẳn ngoằn ngoèo thuỳ hoè đỗ ước ừ""".split()


def one_place(text: str) -> str:
    """A text in a form that can be compared: people place the tone of "hoà" differently."""
    return place_tones(clean(text))


def keystrokes(text: str, method: int, at_end: bool = True) -> str:
    """The keystrokes of a text, with tones at the end of each syllable or directly after their letter."""

    def one(found: re.Match[str]) -> str:
        keys, last = "", ""
        for letter in found.group():
            spread = unicodedata.normalize("NFD", letter)
            tone = next((char for char in spread if char in _TONES), "")
            bare = unicodedata.normalize("NFC", spread.replace(tone, "")) if tone else letter
            keys += _SHAPES[bare][method] if bare in _SHAPES else bare
            if tone and at_end:
                last = _TONES[tone][method]
            elif tone:
                keys += _TONES[tone][method]
        return keys + last

    return re.sub(r"\w+", one, one_place(text).lower())


@pytest.mark.parametrize(
    ("typed", "meant", "method"),
    [
        ("quy ddinhj", "quy định", "telex"),
        ("thoong tuw", "thông tư", "telex"),
        ("QUY DDINHJ", "QUY ĐỊNH", "telex"),
        ("luaatj ddaats ddai", "luật đất đai", "telex"),
        ("nuowcs ngoaif", "nước ngoài", "telex"),
        ("nuwowcs ngoaif", "nước ngoài", "telex"),
        ("dduwowcj", "được", "telex"),
        ("ddieefu 5 nghij ddinhj 30", "điều 5 nghị định 30", "telex"),
        ("nghi5 quyet61", "nghị quyết", "vni"),
        ("nghi5 quye61t", "nghị quyết", "vni"),
        ("d9inh5", "định", "vni"),
        ('loại:"nghi5 d9inh5" -thue61', 'loại:"nghị định" -thuế', "vni"),
        ('loại: "nghi5 d9inh5" “thue61”', 'loại: "nghị định" “thue61”', "vni"),
        ("nghij ddinhj 30/2020/ND-CP", "nghị định 30/2020/ND-CP", "telex"),
        ("luuw truwx", "lưu trữ", "telex"),
        ("nghir huuw", "nghỉ hưu", "telex"),
        ("nguwoif lao ddoongj", "người lao động", "telex"),
        ("truwongf hocj", "trường học", "telex"),
        ("dduwocj", "được", "telex"),
        ("ddwowcj", "được", "telex"),
        ("nhw thees naof", "như thế nào", "telex"),
        ("giwax nawm", "giữa năm", "telex"),
        ("muaw ruouwj", "mưa rượu", "telex"),
        ("thoong tw", "thông tư", "telex"),
        ("nghij quyeets tw", "nghị quyết tw", "telex"),
        ("coong ty", "công ty", "telex"),
        ("thu3 tu5c ha2nh chi1nh", "thủ tục hành chính", "vni"),
        ("thu3 tu5c", "thủ tục", "vni"),
        ("thu7 vie6n5", "thư viện", "vni"),
        ("ky3 lua65t", "kỷ luật", "vni"),
        ("quan3 ly1", "quản lý", "vni"),
        ("ly1 li5ch", "lý lịch", "vni"),
        ("muc71 luong7", "mức lương", "vni"),
        ("ho5c sinh", "học sinh", "vni"),
    ],
)
def test_keystrokes_are_words(typed: str, meant: str, method: str) -> None:
    found = unconverted(typed)
    assert found is not None
    assert (found.text, found.method) == (meant, method)


@pytest.mark.parametrize(
    "typed",
    ["", "quy định", "quy dinh", "nd30", "tt05 2025 bgddt", "luat 10/2022/qh15", "dieu5 khoan2 luat", "lop1 lop2 quy1",
     "xe taxi", "visa", "test", "co2 so2 no2", "hang a1 b2", "khi the ky xix xx", "class of service", "ubnd hdnd cbccvc",
     "vat, fdi, oda", "list of best laws", "at1 at5", "karaoke internet", "nothing here", "nghij", "hop dong cuar toi",
     "these more tests", '"quy ddinhj"', '-"thoong tuw" luat', "website windows form excel wifi covid19", "nghi quyet tw",
     "to3 pho1", "de thi toan7 van7", "van ban so1", "bac3 luong2", "win10 office365 hw mw", "two swim twin", "reset mat khau",
     "xuat nhap doo", "nq05 tt22", "view news show", "hoi nghi tw7", "mau1 mau2", "lop7 quan8", "tieu chuan tcvn6909 iso9001"],
)  # fmt: skip
def test_what_was_meant_so_stays(typed: str) -> None:
    assert unconverted(typed) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("daan chur OR coong khai", "dân chủ OR công khai"),
        ("coong chuwcs OR vieen chuwcs", "công chức OR viên chức"),
        ("nghij quyeets OR quyeets ddinhj", "nghị quyết OR quyết định"),
        ("(daan chur OR coong khai) NOT quyeets ddinhj", "(dân chủ OR công khai) NOT quyết định"),
        ("daan chur AND coong khai", "dân chủ AND công khai"),
        ("daan chur HOAWCJ coong khai", "dân chủ HOẶC công khai"),
        ("coong ty OR truong", "công ty OR truong"),
        ("d9inh5 OR quyet61 NOT nghi5", "định OR quyết NOT nghị"),
    ],
)
def test_the_operators_stay(typed: str, meant: str) -> None:
    found = unconverted(typed)
    assert found is not None and found.text == meant
    assert all(word in found.as_typed.split() for word in ("OR", "AND", "NOT") if f" {word} " in typed)


def test_an_operator_beside_keystrokes_parts_them() -> None:
    for typed in ("daan chur OR coong khai", "daan chur HOAWCJ coong khai"):
        assert isinstance(parse(typed).strict, AnyOf) and not parse(typed).notes


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("quy ddinhj moi", 'quy "ddinhj" moi'),
        ('loại:"nghi5 d9inh5" -thue61 (thue61)', 'loại:"nghi5 d9inh5" -"thue61" ("thue61")'),
        ("nghij-ddinhj 30/2020/ND-CP", '"nghij-ddinhj" 30/2020/ND-CP'),
        ('"thoong tuw" ddinhj', '"thoong tuw" "ddinhj"'),
    ],
)
def test_it_can_be_asked_as_typed(typed: str, kept: str) -> None:
    found = unconverted(typed)
    assert found is not None and found.as_typed == kept


@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_what_is_asked_as_typed_stays_so(words: list[str]) -> None:
    typed = keystrokes(" ".join(["nghị", "quyết", "được", *words]), TELEX)
    found = unconverted(typed)
    assert found is not None and found.as_typed.replace('"', "") == typed
    assert unconverted(found.as_typed) is None


@pytest.mark.parametrize("method", [TELEX, VNI])
@pytest.mark.parametrize("at_end", [True, False])
@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_each_syllable_comes_back(method: int, at_end: bool, words: list[str]) -> None:
    meant = one_place(" ".join(["nghị", "quyết", "được", *words]))
    found = unconverted(keystrokes(meant, method, at_end))
    assert found is not None
    assert one_place(found.text) == meant


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    found = unconverted(text)
    assert found is None or len(found.text) <= len(text)


@pytest.mark.parametrize(
    ("shape", "tone", "meant"),
    [("quyêt", "\u0323", "quyệt"), ("hoa", "\u0300", "hòa"), ("thuy", "\u0309", "thủy"), ("quy", "\u0301", "quý"),
     ("gia", "\u0300", "già"), ("ngoai", "\u0300", "ngoài"), ("đươc", "\u0323", "được"), ("mua", "\u0300", "mùa")],
)  # fmt: skip
def test_the_tone_has_its_place(shape: str, tone: str, meant: str) -> None:
    assert with_tone(shape, tone) == one_place(meant)


@pytest.mark.parametrize(
    "word", ["ngiêm", "kách", "cê", "ghà", "quyểt", "đứợc", "bgd", "ubnd", "zz", "tềt", "hợac"]
)
def test_misbuilt_words_are_unsound(word: str) -> None:
    assert not sound(word)


def real_questions() -> list[str]:
    paths = sorted((DATA / "retrieval").glob("*/queries.jsonl"))
    if not paths:
        pytest.skip("the real questions are not beside this checkout")
    return [clean(json.loads(line)["text"]) for path in paths for line in path.open(encoding="utf-8")]


def test_real_questions_stay() -> None:
    changed = [asked for text in real_questions() for asked in (text, fold(text)) if unconverted(asked)]
    assert changed == []


@pytest.mark.parametrize("method", [TELEX, VNI])
def test_real_questions_come_back_from_their_keys(method: int) -> None:
    questions = [" ".join(syllables(text)) for text in real_questions()]
    lost = []
    for meant in questions:
        found = unconverted(keystrokes(meant, method))
        if found is None or one_place(found.text) != meant:
            lost.append((meant, found))
    assert len(lost) <= 0.01 * len(questions), [*lost[:5], len(lost)]


@pytest.mark.parametrize("way", _OTHER_WAYS)
@pytest.mark.parametrize("method", [TELEX, VNI])
def test_real_questions_come_back_however_typed(method: int, way: str) -> None:
    questions = [" ".join(syllables(text)) for text in real_questions()]
    lost = []
    for meant in questions:
        keys = keystrokes(meant, method)
        for usual, other in _OTHER_WAYS[way]:
            keys = re.sub(usual, other, keys)
        found = unconverted(keys)
        if found is None or one_place(found.text) != meant:
            lost.append((meant, keys, found))
    assert len(lost) <= 0.05 * len(questions), [*lost[:5], len(lost)]


def test_words_of_the_law_are_sound() -> None:
    path = DATA / "retrieval/alqac25/corpus.jsonl.gz"
    if not path.exists():
        pytest.skip("the real law texts are not beside this checkout")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        words = [word for line in lines for word in syllables(json.loads(line)["text"]) if has_marks(word)]
    unsound = [word for word in words if not sound(word)]
    assert len(unsound) <= 0.002 * len(words)
