"""The named fields of a query, such as "loại:nghị định năm:2018-2020 từ:02/2024".

This module decides their names, values and dates. Other words with a colon ("Kính gửi: Sở") stay among the words of the
query. Invalid values and excluded fields are left out, and a note is added. A field applies to the whole query,
wherever it is in it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate, takewhile

from indexer.query.brackets import groups, is_excluded
from indexer.query.field_names import ELSEWHERE, FIELDS, named, with_colons
from indexer.query.field_values import (
    PUNCTUATION,
    is_type,
    issuer_list,
    of_symbol,
    types,
    words_of_value,
    written_out,
)
from indexer.query.lexer import QUOTES, Lexeme, pieces
from indexer.query.numbers import parse_number_query
from indexer.types import AskedValue, Note, NumberQuery
from legaltext.dates import SEVERAL_YEARS, Period, read_period, years
from legaltext.text import fold, syllables
from legaltext.validity import IN_FORCE

_BAD = {
    "year": "bad_year",
    "number": "bad_number",
    **dict.fromkeys(("since", "until", "at"), "bad_date"),
    **dict.fromkeys(("type", "issuer"), "empty_field"),
}
_NEGATED = re.compile(r"[-–—]\S")
# A number, a year or a day that is still being typed: "2018 - 20".
_FIGURES = re.compile(r"[\d\s/.,;–—-]*")
_UNKNOWN = re.compile(r"([^\W\d_]{2,}):\w")
# Separates values that were quoted one by one, because a name may contain a comma. No value contains a quote.
_BETWEEN = '","'
# Fields that a query can have only once.
_ONCE = {"number": "number", "since": "begin", "until": "end", "at": "at"}


@dataclass(frozen=True)
class Conditions:
    """The conditions that the fields of a query set; None where the query has no such field.

    `filters` maps the name of each filter to the values that were typed. A range of years becomes the list of its
    years. `named` are the types and issuers one by one. `begin` and `end` are the periods typed after "từ:" (from) and
    "đến:" (to), each as (first day, last day). `at` is the day on which a document must be in force. `number` is the
    document number."""

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named: tuple[AskedValue, ...] = ()
    begin: Period | None = None
    end: Period | None = None
    at: date | None = None
    number: NumberQuery | None = None

    @property
    def since(self) -> date | None:
        """The first day of issue that the conditions allow; None for no bound."""
        return self.begin[0] if self.begin else None

    @property
    def until(self) -> date | None:
        """The last day of issue that the conditions allow; None for no bound."""
        return self.end[1] if self.end else None


@dataclass(frozen=True)
class _Typed:
    """A field of a query as it was typed: `name` is the name of the field in this system ("type", "issuer" and
    so on), `text` is the whole text of name and value, and `value` is the value alone."""

    name: str
    text: str
    value: str

    @property
    def label(self) -> str:
        return f"{self.text.split(':', 1)[0]}:"


@dataclass(frozen=True)
class Begun:
    """The field at the end of a query that is still being typed.

    `name` is the name of the field in this system. `before` is the text before its value, and `typed` is the value so
    far. `quoted` is True in an open quote; the quote itself is in neither text. `ended` is True where a quote, bracket
    or operator follows the value. `over` is True where the next word belongs to the query: the value is complete, or
    this is ordinary text."""

    name: str
    before: str
    typed: str
    quoted: bool
    ended: bool
    over: bool


def take(found: list[Lexeme], notes: list[Note]) -> tuple[list[Lexeme], Conditions]:
    """Take the fields out of a query. `found` are its lexemes. Returns (the other lexemes, the conditions that the
    fields set). Each field leaves a lexeme of the kind "field" in its place. Notes on fields that were left out
    are added to `notes`."""
    if not any(":" in piece.text for piece in found):
        return found, Conditions()
    found = with_colons(found)
    rest: list[Lexeme] = []
    beside_or: list[str] = []
    held, place, around = Conditions(), 0, groups([piece.kind for piece in found])
    while place < len(found):
        count, known = named(rest, found[place], FIELDS)
        name = FIELDS.get(known, "")
        value, used = _value(name, found, place) if name else ("", 0)
        read = _read(held, name, value) if value else None
        if not name or _is_prose(name, value, read, found[place:]):
            rest.append(found[place])
            place += 1
            continue
        notes += [Note("stray_glued", piece.glued) for piece in found[place + 1 : place + 1 + used] if piece.glued]
        typed = _Typed(name, _text([*rest[len(rest) - count :], *found[place : place + 1 + used]]), value)
        del rest[len(rest) - count :]
        unwanted = around[place].unwanted or bool(_NEGATED.match(value))
        if rest and rest[-1].kind == "not":
            rest.pop()
            unwanted = True
        if unwanted:
            notes.append(Note("negated_field", typed.text))
        elif read is None:
            notes.append(Note(_BAD[name] if value else "empty_field", value or typed.label))
        else:
            once = _ONCE.get(name)
            if once and getattr(held, once) not in (None, getattr(read, once)):
                notes.append(Note("field_twice", typed.label))
            beside_or += [typed.text] if around[place].in_or else []
            held = read
        if value and read is None and (behind := _words_behind(found[place + 1 + used :])):
            notes.append(Note("still_searched", behind))
        rest.append(Lexeme("field"))
        place += 1 + used
    if beside_or:
        notes.append(Note("field_in_or", ", ".join(beside_or)))
    notes += [Note("unknown_field", unknown) for unknown in _unknown(rest)]
    return rest, _in_order(held, notes)


def begun(text: str) -> Begun | None:
    """Find the field at the end of `text`, a half-typed query that `legaltext.text.clean` returned. Returns None where
    the last colon belongs to no field. Returns None also where a minus excludes the field or its value."""
    said = text.translate(QUOTES)
    start = said.rfind(":") + 1
    head, found = with_colons(pieces(said[:start], [])), with_colons(pieces(said, []))
    place = len(head) - 1
    # Not inside a phrase, nor inside the value of a field ("số:a:b").
    if place < 0 or found[:place] != head[:place] or head[place].text.find(":") != len(head[place].text) - 1:
        return None
    count, known = named(head[:place], head[place], FIELDS)
    if not known or found[place].kind != "word" or _is_excluded(head, place - count):
        return None
    name, typed = FIELDS[known], said[start:].lstrip()
    value, used = _value(name, found, place)
    if _NEGATED.match(value):
        return None
    read = _read(Conditions(), name, value) if value else None
    ended = any(piece.kind != "word" for piece in found[place + 1 :])
    quoted = typed.startswith('"') and not ended
    whole = place + 1 + used < len(found) and (ended or not _is_doubtful(name, value, read))
    over = (whole or _is_prose(name, value, read, found[place:])) and not (quoted or _FIGURES.fullmatch(typed))
    return Begun(name, text[: len(said) - len(typed)], typed.removeprefix('"'), quoted, ended, over)


def _is_excluded(found: list[Lexeme], place: int) -> bool:
    """Whether a minus excludes the lexeme number `place`, directly or by excluding a bracket around it.
    `found` are the lexemes of the query."""
    kinds = [piece.kind for piece in found]
    return groups(kinds)[place].unwanted or is_excluded(kinds, place)


def _text(found: list[Lexeme]) -> str:
    """Return `found`, the lexemes of a field, as typed text, without spaces between its name and its value."""
    said = " ".join(f'"{piece.text}"' if piece.kind == "phrase" else piece.text for piece in found)
    return said.replace(": ", ":").replace("- ", "-").replace('" , "', '", "')


def _is_prose(name: str, value: str, read: Conditions | None, found: list[Lexeme]) -> bool:
    """Whether the name of the field `name` is an ordinary word here, as in "các loại: sách". This is False for a value
    in quotes or directly after the colon. `read` is None where `value` is invalid; `found` are the lexemes from the
    name on."""
    glued = found[0].text.split(":", 1)[1]
    if glued or not value or found[1].kind != "word":
        return False
    return _is_doubtful(name, value, read)


def _is_doubtful(name: str, value: str, read: Conditions | None) -> bool:
    """Whether `value` may be no value of the field `name`: an invalid one (`read` is None), or an unknown document
    type."""
    return read is None or (name == "type" and not is_type(_types(value)[0]))


def _words_behind(found: Sequence[Lexeme]) -> str:
    """Return the words of `found` up to the next field, phrase, bracket or operator, as text. They may
    have been meant as a part of an invalid value, so a note mentions them."""
    words: list[Lexeme] = []
    for piece in found:
        if piece.kind != "word":
            break
        count, known = named(words, piece, FIELDS)
        if known:
            del words[len(words) - count :]
            break
        words.append(piece)
    said = " ".join(word.text for word in words)
    return said.strip(PUNCTUATION) if syllables(said) else ""


def _unknown(found: list[Lexeme]) -> Iterator[str]:
    """Yield the names of unknown fields among the lexemes `found` of a query, as they were typed. The name is the word
    before the colon. A longer name that other systems use is yielded whole."""
    for place, piece in enumerate(found):
        typed = _UNKNOWN.match(piece.text) if piece.kind == "word" else None
        if typed and fold(typed[1]) not in FIELDS:
            count, _ = named(found[:place], piece, ELSEWHERE)
            yield _text([*found[place - count : place], Lexeme("word", typed[1])])


def _value(name: str, found: list[Lexeme], place: int) -> tuple[str, int]:
    """Read the value of the field `name` after its colon, which is in the lexeme number `place` of `found`. Returns
    (the value, how many lexemes after the colon it takes). A missing value is "", and an excluded one begins with
    "-"."""
    glued = found[place].text.split(":", 1)[1]
    after = found[place + 1 :]
    if name == "year" and (ranged := _range(glued, after)):
        return ranged
    if not glued and after and after[0].kind == "not":
        value, used = _value(name, [Lexeme("word", ":"), *after[1:]], 0)
        return (f"-{value}", used + 1) if value else ("", 0)
    if not glued and not (after and after[0].kind in ("word", "phrase")):
        return "", 0
    if not glued and after[0].kind == "phrase":
        return _quoted(name, after)
    words = [glued] if glued else []
    for piece in after:
        if piece.kind != "word" or ":" in piece.text:
            break
        words.append(piece.text)
    if not words:
        return "", 0
    if name == "issuer" and (listed := issuer_list(words)):
        return _BETWEEN.join(listed[0]), listed[1] - bool(glued)
    count = words_of_value(name, words)
    return " ".join(words[:count]).strip(PUNCTUATION), count - bool(glued)


def _quoted(name: str, after: list[Lexeme]) -> tuple[str, int]:
    """Read the quoted value of the field `name` at the beginning of the lexemes `after`. The value of types and
    issuers may consist of several quoted values separated by commas. Returns (the value without quotes, how many
    lexemes it takes)."""
    end = 1
    if name in ("type", "issuer"):
        while [piece.kind for piece in after[end : end + 2]] == ["word", "phrase"] and after[end].text in ",;":
            end += 2
    values = [" ".join(piece.text.split()) for piece in after[:end:2]]
    return _BETWEEN.join(filter(None, values)), end


def _range(glued: str, after: list[Lexeme]) -> tuple[str, int] | None:
    """Read several years or a range of years with spaces between them: "2018 - 2020", "2018, 2020". `glued`
    is the text directly after the colon. Returns (the years with dashes or commas, how many lexemes of
    `after` they take), or None for anything else."""
    parts = takewhile(lambda piece: piece.kind in ("word", "not"), after)
    values = [value.strip(PUNCTUATION) for value in accumulate((piece.text for piece in parts), initial=glued)]
    used = max((used for used, value in enumerate(values) if used and SEVERAL_YEARS.fullmatch(value)), default=0)
    return (values[used], used) if used else None


def _read(held: Conditions, name: str, value: str) -> Conditions | None:
    """Add the field `name` with its value to the conditions `held`. Returns the new conditions, or None where
    the value is invalid."""
    if name == "type":
        for one in _types(value):
            held = _meaning(held, AskedValue(name, one, of_symbol(one) or (one,)))
        return held
    if name == "issuer":
        for one in value.split(_BETWEEN):
            held = _meaning(held, AskedValue(name, one, (one, *written_out(one))))
        return held
    if name == "year":
        asked_for = years(value)
        return _with(held, name, asked_for) if asked_for else None
    if name == "number":
        number = parse_number_query(value)
        return replace(held, number=replace(number, perhaps=False)) if number else None
    period = read_period(value)
    if period is None:
        return None
    if name == "since":
        return replace(held, begin=period)
    if name == "until":
        return replace(held, end=period)
    return replace(_with(held, "status", (IN_FORCE,)), at=period[1])


def _types(value: str) -> list[str]:
    return [one for quoted in value.split(_BETWEEN) for one in types(quoted)]


def _meaning(held: Conditions, one: AskedValue) -> Conditions:
    return replace(_with(held, one.field, one.values), named=(*held.named, one))


def _with(held: Conditions, name: str, values: tuple[str, ...]) -> Conditions:
    known = held.filters.get(name, ())
    return replace(held, filters={**held.filters, name: tuple(dict.fromkeys((*known, *values)))})


def _in_order(held: Conditions, notes: list[Note]) -> Conditions:
    if held.since and held.until and held.until < held.since:
        notes.append(Note("swapped_dates"))
        return replace(held, begin=held.end, end=held.begin)
    return held
