"""The settings of the watched folder and the mailbox from which the worker takes files by itself. Both are off unless
their variables are set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"imaps": 993, "imap": 143}
BAD_URL = "DOCMGR_IMAP_URL phải có dạng imaps://người_dùng@máy_chủ:993/INBOX."


@dataclass(frozen=True)
class Mailbox:
    """A folder of an IMAP account. `name` is the folder, `tls` whether the connection is encrypted. `password_file` is
    the file whose first line is the password."""

    host: str
    port: int
    user: str
    name: str
    tls: bool
    password_file: Path

    @property
    def address(self) -> str:
        """The mailbox as text without a password, such as "vanthu@mail.example:993/INBOX"."""
        return f"{self.user}@{self.host}:{self.port}/{self.name}"


@dataclass(frozen=True)
class InboxSettings:
    """What the worker takes files from. `path` is the watched folder, `mailbox` the mailbox; None means off. `user` is
    the sign-in name of the account that owns what is taken. `folder` is the path of the site's folder, such as "A/B",
    for mails and for files that lie in no subfolder; "" means the root folder."""

    path: Path | None = None
    mailbox: Mailbox | None = None
    user: str = ""
    folder: str = ""


def read(env: Mapping[str, str], path: Callable[[str], Path], kept: tuple[Path, ...]) -> InboxSettings:
    """Read the settings from the `DOCMGR_INBOX*` and `DOCMGR_IMAP*` variables in `env`.

    `path` makes an absolute path of the text of a variable. `kept` are the folders in which the site keeps its own
    files; the watched folder may neither be in one of them nor contain one. Raises ValueError with a Vietnamese
    sentence when a variable is wrong, or when no account is named although something is watched.
    """
    watched = path(env["DOCMGR_INBOX"]) if env.get("DOCMGR_INBOX") else None
    mailbox = _mailbox(env, path) if env.get("DOCMGR_IMAP_URL") else None
    user = env.get("DOCMGR_INBOX_USER", "").strip()
    if (watched or mailbox) and not user:
        raise ValueError("Hãy đặt DOCMGR_INBOX_USER: tên đăng nhập của người đứng tên tệp lấy từ DOCMGR_INBOX hay DOCMGR_IMAP_URL.")
    for own in kept if watched else ():
        if watched and (watched.is_relative_to(own) or own.is_relative_to(watched)):
            raise ValueError(f"DOCMGR_INBOX ({watched}) không được nằm trong hay chứa {own}, nơi hệ thống giữ dữ liệu.")
    return InboxSettings(watched, mailbox, user, env.get("DOCMGR_INBOX_FOLDER", "").strip())


def _mailbox(env: Mapping[str, str], path: Callable[[str], Path]) -> Mailbox:
    # No message repeats the address: somebody may have written a password into it.
    try:
        found = urlsplit(env["DOCMGR_IMAP_URL"])
        port = found.port or PORTS.get(found.scheme, 0)
    except ValueError:
        raise ValueError(BAD_URL) from None
    name = unquote(found.path).strip("/") or "INBOX"
    if found.scheme not in PORTS or not found.hostname or not found.username or found.query or found.fragment:
        raise ValueError(BAD_URL)
    if found.password is not None:
        raise ValueError("DOCMGR_IMAP_URL không được chứa mật khẩu; hãy ghi mật khẩu vào tệp của DOCMGR_IMAP_PASSWORD_FILE.")
    if found.scheme == "imap" and found.hostname not in LOCAL_HOSTS:
        raise ValueError("DOCMGR_IMAP_URL chỉ được dùng imap:// với localhost; với máy chủ khác hãy dùng imaps://.")
    user = unquote(found.username)
    if not (name + user).isascii() or not (name + user).isprintable():
        raise ValueError("Tên người dùng và tên hộp thư trong DOCMGR_IMAP_URL chỉ được có chữ không dấu, chữ số và dấu.")
    if not env.get("DOCMGR_IMAP_PASSWORD_FILE"):
        raise ValueError("Hãy đặt DOCMGR_IMAP_PASSWORD_FILE: tệp có mật khẩu của hộp thư trong DOCMGR_IMAP_URL.")
    return Mailbox(found.hostname, port, user, name, found.scheme == "imaps", path(env["DOCMGR_IMAP_PASSWORD_FILE"]))
