"""Finds the words of a question that only ask ("là gì", "bao lâu", "có được … không"), and the kind of the question.

Texts of law state and do not ask, so such words say nothing about what is searched for. This module decides which words
these are. They are data: whole stretches of words, since most of them are ordinary words elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from legaltext.text import fold, syllables

Kind = Literal["", "definition", "amount", "term", "who", "where", "yes_no", "manner"]
Words = tuple[str, ...]

# Stretches that ask. `^` stands for the beginning of the sentence and `$` for its end. Where a stretch has `!`, its
# diacritics must be typed, because without them it may be another word ("đâu", "dầu").
_STRETCHES: tuple[tuple[Kind, str], ...] = (
    (
        "definition",
        "là gì $ | là cái gì $ | nghĩa là gì | có nghĩa là gì | có nghĩa gì $ | được hiểu là gì | hiểu là gì | gọi là gì | "
        "được hiểu như thế nào | được hiểu thế nào | hiểu như thế nào | hiểu thế nào | là như thế nào $ | là thế nào $ | "
        "là sao $ | ^ thế nào là | ^ như thế nào là | ^ như nào là | ^ thế nào gọi là | ^ thế nào được gọi là | ^ khái niệm | "
        "^ khái niệm về | ^ định nghĩa | ^ định nghĩa về | khái niệm $ | định nghĩa $",
    ),
    (
        "term",
        "bao lâu | trong bao lâu | mất bao lâu | là bao lâu | trong thời gian bao lâu | trong vòng bao lâu | kéo dài bao lâu | "
        "bao nhiêu lâu | bao nhiêu ngày | bao nhiêu tháng | bao nhiêu năm | bao nhiêu giờ | bao nhiêu tuần | bao nhiêu phút | "
        "mấy ngày | mấy tháng | mấy năm | mấy giờ | mấy tuần | mấy phút | thời gian nào | thời hạn nào",
    ),
    (
        "amount",
        "bao nhiêu | là bao nhiêu | bao nhiêu tiền | bao nhiêu đồng | bao nhiêu triệu | bao nhiêu phần trăm | hết bao nhiêu | "
        "hết bao nhiêu tiền | mất bao nhiêu | mất bao nhiêu tiền | mấy tiền | mấy đồng | mấy triệu | mấy trăm | mấy phần trăm | "
        "mức nào",
    ),
    (
        "where",
        "ở đâu | tại đâu | đến đâu | từ đâu | đi đâu | ra đâu | đâu $ ! | nơi nào | ở nơi nào | tại nơi nào | chỗ nào | "
        "ở chỗ nào | cơ quan nào | ở cơ quan nào | tại cơ quan nào | đến cơ quan nào",
    ),
    (
        "who",
        "^ ai được | ^ ai có | ^ ai phải | ^ ai là | ^ ai sẽ | ^ ai bị | ^ ai cần | ^ ai không | do ai | bởi ai | là ai | của ai | "
        "cho ai | với ai | về ai | những ai | gồm ai | gồm những ai | người nào | "
        "những người nào | đối tượng nào | những đối tượng nào | do cơ quan nào | cấp nào | đơn vị nào | tổ chức nào",
    ),
    (
        "manner",
        "thế nào | như thế nào | như nào | ntn $ | ra sao | thì sao $ | làm sao | tại sao | vì sao | sao $ ! | "
        "được quy định như thế nào | được quy định thế nào | được quy định ra sao | quy định như thế nào | quy định thế nào | "
        "quy định ra sao | được thực hiện như thế nào | được thực hiện thế nào | gì ! | gì $ | gồm gì | gồm những gì | "
        "bao gồm gì | bao gồm những gì | gồm có những gì | là những gì | những gì | cần gì | cần những gì | làm gì | "
        "phải làm gì | khi nào | từ khi nào | lúc nào | bao giờ | nào ! | trường hợp nào | trong trường hợp nào | "
        "những trường hợp nào | trong những trường hợp nào | mấy ! | mấy lần | mấy tuổi",
    ),
    (
        "yes_no",
        "không $ | ko $ | chưa $ ! | có không $ | hay không $ | có hay không $ | hay chưa $ | được không $ | được ko $ | "
        "được chưa $ | có được không $ | có được ko $ | được hay không $ | có được hay không $ | phải không $ | "
        "có phải không $ | có đúng không $ | đúng không $ | đúng hay sai $ | là đúng hay sai $ | ^ có được | ^ có phải | "
        "^ có bị | ^ có cần | ^ liệu",
    ),
)  # fmt: skip
# What stands before the end in a question that is answered with yes or no, longer ones before their beginnings. Of a
# single "có" only the last one asks: "người có công có … không".
_OPENERS = (
    "có bắt buộc phải | có được phép | có cần phải | có bắt buộc | có phải là | có được | có phải | có cần | có bị | có nên | có thể | có"
)
# Courtesies before and behind a question. They say nothing either, whatever is asked.
_BEFORE = (
    "xin cho tôi hỏi | xin cho hỏi | cho tôi hỏi | cho em hỏi | cho mình hỏi | cho hỏi | xin hỏi | tôi muốn hỏi | em muốn hỏi | "
    "làm ơn cho hỏi | theo quy định thì | vậy"
)
_BEHIND = "ạ ! | nhỉ ! | vậy ! | vậy ạ ! | hả ! | à ! | nhé ! | thế ! | theo quy định hiện nay | hiện nay"
# Syllables before a single one that asks nothing there: "đường hàng không" (airway), "bản sao" (copy), "thay thế" (to replace).
_NO_QUESTION_BEFORE = {
    "không": frozenset("hàng phòng đường chân trên tay khoảng số hư hang phong duong chan tren khoang so".split()),
    "sao": frozenset("bản ngôi tinh vì ban ngoi vi".split()),
    "thế": frozenset("thay lợi ưu vị tư thứ địa loi uu vi tu thu dia".split()),
}
_NO_QUESTION_BEFORE |= {"khong": _NO_QUESTION_BEFORE["không"]}
# "ở đâu đó" (somewhere), "ai cũng" (everybody), "bất kỳ người nào" (any person) ask nothing.
_ANY_AFTER, _ANY_BEFORE = frozenset("đó đấy cũng do cung".split()), frozenset(("bất", "bat"))
_ANY_REACH = 4
_OPEN_ENDED = frozenset("nào đâu gì ai nao dau gi".split())
# A question about one of these asks for an amount or a term, in whatever words it asks.
_LEANINGS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("amount", ("phạt", "lệ phí", "học phí", "phat tien", "muc phat", "xu phat", "bi phat", "le phi", "hoc phi")),
    ("term", ("thời hạn", "thời gian", "thoi han", "thoi gian")),
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What a query asks for. `kind` is "" for a query that is no question. `subject` are the words whose definition is asked
    for, side by side; () where none is. `kind` "manner" is a question of any other kind."""

    kind: Kind = ""
    subject: Words = ()


