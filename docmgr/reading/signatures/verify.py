"""Check the electronic signatures of a PDF file with pyHanko: who signed, when, what the signature covers, and
whether its chain of certificates leads to one that the site trusts.

Nothing is fetched: revocation is only known as far as the file contains it. This module decides what is said
of a signature. `Signature` explains the values.
"""

from __future__ import annotations

import datetime as dt
import logging
import mmap
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from docmgr.reading.signatures.trust import trusted
from docmgr.reading.types import Signature
from legaltext.text import clean_line

MOST_SIGNATURES = 50
LONGEST_NAME = 300
# Seconds of processor time for all signatures of a file; reading the file itself has more.
SECONDS = 4.0
_NOT_READ = Signature(signer=None, at=None, covers="unknown", valid=None, chain="unknown")
# The library logs what it refuses with words of the file.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)
_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)


class _Late(BaseException):
    """The time for checking signatures is over. Libraries that catch every Exception do not catch it."""


def signatures_of(
    path: Path, trust: Path | None, tell: Callable[[BaseException], None] = lambda _: None
) -> tuple[Signature, ...]:
    """Check all signatures of the PDF at `path`, in the order in which they were made. `trust` is the folder with
    the certificates that the site trusts, or None. Empty when the file has no signature. A signature that cannot be
    read or checked in time is listed with unknown values; no error is raised, but `tell` gets those of the library."""
    found: list[Signature] = []
    try:
        if not _may_be_signed(path):
            return ()
        with path.open("rb") as stream, _time_limit():
            reader = PdfFileReader(stream, strict=False)
            if reader.encrypted:
                return (_NOT_READ,)
            roots = trusted(trust)
            # The fields come first: what is not reached in time is listed as not checked.
            fields = [
                (name, field) for name, value, field in enumerate_sig_fields(reader) if value is not None
            ]
            found += [_NOT_READ] * max(1, min(len(fields), MOST_SIGNATURES))
            for at, (name, field) in enumerate(fields[:MOST_SIGNATURES]):
                found[at] = _checked(reader, name, field, roots, tell)
    except _Late:
        found = found or [_NOT_READ]
    # A damaged file makes the library raise any exception; its signature is then one that cannot be read.
    except (Exception, MemoryError) as fault:  # noqa: BLE001
        tell(fault)
        found = found or [_NOT_READ]
    return tuple(sorted(found, key=lambda one: one.revision or 0))


def _may_be_signed(path: Path) -> bool:
    if path.stat().st_size == 0:
        return False
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(b"/ByteRange") >= 0


@contextmanager
def _time_limit() -> Iterator[None]:
    """Raise _Late in the block after SECONDS of processor time. Only the main thread can be interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(_number: int, _frame: object) -> None:
        raise _Late

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _checked(
    reader: PdfFileReader,
    name: str,
    field: Any,
    roots: Sequence[x509.Certificate],
    tell: Callable[[BaseException], None],
) -> Signature:
    try:
        embedded = EmbeddedPdfSignature(reader, field, name)
        certificate = embedded.signer_cert
        named = _name(certificate)
        revision = embedded.signed_revision + 1
    except Exception as fault:  # noqa: BLE001
        tell(fault)
        # These bytes are no signature any more.
        return Signature(signer=None, at=None, covers="unknown", valid=False, chain="unknown")
    claimed = _utc(embedded.self_reported_timestamp)
    try:
        return _judged(embedded, named, revision, claimed, roots)
    except Exception as fault:  # noqa: BLE001
        tell(fault)
        # An algorithm that is too weak or unknown: the signature can be neither confirmed nor refuted.
        return Signature(named, _iso(claimed), "unknown", None, "unknown", revision)


def _judged(
    embedded: EmbeddedPdfSignature,
    named: str,
    revision: int,
    claimed: dt.datetime | None,
    roots: Sequence[x509.Certificate],
) -> Signature:
    now = _now()
    certificate = embedded.signer_cert
    status = _status(embedded, roots, claimed or now)
    stamp = status.timestamp_validity if _is_signature(embedded) else status
    at = _utc(stamp.timestamp) if stamp is not None and stamp.intact and stamp.valid else claimed
    proven = stamp is not None and bool(stamp.valid and stamp.trusted)
    in_time = at is None or certificate.not_valid_before <= at <= certificate.not_valid_after
    chain = "trusted" if status.trusted else "unknown"
    if status.revoked:
        chain = "revoked"
    elif not in_time or (certificate.not_valid_after < now and not proven):
        alive = certificate.not_valid_after - dt.timedelta(seconds=1)
        chain = "expired" if _status(embedded, roots, alive).trusted else "unknown"
    covers = _covers(status)
    refuted = not (status.intact and status.valid) or covers == "changed" or chain == "revoked" or not in_time
    time_stamp = None if stamp is None else ("trusted" if proven else "unknown")
    valid = False if refuted else (True if chain == "trusted" and covers != "unknown" else None)
    return Signature(named, _iso(at), covers, valid, chain, revision, time_stamp)


def _is_signature(embedded: EmbeddedPdfSignature) -> bool:
    return bool(embedded.sig_object_type == "/Sig")


def _status(embedded: EmbeddedPdfSignature, roots: Sequence[x509.Certificate], moment: dt.datetime) -> Any:
    """Let pyHanko check a signature as of `moment`. An empty list of roots must not become the system's list."""
    context = ValidationContext(trust_roots=list(roots), moment=moment, allow_fetching=False)
    if not _is_signature(embedded):
        return _run(async_validate_pdf_timestamp(embedded, context))
    stamps = ValidationContext(trust_roots=list(roots), allow_fetching=False)
    return _run(async_validate_pdf_signature(embedded, context, stamps, key_usage_settings=_USAGE))


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that waits for nothing. An event loop would need a socket, which the reading process may
    not open."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    work.close()
    raise RuntimeError("checking a signature must not wait")


def _covers(status: Any) -> str:
    """Say what a signature covers after pyHanko has checked it: see Signature.covers."""
    if not status.intact:
        return "changed"
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return "document"
    if status.coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        return "unknown"
    return "revision" if status.docmdp_ok else "changed"


def _name(certificate: x509.Certificate) -> str:
    """The name of the holder as a person reads it: the common name, or else the organisation."""
    names = certificate.subject.native
    found = names.get("common_name") or names.get("organization_name") or certificate.subject.human_friendly
    return clean_line(str(found[0] if isinstance(found, list) else found))[:LONGEST_NAME]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.replace(microsecond=0).isoformat() if moment else None
