"""Which passwords are refused, and how passwords are stored."""

from __future__ import annotations

import dataclasses
import sys
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from docmgr import db, policy
from docmgr.context import Context
from docmgr.models import Abbreviation, Unit, User
from docmgr.policy import COMMAND_LINE
from docmgr.services.errors import Invalid
from docmgr.services.people import passwords, sessions, strength
from docmgr.services.people import people as people_service
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
        # A name and a year, an agency and a year, a place and a row of digits, with signs between.
        "hongnhung@1990",
        "Nguyenvanan1985",
        "tranthithuha1987",
        "Sogddt@123456",
        "ubndthanhhoa@2024",
        "Mat.Khau-Ha_Noi",
        "motnt@nguoi.thu",
        # Words typed in Telex and VNI with the input method off: mật khẩu, giáo dục, đăng nhập.
        "maatjkhaaur2026",
        "maajt khaaru 26",
        "ma6t5kha6u32026",
        "gia1o du5c 2026",
        "ddawngnhaapj26",
        # Numbers that belong to people, however they are written.
        "0912 345 678 - 02",
        "01/01/1990 02/03/1992",
        # Rows of keys, and words that zxcvbn brings.
        "1qaz2wsx3edc",
        "zxcvbnm,./asdf",
        "iloveyou2026!!",
        "sunshine monkey",
        # Only its beginning is looked at.
        "a" * 60 + "kx7Qzp2vLw9s",
    ],
)
def test_guessable_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as error:
        passwords.check_new(password, "nguoi.thu", "Người Thử Một", "Sở Mẫu Thử")
    assert error.value.field == "password"


@pytest.mark.parametrize(
    "password",
    [GOOD, PASSWORD, "kxwzvkxzwvxk", "kx-qz-vw-jf#", "tre già măng mọc ngoài bãi", "82!47$19#36@", "!@#$%^&*()_+ ~!{}|", "каштан у реки", "ひらがなとカタカナで書く文"],
)
def test_other_passwords_are_taken(password: str) -> None:
    passwords.check_new(password, "nguoi.thu", "Người Thử Một", "Sở Mẫu Thử")


AGENCY = "Sở Giáo dục và Đào tạo tỉnh Lâm Đồng"
WEAK = (
    "SGDDT-LamDong-2026", "sogddtlamdong26", "SGD&ĐT Lâm Đồng 26", "sgddt.2026.2026", "anhyeuemnhieulam", "conyeumenhieulam",
    "em yêu anh nhiều lắm", "congtacvanthu2024", "thuvienphapluat", "tetnguyendan2026", "Nghị định 30/2020/NĐ-CP",
    "30/2020/nd-cp", "123/2025/QD-UBND", "Thông tư 22/2021/TT-BGDĐT", "UBNDTinhLamDong1", "truongthptchuyen26", "không có gì quý hơn độc lập tự do",
)  # fmt: skip


@pytest.mark.parametrize("password", WEAK)
def test_names_in_short_phrases_and_document_numbers_are_guessed(people: People, site: Context, password: str) -> None:
    bound = dataclasses.replace(site, settings=dataclasses.replace(site.settings, agency=AGENCY))
    with bound.bound():
        known = passwords.known_names("nguoi.thu", "Người Thử Một", None)
    with pytest.raises(Invalid, match="dễ đoán"):
        passwords.check_new(password, *known)


@pytest.mark.parametrize(
    "password",
    [
        "ghế áo mưa đá bò nón", "chủ nhật nấu phở bên thềm cũ", "chổi vàng leo mái ngói ướt", "mực khô trôi ngược thang",
        "12-xkqvwzplmf/jh", "yêu nấm rơm chạy xe lu",
    ],
)  # fmt: skip
def test_five_words_of_sixteen_letters_are_taken_as_the_message_says(people: People, site: Context, password: str) -> None:
    bound = dataclasses.replace(site, settings=dataclasses.replace(site.settings, agency=AGENCY))
    with bound.bound():
        passwords.check_new(password, *passwords.known_names("nguoi.thu", "Người Thử Một", None))


def test_the_abbreviations_of_the_site_shorten_names(people: People, site: Context) -> None:
    bound = dataclasses.replace(site, settings=dataclasses.replace(site.settings, agency="Viện Ngoạch Quẩy thành phố Khuơ"))
    with db.write() as session:
        session.add(Abbreviation(key="vxzq", short="VXZQ", names=["Viện Ngoạch Quẩy"]))
    with bound.bound():
        known = passwords.known_names("nguoi.thu", "Người Thử Một", None)
    with pytest.raises(Invalid, match="dễ đoán"):
        passwords.check_new("vxzq-khuo-2026", *known)


