"""Create the demonstration, an invented agency (dựng cơ quan trình diễn), through the same services that people use,
so that its trail is real. docmgr.demo describes the agency. It is created once for each data folder."""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Callable

from docmgr import db
from docmgr.context import Context
from docmgr.demo import agency, kept, office, talk
from docmgr.demo import own_fields as demo_fields
from docmgr.demo.agency import Duty
from docmgr.models import Favourite, Follow
from docmgr.policy import COMMAND_LINE
from docmgr.services.bulk import changing
from docmgr.services.cases import contents
from docmgr.services.cases import files as case_files
from docmgr.services.checkout import taking
from docmgr.services.comments import writing
from docmgr.services.disposal import lists as disposal_lists
from docmgr.services.documents import facts, upload
from docmgr.services.documents.confirming import renditions
from docmgr.services.errors import Conflict
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.handover import packages
from docmgr.services.inspection import findings, inspections
from docmgr.services.links import links
from docmgr.services.message import Message, told
from docmgr.services.own_fields import definitions as own_fields
from docmgr.services.own_fields.definitions import OwnFieldInput
from docmgr.services.people import delegations, groups, passwords, people, site_roles, units
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.targets.storing import of_words
from docmgr.services.receipts import asking, confirming
from docmgr.services.registers import arrivals, issue, lines, reserving
from docmgr.services.registers import series as number_series
from docmgr.services.registers.series import SeriesInput
from docmgr.services.search import find, saved
from docmgr.services.share_links import making
from docmgr.services.terms import of_documents as terms
from docmgr.services.terms import vocabulary
from docmgr.services.trail import readings
from docmgr.services.upkeep.staging import carrying, conference, consulting, inspecting, own_form, publishing
from docmgr.services.upkeep.staging.stage import Stage, anchor_of
from docmgr.services.workflow import choosing, editing, moving, starting
from docmgr.services.workflow.assigning import Receivers
from docmgr.services.workflow.moving import StepInput
from docmgr.settings import ROOT
from legaltext import dates

ACCOUNTS_FILE = "demo-accounts.txt"


