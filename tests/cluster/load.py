"""People at work while parts of a cluster fail: readers who search and open pages, uploaders who hand in DOCX, each with a session of
their own. Every answer is noted with its time, and every upload that was acknowledged."""

from __future__ import annotations

import hashlib
import http.client
import io
import json
import random
import re
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

from tests.filling.papers import decision
from tests.support.running import Browser, token

PATIENCE = 60
# What all papers have, and what readers look for.
WORDS = ("hội nghị", "cán bộ công chức", "kế hoạch công tác", "dân chủ")
HIT = re.compile(r'<li class="hit">(.*?)(?=<li class="hit">|</ol>)', re.S)
TAG = re.compile(r"<[^>]*>")
FINE, AWAY = frozenset({200, 302}), frozenset({0, 429, 502, 503, 504})
TO_REPLACE = "Cần thay dòng này"
# Seconds between two requests of who reads, and of who hands in.
READING, HANDING_IN = (0.3, 1.2), (2.0, 4.0)


@dataclass(frozen=True)
class Door:
    """The address of a site, as `Browser` needs it."""

    port: int

    def connect(self, seconds: float = PATIENCE) -> HTTPConnection:
        """A connection of a browser."""
        return HTTPConnection("127.0.0.1", self.port, timeout=seconds)


@dataclass(frozen=True)
class Answer:
    """What came of one request: when it was asked and answered (seconds of time.monotonic()), its status (0: none), and what is
    wrong with what it says ("": nothing)."""

    asked: float
    at: float
    kind: str
    status: int
    wrong: str = ""


@dataclass(frozen=True)
class Kept:
    """An upload that the site acknowledged: its document, the word that only it has, and the hash of its bytes."""

    document: int
    word: str
    sha256: str


@dataclass
class Seen:
    """What all people saw."""

    answers: list[Answer] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, answer: Answer) -> None:
        """Keep one answer."""
        with self.lock:
            self.answers.append(answer)

    def statuses(self) -> dict[int, int]:
        """How many answers had which status."""
        return dict(sorted(Counter(one.status for one in self.answers).items()))

    def failed(self) -> list[Answer]:
        """The answers that were none: nothing was wrong in them, but the person has to ask again."""
        return [one for one in self.answers if one.status not in FINE]

    def wrong(self) -> list[Answer]:
        """The answers that say something wrong, or have a status that no failing part explains."""
        return [one for one in self.answers if one.wrong or one.status not in FINE | AWAY]


def wrong_page(page: str, words: str) -> str:
    """What is wrong with a page of results: a hit without any of the words that were asked for; "" when nothing is."""
    if "</html>" not in page:
        return "half a page"
    for hit in HIT.findall(page):
        said = unescape(TAG.sub("", hit)).casefold()
        if not any(word in said for word in words.casefold().split()):
            return f"a hit without {words}: {' '.join(said.split())[:120]}"
    return ""


def paper(word: str, number: int) -> bytes:
    """A small DOCX that alone has this word."""
    chance = random.Random(word)
    body = tuple(f"Điều {n}. {' '.join(chance.sample(WORDS, len(WORDS)))} {word} số {chance.randrange(10_000)}" for n in range(1, 5))
    return different(decision(number=str(number), subject="Về việc ban hành kế hoạch thử", body=("QUYẾT ĐỊNH:", TO_REPLACE)), body)


def different(made: bytes, lines: Iterable[str]) -> bytes:
    """A DOCX with other lines in place of the one that is to be replaced: making it anew takes ten times as long."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = _replaced(content.decode(), lines).encode()
            new.writestr(name, content)
    return out.getvalue()


def _replaced(text: str, lines: Iterable[str]) -> str:
    found = re.search(rf"<w:p>(?:(?!</w:p>).)*{re.escape(TO_REPLACE)}.*?</w:p>", text, re.S)
    assert found is not None
    return text.replace(found[0], "".join(found[0].replace(TO_REPLACE, line) for line in lines))


class Person:
    """Somebody with a session."""

    def __init__(self, door: Door, name: str, password: str, seen: Seen) -> None:
        self.name, self.seen, self.chance = name, seen, random.Random(name)
        self.browser = Browser(door)  # type: ignore[arg-type]
        page = self.browser.get("/login")
        self.browser.post("/login", {"username": name, "password": password, "csrf_token": token(page)})
        assert self.browser.status == 302, f"{name} cannot sign in: {self.browser.status}"

    def ask(self, kind: str, address: str, words: str = "") -> str:
        """Open a page and note what came."""
        began, page = time.monotonic(), ""
        try:
            page = self.browser.get(address)
            status = self.browser.status
        except (OSError, http.client.HTTPException):
            status = 0
        self.seen.note(Answer(began, time.monotonic(), kind, status, self._wrong(status, page, words)))
        return page if status == 200 else ""

    def _wrong(self, status: int, page: str, words: str) -> str:
        if status == 302:
            # Nobody is signed out because a part fails.
            return f"sent to {self.browser.headers.get('location', '')}" if "/login" in self.browser.headers.get("location", "") else ""
        if status == 503 and '<html lang="vi"' not in page:
            return f"no page for people: {page[:100]}"
        return wrong_page(page, words) if status == 200 and words else ""

    def read(self) -> None:
        """Do one thing that a reader does."""
        words = self.chance.choice(WORDS)
        kind = self.chance.choice(("search", "search", "/documents", "/"))
        if kind == "search":
            self.ask(kind, f"/search?q={quote(words)}", words)
        else:
            self.ask(kind, kind)

    def upload(self, number: int) -> None:
        """Hand in one paper, and remember it when the site says that it has it."""
        if not (form := self.ask("form", "/documents/new")):
            return
        word = f"mã{''.join(self.chance.choice('bcdghklmnpqrstvx') + self.chance.choice('aeiou') for _ in range(6))}"
        content = paper(word, number)
        began, told = time.monotonic(), ""
        try:
            told = self.browser.send(token(form), f"van-ban-{number}.docx", content)
            status = self.browser.status
        except (OSError, http.client.HTTPException):
            status = 0
        wrong = ""
        if status == 200:
            (row,) = _rows(told)
            if row.get("outcome") == "stored":
                with self.seen.lock:
                    self.seen.kept.append(Kept(row["document"], word, hashlib.sha256(content).hexdigest()))
            else:
                wrong = f"refused: {row}"
        self.seen.note(Answer(began, time.monotonic(), "upload", status, wrong))


def _rows(told: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(told)
    return rows


def work(people: Iterable[Person], uploaders: Iterable[Person], seen: Seen, stop: threading.Event) -> list[threading.Thread]:
    """Let everybody work until `stop` is set; returns their threads."""

    def go(person: Person, hands_in: bool) -> None:
        number = person.chance.randrange(1_000, 9_000)
        while not stop.wait(person.chance.uniform(*(HANDING_IN if hands_in else READING))):
            number += 1
            try:
                person.upload(number) if hands_in else person.read()
            except Exception as error:  # noqa: BLE001 - whoever stops is told about, the others go on
                seen.broken.append(f"{person.name}: {error!r}")

    threads = [threading.Thread(target=go, args=(one, False), daemon=True) for one in people]
    threads += [threading.Thread(target=go, args=(one, True), daemon=True) for one in uploaders]
    for thread in threads:
        thread.start()
    return threads
