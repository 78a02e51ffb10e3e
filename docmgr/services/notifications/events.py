"""What an event of the trail is about: which followed things, which units, which persons."""

from __future__ import annotations

import re
from collections.abc import Collection

from docmgr.models import TrailEvent
from docmgr.services.notifications import spoken
from docmgr.services.notifications.batch import EventBatch
from docmgr.services.notifications.subjects import Key

# Action → the reason for those who follow the document. Facts count only when one of them changed.
OF_DOCUMENTS = {
    "version:add": "version", "version:restore": "version", "document:publish": "workflow", "document:withdraw": "workflow",
    "document:draft": "workflow",
    "document:edit": "facts", "document:confirm": "facts", "relation:add": "linked", "relation:end": "linked",
    "relation:restore": "linked", "link:add": "linked", "link:end": "linked", "link:restore": "linked", "comment:add": "commented",
}  # fmt: skip
# After these a document may be new to those who follow its folder.
ARRIVALS = frozenset({"document:upload", "document:copy", "document:publish", "document:move", "document:restore"})
# Action → the reason for those who follow the plan, the task or the inspection.
OF_WORK = {
    "plan:edit": "edited", "task:create": "edited", "task:edit": "edited", "occurrence:report": "edited", "occurrence:return": "edited", "occurrence:add": "edited",
    "extension:grant": "edited", "task:hand": "edited", "obligation:keep": "edited", "obligation:release": "edited", "obligation:again": "edited", "inspection:edit": "edited", "finding:create": "edited",
    "finding:edit": "edited", "recommendation:create": "edited", "recommendation:edit": "edited", "link:add": "linked", "link:end": "linked",
    "link:restore": "linked",
}  # fmt: skip
# A workflow gives the document to somebody.
# The last one takes it away from somebody who has taken it to edit it.
GIVEN = frozenset({"workflow:move", "workflow:return", "workflow:assign", "checkout:withdraw"})
# Persons and units are told of a task by name: somebody asks for a later day, or is answered, or is put in charge. The same of an inspection:
# its unit and team, and those whose answer was judged or who judge one.
OF_TASKS = {
    "extension:ask": "extension_asked", "extension:grant": "extension_answered", "extension:refuse": "extension_answered", "task:hand": "handed", "occurrence:edit": "handed",
    "inspection:create": "inspected", "inspection:team": "team", "recommendation:edit": "unit_answered", "recommendation:accept": "judged",
    "recommendation:return": "judged",
}  # fmt: skip
# Persons are asked by name to confirm that they read the document, or for their opinion on it.
ASKED = {"receipt:ask": "receipt", "consultation:open": "consulted", "consultation:invite": "consulted"}
# Somebody is given a local role on it.
SHARED = frozenset({"document:share", "folder:share"})
# Why, where it is not simply to be worked on.
OF_GIVEN = {"workflow:return": "returned", "checkout:withdraw": "withdrawn"}
TOLD = frozenset({*OF_DOCUMENTS, *OF_WORK, *ARRIVALS, *GIVEN, *OF_TASKS, *ASKED, *spoken.ACTIONS, *SHARED})
# The labels under which services.planning.tasks and services.inspection.findings record units.
_KEY = re.compile(r"(user|unit):[1-9][0-9]{0,8}")
_LEAD, _SUPPORT, _UNITS = "Chủ trì", "Phối hợp", {"finding": "Đơn vị chịu trách nhiệm", "recommendation": "Đơn vị"}


def things(batch: EventBatch, event: TrailEvent) -> list[Key]:
    """What the event concerns of the things that people follow, folders apart, the nearest first."""
    if event.action not in TOLD or event.action in SHARED | GIVEN | ASKED.keys():
        return []
    found: list[Key] = []
    if event.subject_type in {"plan", "task", "inspection"} and event.subject_id is not None:
        found.append((event.subject_type, event.subject_id))
    if event.action in OF_DOCUMENTS and event.document_id is not None:
        found.append(("document", event.document_id))
    if (other := target(event)) is not None:
        found.append(("document", other))
    if event.subject_type in {"task", "finding", "recommendation"} and event.action in OF_WORK:
        found.append(container(batch, event))
    return found


def container(batch: EventBatch, event: TrailEvent) -> Key:
    """The plan of the event's task, the inspection of its finding or recommendation, or the inspection itself."""
    number = event.subject_id or 0
    if event.subject_type == "inspection":
        return "inspection", number
    if event.subject_type == "task":
        return "plan", batch.tasks[number].plan_id if number in batch.tasks else 0
    held = batch.inspected.get((event.subject_type, number))
    return "inspection", held.inspection_id if held is not None else 0


