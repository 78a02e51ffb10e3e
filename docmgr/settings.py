"""The settings of a site: where data is stored and how the site is reached. They are read once from the
environment and then passed on as an object.

The table "Cấu hình" in the README lists the variables. Relative paths are relative to the repository.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from docmgr import inbox_settings, mail_settings
from docmgr.inbox_settings import InboxSettings
from docmgr.mail_settings import SmtpServer
from docmgr.storage import address
from docmgr.storage.address import StoreAddress
from docmgr.variables import machines
from docmgr.variables.machines import MachineSettings

ROOT = Path(__file__).resolve().parents[1]
MEGABYTE = 1024 * 1024
POSTGRESQL = "postgresql+psycopg"
Group = TypeVar("Group")
SHORTEST_KEY = 32
# The most digits of a count. Python itself reads at most 4,300 digits as a number.
LONGEST_COUNT = 9
# Each worker starts one more process, which reads files, so a digit too many would fill the machine's memory.
MOST_WORKERS = 64
# user:password@host:port, in the syntax that SQLAlchemy parses.
PORT = re.compile(r"(?:[^:/]*(?::[^@]*)?@)?(?:\[[^/\]]+\]|[^/:?]*)(?::(?P<port>[^/?]*))?")


class SettingsError(Exception):
    """A setting is invalid. The message is a Vietnamese sentence that says which one and why."""


@dataclass(frozen=True)
class Settings:
    """All settings of one site. Sizes are in bytes and times in seconds. `home` is the data folder, and
    `uploads` is the folder in which the storage keeps files."""

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
    # Whether the search box offers questions that several people asked.
    offer_asked: bool = True
    # Whether it is counted which provisions people open from the results of a search.
    keep_clicks: bool = False
    # After so many days in the recycle bin documents are deleted for good, unless something keeps them; 0: never.
    bin_days: int = 0
    # None: the folder `trust` in the data folder.
    trust: Path | None = None
    inbox: InboxSettings = InboxSettings()
    # The server by which notices are sent; None: no mail is sent.
    mail: SmtpServer | None = None
    machines: MachineSettings = MachineSettings()
    # Where OpenSearch answers, several hosts with commas; "": the index lies in the data folder. How a new index is divided there,
    # and how many copies it gets; None: one where there is a second machine.
    search_url: str = field(default="", repr=False)
    search_shards: int = 1
    search_replicas: int | None = None
    # The S3 store in which files are kept; None: in the folder `uploads`.
    store: StoreAddress | None = None
    # False: the data folder does not exist yet, and a command that only reads must not create it.
    made: bool = True

    @property
    def index_path(self) -> Path:
        """The folder of the search index. It can be deleted; the index is then built again from the
        database."""
        return self.home / "index"

    @property
    def trust_path(self) -> Path:
        """The folder with the certificates that the site trusts when it checks electronic signatures. It need not
        exist; then no signature is called valid."""
        return self.trust or self.home / "trust"

    @property
    def secure(self) -> bool:
        """Whether people reach the site by https."""
        return self.public_url.startswith("https://")


def from_environment(env: Mapping[str, str] | None = None, *, make: bool = True) -> Settings:
    """Read the settings from the `DOCMGR_*` variables in `env`, or in os.environ when `env` is None. A missing data
    folder and secret key are created. With `make` false nothing is created, and a missing key is replaced by a random
    one for this process.

    Raises SettingsError when a variable is invalid, before anything is created. Raises it also when something cannot be
    created.
    """
    env = os.environ if env is None else env
    home = _path(env.get("DOCMGR_HOME", "instance"))
    uploads = _path(env["DOCMGR_UPLOADS"]) if env.get("DOCMGR_UPLOADS") else _default_uploads(home)
    limit = _count(env, "DOCMGR_MAX_FILE_MB", 200)
    given_key = _given_key(env)
    database_url = _database_url(env.get("DOCMGR_DATABASE_URL") or f"sqlite:///{home / 'docmgr.sqlite'}")
    workers = _workers(env, database_url)
    inbox = _group(lambda: inbox_settings.read(env, _path, (home, uploads)))
    mail, several = _group(lambda: mail_settings.read(env, _path)), _group(lambda: machines.read(env))
    search = _search_url(env), _count(env, "DOCMGR_SEARCH_SHARDS", 1), _replicas(env)
    store = _store(env)
    if make:
        make_folders(home, uploads)
    try:
        made = make or (home / "secret_key").exists()
        # Where no site exists nobody is signed in, so a command can use any key.
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
        offer_asked=_switch(env, "DOCMGR_OFFER_ASKED", "1"),
        keep_clicks=_switch(env, "DOCMGR_KEEP_CLICKS", "0"),
        bin_days=0 if env.get("DOCMGR_BIN_DAYS", "").strip() in ("", "0") else _count(env, "DOCMGR_BIN_DAYS", 1),
        trust=_path(env["DOCMGR_TRUST"]) if env.get("DOCMGR_TRUST") else None,
        inbox=inbox,
        mail=mail,
        machines=several,
        search_url=search[0],
        search_shards=search[1],
        search_replicas=search[2],
        store=store,
        made=made,
    )


def make_folders(home: Path, uploads: Path) -> None:
    """Create the data folder `home` (accessible only to its owner) and the folder `uploads` of the storage if
    they are missing. Raises SettingsError when they cannot be created."""
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
    """Say in a Vietnamese phrase that the disk of `path` is full or almost full, and how much space is free. `path`
    need not exist yet."""
    place = next(folder for folder in (path, *path.parents) if folder.exists())
    disk = next(folder for folder in (place, *place.parents) if folder.is_mount())
    return f"ổ đĩa {disk} (chứa {path}) hết chỗ hoặc sắp hết, còn {shutil.disk_usage(place).free // MEGABYTE} MB"


def _count(env: Mapping[str, str], name: str, default: int) -> int:
    """Read the variable `name` of `env` as a whole number of at least 1. Returns `default` when the variable is missing
    or empty. Raises SettingsError for any other text, or for too many digits."""
    text = env.get(name) or str(default)
    if text.isdecimal() and len(text) > LONGEST_COUNT:
        raise SettingsError(f"{name} nhiều nhất có {LONGEST_COUNT} chữ số.")
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError(f"{name} phải là số nguyên dương, không phải “{text}”.")
    return int(text)


def _switch(env: Mapping[str, str], name: str, default: str) -> bool:
    """Read the variable `name` of `env` as a switch: "0" is off and "1" is on. A missing or empty variable is read as
    `default`. Raises SettingsError for any other text."""
    text = env.get(name, "").strip() or default
    if text not in ("0", "1"):
        raise SettingsError(f"{name} phải là 0 (tắt) hoặc 1 (bật), không phải “{text}”.")
    return text == "1"


def _workers(env: Mapping[str, str], database_url: str) -> int:
    """Read from `env` how many workers `make run` starts; 1 by default. Raises SettingsError for more than
    MOST_WORKERS, or for more than one when `database_url` is not PostgreSQL."""
    workers = _count(env, "DOCMGR_WORKERS", 1)
    if workers > MOST_WORKERS:
        raise SettingsError(f"DOCMGR_WORKERS nhiều nhất là {MOST_WORKERS}, không phải {workers}.")
    if workers > 1 and not database_url.startswith(POSTGRESQL):
        raise SettingsError(
            f"DOCMGR_WORKERS={workers} cần PostgreSQL (DOCMGR_DATABASE_URL); với SQLite chỉ chạy được một tiến trình nền."
        )
    return workers


def _group(read: Callable[[], Group]) -> Group:
    try:
        return read()
    except ValueError as wrong:
        raise SettingsError(str(wrong)) from None


def _store(env: Mapping[str, str]) -> StoreAddress | None:
    try:
        return address.from_environment(env, _path)
    except ValueError as wrong:
        raise SettingsError(str(wrong)) from None


def store_named(text: str) -> StoreAddress | Path:
    """Read the place of a store that a command names: an address as DOCMGR_STORE_URL has it, or the path of a folder. Raises
    SettingsError when it is wrong."""
    if "://" not in text:
        return _path(text)
    try:
        return address.parse(text, os.environ, _path, "--to")
    except ValueError as wrong:
        raise SettingsError(str(wrong)) from None


def _public_url(env: Mapping[str, str]) -> str:
    """Read from `env` the address by which people reach the site. The default is the local address with the
    server's port."""
    return env.get("DOCMGR_PUBLIC_URL") or f"http://127.0.0.1:{env.get('PORT') or 8000}"


