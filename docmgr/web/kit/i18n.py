"""The languages of the pages. Texts in the sources are Vietnamese; a catalogue contains their English
translations.

The source of the catalogue (.po) is in the repository. At start it is compiled to a .mo file in the data
folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import flask_babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, session
from flask_babel import Babel, get_locale, ngettext

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
SOURCE = "vi"
CATALOGUES = Path(__file__).resolve().parents[2] / "translations"


def init_app(app: Flask, home: Path, *, compile_now: bool = True) -> None:
    """Set up translations for the application. The session of each browser stores the language of its pages.
    Changed catalogues are compiled into `home`/translations, unless `compile_now` is false."""
    compiled = home / "translations"
    if compile_now:
        compile_catalogues(CATALOGUES, compiled)
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(compiled)
    Babel(app, locale_selector=language)
    # Jinja's own gettext marks its result as safe HTML. Ours returns plain text, so that inserted values are escaped.
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
    app.jinja_env.globals.update(get_locale=get_locale, LANGUAGES=LANGUAGES)


def gettext(text: str, **values: Any) -> str:
    """Translate a text of a template, as flask_babel.gettext does. Vietnamese has no catalogue, so its texts are not looked up."""
    if not is_vietnamese():
        return str(flask_babel.gettext(text, **values))
    return text % values if values else text


def is_vietnamese() -> bool:
    """Whether this page is in the language of the sources."""
    locale = get_locale()
    return locale is not None and locale.language == SOURCE


def language() -> str:
    """The language chosen in this browser: "vi" (the default) or "en"."""
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else "vi"


def compile_catalogues(sources: Path, target: Path) -> None:
    """Compile each .po file below `sources` to `target`/<language>/LC_MESSAGES/messages.mo, unless that file
    is at least as new."""
    for source in sources.glob("*/LC_MESSAGES/messages.po"):
        out = target / source.relative_to(sources).with_suffix(".mo")
        if out.exists() and out.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        out.parent.mkdir(parents=True, exist_ok=True)
        # Two web processes may start at once: each writes its own file, and the rename is atomic.
        temporary = out.with_suffix(f".{os.getpid()}")
        with source.open("rb") as text, temporary.open("wb") as binary:
            write_mo(binary, read_po(text))
        os.replace(temporary, out)