@dataclass
class Asking:
    """The words of one sentence that only ask. `mask` has one item per word. `question` is what the sentence asks."""

    mask: list[bool] = field(default_factory=list)
    question: Question = Question()


class _Stretch(NamedTuple):
    """Words that ask. `spellings` has for each of `words` the forms in which it may be typed: with its diacritics, or without
    any."""

    words: Words
    spellings: tuple[frozenset[str], ...]
    kind: Kind
    first: bool
    last: bool

    def is_at(self, sentence: Sequence[str], place: int) -> bool:
        """Whether the words of the stretch are at `place` of `sentence`."""
        for typed in self.spellings:
            if place >= len(sentence) or sentence[place] not in typed:
                return False
            place += 1
        return True


def _read(listed: str, kind: Kind = "manner") -> Iterator[_Stretch]:
    for written in listed.split("|"):
        words, exact = tuple(syllables(written)), "!" in written
        spellings = tuple(frozenset((word,) if exact else (word, fold(word))) for word in words)
        yield _Stretch(words, spellings, kind, "^" in written, "$" in written)


def _by_length(stretches: Iterator[_Stretch]) -> tuple[_Stretch, ...]:
    return tuple(sorted(stretches, key=lambda one: (-len(one.words), not one.first)))


_ALL = _by_length(one for kind, listed in _STRETCHES for one in _read(listed, kind))
_OPEN, _LEAD, _TAIL = _by_length(_read(_OPENERS)), _by_length(_read(_BEFORE)), _by_length(_read(_BEHIND))


