"""Copy all stored files to another store, before the site is switched to it. The environment of the site chooses its store, so
the switch itself is a setting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from docmgr import context, db
from docmgr.policy import Actor, Denied
from docmgr.services.trail import log
from docmgr.storage import BytesMissing, Storage


@dataclass(frozen=True)
class MoveReport:
    """What was copied. `copied` are new files of the target and `there` those that it had. `lacking` has the SHA-256 hashes
    of files that this site's store has lost or damaged, and `different` those under which the target has other bytes."""

    copied: int
    there: int
    lacking: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether the target has all files."""
        return not self.lacking and not self.different


def copy_all(actor: Actor, target: Storage, step: Callable[[], object] = lambda: None) -> MoveReport:
    """Copy all stored files and marks for removal to `target`, and read each back there. What the target has already is only
    verified, so a copy that was cut off goes on; other bytes there are left as they are. `step` is called for each file. Records
    an event. Raises Denied unless the actor is the command line or the worker, and StoreAway when a store does not answer."""
    if not actor.everything:
        raise Denied("site:backup")
    source = context.current().storage
    counts = {"copied": 0, "there": 0}
    faults: dict[str, list[str]] = {"lacking": [], "different": []}
    seen: set[str] = set()
    # Files that arrive meanwhile are taken in a further round.
    while fresh := [file.sha256 for file in source.list() if file.sha256 not in seen]:
        for sha256 in fresh:
            outcome = _copy_one(source, target, sha256)
            if outcome in counts:
                counts[outcome] += 1
            elif outcome in faults:
                faults[outcome].append(sha256)
            seen.add(sha256)
            step()
    for sha256 in source.condemned():
        target.condemn(sha256)
    report = MoveReport(counts["copied"], counts["there"], tuple(faults["lacking"]), tuple(faults["different"]))
    details = {**counts, "lacking": len(report.lacking), "different": len(report.different)}
    with db.write() as session:
        log.record(session, actor, "site:store_copy", "site", None, "", details=details)
    return report


def _copy_one(source: Storage, target: Storage, sha256: str) -> str:
    """Copy one file. Returns "copied", "there", "lacking", "different", or "gone" when it was removed meanwhile."""
    if target.exists(sha256):
        return "there" if target.verify(sha256) else "different"
    try:
        # Damaged bytes are refused before they reach the target.
        with source.open(sha256) as stream:
            kept = target.put(stream, 2**63, partial(_fits, sha256)).kept
    except BytesMissing:
        return "lacking" if source.exists(sha256) else "gone"
    if not kept:
        return "lacking"
    return "copied" if target.verify(sha256) else "different"


def _fits(name: str, _path: Path, sha256: str) -> bool:
    return sha256 == name
