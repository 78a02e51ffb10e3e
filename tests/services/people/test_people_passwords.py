"""Which passwords are refused, and how they are kept."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher

from docmgr import db, policy
from docmgr.models import User
from docmgr.services.errors import Invalid
from docmgr.services.people import passwords, sessions
from tests.support.browsers import PASSWORD

GOOD = "Cầu treo qua suối vắng 8"
People = dict[str, User]


@pytest.mark.real_hashes
def test_passwords_are_argon2id_and_the_dummy_costs_the_same() -> None:
    head = "$argon2id$v=19$m=47104,t=3,p=1$"
    assert passwords.hash_password(PASSWORD).startswith(head) and passwords.NOBODY.startswith(head)
    assert not passwords.is_outdated(passwords.NOBODY)
    assert passwords.is_outdated(
        "$argon2id$v=19$m=16384,t=1,p=1$c2FsdHNhbHRzYWx0$bm90aGluZ25vdGhpbmdub3RoaW5n"
    )
    assert not passwords.verify(passwords.NOBODY, PASSWORD)
    assert not passwords.verify("not a hash", PASSWORD)


def test_a_vietnamese_password_is_one_however_it_is_typed(password_hash: str) -> None:
    for form in ("NFC", "NFD"):
        assert passwords.verify(password_hash, unicodedata.normalize(form, PASSWORD))
    assert not passwords.verify(password_hash, PASSWORD.lower())


@pytest.mark.parametrize(
    "password",
    [
        "ngắn quá 1",
        "x" * 129,
        "password123456",
        "P@ssw0rd2024!",
        "Mật khẩu 123456",
        "matkhau@123456",
        "anhyeuem123456789",
        "Việt Nam vô địch 1",
        "qwertyuiop123",
        "adminadminadmin",
        "aaaaaaaaaaaa",
        "abababababab",
        "0912345678901",
        "Sở Giáo dục và Đào tạo 2024",
        "nguoi.thu2024!!",
        "Người Thử Một 1990",
        "mẫu thử mẫu thử",
    ],
)
def test_guessable_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as error:
        passwords.check_new(password, "nguoi.thu", "Người Thử Một", "Sở Mẫu Thử")
    assert error.value.field == "password"


@pytest.mark.parametrize(
    "password", [GOOD, PASSWORD, "x" * 8 + "yzkwv", "tre già măng mọc ngoài bãi", "82!47$19#36@"]
)
def test_other_passwords_are_taken(password: str) -> None:
    passwords.check_new(password, "nguoi.thu", "Người Thử Một", "Sở Mẫu Thử")


def test_every_word_of_the_list_makes_a_refused_password() -> None:
    for line in passwords.WORDS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            with pytest.raises(Invalid):
                passwords.check_new(line * (12 // len(line) + 1) + "1990", "ai đó")


def test_one_time_passwords_are_good_and_differ() -> None:
    made = {passwords.one_time() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        passwords.check_new(password)


@pytest.mark.real_hashes
def test_a_weaker_hash_is_made_stronger_when_its_owner_signs_in(people: People) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with db.write() as session:
        session.get_one(User, people["clerk"].id).password_hash = weak
    sessions.sign_in(policy.Actor(None, "Khách"), "clerk", PASSWORD, "10.0.0.1")
    with db.read() as session:
        stored = session.get_one(User, people["clerk"].id).password_hash
    assert not passwords.is_outdated(stored) and passwords.verify(stored, PASSWORD)
