"""A batch of events with what is known about the things and people in it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docmgr import policy
from docmgr.models import Task, TrailEvent
from docmgr.policy import Actor
from docmgr.services.access import pending
from docmgr.services.notifications.subjects import ACTIONS, Key


@dataclass(frozen=True)
class Draft:
    """A notice that is not made yet. `within` is the thing under which too many notices are summed up: what the person
    follows, or the plan, inspection or folder in which it happened. The other fields are those of models.Notice."""

    user_id: int
    seq: int
    reason: str
    kind: str
    subject_id: int
    document_id: int | None
    within: Key


@dataclass
class EventBatch:
    """What is known about a batch of events. `people` are active persons as actors, by id. `members` are the ids of
    persons by unit, and `groups` those by group. `folder_readers` has the access keys that may see the name of a folder on which somebody
    was given a role; folders in the recycle bin are missing. `followers` are (id of a person, since when) by thing. `above` maps a folder to its parent. `readers` has the
    access keys that may read a document, by document, on each list that counts (pending.keys); documents in the recycle bin are missing. `standing` are the ids of
    those who stand in for a person today, by the person. `hearers` are those who hear of a comment, by the number of its event, as
    spoken.hearers finds them."""

    people: dict[int, Actor] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    followers: dict[Key, list[tuple[int, dt.datetime]]] = field(default_factory=lambda: defaultdict(list))
    above: dict[int, int | None] = field(default_factory=dict)
    documents: dict[int, Any] = field(default_factory=dict)
    readers: dict[int, list[frozenset[str]]] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)
    inspected: dict[Key, Any] = field(default_factory=dict)
    hearers: dict[int, dict[int, str]] = field(default_factory=dict)
    groups: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    folder_readers: dict[int, frozenset[str]] = field(default_factory=dict)
    standing: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    unwanted: dict[int, set[str]] = field(default_factory=dict)

    def folders(self, document_id: int | None) -> Iterator[int]:
        """The folder of the document and the folders above it, the nearest first."""
        held = self.documents.get(document_id or 0)
        folder = held.folder_id if held is not None else None
        seen: set[int] = set()
        while folder is not None and folder not in seen:
            seen.add(folder)
            yield folder
            folder = self.above.get(folder)

    def heads(self, unit_id: int) -> list[int]:
        """The ids of the leaders of a unit, who give its work to somebody; of all its people where it has none."""
        members = self.members.get(unit_id, [])
        return [user_id for user_id in members if "leader" in self.people[user_id].roles] or members

    def following(self, event: TrailEvent, thing: Key) -> list[int]:
        """The ids of the persons who followed the thing when the event happened."""
        return [user_id for user_id, since in self.followers.get(thing, ()) if since <= event.at]

    def may_hear(self, draft: Draft) -> bool:
        """Whether the person may see at this moment what the notice would tell, and wants it."""
        person = self.people[draft.user_id]
        if draft.reason in self.unwanted.get(draft.user_id, ()) or not policy.may(person, ACTIONS[draft.kind]):
            return False
        if draft.reason == "shared" and draft.kind == "folder":
            return policy.meets(person, self.folder_readers.get(draft.subject_id, ()))
        papers = {draft.document_id, draft.subject_id if draft.kind == "document" else None} - {None}
        return not papers or (policy.may(person, "document:read") and all(pending.hold(person, self.readers.get(one or 0, [])) for one in papers))
