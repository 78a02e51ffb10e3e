"""The web pages. A view function parses the request, calls one service and renders a template. Each module
has a Flask `blueprint`; this package lists all of them."""

from importlib import import_module

ROOMS = {
    "cases": ("cases", "contents"),
    "comments": ("comments",),
    "conferences": ("conferences", "papers", "rules", "votes"),
    "consulting": ("consultations", "inviting", "opinions", "rules"),
    "documents": ("compare", "conversion", "editing.checkout", "editing.copies", "editing.layout", "editing.versions", "facts", "files", "joined", "page", "relations", "rereading", "uploads", "waiting"),
    "folders": ("bin", "effects", "folders", "local_roles", "many_facts", "many_rights", "sees", "sharing", "steps", "undoing"),
    "inspection": ("checklists", "checks", "findings", "followed", "inspected", "inspections", "papers", "planned", "recommendations"),
    "keeping": ("disposal", "handovers", "holds", "tombstones"),
    "links": ("links",),
    "notifications": ("following", "mails", "notices"),
    "openness": ("compliance", "made_public", "publications", "rules"),
    "overview": ("home", "keys", "stars", "unit_waiting"),
    "own_fields": ("definitions",),
    "paper_templates": ("forms",),
    "people": ("account", "groups", "people", "sessions", "site_roles", "units"),
    "planning": ("calendar", "drafts", "matrix", "obligations", "occurrences", "plans", "reports", "tasks", "views", "work.evidence", "work.feeds", "work.moves", "work.steps"),
    "receipts": ("receipts",),
    "registers": ("numbering", "registers", "reports", "series", "slips"),
    "search": ("abbreviations", "complete", "everyday", "explain", "export", "find", "recent", "saved", "why_missing"),
    "share_links": ("share_links", "shared"),
    "start": ("agency", "first_run", "imports", "task_sheets"),
    "terms": ("terms",),
    "trail": ("gaps", "trail"),
    "upkeep": ("health",),
    "workflow": ("delegations", "desk", "flow", "workflows"),
}

MODULES = tuple(import_module(f"docmgr.web.{room}.{noun}") for room, nouns in ROOMS.items() for noun in nouns)
