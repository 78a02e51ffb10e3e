"""Settings from the environment: the secret key; and pyproject.toml's comments on the installed packages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docmgr.settings import ROOT, SettingsError, from_environment

LONG = "k3y-" * 8


@pytest.mark.parametrize("key", ["x", "x" * 31, "x" * 31 + " \n", " x"])
def test_a_short_secret_key_is_refused_and_nothing_is_made(tmp_path: Path, key: str) -> None:
    home = tmp_path / "home"
    with pytest.raises(SettingsError, match="ít nhất 32 ký tự") as raised:
        from_environment({"DOCMGR_HOME": str(home), "DOCMGR_SECRET_KEY": key})
    assert "x" not in re.sub("DOCMGR_\\w+", "", str(raised.value)).split() and not home.exists()


def test_a_long_one_is_used_and_none_is_made_in_the_home(tmp_path: Path) -> None:
    made = from_environment({"DOCMGR_HOME": str(tmp_path), "DOCMGR_SECRET_KEY": LONG})
    assert made.secret_key == LONG and not (tmp_path / "secret_key").exists()


def test_without_one_a_key_is_made_and_kept(tmp_path: Path) -> None:
    keys = {
        from_environment({"DOCMGR_HOME": str(tmp_path), "DOCMGR_SECRET_KEY": ""}).secret_key for _ in range(2)
    }
    assert len(keys) == 1 and len(keys.pop()) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_short_key_in_the_home_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("x" * 31)
    with pytest.raises(SettingsError, match="quá ngắn"):
        from_environment({"DOCMGR_HOME": str(tmp_path)})


@pytest.mark.parametrize("command", [["-m", "docmgr.run"], ["-m", "flask", "--app", "docmgr", "check"]])
def test_start_and_command_line_say_what_is_wrong(tmp_path: Path, command: list[str]) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DOCMGR_")}
    environment |= {"DOCMGR_HOME": str(tmp_path / "home"), "DOCMGR_SECRET_KEY": "x"}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    said = done.stdout + done.stderr
    assert (
        done.returncode == 2 and "DOCMGR_SECRET_KEY cần ít nhất 32 ký tự" in said and "Traceback" not in said
    )
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("url", ["postgresql://u@127.0.0.1/x", "postgres://u@127.0.0.1/x"])
def test_workers_are_counted_and_several_need_postgresql(tmp_path: Path, url: str) -> None:
    given = {"DOCMGR_HOME": str(tmp_path / "home"), "DOCMGR_DATABASE_URL": url}
    several = [from_environment({**given, "DOCMGR_WORKERS": text}).workers for text in ("", "1", "64")]
    assert several == [1, 1, 64] and from_environment(given).workers == 1
    assert from_environment({"DOCMGR_HOME": str(tmp_path / "home"), "DOCMGR_WORKERS": "1"}).workers == 1


@pytest.mark.parametrize(
    ("workers", "url", "words"),
    [
        ("2", "", "DOCMGR_WORKERS=2 cần PostgreSQL"),
        ("0", "postgresql://u@127.0.0.1/x", "DOCMGR_WORKERS phải là số nguyên dương"),
        ("hai", "postgresql://u@127.0.0.1/x", "không phải “hai”"),
        ("65", "postgresql://u@127.0.0.1/x", "nhiều nhất là 64"),
        ("9" * 5000, "postgresql://u@127.0.0.1/x", "DOCMGR_WORKERS nhiều nhất có 9 chữ số"),
    ],
)
def test_workers_that_cannot_be_are_refused(tmp_path: Path, workers: str, url: str, words: str) -> None:
    home = tmp_path / "home"
    with pytest.raises(SettingsError, match=words):
        from_environment({"DOCMGR_HOME": str(home), "DOCMGR_DATABASE_URL": url, "DOCMGR_WORKERS": workers})
    assert not home.exists()


# Package → the module whose import shows that it is used, and the folders that may import it.
USED = {
    "flask": ("flask", "docmgr"), "flask-login": ("flask_login", "docmgr/web"), "flask-wtf": ("flask_wtf", "docmgr"),
    "flask-babel": ("flask_babel", "docmgr/web"), "bootstrap-flask": ("flask_bootstrap", "docmgr"),
    "sqlalchemy": ("sqlalchemy", "docmgr"), "alembic": ("alembic", "docmgr"), "whoosh3": ("whoosh", "indexer"),
    "numpy": ("numpy", "indexer"), "python-docx": ("docx", "docmgr/writing"), "lxml": ("lxml", "docmgr/reading"),
    "pypdfium2": ("pypdfium2", "docmgr/reading"), "pyhanko": ("pyhanko", "docmgr/reading/signatures"), "striprtf": ("striprtf", "docmgr/reading"),
    "markdown-it-py": ("markdown_it", "docmgr/reading"), "openpyxl": ("openpyxl", "docmgr"),
    "xlrd": ("xlrd", "docmgr/reading/formats/sheets"), "olefile": ("olefile", "docmgr/reading/containers"),
    "reportlab": ("reportlab", "docmgr/writing"), "fontpkg-be-vietnam-pro": ("fontpkg", "docmgr/writing"),
    "argon2-cffi": ("argon2", "docmgr/services"), "zxcvbn": ("zxcvbn", "docmgr/services/people"),
    "waitress": ("waitress", "docmgr"), "opensearch-py": ("opensearchpy", "indexer/opensearch"), "obstore": ("obstore", "docmgr/storage/s3"),
    "docxtpl": ("docxtpl", "docmgr/writing/own_forms"), "jinja2": ("jinja2", "docmgr/writing/own_forms"),
}  # fmt: skip
# Used through an address or a command line, or through a method of another package.
NAMED = {"pillow": ".to_pil()", "psycopg": "postgresql+psycopg", "gunicorn": "gunicorn"}


def imports(folder: str) -> str:
    """The text of all modules of a folder."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).rglob("*.py")))