def ensure(site: Context, work: Callable[[], None]) -> bool:
    """Create the demonstration if the data folder is empty. Returns True if it was created now, and False if the folder
    already has a complete demonstration.

    `work` does all waiting reading and indexing, as the worker's loop does. Raises Conflict when the folder has other
    people, or a demonstration whose creation was interrupted.
    """
    accounts = site.settings.home / ACCOUNTS_FILE
    if accounts.exists():
        return False
    if people.everybody(COMMAND_LINE):
        taken = Message("Thư mục %(home)s đã có dữ liệu khác hoặc dựng dở; hãy xóa rồi chạy lại.", home=str(site.settings.home))
        raise Conflict(taken)
    today = dates.today()
    # The latest year in which all documents already have been dated.
    stage = Stage(year=today.year if today.month > 7 else today.year - 1)
    keys = _people(stage)
    for step in (_upload, _confirm, _register, _plan, _prove, carrying.carry, conference.hold, own_form.use, _inspect, _flow, publishing.publish, consulting.consult, _file, _send_out, _comment, _keep):
        step(stage)
        work()
        db.release()
    _look(stage)
    handle = os.open(accounts, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write("".join(f"{a.username}\t{keys[a.username]}\t{a.full_name}\n" for a in agency.ACCOUNTS))
    return True


def greeting(site: Context) -> str:
    """Write a Vietnamese text that says how to sign in to the demonstration and how the command line finds its data."""
    rows = (site.settings.home / ACCOUNTS_FILE).read_text(encoding="utf-8").splitlines()
    home = site.settings.home
    shown = home.relative_to(ROOT) if home.is_relative_to(ROOT) else home
    lines = [f"Cơ quan trình diễn: {agency.AGENCY}. Tài khoản (tên · mật khẩu · vai trò):"]
    lines += ["  {:<11} {}  {}".format(*row.split("\t")) for row in rows]
    lines += ["Dòng lệnh tìm dữ liệu này bằng:", f"  export DOCMGR_HOME={shown}"]
    return "\n".join(lines)


def _people(stage: Stage) -> dict[str, str]:
    for name, short in agency.UNITS:
        stage.units[short] = units.create(COMMAND_LINE, name=name, abbreviation=short).id
    keys = {}
    for account in agency.ACCOUNTS:
        keys[account.username] = passwords.one_time()
        user = people.create(
            COMMAND_LINE, username=account.username, full_name=account.full_name, roles=account.roles,
            unit_id=stage.units[account.unit], password=keys[account.username], must_change=False,
        )  # fmt: skip
        stage.actors[account.username] = people.actor_for(user)
    return keys


def _upload(stage: Stage) -> None:
    for paper in (*agency.PAPERS, agency.DRAFT):
        stage.papers[paper.text] = _put(stage, paper.folder, paper.file, office.docx(paper.text, stage.year))
    folder, name = agency.SCAN
    _put(stage, folder, name, office.scan())


def _put(stage: Stage, folder: str, name: str, content: bytes) -> int:
    clerk = stage.actors["vanthu"]
    place = tree.by_path(clerk, folder, create=True)
    stored = upload.upload(clerk, io.BytesIO(content), name, folder_id=place.id)
    if stored.document_id is None:
        raise RuntimeError(f"{name}: {told(stored.reason or stored.outcome)}")
    return stored.document_id


def _confirm(stage: Stage) -> None:
    clerk = stage.actors["vanthu"]
    for label, choices in demo_fields.OWN_FIELDS:
        given = OwnFieldInput(label, kind="choice", types=("Nghị quyết",), required=True, choices="\n".join(choices), in_lists=True)
        own_fields.create(stage.actors["quantri"], given)
    for paper in agency.PAPERS:
        own = demo_fields.OWN_VALUES if paper.text == demo_fields.RESOLUTION else None
        form = facts.form(clerk, stage.papers[paper.text])
        values = {row.field: row.value for row in form.fields}
        # Clerks do the same: what the file says counts, not what was read from it.
        values |= office.facts_of(paper.text, stage.year)
        # What is signed is published when it is issued.
        publish = paper.text != kept.MISREAD
        facts.save(clerk, form.document.id, values, revision=form.document.revision, confirm=True, publish=publish, own=own)
    signed = office.misread(kept.MISREAD, stage.year, kept.READ_AS)
    renditions.add_file(clerk, stage.papers[kept.MISREAD], io.BytesIO(signed), kept.SCANNED)


def _register(stage: Stage) -> None:
    clerk = stage.actors["vanthu"]
    series = {row.series.kind: row.series for row in number_series.listing(clerk)}
    for kind, first in agency.FIRST_NUMBERS.items():
        one = series[kind]
        given = SeriesInput(one.name, organ=agency.ORGAN, first_number=first, first_year=stage.year)
        number_series.edit(clerk, one.id, given, revision=one.revision)
    for text in agency.REGISTERED:
        issue.record_number(clerk, stage.papers[text])
    issue.issue_copy(clerk, stage.papers["quyet-dinh-quy-che"], "SY")
    reserving.reserve(clerk, series["outgoing"].id, "Chờ Giám đốc ký", count=2, holder_id=stage.actors["chuyenvien"].user_id)
    line = lines.LineInput(
        sender="Trường THPT Mẫu số 1", unit_id=stage.units["TCCB"], due_on=stage.day("{year}-12-20"), progress="Đang xem xét",
    )  # fmt: skip
    arrivals.receive(clerk, stage.papers["ke-hoach-truong"], arrivals.ArrivalInput(line=line))


def _plan(stage: Stage) -> None:
    leader, document_id = stage.actors["lanhdao"], stage.papers[agency.PLAN]
    given = plans.PlanInput(
        title=f"Kế hoạch thực hiện dân chủ ở cơ sở năm {stage.year}",
        year=stage.year, unit_id=stage.units["BGĐ"], document_id=document_id,
    )  # fmt: skip
    stage.plan = plans.create(leader, given)
    stage.duties = [tasks.create(leader, stage.plan, _task(stage, document_id, duty)) for duty in agency.DUTIES]


def _task(stage: Stage, document_id: int, duty: Duty) -> tasks.TaskInput:
    quote = stage.say(duty.quote)
    return tasks.TaskInput(
        title=duty.title, lead_id=stage.units[duty.lead],
        support_ids=tuple(stage.units[short] for short in duty.support),
        due_rule=duty.rule, due_on=stage.day(duty.due), due_note=duty.due_note,
        expected_evidence=duty.expected, legal_basis=duty.basis, state=duty.state,
        spread=SpreadInput(
            every=duty.every if duty.first else None, first=stage.day(duty.first),
            fan_out="listed" if duty.each else None, unit_ids=tuple(stage.units[short] for short in duty.each),
        ),
        document_id=document_id, anchor=anchor_of(stage.actors["lanhdao"], document_id, quote), quote=quote, target=of_words(duty.target),
    )  # fmt: skip


def _prove(stage: Stage) -> None:
    clerk = stage.actors["vanthu"]
    for task_id, duty in zip(stage.duties, agency.DUTIES, strict=True):
        if duty.proof is not None:
            text, role, anchor, day = duty.proof
            links.add(
                clerk, document_id=stage.papers[text], role=role, task_id=task_id, anchor=anchor, dated_on=stage.day(day)
            )


def _inspect(stage: Stage) -> None:
    leader, school = stage.actors["lanhdao"], stage.units["THPTM1"]
    given = inspections.InspectionInput(
        title=stage.say(agency.INSPECTION), inspected_unit_id=school, team=agency.TEAM,
        period=stage.say(agency.PERIOD), started_on=stage.day("{year}-04-14"), ended_on=stage.day("{year}-04-16"),
        state="concluded", conclusion=agency.CONCLUSION, plan_id=stage.plan,
    )  # fmt: skip
    lines_of_year = inspecting.plan(stage)
    inspection_id = inspections.create(leader, given, planned_id=lines_of_year[0])
    links.add(leader, document_id=stage.papers["quyet-dinh-kiem-tra"], role="basis", inspection_id=inspection_id)
    links.add(leader, document_id=stage.papers["ket-luan-kiem-tra"], role="result", inspection_id=inspection_id)
    found = [_finding(stage, inspection_id, school, fault) for fault in agency.FAULTS]
    for words, received, place, answer in agency.RECOMMENDATIONS:
        recommendation = findings.RecommendationInput(
            text=words, unit_id=school, received_on=stage.day(received), finding_id=found[place],
            answer=stage.say(answer[0]) if answer else None, answered_on=stage.day(answer[1]) if answer else None,
        )  # fmt: skip
        findings.recommend(leader, inspection_id, recommendation)
    inspecting.check(stage, inspection_id, lines_of_year)


def _finding(stage: Stage, inspection_id: int, unit_id: int, fault: agency.DemoFault) -> int:
    leader, words = stage.actors["lanhdao"], stage.say(fault.text)
    finding_id = findings.create(
        leader,
        inspection_id,
        findings.FindingInput(
            text=words, severity=fault.severity, unit_id=unit_id, due_on=stage.day(fault.due),
            state=fault.state, task_id=stage.duties[fault.duty],
        ),
    )  # fmt: skip
    conclusion = stage.papers["ket-luan-kiem-tra"]
    links.add(
        leader, document_id=conclusion, role="evidence", finding_id=finding_id, anchor=anchor_of(leader, conclusion, words)
    )
    return finding_id


def _flow(stage: Stage) -> None:
    """Leave a draft with the leader and an incoming document with the staff, both in the middle of their way, and issue a paper."""
    clerk, leader, staff = (stage.actors[name] for name in ("vanthu", "lanhdao", "chuyenvien"))
    flows = {row.name: row.id for row in editing.listing(clerk)}
    for text, name, steps in agency.FLOWS:
        starting.start(clerk, stage.papers[text], flows[name])
        for username, code, receiver, comment in steps:
            to = Receivers(f"user:{stage.actors[receiver].user_id}" if receiver else None)
            due_on = stage.day(agency.FLOW_DUE) if receiver else None
            moving.move(stage.actors[username], stage.papers[text], code, StepInput(comment, to, due_on, misread=text == kept.MISREAD), revision=None)
    choosing.add_rule(clerk, flows["Văn bản đến"], None, tree.by_path(clerk, "Văn bản đến").id)
    delegations.create(leader, staff.user_id, dates.today() + dt.timedelta(days=30), dates.today() + dt.timedelta(days=34))


def _file(stage: Stage) -> None:
    clerk = stage.actors["vanthu"]
    for kind, names in (("field", agency.FIELDS_OF_WORK), ("tag", agency.TAGS)):
        for name in names:
            vocabulary.create(stage.actors["quantri"], kind, name)
    for text, (field_of_work, tags) in agency.TAGGED.items():
        terms.add(clerk, [stage.papers[text]], field_of_work=field_of_work, tags=tags)
    for one in agency.CASES:
        given = case_files.CaseInput(
            one.code, stage.say(one.title), one.years, one.years is None, stage.day(one.opened), stage.units[one.unit],
            stage.actors["thanhtra" if one.unit == "TTr" else "chuyenvien"].user_id,
        )  # fmt: skip
        case_id = case_files.create(clerk, given)
        contents.add(clerk, case_id, [stage.papers[text] for text in one.texts])
        contents.sort_by_day(clerk, case_id)
        if one.closed:
            case_files.close(clerk, case_id, stage.day(one.closed))
    # One case file's period has ended: it stands in a list that awaits the decision of the leader.
    disposal_lists.propose(clerk, disposal_lists.create(clerk, stage.say("Tài liệu hết thời hạn bảo quản đến hết năm {previous}")))


def _send_out(stage: Stage) -> None:
    clerk, day = stage.actors["vanthu"], dates.today() + dt.timedelta(days=14)
    # Nobody keeps the address: the page shows that there is a link.
    making.of_document(clerk, stage.papers["quyet-dinh-quy-che"], making.LinkInput(days=30))
    readers = [f"user:{stage.actors[name].user_id}" for name in ("chuyenvien", "lanhdao", "thanhtra")]
    asking.ask(clerk, stage.papers["quyet-dinh-quy-che"], readers, day, agency.RECEIPT_NOTE)
    confirming.confirm(stage.actors["thanhtra"], stage.papers["quyet-dinh-quy-che"], 1)


def _comment(stage: Stage) -> None:
    for text, anchor, said in talk.COMMENTS:
        first: int | None = None
        for username, words in said:
            place = anchor if first is None else None
            made = writing.add(stage.actors[username], stage.papers[text], words, anchor=place, answers=first)
            first = first or made.id


def _keep(stage: Stage) -> None:
    """Let a group read the file of the inspection, and let the staff keep what they come back to. Change papers from a list, and what a
    role may do."""
    admin, clerk, staff = (stage.actors[name] for name in ("quantri", "vanthu", "chuyenvien"))
    group = groups.create(admin, kept.GROUP)
    for username in kept.MEMBERS:
        groups.add(admin, group, stage.actors[username].user_id or 0)
    sharing.grant(clerk, SharedThing(folder_id=tree.by_path(clerk, kept.SHARED).id), f"group:{group}", "contributor")
    name, parts = kept.SEARCH
    saved.create(staff, name, parts)
    with db.write() as session:
        # The rows that a click makes; the rooms of follows and favourites stand above this one.
        session.add(Follow(user_id=staff.user_id, kind="document", subject_id=stage.papers[kept.FOLLOWED]))
        session.add(Favourite(user_id=staff.user_id, kind="document", subject_id=stage.papers[kept.STARRED]))
    closed = [one.id for one in packages.choices(clerk) if one.code == kept.HANDED_OVER]
    packages.create(clerk, stage.say(kept.PACKAGE), closed)
    changing.tag(clerk, [stage.papers[text] for text in kept.TAGGED], tags=kept.TAG)
    action, role = kept.ALLOWED
    allowed, revision = site_roles.listing(admin)
    site_roles.save(admin, allowed | {action: allowed[action] | {role}}, revision=revision)


def _look(stage: Stage) -> None:
    # These make the trail show readings and searches too.
    staff, auditor = stage.actors["chuyenvien"], stage.actors["thanhtra"]
    for actor, text in ((staff, "quyet-dinh-quy-che"), (staff, agency.PLAN), (auditor, "ket-luan-kiem-tra")):
        readings.opened(actor, stage.papers[text])
    find.find(staff, "thời hạn công khai")
    taking.take(stage.actors["vanthu"], stage.papers["ket-luan-kiem-tra"], "Bổ sung phụ lục")