def _found_by(stretches: Sequence[_Stretch], place: int) -> dict[str, tuple[_Stretch, ...]]:
    """For each spelling of the word at `place` of any stretch, the stretches with this word there, in their order."""
    words = {word for one in stretches for word in one.spellings[place]}
    return {word: tuple(one for one in stretches if word in one.spellings[place]) for word in words}


_BY_FIRST, _LEAD_BY_FIRST, _TAIL_BY_LAST = _found_by(_ALL, 0), _found_by(_LEAD, 0), _found_by(_TAIL, -1)
# For each spelling of a word that is not the last one of a stretch, this stretch and the number of words up to this one.
_BY_INNER: dict[str, list[tuple[_Stretch, int]]] = {}
for _one, _have in sorted(((one, have) for one in _ALL for have in range(1, len(one.words))), key=lambda both: len(both[0].words)):
    for _spelling in _one.spellings[_have - 1]:
        _BY_INNER.setdefault(_spelling, []).append((_one, _have))
_LAST = frozenset(_found_by(_ALL, -1))
# With these a question may end, and what may be said behind.
_FINAL = {"nào": "hiện nay", "gì": "hiện nay", "sao": "hiện nay", "lâu": "hiện nay", "sai": "theo quy định hiện nay"}
# Beside one of these "gồm" may ask for people.
_PEOPLE = frozenset("người viên đồng ban đoàn tổ ngũ lượng bên ai".split())


def going_on(sentence: Sequence[str]) -> Iterator[Words]:
    """Find words that ask and that `sentence` has begun: for ("việc", "như", "th") they are ("thế", "nào"). The last word of
    `sentence` may be half typed; at least one word before it must be of those that ask. Yields the words that take the place
    of the last one, the shortest first."""
    for one, have in _BY_INNER.get(sentence[-2], ()) if len(sentence) > 1 else ():
        start = len(sentence) - 1 - have
        if start < 0 or one.first and start:
            continue
        begun = any(spelling.startswith(sentence[-1]) for spelling in one.spellings[have])
        if begun and all(word in spelled for word, spelled in zip(sentence[start:-1], one.spellings, strict=False)):
            if one.words[-1] != "ai" or one.words[:1] != ("gồm",) or not _PEOPLE.isdisjoint(sentence):
                yield one.words[have:]
    if len(sentence) > 2 and len(sentence[-1]) > 1 and "khong".startswith(fold(sentence[-1])):
        if _opener(sentence, [False] * len(sentence), 0, len(sentence) - 1):
            yield ("không",)


def behind_whole(sentence: Sequence[str]) -> str:
    """Return words that may follow `sentence`, normalised syllables, if it is a whole question: "hiện nay" behind "là gì". They say
    nothing about what is searched for. Returns "" for any other text."""
    tail = _FINAL.get(sentence[-1], "") if sentence else ""
    return tail if tail and find(sentence, [False] * len(sentence)).mask[-1] else ""


def find(sentence: Sequence[str], literal: Sequence[bool]) -> Asking:
    """Find the words of `sentence` that only ask. The words are normalised syllables. `literal` has one item per word, True
    for a word that must stay what it is."""
    asking = Asking([False] * len(sentence))
    if _LAST.isdisjoint(sentence) and not _may_lead(sentence):
        return asking
    start, end = _courtesies(sentence)
    found = list(_stretches(sentence, literal, start, end))
    if not found:
        return asking
    for place, one in found:
        asking.mask[place : place + len(one.words)] = [True] * len(one.words)
    asking.mask[:start], asking.mask[end:] = [True] * start, [True] * (len(sentence) - end)
    kind = next((one.kind for _, one in found if one.kind not in ("manner", "yes_no")), found[0][1].kind)
    if kind in ("manner", "yes_no"):
        kind = _leaning(sentence) or kind
    elif kind == "amount" and _leaning(sentence) == "term":
        kind = "term"
    subject = _subject(sentence, asking.mask, found) if kind == "definition" else ()
    asking.question = Question(kind, subject)
    return asking


