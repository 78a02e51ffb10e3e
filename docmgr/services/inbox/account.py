"""Who owns what is taken from the watched folder and the mailbox, and how one file is handed in."""

from __future__ import annotations

from typing import BinaryIO

from docmgr import context
from docmgr.policy import Actor, Denied, may
from docmgr.services import jobs
from docmgr.services.documents import intake, upload
from docmgr.services.documents.intake import Upload
from docmgr.services.errors import NotFound, Refusal
from docmgr.services.inbox.state import Trouble
from docmgr.services.message import Message
from docmgr.services.people import people

NO_RIGHT = Message("Tài khoản nhận tệp không được ghi vào thư mục này.")
# While this many files wait to be read, no more are taken.
READ_FIRST = 20
# The trouble that concerns only mails and files in no subfolder.
FOLDER_WRONG = "folder_wrong"
FULL = {intake.NO_SPACE: "no_space", intake.NOT_WRITABLE: "not_writable"}


def owner() -> Actor:
    """Find the person named by DOCMGR_INBOX_USER, with present roles and unit. Raises Trouble when there is no such
    person, or when they are disabled or may not upload."""
    name = context.current().settings.inbox.user
    user = people.by_username(name)
    if user is None:
        raise Trouble("no_account", name)
    if user.disabled_at is not None:
        raise Trouble("account_disabled", name)
    actor = people.acting(user, via="worker")
    if not may(actor, "document:upload"):
        raise Trouble("account_may_not", name)
    return actor


def hand_in(actor: Actor, stream: BinaryIO, name: str, folder: str | None) -> Upload:
    """Store a file as a draft in the folder with the path `folder`, such as "A/B"; None means the folder that
    DOCMGR_INBOX_FOLDER names. The result says whether it was stored, known before or refused. Raises Trouble when
    nothing can be stored now, or when the folder of the settings is wrong; then the file must be tried again."""
    path = context.current().settings.inbox.folder if folder is None else folder
    try:
        done = upload.upload(actor, stream, name, folder_path=path)
    except (Denied, NotFound, Refusal) as refused:
        if folder is None:
            raise Trouble(FOLDER_WRONG, path) from refused
        return Upload("refused", refused.message if isinstance(refused, Refusal) else NO_RIGHT, None, None)
    if done.outcome == "refused" and done.reason in FULL:
        raise Trouble(FULL[done.reason])
    return done


def busy() -> bool:
    """Whether so many files wait to be read that taking more can wait: what people upload is read soon."""
    return jobs.counts().get("read", 0) >= READ_FIRST