def test_every_package_is_used_where_its_comment_says() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = project.split("dependencies = [", 1)[1].split("]\n", 1)[0]
    comments = dict(re.findall(r'^ *"([\w-]+)(?:\[\w+\])?==[^"]+", *# (.+)$', listed, re.M))
    assert {*USED, *NAMED} == set(comments)
    for package, (module, folder) in USED.items():
        assert re.search(rf"^ *(?:from|import) {module}\b", imports(folder), re.M), package
    for package, words in NAMED.items():
        assert words in imports("docmgr"), package
    # The allowed places that a comment names, as far as imports show them.
    for package, (module, _) in USED.items():
        read, written = (
            bool(re.search(rf"^ *(?:from|import) {module}\b", imports(folder), re.M))
            for folder in ("docmgr/reading", "docmgr/writing")
        )
        said = comments[package]
        assert "in and out" not in said or (read and written), (package, said)
        assert not re.search(r"\bout\b", said) or written, (package, said)
    assert ("WTForms, which comes with it, is not used" in comments["flask-wtf"]) != ("wtforms" in imports("docmgr"))
    macros = any(
        "bootstrap5/" in path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")
    )
    assert ("nothing else of it is used" in comments["bootstrap-flask"]) != macros


def test_a_switch_is_0_or_1(tmp_path: Path) -> None:
    home = {"DOCMGR_HOME": str(tmp_path)}
    assert [from_environment(home | {"DOCMGR_OFFER_ASKED": text}).offer_asked for text in ("", "1", "0")] == [True, True, False]
    kept = [from_environment(home | {"DOCMGR_KEEP_CLICKS": text}).keep_clicks for text in ("", "1", "0")]
    assert kept == [False, True, False] and not from_environment(home).keep_clicks
    with pytest.raises(SettingsError, match="DOCMGR_OFFER_ASKED phải là 0"):
        from_environment(home | {"DOCMGR_OFFER_ASKED": "no"})
