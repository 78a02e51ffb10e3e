"""How reports and papers name documents, and the addresses and files that they have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.message import Message
from legaltext import dates

# Makes the address of a list from its name and what is chosen there.
Address = Callable[..., str]


@dataclass(frozen=True)
class ReportFile:
    """A finished file: its name and its bytes. `notice` says that the agency's own form of it failed."""

    name: str
    body: bytes
    notice: Message | None = None


def bases(words: Iterable[str]) -> tuple[str, ...]:
    """Whole lines of legal bases without their marks, each once."""
    cleaned = (" ".join(one.split()).strip(" ;.,") for one in words)
    return tuple(dict.fromkeys(one if one.casefold().startswith("căn cứ") else f"Căn cứ {one}" for one in cleaned if one))


def named(document: DocumentRef) -> str:
    """A document as a legal basis names it: its label, day, issuer and subject."""
    day = f" {dates.written_out(document.issued_on)}" if document.issued_on else ""
    issuer = f" của {document.issuer}" if document.issuer else ""
    return f"{document.label}{day}{issuer}{about(references.subject_beside(document) or '')}".strip(" ;.,")


def about(subject: str) -> str:
    """The subject of a document behind its name: "Về việc ban hành …" as it is, others after "về"."""
    if not subject:
        return ""
    lowered = subject[:1].lower() + subject[1:] if subject[1:2].islower() else subject
    return f" {lowered}" if lowered.casefold().startswith("về ") else f" về {lowered}"
