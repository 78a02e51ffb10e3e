"""Documents, their versions and files, and what was read from the files: facts and provisions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from docmgr import collation
from docmgr.db import Base, UtcDateTime, now

# A partial index: documents whose access list may differ from that in the search index. They are few, and every search
# looks for them.
LONG_AGO = "1970-01-01 00:00:00"
_INDEX_LAGS = text(
    "indexed_revision IS NOT NULL"
    " AND (deleted_at IS NOT NULL OR state = 'withheld' OR indexed_access_list_id != access_list_id)"
)


def label_of(document: Any) -> str:
    """Name a document as people call it: by type and number, or else by subject, by file name, or as "Văn bản
    #7" (document 7). `document` is a Document or a row with the columns type, number, subject, file_name and
    id."""
    number = " ".join(part for part in (document.type, document.number) if part) if document.number else None
    return number or document.subject or document.file_name or f"Văn bản #{document.id}"


def subject_key(subject: str | None) -> str | None:
    """The key by which SQLite sorts a subject. It is cut, because a row of an index of PostgreSQL holds 2,704 bytes."""
    key = collation.key(subject)
    return key and key[:600]


def _subject_order(context: Any) -> str | None:
    """The value of Document.subject_order of a new row."""
    return subject_key(context.get_current_parameters().get("subject"))


class Document(Base):
    """A document (văn bản). Its columns of facts (type, number, …) contain the current values, whether a person
    has confirmed them or not; see DocumentFact.

    `state` says how far the newest file is processed: waiting (to be read), reading, indexing, findable (by a
    search), no_text, unreadable, or withheld (it has a secrecy stamp and is not kept). `workflow` is draft,
    published or withdrawn. `revision` counts every change. Forms use `revision` as an optimistic lock. When
    `indexed_revision` is lower than `revision`, the search index lacks the latest change.
    """

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_number_key_issuer", "number_key", "issuer"),
        # Lists are counted and sorted from these alone; with the rows a folder of 50,000 documents takes ten times as long.
        Index("ix_document_changed_at_id", "changed_at", "id", "access_list_id", "deleted_at"),
        Index("ix_document_folder_id_changed_at", "folder_id", "changed_at", "id", "access_list_id", "deleted_at"),
        Index("ix_document_folder_id_subject_order", "folder_id", "subject_order", "id", "access_list_id", "deleted_at"),
        Index(
            "ix_document_folder_id_workflow",
            *("folder_id", "workflow", "access_list_id", "deleted_at", "number_key", "type", "issued_on"),
            *("effective_from", "effective_to", "ended_on"),
        ),
        Index("ix_document_workflow_access_list_id", "workflow", "access_list_id", "deleted_at", "folder_id"),
        Index("ix_document_index_lags", "id", sqlite_where=_INDEX_LAGS, postgresql_where=_INDEX_LAGS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id"), index=True)
    inherit: Mapped[bool] = mapped_column(default=True)
    workflow: Mapped[str] = mapped_column(String(20), default="draft", index=True)
    state: Mapped[str] = mapped_column(String(20), default="waiting", index=True)
    # Why the newest version cannot be searched: a code of reading.outcomes.REASONS, and the level of a secrecy stamp.
    reason_code: Mapped[str | None] = mapped_column(String(50))
    secrecy: Mapped[str | None] = mapped_column(String(20))
    # The name of the newest file. A document without a number and a subject is shown by this name.
    file_name: Mapped[str | None] = mapped_column(String(300))
    # The number of the newest version.
    current_no: Mapped[int] = mapped_column(default=1)
    publish_when_read: Mapped[bool] = mapped_column(default=False)
    # False when the newest file is surely no official document: then nobody is asked for its facts.
    official: Mapped[bool] = mapped_column(default=True, server_default=true())

    type: Mapped[str | None] = mapped_column(String(100), index=True)
    number: Mapped[str | None] = mapped_column(String(100))
    # The number in normal form (indexer.query.parser.numbers). Laws are cited by name, so they have `name_key`: the
    # name without diacritics and capitals.
    number_key: Mapped[str | None] = mapped_column(String(100))
    name_key: Mapped[str | None] = mapped_column(String(300), index=True)
    issuer: Mapped[str | None] = mapped_column(String(300), index=True)
    place: Mapped[str | None] = mapped_column(String(200))
    issued_on: Mapped[dt.date | None] = mapped_column(index=True)
    effective_from: Mapped[dt.date | None]
    effective_to: Mapped[dt.date | None]
    # The day on which another document replaced or repealed the whole of this one, and the id of that document. Both
    # are derived by services.relations.force.
    ended_on: Mapped[dt.date | None]
    ended_by: Mapped[int | None] = mapped_column(index=True)
    subject: Mapped[str | None] = mapped_column(Text)
    # The key of `subject` by which SQLite sorts it.
    subject_order: Mapped[str | None] = mapped_column(Text, default=_subject_order)
    signer: Mapped[str | None] = mapped_column(String(200))
    position: Mapped[str | None] = mapped_column(String(300))
    recipients: Mapped[list[str] | None] = mapped_column(JSON)
    urgency: Mapped[str | None] = mapped_column(String(50))
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)

    access_list_id: Mapped[int] = mapped_column(ForeignKey("access_list.id"), index=True)
    # The revision and access list that the index holds. NULL: none; 0: unknown, while the index is being written.
    # services.indexing.sync sets them, services.search compares them.
    indexed_revision: Mapped[int | None]
    indexed_access_list_id: Mapped[int | None]

    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now, index=True)
    # When the document last changed (services.forms.bump); that somebody read it does not count.
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now, server_default=LONG_AGO)
    deleted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    deleted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    deleted_batch: Mapped[str | None] = mapped_column(String(32), index=True)
    # The document that has taken over the file of this one (services.documents.confirming.renditions). Such a document
    # is deleted and cannot be restored.
    merged_into: Mapped[int | None]
    # The document of which this one began as a copy (services.bulk.copying).
    copied_from: Mapped[int | None]
    # When it was deleted for good (services.keeping.purge). Then the row has no facts and no versions.
    purged_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    versions: Mapped[list[Version]] = relationship(order_by="Version.no", back_populates="document")
    facts: Mapped[list[DocumentFact]] = relationship(lazy="selectin")

    @validates("subject")
    def _order(self, _name: str, subject: str | None) -> str | None:
        self.subject_order = subject_key(subject)
        return subject

    @property
    def label(self) -> str:
        """The name of the document as people call it (see `label_of`)."""
        return label_of(self)


class DocumentFact(Base):
    """One fact of a document, such as its number. `value` is what was found or typed, and `quote` the words
    of the text from which it was taken. `sure` says whether the program that read the file was certain;
    `confirmed` says whether a person has confirmed the value."""

    __tablename__ = "document_fact"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(30), primary_key=True)
    # The JSON type: a list for recipients, ISO text for dates, text for all others, NULL for an empty field.
    value: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    quote: Mapped[str | None] = mapped_column(Text)
    sure: Mapped[bool] = mapped_column(default=True)
    confirmed: Mapped[bool] = mapped_column(default=False)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Version(Base):
    """A version (phiên bản) of a document: its content from `created_at` until the next version. Its text comes from its
    first file, which never changes; further files are other renditions of the same content. Text and provisions change
    only when the file is read again: by a newer generation of the readers, or because people undo or repeat the
    conversion of text in an old encoding."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("document_id", "no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    no: Mapped[int]
    note: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    # The outcome of reading: text, no_text, unreadable or withheld. NULL: it is not read yet.
    outcome: Mapped[str | None] = mapped_column(String(20))
    reason_code: Mapped[str | None] = mapped_column(String(50))
    text: Mapped[str | None] = mapped_column(Text, deferred=True)
    pages: Mapped[int | None]
    # The numbers of the pages of a PDF that are pictures, where others have text of their own. NULL: there are none.
    picture_pages: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    read_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    # How far the text can be trusted, and why: reading.repair.health. NULL: it was read before this was known.
    health: Mapped[str | None] = mapped_column(String(20), index=True)
    health_reason: Mapped[str | None] = mapped_column(String(50))
    # What the readers say about the text, as stored Messages: which part of the file was left out.
    notes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    # The old encodings of the file (letters.encodings), separated by blanks, and how many lines are in them. The text
    # before the conversion has as many lines as `text`. It is NULL when nothing was converted.
    encodings: Mapped[str | None] = mapped_column(String(40))
    old_lines: Mapped[int | None]
    text_before: Mapped[str | None] = mapped_column(Text, deferred=True)
    # People asked to leave the text as it is written in the file.
    as_written: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The generation of the readers that read it (reading.generation). NULL: it was read before these were counted.
    reader: Mapped[int | None] = mapped_column(index=True)
    # People asked to read the file again, and a job waits; until then the text stays.
    read_again: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Obligations were looked for in its text: VersionObligation.
    obligations_found: Mapped[bool] = mapped_column(default=False, server_default=false())

    document: Mapped[Document] = relationship(back_populates="versions")
    files: Mapped[list[File]] = relationship(lazy="selectin", order_by="File.id")


