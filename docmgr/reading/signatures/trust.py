"""Load the certificates that the site trusts: the files of one folder, chosen by the people who run the site."""

from __future__ import annotations

from pathlib import Path

from asn1crypto import pem, x509

_ENDINGS = (".pem", ".crt", ".cer", ".der")
_MOST_FILES = 500
_MOST_BYTES = 1024 * 1024


def trusted(folder: Path | None) -> list[x509.Certificate]:
    """Load all certificates in the files of `folder` (PEM or DER, one or several in a file). Files that are no
    certificates are skipped. Empty when `folder` is None or does not exist."""
    if folder is None or not folder.is_dir():
        return []
    found: list[x509.Certificate] = []
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS and path.is_file())
    for path in files[:_MOST_FILES]:
        try:
            found += _certificates(path)
        except (OSError, ValueError, TypeError):
            continue
    return found


def _certificates(path: Path) -> list[x509.Certificate]:
    with path.open("rb") as stream:
        data = stream.read(_MOST_BYTES)
    parts = [part for _, _, part in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
    certificates = [x509.Certificate.load(part, strict=True) for part in parts]
    for certificate in certificates:
        # asn1crypto parses late; a file that is none must be found out here.
        certificate.native  # noqa: B018
    return certificates