def about(event: TrailEvent, thing: Key) -> tuple[Key, int | None]:
    """What a notice for those who follow `thing` is about: returns (thing, another document of which it tells)."""
    if thing[0] != "document":
        return (event.subject_type, event.subject_id or 0), event.document_id
    return thing, event.document_id if event.document_id != thing[1] else target(event)


def reason(event: TrailEvent, thing: Key) -> str | None:
    """The reason for a notice to those who follow `thing`, a key of reasons.FOLLOWING. None when the event is no news to them."""
    if event.action in ("document:edit", "document:confirm") and not event.details.get("changed"):
        return None
    return (OF_DOCUMENTS if thing[0] == "document" else OF_WORK).get(event.action)


def target(event: TrailEvent) -> int | None:
    """The other document of a relation."""
    number = event.details.get("target") if event.action.startswith("relation:") else None
    return number if isinstance(number, int) else None


def shared_key(event: TrailEvent) -> str | None:
    """The access key of the person, unit or group that was given a role on a document or folder, None when there is none. Who gets a
    role back because a change was undone is told nothing."""
    given = event.action in SHARED and "given" in event.details and not event.details.get("undone")
    key = event.details.get("key") if given else None
    prefix, _, number = key.partition(":") if isinstance(key, str) else ("", "", "")
    return f"{prefix}:{number}" if prefix in ("user", "unit", "group") and number.isdecimal() else None


def receivers(event: TrailEvent) -> list[str]:
    """The access keys of the persons and units to whom the event gives a document, of whom it asks something, or whom it tells of a task."""
    keys = event.details.get("keys") if event.action in (GIVEN | ASKED.keys() | OF_TASKS.keys()) else None
    return [key for key in keys if isinstance(key, str) and _KEY.fullmatch(key)] if isinstance(keys, list) else []


def holders(batch: EventBatch, event: TrailEvent, key: str) -> Collection[int]:
    """The ids of the active persons who have the access key of a person, a unit or a group, and of those who stand in for the
    person. Nobody confirms for somebody else that they read a document, or answers for them."""
    prefix, _, number = key.partition(":")
    if event.action in ASKED:
        return (int(number),)
    if prefix in ("unit", "group"):
        return (batch.members if prefix == "unit" else batch.groups).get(int(number), ())
    if event.action == "folder:share":
        return (int(number),)
    return (int(number), *batch.standing.get(int(number), ()))


def spread_to(event: TrailEvent) -> list[int]:
    """The units that carry a task out from now on, each for itself. Who is told there is fewer than of a task that the unit leads."""
    return _units_named(event) if event.action in ("task:create", "task:edit", "occurrence:add") else []


def units(batch: EventBatch, event: TrailEvent) -> list[int]:
    """The units to which the event gives a task, or a finding or recommendation: all of a new one, else those that it did
    not have before, and the unit to which an occurrence is given back."""
    create = event.action.endswith(":create")
    if event.action in ("task:create", "task:edit") and event.subject_id in batch.tasks:
        parts = batch.tasks[event.subject_id].assignments
        return [part.unit_id for part in parts if create or _newly(event, part.unit.name)]
    if event.action == "occurrence:return":
        return _units_named(event)
    held = batch.inspected.get((event.subject_type, event.subject_id or 0))
    if held is None or held.unit_id is None or held.kind == "self" or event.action not in OF_WORK or event.action.startswith("link:"):
        return []
    return [held.unit_id] if create or _UNITS[event.subject_type] in event.details.get("changes", {}) else []


def _units_named(event: TrailEvent) -> list[int]:
    keys = event.details.get("keys")
    return [int(key.partition(":")[2]) for key in keys if isinstance(key, str) and _KEY.fullmatch(key) and key.startswith("unit:")] if isinstance(keys, list) else []


def _newly(event: TrailEvent, unit: str) -> bool:
    # Names are joined by commas in the event, and a name may contain one.
    changes = event.details.get("changes", {})
    leads, supports = changes.get(_LEAD, [None, None]), changes.get(_SUPPORT, [None, None])
    before, after = (f", {leads[side]}, {supports[side]}, " for side in (0, 1))
    return f", {unit}, " in after and f", {unit}, " not in before
