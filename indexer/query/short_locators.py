"""Recognises a Điều (article) that is written as "d46" in a query without diacritics.

This module decides when "d46" is a Điều and not a vitamin, a class or a block of houses. It is a Điều after a khoản
(clause), as in "k2 d46". It is also a Điều if the query names a law or a document number.
"""

import re
from collections.abc import Sequence

from indexer.query.lexer import Token
from indexer.query.numbers import parse_number_query
from indexer.query.title_words import NOT_BEFORE
from legaltext.abbreviations import BUILT_IN
from legaltext.text import fold, said

_ARTICLE = re.compile(r"[dD](?=\.?\d{1,3}(?:[a-z]|[kK]\d{1,2})?[,;]?\Z)")
_CLAUSE_BEFORE = re.compile(r"(?<!\w)k\.?\s?\d{1,2}(?:[\s,;–-]+\d{1,2})*[\s,]*\Z", re.IGNORECASE)
_CODES = (
    fold(short) for short, names in BUILT_IN.items() if fold(names[0]).startswith(("luat ", "bo luat "))
)
_LAW = re.compile(
    rf"(?<!\w){''.join(f'(?<!{word} )' for word in NOT_BEFORE)}(?:(?:luat|phap lenh|hien phap)\s+\w|(?:{'|'.join(_CODES)})(?!\w))"
)
# Words after which "d" and a numeral are a name: "hang d2", "khoi d1", "vitamin d3".
_LETTERED = frozenset(
    "bang can day doi duong hang hop khoi khu lai lo loai lop mau mien muc nha nhom o phan phong so tang to toa vitamin"
    .split()
)  # fmt: skip


def spelled(held: Sequence[Token], numbered: bool) -> list[Token]:
    """Replace each "d46" that is a Điều (article) by "đ46". `held` are the tokens of a query without diacritics; the changed
    tokens are returned. `numbered` says whether a field of the query names a document number."""
    short = [place for place, token in enumerate(held) if token.kind == "word" and _ARTICLE.match(token.text)]
    if not short or any(token.kind == "or" for token in held):
        return list(held)
    others = " ".join(
        token.text for place, token in enumerate(held) if token.kind == "word" and place not in short
    )
    named = numbered or _names_document(others)
    kept = list(held)
    for place in short:
        before = held[place - 1] if place else Token("word")
        clause = _CLAUSE_BEFORE.search(" ".join(token.text for token in held[:place]))
        if before.kind in ("word", "field") and (clause or named and fold(before.text) not in _LETTERED):
            text = _ARTICLE.sub("đ", held[place].text)
            kept[place] = Token("word", text, said(text))
    return kept


def _names_document(words: str) -> bool:
    """Whether `words` certainly name a law, or a document by its number."""
    if _LAW.search(fold(words)):
        return True
    number = parse_number_query(words)
    return (
        number is not None and not number.perhaps and bool(number.year or number.symbol or number.type_name)
    )
