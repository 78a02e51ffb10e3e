"""Where data lives and how the site is reached: read once from the environment, then passed on as plain data.

The variables are those of the README's table "Cấu hình". Relative paths are the repository's.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MEGABYTE = 1024 * 1024
POSTGRESQL = "postgresql+psycopg"
SHORTEST_KEY = 32
# Each worker keeps a process that reads files beside it, so a slip of the finger would fill the machine.
MOST_WORKERS = 64
# user:password@host:port, as SQLAlchemy takes it apart.
PORT = re.compile(r"(?:[^:/]*(?::[^@]*)?@)?(?:\[[^/\]]+\]|[^/:?]*)(?::(?P<port>[^/?]*))?")


class SettingsError(Exception):
    """A setting is unusable; the message says which and why, in Vietnamese."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two sites. Sizes in bytes, times in seconds."""

    home: Path
    uploads: Path
    database_url: str
    secret_key: str = field(repr=False)
    public_url: str = "http://127.0.0.1:8000"
    max_file_bytes: int = 200 * MEGABYTE
    max_request_bytes: int = 1024 * MEGABYTE
    max_files_per_request: int = 200
    free_disk_floor_bytes: int = 500 * MEGABYTE
    session_idle_seconds: int = 8 * 3600
    session_max_seconds: int = 12 * 3600
    agency: str = ""
    workers: int = 1
    # False: nothing was made in the data folder yet, and a command that only looks must not make anything there.
    made: bool = True

    @property
    def index_path(self) -> Path:
        """The folder of the search index; disposable."""
        return self.home / "index"

    @property
    def secure(self) -> bool:
        """Whether people reach the site by https."""
        return self.public_url.startswith("https://")


def from_environment(env: Mapping[str, str] | None = None, *, make: bool = True) -> Settings:
    """Settings from `DOCMGR_*`; makes the data folder and the secret key where they are missing, unless not to `make`.

    Raises SettingsError, before anything is made where it is the environment's fault.
    """
    env = os.environ if env is None else env
    home = _path(env.get("DOCMGR_HOME", "instance"))
    uploads = _path(env["DOCMGR_UPLOADS"]) if env.get("DOCMGR_UPLOADS") else _default_uploads(home)
    limit = _count(env, "DOCMGR_MAX_FILE_MB", 200)
    given_key = _given_key(env)
    database_url = _database_url(env.get("DOCMGR_DATABASE_URL") or f"sqlite:///{home / 'docmgr.sqlite'}")
    workers = _workers(env, database_url)
    if make:
        make_folders(home, uploads)
    try:
        made = make or (home / "secret_key").exists()
        # Where nothing was made nobody is signed in, so any key will do for a command.
        secret_key = given_key or (_secret_key(home / "secret_key") if made else secrets.token_hex(32))
    except OSError as error:
        raise _unusable(error, home) from error
    return Settings(
        home=home,
        uploads=uploads,
        database_url=database_url,
        secret_key=secret_key,
        public_url=_public_url(env).rstrip("/"),
        max_file_bytes=limit * MEGABYTE,
        agency=env.get("DOCMGR_AGENCY", ""),
        workers=workers,
        made=made,
    )


def make_folders(home: Path, uploads: Path) -> None:
    """Make the data folder, for its owner only, and the store where they are missing. Raises SettingsError."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        uploads.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(error, home) from error


def _unusable(error: OSError, home: Path) -> SettingsError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SettingsError(f"{full_disk(home)}; hãy giải phóng chỗ trống.")
    return SettingsError(
        f"Không tạo hoặc không đọc được {error.filename}; hãy kiểm tra DOCMGR_HOME, DOCMGR_UPLOADS và quyền truy cập."
    )


def full_disk(path: Path) -> str:
    """Names the disk on which this path lies (or is to lie), and what is free on it; in Vietnamese."""
    place = next(folder for folder in (path, *path.parents) if folder.exists())
    disk = next(folder for folder in (place, *place.parents) if folder.is_mount())
    return f"ổ đĩa {disk} (chứa {path}) hết chỗ hoặc sắp hết, còn {shutil.disk_usage(place).free // MEGABYTE} MB"


def _count(env: Mapping[str, str], name: str, default: int) -> int:
    """A whole number from 1 on. Raises SettingsError."""
    text = env.get(name) or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError(f"{name} phải là số nguyên dương, không phải “{text}”.")
    return int(text)


def _workers(env: Mapping[str, str], database_url: str) -> int:
    """How many workers `make run` starts. Raises SettingsError for more than the database takes."""
    workers = _count(env, "DOCMGR_WORKERS", 1)
    if workers > MOST_WORKERS:
        raise SettingsError(f"DOCMGR_WORKERS nhiều nhất là {MOST_WORKERS}, không phải {workers}.")
    if workers > 1 and not database_url.startswith(POSTGRESQL):
        raise SettingsError(
            f"DOCMGR_WORKERS={workers} cần PostgreSQL (DOCMGR_DATABASE_URL); với SQLite chỉ chạy được một tiến trình nền."
        )
    return workers


def _public_url(env: Mapping[str, str]) -> str:
    """The address given, or that of this machine's own port."""
    return env.get("DOCMGR_PUBLIC_URL") or f"http://127.0.0.1:{env.get('PORT') or 8000}"


def _database_url(url: str) -> str:
    """The URL with the driver in use, for the short spellings as well. Raises SettingsError; it never repeats the URL,
    which may hold a password."""
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        scheme = POSTGRESQL
    if scheme != POSTGRESQL and not url.startswith("sqlite:///"):
        raise SettingsError("DOCMGR_DATABASE_URL phải bắt đầu bằng postgresql:// hoặc sqlite:///.")
    found = PORT.match(rest) if scheme == POSTGRESQL else None
    if found and found["port"] and not found["port"].isdecimal():
        raise SettingsError("Cổng trong DOCMGR_DATABASE_URL phải là số.")
    return f"{scheme}://{rest}"


def _path(text: str) -> Path:
    return (ROOT / Path(text).expanduser()).resolve()


def _default_uploads(home: Path) -> Path:
    # Two data folders must share nothing, so only the default one uses the repository's uploads/.
    return ROOT / "uploads" if home == ROOT / "instance" else home / "uploads"


def _given_key(env: Mapping[str, str]) -> str | None:
    """The key of the environment, None where there is none. Raises SettingsError, which never repeats the key."""
    key = env.get("DOCMGR_SECRET_KEY", "").strip()
    if key and len(key) < SHORTEST_KEY:
        raise SettingsError(
            f"DOCMGR_SECRET_KEY cần ít nhất {SHORTEST_KEY} ký tự; hoặc bỏ biến này để hệ thống tự tạo khóa trong DOCMGR_HOME."
        )
    return key or None


def _secret_key(path: Path) -> str:
    """The key in `path`, made there on first use, readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text().strip()
        if len(key) < SHORTEST_KEY:
            raise SettingsError(f"Khóa bí mật trong {path} quá ngắn.") from None
        return key
    key = secrets.token_hex(32)
    with os.fdopen(handle, "w") as out:
        out.write(key)
        out.flush()
        os.fsync(out.fileno())
    return key
