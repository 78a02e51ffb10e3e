"""Hostile queries: fixed cases, and a grammar that generates others from a seed.

The cases are those that break query parsers: wildcards, ranges, nesting, boosts, huge words, NUL and lone
surrogates, endless fields, every operator where it does not belong.
"""

from __future__ import annotations

import random
from collections.abc import Callable

_LONG = 5_000
CASES = (
    "", " ", "\x00", "\x00\x01\x02", "\ud800", "a\udfffb", "\u202ecba", "\ufeff", "\u200b" * 300, "́" * 400,
    "*", "**", "a*", "*a", "*a*", "?*?*", "????????", "a?b*c", "đ*", "*:*", "thi* " * 100, "th* tr* ch* ng* kh*",
    '"', '""', '"' * 512, '"a" ' * 200, '"' + "a " * 200 + '"', '-"', '-""', '"a" -"a"', "“”", "«»“„",
    "-", "--", "- -", "-a", "-a " * 200, "--a", "-(-(-a))", "-(", "-)", "a -a", "-*", "-a*",
    "(", ")", "()", ")(", "(" * 512, ")" * 512, "(" * 255 + "a" + ")" * 255, "(a OR " * 80, "((a) OR (b)) " * 30,
    "OR", "OR OR OR", "a OR", "OR a", "a OR b " * 60, "HOẶC", "a HOẶC HOẶC b", "AND NOT OR", "a AND NOT b",
    "[a TO z]", "[* TO *]", "{a TO z}", "năm:[1 TO 9]", "a~", "a~99", '"a b"~5', "a^1e308", "a^-1", "a^^^", "/a.*b/",
    "loại:", "loại:loại:loại:", "số:", "cơ quan:", "năm:", "năm:0-9999", "năm:1900-2099 " * 30, "từ:31/02/2024",
    "từ:99/99/9999 đến:0/0/0", "hiệu lực:", "đến:2024 từ:2025", "text:a", "id:1 OR 1=1", "::::", "a:b:c:d", "loại:-a",
    "' OR '1'='1", "'; DROP TABLE documents; --", "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "%s%n%x", "\\", "\\\\\\",
    "a" * _LONG, "ă" * _LONG, "𝒂" * _LONG, "a " * _LONG, "1" * _LONG, "1/" * _LONG, "a-" * _LONG, "điều 1 " * _LONG,
    "30/2020/NĐ-CP " * 60, "nđ 30 ²²²²", "999999999999999999999/2020", "của và các những được có là trong", "a b c d e f g h i k l m n",
    "ﷺ" * 300, "ß" * 400, "İ" * 400, "👨‍👩‍👧‍👦" * 100, "q̶u̶y̶", "\t\n\r\v\f", "ｑｕｙ　ｃｈế",
)  # fmt: skip
_WORDS = tuple(
    "quy chế dân chủ ở cơ sở của các những được là có trong nghị định thông tư quyết luật điều khoản hoi nghi can bo uỷ "
    "hoà 30 2020 25/KH-UBND 30/2020/NĐ-CP GD&ĐT UBND a đ zzqx ddinhj nghi5".split()
)
_FIELDS = ("loại", "loai", "số", "cơ quan", "năm", "từ", "đến", "hiệu lực", "xyz", "text")
_VALUES = (
    "nghị định",
    "NĐ",
    "30/2020",
    "2018-2020",
    "05/02/2024",
    "02/2024",
    "2024",
    '"Bộ Nội vụ"',
    "",
    "31/02/2024",
    "*",
)
_SIGNS = tuple("\"()*-:?~^[]{}/\\+|&!'<>\x00\t​́“”–") + (" OR ", " HOẶC ", "-(", '-"', "**", "::")
_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĐỆ0189ßøИ日🎓 "


def queries(seed: int, count: int) -> list[str]:
    """`count` queries, the same for the same seed: all fixed cases first, then generated ones."""
    dice = random.Random(seed)
    grown = (dice.choice(_KINDS)(dice) for _ in range(max(0, count - len(CASES))))
    return [*CASES[:count], *grown]


def _word(dice: random.Random) -> str:
    return dice.choice(_WORDS)


def _words(dice: random.Random) -> str:
    return " ".join(_word(dice) for _ in range(dice.randint(1, dice.choice((4, 12, 140)))))


def _term(dice: random.Random, depth: int) -> str:
    """A well-formed term of the query language."""
    form = dice.randint(0, 8)
    if form == 0:
        return f'"{_word(dice)} {_word(dice)}"'
    if form == 1:
        return f"{_word(dice)[: dice.randint(1, 3)]}*"
    if form == 2:
        return f"-{_term(dice, depth - 1) if depth > 0 else _word(dice)}"
    if form == 3:
        return f"{dice.choice(_FIELDS)}:{dice.choice(_VALUES)}"
    if form in (4, 5) and depth > 0:
        return f"({_expression(dice, depth - 1)})"
    return _word(dice)


def _expression(dice: random.Random, depth: int) -> str:
    return dice.choice((" ", " OR ", " HOẶC ")).join(_term(dice, depth) for _ in range(dice.randint(1, 5)))


def _nested(dice: random.Random) -> str:
    return _expression(dice, dice.randint(0, 12))


def _many(dice: random.Random) -> str:
    return " ".join(_term(dice, 1) for _ in range(dice.randint(20, 120)))


def _broken(dice: random.Random) -> str:
    """A correct query with signs inserted, removed and doubled."""
    typed = list(_nested(dice)[:600] or "a")
    for _ in range(dice.randint(1, 12)):
        typed.insert(dice.randrange(len(typed) + 1), dice.choice(_SIGNS))
        del typed[dice.randrange(len(typed))]
    return "".join(typed) * dice.choice((1, 1, 1, 3))


def _noise(dice: random.Random) -> str:
    letters = dice.choice((_LETTERS, "".join(sign[0] for sign in _SIGNS), "ab*"))
    return "".join(dice.choice(letters) for _ in range(dice.choice((3, 40, 700))))


def _points(dice: random.Random) -> str:
    """Random code points, including noncharacters."""
    return "".join(chr(dice.randrange(0x110000)) for _ in range(dice.randint(1, 200)))


_KINDS: tuple[Callable[[random.Random], str], ...] = (
    _words,
    _nested,
    _nested,
    _many,
    _broken,
    _broken,
    _noise,
    _points,
)
