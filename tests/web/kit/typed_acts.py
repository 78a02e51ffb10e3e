"""Buttons beside which a person types something, each with what another does before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from docmgr import db
from docmgr.policy import WORKER, Actor
from docmgr.services.cases import files
from docmgr.services.checkout import taking
from docmgr.services.disposal import deciding, lists
from docmgr.services.folders import sharing
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.handover import making, packages
from docmgr.services.registers import issue, listing, reserving
from legaltext import dates
from tests.filling.keeping.disposing import ended, listed
from tests.filling.registers import delivered, key, opened, paper, running, step


@dataclass(frozen=True)
class TypedAct:
    """A button beside which something is typed: the page and the address of the form, the field, what another does meanwhile, a
    word that is stored then, the status when it is sent once more, and who uses it."""

    page: str
    action: str
    field: str
    first: Callable[[], object]
    stored: str
    again: int
    role: str = "clerk"


def registered(clerk: Actor) -> dict[str, TypedAct]:
    """The buttons of lines of a register, by what they do."""
    series = delivered(clerk)
    given = issue.record_number(clerk, paper(number="2/QĐ-SGDĐT", issued_on=dates.today()))
    unused = listing.page(clerk, listing.RegisterFilter("outgoing", dates.today().year), ascending=True)[0].entry.id
    (reserved,) = reserving.reserve(clerk, series, "Giữ cho phòng")

    def act(entry: int, name: str, service: Callable[..., object], again: int) -> TypedAct:
        page = f"/registers/lines/{entry}"
        return TypedAct(page, f"{page}/{name}", "reason", lambda: service(clerk, entry, "Lý do đầu", revision=None), "Lý do đầu", again)

    return {
        "release": act(reserved, "release", reserving.release, 400),
        "explain": act(unused, "explain", reserving.explain, 302),
        "cancel": act(given, "cancel", issue.cancel, 400),
    }


def case_files(clerk: Actor) -> dict[str, TypedAct]:
    """The buttons of case files, and of a package for the archive."""
    closed, shut, open_ = opened(clerk, "1/X"), opened(clerk, "2/X", "Hồ sơ hai"), opened(clerk, "3/X", "Hồ sơ ba")
    for one in (closed, shut):
        files.close(clerk, one)
    package = packages.create(clerk, "Đợt 1", [ended(clerk, "4/X")])
    db.release()
    while making.work(WORKER):
        db.release()
    page = f"/handovers/{package}"
    return {
        # A case file that was reopened, closed or in the archive is not once more.
        "reopen": TypedAct(f"/cases/{closed}", f"/cases/{closed}/reopen", "reason", lambda: files.reopen(clerk, closed, "Lý do đầu"), "Hồ sơ thử", 400),
        "close": TypedAct(f"/cases/{open_}", f"/cases/{open_}/close", "closed_on", lambda: files.close(clerk, open_), "Hồ sơ ba", 400),
        "archive": TypedAct(f"/cases/{shut}", f"/cases/{shut}/archive", "archived_on", lambda: files.archive(clerk, shut), "Hồ sơ hai", 400),
        "hand over": TypedAct(page, f"{page}/record", "receiver", lambda: packages.hand_over(clerk, package, "Bà Lưu"), "Bà Lưu", 400),
    }


def others(clerk: Actor, leader: Actor, staff: Actor) -> dict[str, TypedAct]:
    """The buttons of a way of work, of a document that a person holds, and of a list of what is to be destroyed."""
    flow, taken = running(clerk, "outgoing"), paper()
    sharing.grant(clerk, SharedThing(document_id=taken), key(staff), "editor")
    taking.take(staff, taken, "Sửa Điều 3")
    proposed = listed(clerk)

    def taken_again() -> None:
        taking.give_back(staff, taken)
        taking.take(staff, taken, "Sửa Điều 4")

    def proposed_again() -> None:
        deciding.send_back(leader, proposed, "Lý do đầu")
        lists.propose(clerk, proposed)

    page, held = f"/disposal/{proposed}", f"/documents/{taken}/checkout"
    return {
        "stop": TypedAct(f"/documents/{flow}/flow", f"/documents/{flow}/flow/stop", "reason", lambda: step(clerk, flow, "submit", to=key(leader)), "Đã trình", 302),
        # The mark of the form is that of the first taking, so it is looked at anew.
        "withdraw": TypedAct(held, f"{held}/withdraw", "reason", taken_again, "Sửa Điều 4", 409),
        "send back": TypedAct(page, f"{page}/return", "reason", proposed_again, "Đã trình", 302, role="leader"),
    }
