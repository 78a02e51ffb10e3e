"""Every Vietnamese text that a page may show: handed to gettext, kept in a table, or a message of a service."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_file

from docmgr import policy, workflows
from docmgr.reading import notes as reading_notes
from docmgr.reading import outcomes
from docmgr.reading.process import rendering, runner
from docmgr.reading.repair import health
from docmgr.reading.structure import secrecy
from docmgr.services.cases import columns as case_columns
from docmgr.services.cases import export as case_export
from docmgr.services.cases import package as case_package
from docmgr.services.cases import words as case_words
from docmgr.services.conferences import export as conference_export
from docmgr.services.conferences import papers as conference_drafts
from docmgr.services.conferences import records as conference_records
from docmgr.services.conferences import rules as conference_rules
from docmgr.services.conferences import tied as conference_tied
from docmgr.services.consulting import words as consulting_words
from docmgr.services.disposal import export as disposal_export
from docmgr.services.disposal import words as disposal_words
from docmgr.services.documents import facts
from docmgr.services.folders import holders, local_roles, share_table
from docmgr.services.handling import slip
from docmgr.services.handover import words as handover_words
from docmgr.services.inspection import lists
from docmgr.services.inspection import planned as planned_inspections
from docmgr.services.inspection.checklists import words as check_words
from docmgr.services.inspection.following import open_ones
from docmgr.services.keeping import kept as kept_from_purge
from docmgr.services.links import links
from docmgr.services.listing import columns as list_columns
from docmgr.services.listing import export as list_export
from docmgr.services.mailing import choices as mail_choices
from docmgr.services.message import Message
from docmgr.services.notifications import reasons as notice_reasons
from docmgr.services.notifications import subjects as notice_subjects
from docmgr.services.notifications import words as notice_words
from docmgr.services.openness import export as openness_export
from docmgr.services.openness import words as openness_words
from docmgr.services.overview import blocks, desk, gap_evidence, gaps
from docmgr.services.own_fields import kinds as own_kinds
from docmgr.services.paper_templates import running as form_running
from docmgr.services.people import delegations as people_delegations
from docmgr.services.people import site_roles
from docmgr.services.planning import due as task_due
from docmgr.services.planning import lists as task_lists
from docmgr.services.planning.obligations import times as obligation_times
from docmgr.services.planning.occurrences import inherited as inherited_days
from docmgr.services.planning.occurrences import recurrence, rollup
from docmgr.services.planning.occurrences import units as fan_out
from docmgr.services.planning.targets import storing as target_storing
from docmgr.services.planning.views import export as view_export
from docmgr.services.planning.wanted import kinds, own
from docmgr.services.planning.wanted import met as target_figures
from docmgr.services.planning.work import extensions as extension_work
from docmgr.services.receipts import listing as receipt_lists
from docmgr.services.registers import columns as register_columns
from docmgr.services.registers import export as register_export
from docmgr.services.registers import issue, lines, listing
from docmgr.services.registers import words as register_words
from docmgr.services.search import export, notes, request
from docmgr.services.share_links import words as share_words
from docmgr.services.start import steps
from docmgr.services.terms import words as term_words
from docmgr.services.texts import kept, layout, signatures
from docmgr.services.trail import former, log
from docmgr.services.trail import words as trail_words
from docmgr.services.trail.audit import days as trail_days
from docmgr.services.trail.audit import groups as trail_groups
from docmgr.services.trail.audit import life
from docmgr.services.workflow import checking as flow_checks
from docmgr.services.workflow import guards as flow_guards
from docmgr.services.workflow import moving as flow_moving
from docmgr.services.workflow import starting as flow_starting
from docmgr.services.workflow import words as flow_words
from docmgr.web.cases import cases as case_pages
from docmgr.web.comments import comments as comment_pages
from docmgr.web.conferences import conferences as conference_pages
from docmgr.web.conferences import rules as conference_rule_pages
from docmgr.web.conferences import votes as conference_vote_pages
from docmgr.web.consulting import consultations as consultation_pages
from docmgr.web.consulting import opinions as opinion_pages
from docmgr.web.consulting import rules as consultation_rule_pages
from docmgr.web.documents import conversion as conversion_pages
from docmgr.web.documents import fact_lines
from docmgr.web.documents import facts as fact_pages
from docmgr.web.documents import page as document_pages
from docmgr.web.documents import rereading as rereading_pages
from docmgr.web.folders import contents as folder_contents
from docmgr.web.folders import effects as effect_pages
from docmgr.web.inspection import checks, findings, inspected, inspections, planned, recommendations
from docmgr.web.keeping import disposal as disposal_pages
from docmgr.web.keeping import handovers as handover_pages
from docmgr.web.kit import guard
from docmgr.web.openness import publications as publication_pages
from docmgr.web.openness import rules as rule_pages
from docmgr.web.own_fields import definitions as own_pages
from docmgr.web.people import groups as group_pages
from docmgr.web.planning import calendar as calendar_pages
from docmgr.web.planning import obligation_form, target_form, tasks
from docmgr.web.planning import occurrences as occurrence_pages
from docmgr.web.planning import views as view_pages
from docmgr.web.planning.work import steps as step_pages
from docmgr.web.registers import numbering, registers
from docmgr.web.registers import series as series_pages
from docmgr.web.start import agency as agency_pages
from docmgr.web.start import imports as import_pages
from docmgr.web.terms import terms as term_pages
from docmgr.web.trail import trail as trail_pages
from docmgr.web.workflow import delegations as delegation_pages
from docmgr.web.workflow import workflows as workflow_pages
from docmgr.writing import tables as tables_of_files
from docmgr.writing.own_forms import papers as paper_forms
from indexer import STATUS_LABELS
from legaltext import labels

ROOT = Path(__file__).resolve().parents[2]
VIETNAMESE = re.compile(
    r"[ăâđêôơưĂÂĐÊÔƠƯ]|[\u00c0-\u00c3\u00c8-\u00cd\u00d2-\u00dd\u00e0-\u00fd]|[\u1ea0-\u1ef9]"
)
KEYWORDS = {
    **{name: None for name in ("_", "_l", "gettext", "lazy_gettext")},
    **{name: ((1, "c"), 2) for name in ("pgettext", "lazy_pgettext")},
}
# Texts with a number, of which English has a singular and a plural.
COUNTED = {"counted": None}
SOURCES = {"templates": ("*.html", "jinja2.ext:babel_extract"), "docmgr": ("*.py", "python")}
# Rooms and services whose messages only the command line tells, which speaks Vietnamese.
COMMAND_LINE = ("cli/", "services/upkeep/backup.py", "services/upkeep/demo.py")
# Services that store details of the trail under words and not under codes.
WORDED = ("cases/files", "conferences/records", "conferences/rule_changes", "conferences/votes", "consulting/opening", "consulting/rules", "inspection/findings", "folders/tree", "inspection/inspections", "inspection/planned", "inspection/team", "inspection/checklists/lines", "inspection/checklists/own", "inspection/checklists/templates", "inspection/checklists/recording", "inspection/checklists/photos", "inspection/following/answers", "links/links", "openness/recording", "openness/rules", "planning/plans", "planning/chain", "planning/tasks", "planning/targets/storing", "planning/occurrences/spread", "planning/occurrences/steps", "planning/occurrences/recount", "planning/board", "planning/preconditions", "planning/work/extensions", "planning/work/handing", "planning/work/inheriting", "planning/occurrences/inherited", "notifications/deadlines/escalating", "start/task_sheets/making", "registers/lines", "registers/series", "start/agency")

# (context, text); the context is None for nearly all.
Text = tuple[str | None, str]


@cache
def extracted(only_counted: bool = False) -> frozenset[Text]:
    """The texts that templates and web modules pass to gettext, or those that have a singular and a plural."""
    found: set[Text] = set()
    keywords = COUNTED if only_counted else KEYWORDS | COUNTED
    for folder, (pattern, method) in SOURCES.items():
        for path in (ROOT / folder).rglob(pattern):
            # Most modules pass nothing, and taking them apart would take most of the time.
            source = path.read_text("utf-8")
            if not any(f"{name}(" in source for name in keywords):
                continue
            for _, message, _, context in extract_from_file(method, path, keywords=keywords):
                found.add((context, message if isinstance(message, str) else message[-1]))
    return frozenset((context, text) for context, text in found if text)


def tables() -> set[str]:
    """Words of tables that pages print through `_` or the filters of web.kit.words."""
    maps = (
        policy.ROLES, policy.LINK_ROLES, policy.WORKFLOWS, policy.STATES, policy.HEALTHS, health.REASONS, conversion_pages.DONE, layout.SEVERITIES, rereading_pages.DONE, kept.REASONS, log.ACTION_LABELS, log.VIAS,
        trail_words.LABELS, trail_words.OUTCOMES, trail_words.FIRST_RIGHTS, trail_words.LINK_VERBS, facts.FIELDS, task_lists.STATES, task_lists.DUE_RULES, task_due.DAY_UNITS, recurrence.EVERY, rollup.STATES, kinds.KINDS, own.WHO, view_export.TOTALS, fan_out.FAN_OUT, calendar_pages.FIELDS, occurrence_pages.PROOF, occurrence_pages.NOTE, occurrence_pages.REASON, extension_work.STATES, inherited_days.AFTER, step_pages.INHERITED, step_pages.ASKED, step_pages.DECIDED, step_pages.HANDED, step_pages.WAIVED, target_figures.ASKED, target_storing.RULES, target_storing._SAID, target_form.REACHED, obligation_times.RULES, obligation_times.EVERY, obligation_times.UNITS, obligation_form.FIELDS,
        lists.STATES, open_ones.STATES, lists.SEVERITIES, lists.FINDING_STATES, lists.VERDICTS, check_words.RESULTS, planned_inspections.PROGRESS, checks.FIELDS, inspected.TOLD, planned.FIELDS, links.KINDS,
        effect_pages.RIGHTS, local_roles.NAMES, site_roles.NAMES, dict(zip(site_roles.GROUPS, site_roles.GROUPS, strict=True)), policy.LOCAL_RIGHTS, group_pages.FIELDS, holders.EVERYONE, share_table.EFFECTS, tasks.FIELDS, inspections.FIELDS, findings.FIELDS,
        recommendations.FIELDS, list_columns.COLUMNS, trail_pages.NOUNS, trail_pages.READINGS, trail_groups.GROUPS, trail_days.UNITS, gaps.KINDS, document_pages.WORKFLOW_DONE, STATUS_LABELS,
        register_words.KINDS, register_words.STATES, register_words.COPIES, listing.TITLES, lines.COLUMNS, issue.FAULTS, register_export.NOTES,
        steps.STEPS, import_pages.TITLES, agency_pages.FIELDS, registers.RESERVE_FIELDS, numbering.COPY_FIELDS, numbering.FIELDS, numbering.ARRIVAL_FIELDS, series_pages.FIELDS,
        flow_words.WHO, flow_words.GUARDS, flow_words.ACTS, flow_words.ASSIGN, flow_words.PARTS, flow_guards.LACKING, flow_checks.FAULTS, flow_moving.FAULTS,
        flow_starting.FAULTS, people_delegations.FAULTS, delegation_pages.FIELDS, delegation_pages.STATES, workflow_pages.FIELDS, desk.KINDS, workflows.DELIVERED,
        share_words.STATES, openness_words.AUDIENCES, openness_words.FILTERS, consulting_words.STATES, consulting_words.VIEWS, consulting_words.STANCES, consulting_words.RECEPTIONS, consultation_pages.FIELDS, consultation_pages.CHANGED, opinion_pages.FIELDS, opinion_pages.RECEIVED, consultation_rule_pages.FIELDS, publication_pages.FIELDS, publication_pages.TYPED, rule_pages.FIELDS, rule_pages.FORM_FIELDS, receipt_lists.STATES, notice_reasons.REASONS, notice_subjects.FOLLOWED, notice_words.SAID, mail_choices.MODES,
        disposal_words.STATES, disposal_words.PROPOSALS, disposal_export.NOTES, disposal_pages.FIELDS, handover_words.STATES, handover_pages.FIELDS,
        case_words.STATES, case_words.HANDOVER, case_export.NOTES, case_pages.FIELDS, comment_pages.LABELS, kept_from_purge.SENTENCES, term_words.KINDS, term_pages.FIELDS, own_kinds.KINDS, own_kinds.YES_NO, own_pages.FIELDS,
        conference_records.KINDS, conference_records.STATES, conference_rules.RULES, conference_tied.PAPERS, conference_drafts.KINDS, conference_pages.FIELDS, conference_pages.ANNOUNCED, conference_vote_pages.FIELDS, conference_rule_pages.FIELDS, request.labels(), export.COLUMNS, notes.SENTENCES, export.NOTES,
        {key: one.name for key, one in paper_forms.PAPERS.items()}, form_running.TOLD, labels.UNNUMBERED, signatures.VERDICTS, signatures.COVERS, signatures.CHAINS, signatures.TIMES,
    )  # fmt: skip
    found = {text for table in maps for text in table.values()}
    found |= {block.label for block in blocks.BLOCKS.values()}
    found |= {text for pair in policy.RELATIONS.values() for text in pair}
    found |= {text for names in register_columns.COLUMNS.values() for text in names} | {told for _, told in registers.ACTS.values()}
    found |= {register_columns.HIDDEN, register_columns.DELETED, register_columns.DESTROYED, register_columns.HELD_FOR}
    found |= {part["name"] for code in workflows.DELIVERED for parts in ("states", "transitions") for part in workflows.load(code)[parts]}
    found |= {"Bắt đầu", "Chuyển giao", "Dừng quy trình", *slip.PARTS, life.APPROVED, life.ENDED, *(step[0] for step in life.STEPS.values()), gap_evidence.ENDED, gap_evidence.WITHDRAWN, gap_evidence.DELETED}
    found |= {note for notes in import_pages.NOTES.values() for note in notes}
    found |= {reason for _outcome, reason in outcomes.REASONS.values()} | set(outcomes.LEFT_OUT.values()) | set(reading_notes.SENTENCES)
    found |= {trail_words.BLANK, trail_words.YES, trail_words.NO, *former.SUBJECTS.values(), *secrecy.LEVELS, *fact_lines.URGENCIES, *fact_pages.AFTER.values()}
    found |= {text for table in (former.HOLDERS, *former.DETAILS.values()) for told in table.values() for text in msgids(told)}
    found |= {
        request.NEWEST_FIRST,
        *case_columns.COLUMNS,
        *disposal_export.COLUMNS,
        disposal_export.TITLE, consulting_words.NOBODY, openness_export.TITLE, openness_export.MADE, *openness_export.COLUMNS,
        case_columns.DRAFT,
        case_columns.WITHDRAWN,
        case_columns.IN_BIN,
        case_export.TITLE,
        list_export.TITLE, list_export.MADE, view_export.TASKS_TITLE, view_export.MATRIX_TITLE, view_export.NOBODY, view_export.TYPED, *view_export.TASK_COLUMNS, *view_export.MATRIX_COLUMNS, *view_pages.WEEKDAYS, *conference_export.COLUMNS, conference_export.TITLE, conference_export.NOT_YET, conference_export.MADE,
        folder_contents.STATE_LABEL,
        case_package.TOLD,
        export.TITLE,
        export.FILE_NAME,
        tables_of_files.PAGE,
        tables_of_files.SHEET,
        labels.OPENING,
        labels.SIGNATURE,
        "Tên đăng nhập không có", target_figures.MET, target_figures.MISSED,
    }
    return found | {guard.VISITOR.label, share_words.VISITOR, policy.WORKER.label, policy.COMMAND_LINE.label}


def messages(folder: Path = ROOT / "docmgr") -> set[str]:
    """The msgids in the folder's modules, but for those that only the command line tells and those of tables."""
    found = (arg for place, arg in first_arguments(folder) if not place.startswith(COMMAND_LINE))
    return {arg.value for arg in found if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}


