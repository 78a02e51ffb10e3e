"""Hash passwords (with argon2id), and refuse weak new ones.

Passwords are first converted to Unicode form NFC, so that a Vietnamese password typed on two systems is the same
password.
"""

from __future__ import annotations

import re
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select

from docmgr import db
from docmgr.models import Abbreviation, Unit
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.people import agency, strength
from legaltext.abbreviations import BUILT_IN

SHORTEST, LONGEST = 12, 128
FEWEST_DIFFERENT = 5
# Twelve digits are an identity card's number, more are days or telephone numbers; zxcvbn takes them for random.
_NUMBERS = re.compile(r"[\d\s./-]+")
# zxcvbn's highest score. Its estimate of the most usual Vietnamese passwords, a full name and a year, is some 10**8; and who
# stole the database tries ten a second on a core, so 10**10 take thirty years. Four short words can be fewer ("ghế áo mưa đá",
# ten letters); the message asks for what is always enough: five words that have 16 letters together.
FEWEST_GUESSES = 10**10
# OWASP's floor is 46 MiB with one pass; three keep a hash between 100 and 500 ms on a small server.
_hasher = PasswordHasher(time_cost=3, memory_cost=46 * 1024, parallelism=1)
# A hash with the parameters above that belongs to no password, so that unknown names take as long as known ones.
NOBODY = "$argon2id$v=19$m=47104,t=3,p=1$gaBcB8uNmiCj+tFOIthodQ$SnJrkTuU7ShoQEndvIdk+NNBcnR6n3kzOlF4C1ASeBA"
ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_password(password: str) -> str:
    """Compute the argon2id hash of the password, with its salt and parameters, as text."""
    return _hasher.hash(_normal(password))


def verify(stored: str, password: str) -> bool:
    """Whether the password matches the stored hash. A password longer than LONGEST never matches, and the check takes
    as long as any other."""
    try:
        return _hasher.verify(stored, _normal(password)[: LONGEST + 1])
    except (VerifyMismatchError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether the stored hash was made with other parameters than today's, so that it should be replaced."""
    return _hasher.check_needs_rehash(stored)


def one_time() -> str:
    """Make a random password that is easy to read aloud: four groups of four characters, about 79 bits."""
    letters = [secrets.choice(ONE_TIME_ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def known_names(username: str, full_name: str, unit_id: int | None) -> list[str]:
    """List the names that others know of a person and that a password must not be built from. They are the sign-in
    name, the full name, and the names of the unit and of the agency, with short forms. `unit_id` is None for a person
    without a unit."""
    with db.read() as session:
        unit = session.get(Unit, unit_id) if unit_id is not None else None
        of_unit = [unit.name, unit.abbreviation or ""] if unit else []
        of_site = {row.short: tuple(row.names) for row in session.scalars(select(Abbreviation)) if row.names}
    named = agency.name()
    shorter = [short for name in (*of_unit[:1], named) for short in strength.short_names(name, {**BUILT_IN, **of_site})]
    return [username, full_name, *of_unit, named, *shorter]


def check_new(password: str, *names: str) -> None:
    """Raise Invalid with the field "password" when a new password is too short, too long, too simple or easy to
    guess. `names` are the result of `known_names`."""
    text = _normal(password)
    if len(text) < SHORTEST:
        raise Invalid(Message("Mật khẩu cần ít nhất 12 ký tự."), "password")
    if len(text) > LONGEST:
        raise Invalid(Message("Mật khẩu dài nhất 128 ký tự."), "password")
    if len(set(text.casefold())) < FEWEST_DIFFERENT or _NUMBERS.fullmatch(text):
        raise Invalid(Message("Mật khẩu quá đơn giản: chỉ có chữ số hoặc lặp lại vài ký tự."), "password")
    if strength.guesses(text, names) < FEWEST_GUESSES:
        raise Invalid(
            Message(
                "Mật khẩu dễ đoán. Hãy ghép ít nhất năm từ không liên quan với nhau, tổng cộng từ 16 chữ cái trở lên;"
                " đừng dùng tên người, tên cơ quan,"
                " từ phổ biến, ngày tháng hay dãy phím liền nhau."
            ),
            "password",
        )


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)
