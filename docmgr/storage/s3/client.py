"""The requests to one bucket of an S3 store, and what their errors mean."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from docmgr.storage.address import StoreAddress
from docmgr.storage.protocol import BytesMissing, DiskFull, StoreAway

# Larger files are sent in parts of so many bytes, of which at most PARTS_AT_ONCE are in memory.
PART_BYTES = 8 * 1024 * 1024
PARTS_AT_ONCE = 3
REQUEST_SECONDS, CONNECT_SECONDS, RETRIES = 60.0, 3.0, 2
# An address of a proxy that no store is reached by.
NO_PROXY, EVERY_HOST = "http://127.0.0.1:9", "*,0.0.0.0/0,::/0"

# The code in the store's answer, or its status → what is wrong: a reason of StoreAway, "full" or "missing".
CODES = {
    "NoSuchBucket": "bucket", "NoSuchKey": "missing", "RequestTimeTooSkewed": "clock", "AccessDenied": "denied",
    "InvalidAccessKeyId": "keys", "SignatureDoesNotMatch": "keys", "InvalidToken": "keys", "ExpiredToken": "keys",
    "QuotaExceeded": "full", "InsufficientStorage": "full", "XMinioStorageFull": "full", "StorageFull": "full",
    "MethodNotAllowed": "denied", "InvalidBucketName": "address", "AuthorizationHeaderMalformed": "address",
}  # fmt: skip
STATUSES = {"401": "keys", "403": "denied", "404": "missing", "405": "denied", "507": "full"}
_CODE, _STATUS = re.compile(r"<Code>(\w+)</Code>"), re.compile(r"status code: (\d{3})")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoredObject:
    """An object of the store: its name, its size in bytes, and when it was last written, by the clock of the store."""

    name: str
    size: int
    at: dt.datetime


def reason_of(text: str) -> str:
    """Find what is wrong from the text of an error: a reason of StoreAway, "full" or "missing"."""
    code, status = _CODE.search(text), _STATUS.search(text)
    if code and code[1] in CODES:
        return CODES[code[1]]
    if status is None or status[1].startswith("5") and status[1] != "507":
        return "away"
    return STATUSES.get(status[1], "address")


class S3Client:
    """The requests to the bucket of `address`. Every method raises StoreAway when the store cannot be used, and DiskFull
    when it has no room. Connections belong to one process: nothing is connected before the first request."""

    def __init__(self, address: StoreAddress, *, seconds: float = REQUEST_SECONDS, retries: int = RETRIES) -> None:
        self.address = address
        self._seconds, self._retries = seconds, retries
        self._made: tuple[int, S3Store] | None = None

    def _store(self) -> S3Store:
        if self._made is None or self._made[0] != os.getpid():
            self._made = os.getpid(), self._build()
        return self._made[1]

    def _build(self) -> S3Store:
        address = self.address
        options: dict[str, object] = {}
        if address.encryption:
            options["server_side_encryption"] = address.encryption
        if address.kms_key:
            options["sse_kms_key_id"] = address.kms_key
        client: dict[str, object] = {
            "allow_http": address.endpoint.startswith("http://"),
            "connect_timeout": dt.timedelta(seconds=min(CONNECT_SECONDS, self._seconds)),
            "timeout": dt.timedelta(seconds=self._seconds),
            # Without these the client would use the proxies that the environment names for other programs.
            "proxy_url": address.proxy or NO_PROXY,
            "proxy_excludes": "" if address.proxy else EVERY_HOST,
        }
        if address.authority is not None:
            client["root_certificate"] = address.authority.read_bytes()
        return S3Store(
            address.bucket, prefix=address.prefix or None, endpoint=address.endpoint, region=address.region,
            access_key_id=address.key_id, secret_access_key=address.secret, virtual_hosted_style_request=False,
            client_options=client,  # type: ignore[arg-type]
            retry_config={"max_retries": self._retries, "retry_timeout": dt.timedelta(seconds=self._seconds)},
            **options,  # type: ignore[arg-type]
        )  # fmt: skip

    def head(self, name: str, *, sure: bool = False) -> StoredObject | None:
        """Ask for an object; None when there is none. With `sure` a missing bucket is told from a missing object, which
        takes one more request when there is none."""
        try:
            with _told():
                meta = obstore.head(self._store(), name)
        except BytesMissing:
            if sure:
                # The answer to HEAD has no text that says which of the two is missing.
                with contextlib.suppress(BytesMissing), _told():
                    obstore.get(self._store(), name)
            return None
        return StoredObject(name, meta["size"], meta["last_modified"])

    def part(self, name: str, start: int, length: int) -> memoryview:
        """Read bytes of an object. Raises BytesMissing when there is none. Raises StoreAway for half an answer."""
        with _told():
            data = memoryview(obstore.get_range(self._store(), name, start=start, length=length))
        if len(data) != length:
            raise StoreAway("away")
        return data

    def create(self, name: str, path: Path, size: int) -> bool:
        """Store the file `path` of `size` bytes as the object `name`. Returns False when there is one, which is left
        as it is. An object appears only when all its bytes have arrived."""
        large = size > PART_BYTES
        if large and self.head(name) is not None:
            return False
        try:
            with _writing(), _told():
                if large:
                    # There is no condition for files in parts. Who comes second writes the same bytes once more.
                    obstore.put(self._store(), name, path, use_multipart=True, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE)
                else:
                    obstore.put(self._store(), name, path.read_bytes(), mode="create", use_multipart=False)
        except AlreadyExistsError:
            return False
        return True

    def write(self, name: str, data: bytes = b"", *, fresh: bool = False) -> str | None:
        """Store `data` as the object `name`; with `fresh` an object that exists is left as it is. Returns the version that
        the store gives it, None from a store without versions."""
        with contextlib.suppress(AlreadyExistsError), _writing(), _told():
            mode = "create" if fresh else "overwrite"
            return obstore.put(self._store(), name, data, mode=mode, use_multipart=False)["version"]  # type: ignore[arg-type]
        return None

    def delete(self, name: str) -> None:
        """Delete an object; nothing happens when there is none."""
        with contextlib.suppress(BytesMissing), _told():
            obstore.delete(self._store(), name)

    def folders(self) -> list[str]:
        """List the first parts of the names of objects, sorted."""
        with _told():
            found = obstore.list_with_delimiter(self._store())["common_prefixes"]
        return sorted(name.strip("/") for name in found)

    def list(self, folder: str) -> Iterator[StoredObject]:
        """Yield the objects of a folder, in no order."""
        with _told():
            for batch in obstore.list(self._store(), folder):
                for meta in batch:
                    yield StoredObject(meta["path"], meta["size"], meta["last_modified"])


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    """Nothing is missing where something is written: whoever says so is no S3 store."""
    try:
        yield
    except BytesMissing:
        raise StoreAway("address") from None


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Convert the errors of the client library in the block. AlreadyExistsError is raised unchanged."""
    try:
        yield
    except AlreadyExistsError:
        raise
    except (BaseError, FileNotFoundError) as error:
        # The text names the address and the object, and never the secret key.
        text = str(error)
        reason = reason_of(text)
        if reason == "missing":
            raise BytesMissing from None
        log.error("the store failed (%s): %s", reason, text.split("Debug source")[0].strip()[:400])
        if reason == "full":
            raise DiskFull from None
        raise StoreAway(reason) from None
