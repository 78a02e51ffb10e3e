"""Clerks who upload and people who read, all at once, against the site as `make run` starts it: one browser-like session each, with
a pause of 5 to 15 seconds between the actions of a person."""

from __future__ import annotations

import io
import math
import random
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from uuid import uuid4

from docx import Document

from tests.bench.office.filling import CLERKS, DRAFTS, PASSWORD, WORDS, OfficeSite
from tests.support.running import TOKEN

PAUSE = (5.0, 15.0)
TIMEOUT_SECONDS = 60
# How many sign in at once.
SIGNING_IN = 4
# The part of a DOCX with its text.
TEXT = "word/document.xml"


@dataclass
class LoadFigures:
    """What happened: the milliseconds of each kind of action, how many answers had which status (0: no answer), and what ended
    the work of a person before the time."""

    times: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    # Processor seconds of this program when the work began, and those that it spent during the work.
    began: float = 0.0
    spent: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, ms: float, status: int) -> None:
        """Record one action."""
        with self.lock:
            self.times.setdefault(kind, []).append(ms)
            self.statuses[status] += 1

    def faults(self, kinds: Iterable[str]) -> list[str]:
        """Why the figures are not those of people at work: an answer that is no page, somebody who stopped, or no action of one
        of the `kinds`."""
        told = [f"{count} answers with the status {status}" for status, count in sorted(self.statuses.items()) if status != 200]
        return [*told, *self.broken, *(f"no {kind}" for kind in kinds if not self.times.get(kind))]

    def percentile(self, kind: str, share: float) -> float:
        """The milliseconds that this share of the actions of a kind did not exceed."""
        times = sorted(self.times.get(kind, [0.0]))
        return times[min(round(share * len(times)), len(times) - 1)]


class Person:
    """A signed-in session with its cookies."""

    def __init__(self, address: str, username: str, figures: LoadFigures) -> None:
        self.address, self.figures, self.chance = address, figures, random.Random(username)
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        token = self._token("/login")
        form = {"csrf_token": token, "username": username, "password": PASSWORD}
        page = self.ask("sign in", "/login", urllib.parse.urlencode(form).encode())
        if 'name="password"' in page or not page:
            raise RuntimeError(f"{username} could not sign in")

    def ask(self, kind: str, path: str, body: bytes | None = None, content_type: str = "application/x-www-form-urlencoded") -> str:
        """Send a request, follow redirects, record it, and return the page."""
        headers = {"Content-Type": content_type, "Origin": self.address} if body else {}
        request = urllib.request.Request(self.address + urllib.parse.quote(path, safe="/?=&%"), body, headers)
        began, status, page = time.monotonic(), 0, ""
        try:
            with self.opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                status, page = answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            status = 0
        self.figures.note(kind, (time.monotonic() - began) * 1000, status)
        return page

    def _token(self, path: str) -> str:
        found = TOKEN.search(self.ask("form", path))
        return found[1] if found else ""

    def read(self, site: OfficeSite, documents: int) -> None:
        """Do one thing that a reader does: search, open a document, look into a folder, open the first page."""
        words = " ".join(self.chance.choice(WORDS) for _ in range(3))
        # Drafts are not for readers.
        at = self.chance.randrange(1, DRAFTS) + DRAFTS * self.chance.randrange(documents // DRAFTS)
        number = site.first + at
        path = self.chance.choice((
            f"/search?q={words}", f"/search?q={words}", f"/documents/{number}", f"/documents/{number}", "/documents",
            f"/folders/{site.crowded}?page={self.chance.randrange(1, 200)}", "/",
        ))  # fmt: skip
        self.ask("read", path)

    def upload(self, folder: int, paper: bytes) -> None:
        """Upload one DOCX into the folder, as the form does."""
        token = self._token("/documents/new")
        parts = {"csrf_token": token, "folder": str(folder)}
        body, boundary = _multipart(parts, paper)
        self.ask("upload", "/documents/new", body, f"multipart/form-data; boundary={boundary}")


def papers(count: int, chance: random.Random) -> list[bytes]:
    """Make `count` different DOCX files. They are made before anybody works, because that takes longer than sending them."""
    paper, out = Document(), io.BytesIO()
    paper.add_paragraph("KẾ HOẠCH")
    paper.save(out)
    with zipfile.ZipFile(out) as empty:
        parts = {name: empty.read(name) for name in empty.namelist()}
    return [_paper(parts, chance) for _ in range(count)]


def _paper(parts: dict[str, bytes], chance: random.Random) -> bytes:
    lines = [f"Số: {chance.randrange(1, 9_999)}/KH-SGDĐT", "KẾ HOẠCH"]
    lines += [f"{n + 1}. " + " ".join(chance.choice(WORDS) for _ in range(40)) for n in range(12)]
    head, tail = parts[TEXT].split("<w:p><w:r><w:t>KẾ HOẠCH</w:t></w:r></w:p>".encode())
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, content in parts.items():
            made.writestr(name, head + body + tail if name == TEXT else content)
    return out.getvalue()


def _multipart(fields: dict[str, str], content: bytes) -> tuple[bytes, str]:
    boundary, out = uuid4().hex, io.BytesIO()
    for name, value in fields.items():
        out.write(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{uuid4().hex}.docx"\r\n'
    out.write(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + f"\r\n--{boundary}--\r\n".encode())
    return out.getvalue(), boundary


def run(address: str, site: OfficeSite, documents: int, *, clerks: int, readers: int, seconds: float) -> LoadFigures:
    """Let so many clerks and readers work for some seconds, after all have signed in; return what they saw. The site runs at
    `address`."""
    figures = LoadFigures()
    usernames = [f"nguoi{n:03}" for n in (*range(clerks), *range(CLERKS, CLERKS + readers))]
    ready = papers(clerks * math.ceil(seconds / PAUSE[0]), random.Random(str(time.time_ns())))
    with ThreadPoolExecutor(SIGNING_IN) as pool:
        people = list(pool.map(lambda username: Person(address, username, figures), usernames))
    figures.began = time.process_time()
    until = time.monotonic() + seconds

    def work(person: Person, uploads: bool) -> None:
        # Not all at once.
        time.sleep(person.chance.uniform(0, PAUSE[1]))
        while time.monotonic() < until:
            if uploads:
                person.upload(site.small, ready.pop())
            else:
                person.read(site, documents)
            time.sleep(person.chance.uniform(*PAUSE))

    with ThreadPoolExecutor(len(people)) as pool:
        done = [(username, pool.submit(work, person, n < clerks)) for n, (username, person) in enumerate(zip(usernames, people, strict=True))]
    figures.spent = time.process_time() - figures.began
    # The others went on; the figures say who stopped.
    figures.broken += [f"{username} stopped: {error!r}" for username, one in done if (error := one.exception()) is not None]
    return figures


def complaints(output: str) -> list[str]:
    """The lines of the site's output that tell of a locked database or of an error."""
    return [line for line in output.splitlines() if re.search(r"database is locked|Traceback|ERROR", line)]
