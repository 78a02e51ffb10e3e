"""The address of an S3 store, and its keys, from the environment. Without DOCMGR_STORE_URL files are kept in a folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
BAD_URL = "phải có dạng s3://thùng?endpoint=https://máy_chủ:9000&region=us-east-1."
OPTIONS = frozenset({"endpoint", "region", "sse", "kms_key", "ca", "plain", "proxy"})
ENCRYPTIONS = frozenset({"AES256", "aws:kms"})
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
KEYS_BYTES = 4096
MISSING_KEYS = (
    "Hãy đặt khóa của kho S3: AWS_ACCESS_KEY_ID và AWS_SECRET_ACCESS_KEY, hoặc DOCMGR_STORE_KEYS_FILE (dòng đầu là mã khóa,"
    " dòng sau là khóa bí mật)."
)


@dataclass(frozen=True)
class StoreAddress:
    """Where an S3 store is and how it is used. Names of files begin with `prefix`, "" for none. `encryption` is "" or one of
    ENCRYPTIONS, and `kms_key` the key that the store uses for it. `authority` is a file with the certificates of a private
    authority."""

    bucket: str
    endpoint: str
    region: str
    key_id: str
    secret: str = field(repr=False)
    prefix: str = ""
    encryption: str = ""
    kms_key: str = ""
    authority: Path | None = None
    # The address of a proxy before the store, "" for none.
    proxy: str = ""

    @property
    def shown(self) -> str:
        """The address as text without keys, such as "s3://van-ban (https://s3.example)"."""
        return f"s3://{self.bucket}{self.prefix and '/'}{self.prefix} ({self.endpoint})"


def from_environment(env: Mapping[str, str], path: Callable[[str], Path]) -> StoreAddress | None:
    """Read the address from DOCMGR_STORE_URL in `env`; None when it is not set. `path` makes an absolute path of the text
    of a variable. Raises ValueError with a Vietnamese sentence, which never has a key, when something is wrong."""
    url = env.get("DOCMGR_STORE_URL", "").strip()
    return parse(url, env, path, "DOCMGR_STORE_URL") if url else None


def parse(url: str, env: Mapping[str, str], path: Callable[[str], Path], name: str) -> StoreAddress:
    """Read the address `url`, which the setting or option `name` gives, with the keys in `env`. Raises ValueError as
    `from_environment` does."""
    # No message repeats the address: somebody may have written a key into it.
    try:
        found = urlsplit(url)
        given = parse_qsl(found.query, keep_blank_values=True, strict_parsing=bool(found.query))
        bad = found.username is not None or found.port is not None
    except ValueError:
        raise ValueError(f"{name} {BAD_URL}") from None
    options, prefix = dict(given), found.path.strip("/")
    if bad or found.scheme != "s3" or found.fragment or len(options) != len(given) or not BUCKET.fullmatch(found.netloc):
        raise ValueError(f"{name} {BAD_URL}")
    if unknown := sorted(options.keys() - OPTIONS):
        raise ValueError(f"{name} có tham số không biết: {', '.join(unknown)[:60]}.")
    if prefix and (not PREFIX.fullmatch(prefix) or set(prefix.split("/")) & {".", ".."}):
        raise ValueError(f"{name}: phần sau tên thùng chỉ được có chữ không dấu, chữ số, dấu chấm, gạch ngang và gạch dưới.")
    endpoint = _endpoint(options, name)
    key_id, secret = _keys(env, path)
    return StoreAddress(
        bucket=found.netloc,
        endpoint=endpoint,
        region=options.get("region") or "us-east-1",
        key_id=key_id,
        secret=secret,
        prefix=prefix,
        encryption=_encryption(options, name),
        kms_key=options.get("kms_key", ""),
        authority=_authority(options, path, name),
        proxy=_proxy(options, name),
    )


def _endpoint(options: Mapping[str, str], name: str) -> str:
    try:
        found = urlsplit(options.get("endpoint", ""))
        port = found.port
    except ValueError:
        raise ValueError(f"{name} {BAD_URL}") from None
    if found.scheme not in ("https", "http") or not found.hostname or found.username or found.query or found.fragment or port == 0:
        raise ValueError(f"{name} {BAD_URL}")
    if options.get("plain", "0") not in ("0", "1"):
        raise ValueError(f"{name}: plain phải là 0 hoặc 1.")
    if found.scheme == "http" and found.hostname not in LOCAL_HOSTS and options.get("plain") != "1":
        raise ValueError(f"{name}: kho ở máy khác phải dùng https://; nếu đường truyền là mạng riêng đã được bảo vệ, hãy thêm &plain=1.")
    return options["endpoint"].rstrip("/")


def _proxy(options: Mapping[str, str], name: str) -> str:
    given = options.get("proxy", "")
    try:
        found = urlsplit(given)
        wrong = found.scheme not in ("http", "https") or not found.hostname or found.username is not None or found.port == 0 or found.path.strip("/")
    except ValueError:
        wrong = True
    if given and wrong:
        raise ValueError(f"{name}: proxy phải có dạng http://máy_chủ:3128.")
    return given


def _encryption(options: Mapping[str, str], name: str) -> str:
    kind = options.get("sse", "")
    if kind and kind not in ENCRYPTIONS:
        raise ValueError(f"{name}: sse phải là AES256 hoặc aws:kms.")
    if options.get("kms_key") and kind != "aws:kms":
        raise ValueError(f"{name}: kms_key chỉ dùng với sse=aws:kms.")
    return kind


def _authority(options: Mapping[str, str], path: Callable[[str], Path], name: str) -> Path | None:
    found = path(options["ca"]) if options.get("ca") else None
    if found is not None and not found.is_file():
        raise ValueError(f"{name}: không có tệp chứng thư {found}.")
    return found


def _keys(env: Mapping[str, str], path: Callable[[str], Path]) -> tuple[str, str]:
    key_id, secret = env.get("AWS_ACCESS_KEY_ID", "").strip(), env.get("AWS_SECRET_ACCESS_KEY", "").strip()
    if named := env.get("DOCMGR_STORE_KEYS_FILE", "").strip():
        file = path(named)
        try:
            with file.open("rb") as stream:
                lines = stream.read(KEYS_BYTES).decode("ascii").splitlines()
        except OSError:
            raise ValueError(f"Không đọc được tệp khóa {file} (DOCMGR_STORE_KEYS_FILE).") from None
        except UnicodeDecodeError:
            lines = []
        key_id, secret = (line.strip() for line in (*lines, "", "")[:2])
    if not key_id or not secret or not (key_id + secret).isascii() or not (key_id + secret).isprintable():
        raise ValueError(MISSING_KEYS)
    return key_id, secret
