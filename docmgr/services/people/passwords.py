"""Passwords: how they are kept (argon2id) and which new ones are refused.

Text is brought to NFC first, so that the same Vietnamese password typed on two systems is the same password.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from docmgr.services.errors import Invalid

SHORTEST, LONGEST = 12, 128
FEWEST_DIFFERENT = 5
# OWASP's floor is 46 MiB with one pass; three keep a hash between 100 and 500 ms on a small server.
_hasher = PasswordHasher(time_cost=3, memory_cost=46 * 1024, parallelism=1)
# A hash of nobody's password, made with the parameters above: unknown names cost as much as known ones.
NOBODY = "$argon2id$v=19$m=47104,t=3,p=1$gaBcB8uNmiCj+tFOIthodQ$SnJrkTuU7ShoQEndvIdk+NNBcnR6n3kzOlF4C1ASeBA"
WORDS = Path(__file__).with_name("common_passwords.txt")
ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_password(password: str) -> str:
    """The argon2id hash, with its salt and parameters."""
    return _hasher.hash(_normal(password))


def verify(stored: str, password: str) -> bool:
    """Whether the password fits the hash; overlong input never does, at the same cost."""
    try:
        return _hasher.verify(stored, _normal(password)[: LONGEST + 1])
    except (VerifyMismatchError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def one_time() -> str:
    """A random password that is easy to read out: four groups of four, about 79 bits."""
    letters = [secrets.choice(ONE_TIME_ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def check_new(password: str, *known: str | None) -> None:
    """Refuse a weak new password; `known` are names that others know too. Raises Invalid (field `password`)."""
    text = _normal(password)
    if len(text) < SHORTEST:
        raise Invalid("Mật khẩu cần ít nhất 12 ký tự.", "password")
    if len(text) > LONGEST:
        raise Invalid("Mật khẩu dài nhất 128 ký tự.", "password")
    if len(set(text.casefold())) < FEWEST_DIFFERENT or text.isdigit():
        raise Invalid("Mật khẩu quá đơn giản: chỉ có chữ số hoặc lặp lại vài ký tự.", "password")
    words = _common() | {part for name in known if name for part in _parts(name)}
    if any(_made_of(letters, words) for letters in (_letters(text), _letters(_unmasked(text)))):
        raise Invalid(
            "Mật khẩu dễ đoán: chỉ gồm từ phổ biến, tên người, tên đăng nhập hoặc tên cơ quan.", "password"
        )


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _letters(text: str) -> str:
    """Latin letters without marks, small; digits and signs away."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(char for char in plain if "a" <= char <= "z")


def _unmasked(text: str) -> str:
    """p@ssw0rd2024! → password: digits and signs at both ends away, inside it read as the letters they stand for."""
    inner = re.sub(r"^[^a-zđ]+|[^a-zđ]+$", "", text.casefold())
    return inner.translate(str.maketrans("@013$5", "aoiess"))


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(_letters(line) for line in lines if line and not line.startswith("#"))


def _parts(name: str) -> set[str]:
    pieces = {_letters(piece) for piece in [name, *name.split()]}
    return {piece for piece in pieces if len(piece) > 1}


def _made_of(letters: str, words: frozenset[str] | set[str]) -> bool:
    """Whether the letters are nothing but words of the list, one after the other."""
    reachable = [True] + [False] * len(letters)
    for end in range(1, len(letters) + 1):
        fitting = (word for word in words if 0 < len(word) <= end and letters.endswith(word, 0, end))
        reachable[end] = any(reachable[end - len(word)] for word in fitting)
    return bool(letters) and reachable[-1]