class File(Base):
    """One file (tệp) of a version. Its bytes are in the storage under `sha256`. `name` is the name given by
    the uploader; it is only shown and never used as a path. The file with the lowest id is the first of its version."""

    __tablename__ = "file"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20))
    # How many pages a further file has, once it was looked through; for the first file Version.pages says it.
    pages: Mapped[int | None]
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now)
    # Who added a further file to a version. NULL: the uploader of the version, or the command line.
    created_by: Mapped[int | None]
    # What reading the file gave as number and day of issue; NULL: nothing, or it was read before these were kept.
    read_number: Mapped[str | None] = mapped_column(String(100))
    read_on: Mapped[dt.date | None]
    # The worker has not yet looked for a secrecy stamp in this further file, or could not. Only its uploader may open it.
    waits: Mapped[bool] = mapped_column(default=False, server_default=false())


class WithheldBytes(Base):
    """The SHA-256 of a file that was removed because it has a secrecy stamp. As long as this row exists, the
    same bytes are not stored again."""

    __tablename__ = "withheld_bytes"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    # The level of the stamp.
    secrecy: Mapped[str | None] = mapped_column(String(20))


class Provision(Base):
    """A provision of one version: an article, clause or point (Điều, khoản, điểm) with an anchor. `text` is
    its own text without the text of the provisions inside it. `start` and `end` are offsets in Version.text, in
    characters. `parent` is the anchor of the provision that contains this one, or None."""

    __tablename__ = "provision"
    __table_args__ = (UniqueConstraint("version_id", "anchor"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    position: Mapped[int]
    anchor: Mapped[str] = mapped_column(String(200))
    parent: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    start: Mapped[int] = mapped_column(default=0)
    end: Mapped[int] = mapped_column(default=0)