def test_an_agency_has_shorter_names() -> None:
    short = {strength.plain(name) for name in strength.short_names(AGENCY, {"SGDĐT": ("Sở Giáo dục và Đào tạo",)})}
    assert {"sgddt", "lamdong", "tinhlamdong", "sgddtlamdong", "sgddttinhlamdong", "sogiaoducvadaotao"} <= short
    assert strength.short_names("Tổ A", {}) == []


def test_every_word_of_the_list_makes_a_refused_password() -> None:
    words = [line for line in strength.WORDS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert len(words) == len(set(words)) > 700
    # Each costs zxcvbn some 10 ms.
    for word in words[::5]:
        with pytest.raises(Invalid):
            passwords.check_new(word * (12 // len(word) + 1) + "1990", "ai đó")


def test_every_word_of_the_list_is_known_however_it_is_typed() -> None:
    known = set(strength.common())
    assert {"matkhau", "maatjkhaaur", "maajtkhaaru", "ma6t5kha6u3", "ma65tkha63u", "ddawngnhaapj", "d9a8ngnha6p5"} <= known
    words = [line for line in strength.WORDS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert {strength.plain(word)[: strength.SEEN] for word in words} <= known
    assert len(known) > 4 * 700


@pytest.mark.parametrize("ending", ["@", "1990", "!2026", " 1990"])
def test_names_of_the_person_unit_and_agency_are_known(people: People, site: Context, ending: str) -> None:
    with db.write() as session:
        unit = Unit(name="Phòng Khuyển Trấp", abbreviation="KTRP-QX")
        session.add(unit)
        session.flush()
    bound = dataclasses.replace(site, settings=dataclasses.replace(site.settings, agency="Viện Ngoạch Quẩy"))
    with bound.bound():
        known = passwords.known_names("wzqkxj.pq", "Thoắt Nguẫy Khuơ", unit.id)
    for name in ("wzqkxjpq", "thoatnguaykhuo", "nguaykhuo", "khuyentrap", "ktrpqx", "ngoachquay", "Thoắt Nguẫy"):
        password = f"{name}{ending}".ljust(12, "1")
        with pytest.raises(Invalid):
            passwords.check_new(password, *known)


def test_a_password_of_names_is_refused_where_it_is_set(people: People) -> None:
    with db.write() as session:
        unit = Unit(name="Phòng Khuyển Trấp")
        session.add(unit)
        session.flush()
    new = dict(username="wzqkxj", full_name="Thoắt Nguẫy", roles=["staff"], unit_id=unit.id, must_change=False)
    for guessable in ("wzqkxj@202612", "ThoatNguay@1990", "khuyentrap2026"):
        with pytest.raises(Invalid, match="dễ đoán"):
            people_service.create(COMMAND_LINE, password=guessable, **new)  # type: ignore[arg-type]
    user = people_service.create(COMMAND_LINE, password=PASSWORD, **new)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="dễ đoán"):
        sessions.change_password(people_service.actor_for(user), PASSWORD, "khuyentrap2026", "10.0.0.1")


def test_the_words_of_one_person_are_not_those_of_another() -> None:
    """zxcvbn keeps the words of a call in its module; calls come from many threads."""
    names = ["wzqkxjpqvhgf", "thoatnguaykhuo"]

    def one(number: int) -> float:
        return strength.guesses("thoatnguaykhuo", [names[number % 2]])

    # Threads take turns at every few steps, not every 5 ms.
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(one, range(80)))
    finally:
        sys.setswitchinterval(usual)
    assert len(set(found[::2])) == len(set(found[1::2])) == 1 and found[0] > 1e6 * found[1]


def test_no_password_keeps_a_process_busy() -> None:
    """Signs that may be read as letters are the worst: all readings are tried."""
    worst = max(_seconds(text * 8) for text in ("4@8({[<369$5+7%21!|0", "4@(3 6$+%2|!", "aab", "1", "0a@"))
    assert worst < 2


def _seconds(text: str) -> float:
    begun = time.process_time()
    strength.guesses(text[: passwords.LONGEST], ["ai đó"])
    return time.process_time() - begun


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
