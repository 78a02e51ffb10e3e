"""What the worker does beside its other work: watch the folder and the mailbox of the settings."""

from __future__ import annotations

from collections.abc import Callable

from docmgr.inbox_settings import InboxSettings
from docmgr.services.inbox.folder import FolderWatch
from docmgr.services.inbox.mailbox import MailboxWatch


def steps(inbox: InboxSettings, stopping: Callable[[], bool]) -> dict[str, Callable[[], int]]:
    """Make a step for each inlet that is switched on, by the name of its loop; empty when none is. A step is called
    again and again, and returns how much it took. `stopping` tells it whether the worker ends."""
    found: dict[str, Callable[[], int]] = {}
    if inbox.path is not None:
        found["inbox"] = FolderWatch(inbox.path, stopping).step
    if inbox.mailbox is not None:
        found["mailbox"] = MailboxWatch(inbox.mailbox, stopping).step
    return found
