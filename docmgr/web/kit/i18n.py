"""Languages: Vietnamese is what the sources say, English comes from the catalogue.

The catalogue's text form (.po) is kept with the sources; its compiled form is made in the data folder at start.
"""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, session
from flask_babel import Babel, get_locale, gettext, ngettext

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
CATALOGUES = Path(__file__).resolve().parents[2] / "translations"


def init_app(app: Flask, home: Path, *, compile_now: bool = True) -> None:
    """Choose the language by the browser's session; compile catalogues that changed."""
    compiled = home / "translations"
    if compile_now:
        compile_catalogues(CATALOGUES, compiled)
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(compiled)
    Babel(app, locale_selector=language)
    # Jinja's own gettext marks what it returns as safe HTML; ours is plain text, so that data handed to it is escaped.
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
    app.jinja_env.globals.update(get_locale=get_locale, LANGUAGES=LANGUAGES)


def language() -> str:
    """vi or en, as this browser chose."""
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else "vi"


def compile_catalogues(sources: Path, target: Path) -> None:
    """Write `<lang>/LC_MESSAGES/messages.mo` for each .po that is newer than it."""
    for source in sources.glob("*/LC_MESSAGES/messages.po"):
        out = target / source.relative_to(sources).with_suffix(".mo")
        if out.exists() and out.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        out.parent.mkdir(parents=True, exist_ok=True)
        # Two web processes may start at once: each writes its own file, the rename is one step.
        temporary = out.with_suffix(f".{os.getpid()}")
        with source.open("rb") as text, temporary.open("wb") as binary:
            write_mo(binary, read_po(text))
        os.replace(temporary, out)