def msgids(told: Message) -> set[str]:
    """The msgid of a message and those of the messages in it."""
    return {told.msgid}.union(*(msgids(value) for _, value in told.values if isinstance(value, Message)))


def first_arguments(folder: Path = ROOT / "docmgr") -> Iterator[tuple[str, ast.expr]]:
    """What each `Message(…)` of the folder's modules takes its msgid from, with its place."""
    for source in folder.rglob("*.py"):
        yield from ((f"{source.relative_to(folder).as_posix()}:{line}", arg) for line, arg in _messages(source))


@cache
def _messages(source: Path) -> list[tuple[int, ast.expr]]:
    nodes = ast.walk(ast.parse(source.read_text("utf-8")))
    calls = (node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message")
    return [(call.lineno, call.args[0]) for call in calls]


def missing_readers(monkeypatch: object) -> list[str]:
    """The sentences of the health page about tools of reading: none is installed, or only the poorer ones, or
    LibreOffice is there without a network of its own."""
    found: list[str] = []
    for tools, office, cut in ((None, False, True), ("/bin/x", False, True), (None, True, False)):
        monkeypatch.setattr(runner.shutil, "which", lambda _name, tool=tools: tool)  # type: ignore[attr-defined]
        monkeypatch.setattr(runner.convert, "is_installed", lambda _source, is_there=office: is_there)  # type: ignore[attr-defined]
        monkeypatch.setattr(rendering.confine, "is_possible", lambda is_there=cut: is_there)  # type: ignore[attr-defined]
        monkeypatch.setattr(runner.network, "is_cut", lambda is_cut=cut: is_cut)  # type: ignore[attr-defined]
        found += [*runner.missing_readers(), *rendering.missing()]
    return found


def detail_labels() -> set[str]:
    """The labels under which services store details in the trail."""
    found: set[str] = set()
    for name in WORDED:
        tree = ast.parse((ROOT / "docmgr" / "services" / f"{name}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            keys = (
                node.keys
                if isinstance(node, ast.Dict)
                else [node.slice]
                if isinstance(node, ast.Subscript)
                else []
            )
            found |= {text for key in keys if key for text in _sentences(key) if text[0].isupper()}
    return found


def _sentences(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and VIETNAMESE.search(node.value):
        yield node.value
