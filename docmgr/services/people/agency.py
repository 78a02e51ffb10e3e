"""The name and the logo of the agency: the only place that says what the site calls it.

The name that an administrator has stored counts; else that of the settings (DOCMGR_AGENCY). Everybody may know both, for
they stand on the page on which people sign in. services.start.agency changes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Agency
from docmgr.services import forms
from docmgr.services.errors import NotFound
from docmgr.storage import BytesMissing

KEY = 1


@dataclass(frozen=True)
class Logo:
    """The logo, a PNG. `sha256` is the hash of its bytes, and `width` and `height` are in pixels."""

    sha256: str
    width: int
    height: int


@dataclass(frozen=True)
class ShownAgency:
    """The agency as every page shows it. `name` is "" where none was given, and `logo` is None where there is none."""

    name: str
    logo: Logo | None = None


def shown() -> ShownAgency:
    """Load the name and the logo, with one query."""
    with db.read() as session:
        return of_row(session.get(Agency, KEY))


def of_row(row: Agency | None) -> ShownAgency:
    """The name and the logo that the stored row says; None stands for a site that stored none."""
    if row is None:
        return of_settings()
    logo = None
    if row.logo_sha256 and row.logo_width and row.logo_height:
        logo = Logo(row.logo_sha256, row.logo_width, row.logo_height)
    return ShownAgency(row.name or of_settings().name, logo)


def of_settings() -> ShownAgency:
    """What the settings of the site say, for pages that may not ask the database."""
    return ShownAgency(context.current().settings.agency)


def for_change(session: Session) -> Agency:
    """Lock the row of the agency against other changes, and return it. It is made when there is none, with the revision 0
    that its form has without a row."""
    forms.one_at_a_time(session, Agency)
    row = session.get(Agency, KEY, with_for_update=True, populate_existing=True)
    if row is None:
        row = Agency(id=KEY, revision=0, skipped=[], share_links=True)
        session.add(row)
    return row


def name() -> str:
    """The name of the agency; "" where none was given."""
    return shown().name


def logo_bytes() -> tuple[Logo, bytes]:
    """Read the logo. Returns it with its bytes. Raises NotFound where there is none, or the storage has lost it."""
    logo = shown().logo
    if logo is None:
        raise NotFound
    try:
        with context.current().storage.open(logo.sha256) as stream:
            return logo, stream.read()
    except BytesMissing:
        raise NotFound from None
