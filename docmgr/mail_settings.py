"""The settings of the mail server by which notices are sent. Nothing is sent unless its variables are set."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
# The scheme says how the connection is encrypted: from the start (RFC 8314), or by STARTTLS (RFC 3207).
PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
BAD_URL = "DOCMGR_SMTP_URL phải có dạng smtps://người_dùng@máy_chủ:465 hoặc smtp+starttls://người_dùng@máy_chủ:587."
# One address without a name: what mail servers of agencies give. Letters with diacritics would need SMTPUTF8 (RFC 6531).
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
LONGEST_ADDRESS = 254


@dataclass(frozen=True)
class SmtpServer:
    """The server that takes mails, and `sender`, the address they come from. `scheme` is a key of PORTS. `user` is "" for a
    server without sign-in; `password_file` is the file whose first line is the password, None without sign-in."""

    host: str
    port: int
    scheme: str
    sender: str
    user: str = ""
    password_file: Path | None = None

    @property
    def address(self) -> str:
        """The server as text without a password, such as "mail.example:465"."""
        return f"{self.host}:{self.port}"


def is_address(text: str) -> bool:
    """Whether `text` is one plain address of electronic mail, such as "vanthu@so.example"."""
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None


def read(env: Mapping[str, str], path: Callable[[str], Path]) -> SmtpServer | None:
    """Read the settings from the `DOCMGR_SMTP_*` variables in `env`; None means that no mail is sent. `path` makes an
    absolute path of the text of a variable. Raises ValueError with a Vietnamese sentence when a variable is wrong."""
    if not env.get("DOCMGR_SMTP_URL"):
        return None
    # No message repeats the URL: somebody may have written a password into it.
    try:
        found = urlsplit(env["DOCMGR_SMTP_URL"])
        port = found.port or PORTS.get(found.scheme, 0)
    except ValueError:
        raise ValueError(BAD_URL) from None
    if found.scheme not in PORTS or not found.hostname or found.path.strip("/") or found.query or found.fragment:
        raise ValueError(BAD_URL)
    if found.password is not None:
        raise ValueError("DOCMGR_SMTP_URL không được chứa mật khẩu; hãy ghi mật khẩu vào tệp của DOCMGR_SMTP_PASSWORD_FILE.")
    if found.scheme == "smtp" and found.hostname not in LOCAL_HOSTS:
        raise ValueError("DOCMGR_SMTP_URL chỉ được dùng smtp:// với localhost; với máy chủ khác hãy dùng smtps:// hoặc smtp+starttls://.")
    user, secret = unquote(found.username or ""), env.get("DOCMGR_SMTP_PASSWORD_FILE")
    if bool(user) != bool(secret) or not user.isascii() or (user and not user.isprintable()):
        raise ValueError("Hãy đặt cả tên người dùng trong DOCMGR_SMTP_URL (chữ không dấu) và DOCMGR_SMTP_PASSWORD_FILE, hoặc không đặt cả hai.")
    sender = env.get("DOCMGR_SMTP_FROM", "").strip()
    if not is_address(sender):
        raise ValueError("Hãy đặt DOCMGR_SMTP_FROM: một địa chỉ thư, như vanban@so.example.")
    return SmtpServer(found.hostname, port, found.scheme, sender, user, path(secret) if secret else None)
