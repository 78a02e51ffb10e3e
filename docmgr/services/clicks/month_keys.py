"""The key of the present month. Persons are hidden under it, and when the month is over it is thrown away. From then on
nobody can tell whose the rows of that month are, not even whoever has the database and the secret key of the site.

The key lies in the database, because several machines use the same one. The secret key of the site is part of every hash,
so the database alone does not tell a person even within the month."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Click, ClickKey
from docmgr.services.search import complete
from legaltext import dates

# Both dialects have "on conflict do nothing", but SQLAlchemy has a separate statement for each.
INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def current(session: Session) -> ClickKey:
    """Load the key of the present month in the open unit of work. If there is none, make one, and throw away those of other
    months."""
    wanted = select(ClickKey).where(ClickKey.month == _month())
    held = session.scalar(wanted)
    if held is not None:
        return held
    session.execute(delete(ClickKey).where(ClickKey.month != _month()))
    made = {"month": _month(), "series": secrets.token_hex(8), "secret": secrets.token_hex(32)}
    insert = INSERTS[session.get_bind().dialect.name](ClickKey).values(made)
    # Another machine may have made one meanwhile; then both use that one.
    session.execute(insert.on_conflict_do_nothing())
    return session.scalars(wanted).one()


def mark(key: ClickKey, *parts: str) -> str:
    """Compute the hash of `parts` under the key and the secret key of the site: 64 hexadecimal digits. No part may contain a
    line break."""
    whole = f"{key.secret}{context.current().settings.secret_key}".encode()
    return hmac.new(whole, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def throw_away() -> None:
    """Delete the keys of months that are over, and all clicks under such keys that fewer than LEAST_PERSONS persons share.
    They can never count any more, since nobody can be counted over two keys. The worker calls it every hour."""
    place = (Click.series, Click.question, Click.document_id, Click.anchor)
    few = select(*place).group_by(*place).having(func.count() < complete.LEAST_PERSONS)
    with db.write() as session:
        session.execute(delete(ClickKey).where(ClickKey.month != _month()))
        session.execute(
            delete(Click).where(Click.series.not_in(select(ClickKey.series)), tuple_(*place).in_(few)),
            execution_options={"synchronize_session": False},
        )


def _month() -> str:
    return dates.today().strftime("%Y-%m")
