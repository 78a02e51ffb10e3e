"""Write the value of a cell as the workbook shows it: dates, percentages, decimals and leading zeros by the number
format of the cell.

Digits are not grouped, because "1.000" and "1,000" depend on who opens the workbook.
"""

from __future__ import annotations

import datetime
import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_GENERAL = ("", "general", "@")
# What is not a digit of the number: colours and conditions, blanks as wide as a sign, fillers.
_UNSHOWN = re.compile(r"\[[^\]]*\]|_.|\*.")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_DIGITS = re.compile(r"[0#?][0#?,]*(?:\.[0#?]+)?")
_DATE_TOKEN = re.compile(r"y+|m+|d+|h+|s+|.", re.I | re.S)
# Dates that begin with the month or the year are shown with the day first; others as their format says. Excel
# itself shows the built-in formats, which begin with the month, in the order of the country.
_OF_THE_COUNTRY = re.compile(r"(?:m{1,2}[/-]d{1,2}[/-]y{2,4}|y{4}[/-]m{1,2}[/-]d{1,2})(?:[\sT]+h{1,2}:mm(?::ss)?)?", re.I)
_WORDS = {"d": "%d", "m": "%m", "y": "%Y", "h": "%H", "s": "%S"}


def shown(value: object, form: str = "") -> str:
    """Write the value of a cell as text. `form` is its number format, as in "#,##0.00" or "dd/mm/yyyy"; "" where none
    is known. Returns "" for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, form)
    if isinstance(value, datetime.datetime | datetime.date):
        return _date(value, form)
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    if isinstance(value, datetime.timedelta):
        return _duration(value)
    return str(value)


def _duration(value: datetime.timedelta) -> str:
    """Write a duration as hours and minutes, and seconds if there are any: "26:30"."""
    seconds = round(abs(value.total_seconds()))
    sign = "-" if value < datetime.timedelta() and seconds else ""
    rest = f":{seconds % 60:02}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}{rest}"


def _plain(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    # A workbook keeps 15 digits of a number.
    text = f"{value:.15g}"
    return f"{Decimal(text):f}" if 1e-5 <= abs(value) < 1e15 else text


def _number(value: float, form: str) -> str:
    sections = form.split(";")
    negative = value < 0 and len(sections) > 1
    section = sections[1] if negative else sections[2] if value == 0 and len(sections) > 2 else sections[0]
    words: list[str] = []
    bare = _LITERAL.sub(lambda found: _kept(words, found[1] or found[2] or ""), _UNSHOWN.sub("", section))
    digits = _DIGITS.search(bare)
    odd = digits and (re.search(r"[eE/]", bare) or _DIGITS.search(bare, digits.end()))
    if section.strip().lower() in _GENERAL or digits is None or odd or not math.isfinite(value):
        return _plain(value)
    percent = "%" in bare
    amount = Decimal(repr(abs(value) if negative else value)) * (100 if percent else 1)
    text = bare[: digits.start()] + _rounded(amount, digits[0]) + bare[digits.end() :]
    return re.sub("[\ue000-\uf8ff]", lambda found: words[ord(found[0]) - 0xE000], text).strip()


def _kept(words: list[str], word: str) -> str:
    """Put the literal word of a format aside, and return the private character that stands for it."""
    words.append(word)
    return chr(0xE000 + len(words) - 1) if len(words) < 6_000 else ""


def _rounded(amount: Decimal, pattern: str) -> str:
    """Round the number to as many decimals as the pattern, such as "#,##0.00", has."""
    whole, _, decimals = pattern.replace(",", "").partition(".")
    try:
        text = f"{amount.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP):f}"
    except InvalidOperation:
        # More digits than a decimal has.
        return f"{amount:f}" if abs(amount) < 10**20 else str(amount)
    before, _, after = text.partition(".")
    after = after[: decimals.rfind("0") + 1] + after[decimals.rfind("0") + 1 :].rstrip("0")
    sign, before = ("-", before[1:]) if before.startswith("-") else ("", before)
    return sign + before.zfill(whole.count("0")) + (f".{after}" if after else "")


def _date(value: datetime.date, form: str) -> str:
    whole_day = not isinstance(value, datetime.datetime) or value.time() == datetime.time()
    usual = value.strftime("%d/%m/%Y" if whole_day else "%d/%m/%Y %H:%M")
    bare = _LITERAL.sub(lambda found: found[1] or found[2] or "", _UNSHOWN.sub("", form.split(";")[0])).strip()
    tokens = _DATE_TOKEN.findall(bare)
    letters = [token.lower() for token in tokens if token.isalpha()]
    if not letters or _OF_THE_COUNTRY.fullmatch(bare) or any(len(token) > 2 and token[0] != "y" for token in letters):
        return usual
    if any(token[0] not in _WORDS for token in letters):
        return usual
    return "".join(_date_part(value, tokens, at) for at in range(len(tokens)))


def _date_part(value: datetime.date, tokens: list[str], at: int) -> str:
    token = tokens[at].lower()
    if token[0] not in _WORDS:
        return tokens[at]
    # An m next to hours or seconds means minutes.
    before = next((t.lower() for t in reversed(tokens[:at]) if t.isalpha()), "")
    after = next((t.lower() for t in tokens[at + 1 :] if t.isalpha()), "")
    minutes = token[0] == "m" and (before[:1] == "h" or after[:1] == "s")
    code = "%M" if minutes else "%y" if token in ("y", "yy") else _WORDS[token[0]]
    text = value.strftime(code)
    return str(int(text)) if len(token) == 1 and token != "y" else text