def _may_lead(sentence: Sequence[str]) -> bool:
    return bool(sentence) and any(one.first for one in _BY_FIRST.get(sentence[0], ()))


def _courtesies(sentence: Sequence[str]) -> tuple[int, int]:
    """Return the positions at which the question itself begins and ends, without words of courtesy."""
    start, end = 0, len(sentence)
    while start < end and (lead := _leading(sentence, start)):
        start += len(lead.words)
    while start < end and not _is_second_half(sentence, end - 1) and (tail := _ending(sentence[:end])):
        end -= len(tail.words)
    return start, max(end, start)


def _leading(sentence: Sequence[str], start: int) -> _Stretch | None:
    return next((one for one in _LEAD_BY_FIRST.get(sentence[start], ()) if one.is_at(sentence, start)), None)


def _ending(sentence: Sequence[str]) -> _Stretch | None:
    tails = (one for one in _TAIL_BY_LAST.get(sentence[-1], ()) if len(one.words) <= len(sentence))
    return next((one for one in tails if one.is_at(sentence, len(sentence) - len(one.words))), None)


def _stretches(
    sentence: Sequence[str], literal: Sequence[bool], start: int, end: int
) -> Iterator[tuple[int, _Stretch]]:
    """Yield (position, stretch) for all words that ask between `start` and `end`, in order, the longest stretch at each."""
    place, closed = start, None
    while place < end:
        one = next((one for one in _BY_FIRST.get(sentence[place], ()) if _asks(one, sentence, literal, place, start, end)), None)
        if one and one.kind == "yes_no" and one.last:
            closed = place
        if one:
            yield place, one
        place += len(one.words) if one else 1
    if closed is not None and (opener := _opener(sentence, literal, start, closed)):
        yield opener


def _asks(one: _Stretch, sentence: Sequence[str], literal: Sequence[bool], place: int, start: int, end: int) -> bool:
    after = place + len(one.words)
    if after > end or not one.is_at(sentence, place) or any(literal[place:after]):
        return False
    if one.first and place > start or one.last and after < end:
        return False
    if len(one.words) == 1 and _is_second_half(sentence, place):
        return False
    if one.words[-1] not in _OPEN_ENDED:
        return True
    return not (sentence[after : after + 1] and sentence[after] in _ANY_AFTER) and _ANY_BEFORE.isdisjoint(
        sentence[max(place - _ANY_REACH, 0) : place]
    )


def _is_second_half(sentence: Sequence[str], place: int) -> bool:
    """Whether the word at `place` is the second half of an ordinary word."""
    return place > 0 and sentence[place - 1] in _NO_QUESTION_BEFORE.get(sentence[place], ())


def _opener(sentence: Sequence[str], literal: Sequence[bool], start: int, closed: int) -> tuple[int, _Stretch] | None:
    """Find the words that open a question answered with yes or no, before its last words at `closed`."""
    for one in _OPEN:
        if one.spellings[0].isdisjoint(sentence):
            continue
        for place in range(closed - len(one.words), start - 1, -1):
            if one.is_at(sentence, place) and not any(literal[place : place + len(one.words)]):
                return place, one
    return None


def _leaning(sentence: Sequence[str]) -> Kind:
    said = f" {' '.join(sentence)} "
    return next((kind for kind, names in _LEANINGS if any(f" {name} " in said for name in names)), "")


def _subject(sentence: Sequence[str], mask: Sequence[bool], found: Sequence[tuple[int, _Stretch]]) -> Words:
    """Return the words whose definition is asked for: those before "là gì", or else those after "thế nào là"."""
    places = [(place, one) for place, one in found if one.kind == "definition"]
    for place, one in reversed(places):
        step, at = (1, place + len(one.words)) if one.first else (-1, place - 1)
        words: list[str] = []
        while 0 <= at < len(sentence) and not mask[at]:
            words.append(sentence[at])
            at += step
        if words:
            return tuple(words[::step])
    return ()