def _database_url(url: str) -> str:
    """Check the database URL, and name the driver in a short form such as postgres://. Raises SettingsError for an
    invalid URL. The message leaves the URL out, because it may include a password."""
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        scheme = POSTGRESQL
    if scheme != POSTGRESQL and not url.startswith("sqlite:///"):
        raise SettingsError("DOCMGR_DATABASE_URL phải bắt đầu bằng postgresql:// hoặc sqlite:///.")
    found = PORT.match(rest) if scheme == POSTGRESQL else None
    if found and found["port"] and not found["port"].isdecimal():
        raise SettingsError("Cổng trong DOCMGR_DATABASE_URL phải là số.")
    return f"{scheme}://{rest}"


def _search_url(env: Mapping[str, str]) -> str:
    """Read the addresses of OpenSearch from `env`; "" for none. Raises SettingsError for an invalid one; the message leaves it out,
    because it may include a password."""
    urls = [one.strip() for one in env.get("DOCMGR_SEARCH_URL", "").split(",") if one.strip()]
    for one in urls:
        scheme, _, rest = one.partition("://")
        host, _, name = rest.partition("/")
        found = PORT.fullmatch(host)
        if scheme not in ("http", "https") or not host or not found or not (found["port"] or "0").isdecimal():
            raise SettingsError("DOCMGR_SEARCH_URL phải có dạng http://máy:cổng, nhiều máy thì cách nhau bằng dấu phẩy.")
        if not re.fullmatch(r"(?:[a-z][a-z0-9-]{0,40})?/?", name):
            raise SettingsError("Tên chỉ mục trong DOCMGR_SEARCH_URL chỉ gồm chữ thường không dấu, chữ số và dấu gạch ngang.")
    return ",".join(urls)


def _replicas(env: Mapping[str, str]) -> int | None:
    given = env.get("DOCMGR_SEARCH_REPLICAS", "").strip()
    return 0 if given == "0" else _count(env, "DOCMGR_SEARCH_REPLICAS", 1) if given else None


def _path(text: str) -> Path:
    return (ROOT / Path(text).expanduser()).resolve()


def _default_uploads(home: Path) -> Path:
    # Two data folders must not share files, so only the default data folder uses the repository's uploads/.
    return ROOT / "uploads" if home == ROOT / "instance" else home / "uploads"


def _given_key(env: Mapping[str, str]) -> str | None:
    """Read the secret key from `env`; None when the variable is not set. Raises SettingsError when the key is
    too short; the message does not contain the key."""
    key = env.get("DOCMGR_SECRET_KEY", "").strip()
    if key and len(key) < SHORTEST_KEY:
        raise SettingsError(
            f"DOCMGR_SECRET_KEY cần ít nhất {SHORTEST_KEY} ký tự; hoặc bỏ biến này để hệ thống tự tạo khóa trong DOCMGR_HOME."
        )
    return key or None


def _secret_key(path: Path) -> str:
    """Read the secret key from the file `path`. If the file is missing, create it with a new key, readable
    only by its owner."""
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
