"""Every Vietnamese text that a page may show: handed to gettext, kept in a table, or said by a service."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_from_dir

from docmgr import policy
from docmgr.models import Document
from docmgr.reading import outcomes
from docmgr.reading.process import runner
from docmgr.reading.structure import secrecy
from docmgr.services.documents import facts, ingest, progress, upload, withholding
from docmgr.services.folders import sharing
from docmgr.services.inspection import lists
from docmgr.services.links import links
from docmgr.services.planning import lists as task_lists
from docmgr.services.search import export, notes, request
from docmgr.services.trail import log
from docmgr.services.trail import words as trail_words
from docmgr.web.documents import facts as fact_pages
from docmgr.web.documents import page as document_pages
from docmgr.web.folders import folders
from docmgr.web.inspection import findings, inspections, recommendations
from docmgr.web.kit import guard, words
from docmgr.web.planning import tasks
from docmgr.web.trail import trail as trail_pages
from docmgr.writing import tables as tables_of_files
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
# Texts with a number of things, of which English has a form for one and a form for more.
COUNTED = {"counted": None}
SOURCES = {"templates": ("**.html", "jinja2.ext:babel_extract"), "docmgr": ("**.py", "python")}
# Services whose refusals only the command line shows, which speaks Vietnamese.
COMMAND_LINE = frozenset({"backup", "checks", "demo", "migrate", "rebuild", "table_copy"})
REFUSALS = frozenset({"Invalid", "Conflict", "required", "Upload"})
# Services that keep details of the trail under words rather than codes.
WORDED = ("inspection/findings", "folders/tree", "inspection/inspections", "links/links", "planning/plans", "planning/tasks")

# (context, text); the context is None for nearly all.
Text = tuple[str | None, str]


def extracted(keywords: Mapping[str, Any] = KEYWORDS | COUNTED) -> set[Text]:
    """What templates and web modules hand to gettext, or to some function of it."""
    found: set[Text] = set()
    for folder, (pattern, method) in SOURCES.items():
        for _, _, message, _, context in extract_from_dir(
            ROOT / folder, [(pattern, method)], keywords=keywords
        ):
            found.add((context, message if isinstance(message, str) else message[-1]))
    return {(context, text) for context, text in found if text}


def tables() -> set[str]:
    """Words of tables that pages print through `_` or the filters of web.kit.words."""
    maps = (
        policy.ROLES, policy.LINK_ROLES, policy.WORKFLOWS, policy.STATES, log.ACTION_LABELS, log.VIAS,
        trail_words.LABELS, trail_words.OUTCOMES, trail_words.LINK_VERBS, facts.FIELDS, task_lists.STATES, task_lists.DUE_RULES,
        lists.STATES, lists.SEVERITIES, lists.FINDING_STATES, links.KINDS,
        sharing.RIGHTS, sharing.EVERYONE, sharing.EFFECTS, tasks.FIELDS, inspections.FIELDS, findings.FIELDS,
        recommendations.FIELDS, folders.SORT_WORDS, trail_pages.NOUNS, document_pages.WORKFLOW_DONE, STATUS_LABELS,
        request.labels(), export.COLUMNS, notes.SENTENCES, export.NOTES,
        labels.UNNUMBERED,
    )  # fmt: skip
    found = {text for table in maps for text in table.values()}
    found |= {text for pair in policy.RELATIONS.values() for text in pair}
    found |= {reason for _outcome, reason in outcomes.REASONS.values()}
    found |= {*words.PATTERNS, *words.VALUES, words.BLANK, *secrecy.LEVELS, *fact_pages.URGENCIES}
    found |= {
        request.NEWEST_FIRST,
        export.TITLE,
        export.FILE_NAME,
        tables_of_files.PAGE,
        tables_of_files.SHEET,
        labels.OPENING,
        labels.SIGNATURE,
        sharing.FOLDER_EFFECT,
        sharing.UNSEEN_FOLDER,
        "Tên đăng nhập không có",
        withholding.WITHHELD,
        ingest.GONE,
        ingest.FAILED,
    }
    return found | {guard.VISITOR.label, policy.WORKER.label, policy.COMMAND_LINE.label}


def states() -> set[str]:
    """What the upload page says of a document in each state."""
    made = {(state, at) for state in policy.STATES for at in (None, upload.db.now())}
    return {progress.state_sentence(Document(state=state, confirmed_at=at)) for state, at in made}


def missing_readers(monkeypatch: object) -> list[str]:
    """Sentences for the health page where no reading tool is installed."""
    monkeypatch.setattr(runner.shutil, "which", lambda _name: None)  # type: ignore[attr-defined]
    return runner.missing_readers()


def refusals() -> set[str]:
    """Sentences that services refuse with; a value inside a sentence is put as 7."""
    found: set[str] = set()
    for source in (ROOT / "docmgr" / "services").rglob("*.py"):
        if source.stem not in COMMAND_LINE:
            tree = ast.parse(source.read_text("utf-8"))
            constants = dict(_constants(tree))
            for call in ast.walk(tree):
                if isinstance(call, ast.Call) and _name(call.func) in REFUSALS:
                    found |= {text for arg in call.args for text in _sentences(arg, constants)}
            # Values of a service that it makes into words elsewhere: "role_label", "label".
            found |= {
                text
                for node in ast.walk(tree)
                if isinstance(node, ast.keyword)
                and node.arg == "role_label"
                and isinstance(node.value, ast.IfExp)
                for text in _sentences(node.value.body, {})
            }
    return found


def detail_labels() -> set[str]:
    """Labels under which services keep what they write to the trail."""
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
            found |= {text for key in keys if key for text in _sentences(key, {}) if text[0].isupper()}
    return found


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            for text in _sentences(node.value, {}):
                yield node.targets[0].id, text


def _sentences(node: ast.expr, constants: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if VIETNAMESE.search(node.value):
            yield node.value
    elif isinstance(node, ast.Name) and node.id in constants:
        yield constants[node.id]
