"""Whom a comment names: "@" and the sign-in name of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Document, User
from docmgr.services.access import guard
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.people import people

MOST = 20
# No letter and no "@" before it, so that the address of a mail names nobody. Sign-in names are those of people.USERNAME.
NAMED = re.compile(r"(?<![\w.@+-])@([a-zA-Z0-9][a-zA-Z0-9._-]{1,49})")
TOO_MANY = Message("Một ý kiến nhắc tên nhiều nhất %(most)s người.", most=MOST)


@dataclass(frozen=True)
class Mentioned:
    """Whom a text names: `told` are the ids of active persons who may read the document, `unable` the sign-in names of those who
    may not, and `unknown` names that no active person has."""

    told: tuple[int, ...]
    unable: tuple[str, ...]
    unknown: tuple[str, ...]


def find(session: Session, document: Document, text: str) -> Mentioned:
    """Find the persons whom the text names. Raises Invalid when there are more than MOST."""
    names = list(dict.fromkeys(name for name, _start, _end in places(text)))
    if len(names) > MOST:
        raise Invalid(TOO_MANY, "text")
    if not names:
        return Mentioned((), (), ())
    query = select(User).where(User.username.in_(names), User.disabled_at.is_(None))
    users = {user.username: user for user in session.scalars(query)}
    able = guard.readers_among(session, document, people.with_groups(session, users.values(), desks_too=True))
    return Mentioned(
        tuple(users[name].id for name in names if name in users and users[name].id in able),
        tuple(name for name in names if name in users and users[name].id not in able),
        tuple(name for name in names if name not in users),
    )


def places(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each sign-in name that the text names, with the place of "@" and name: (name, start, end)."""
    for match in NAMED.finditer(text):
        # A full stop or hyphen at the end belongs to the sentence.
        name = match[1].rstrip("._-")
        if len(name) > 1:
            yield people.clean_username(name), match.start(), match.start() + 1 + len(name)
