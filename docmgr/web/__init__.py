"""The web pages. A view function parses the request, calls one service and renders a template. Each module
has a Flask `blueprint`; this package lists all of them."""

from importlib import import_module

ROOMS = {
    "cases": ("cases", "contents"),
    "documents": ("compare", "conversion", "facts", "files", "joined", "page", "relations", "rereading", "uploads", "waiting"),
    "folders": ("bin", "effects", "folders", "sharing"),
    "inspection": ("findings", "inspections", "recommendations"),
    "keeping": ("disposal", "handovers", "holds", "tombstones"),
    "links": ("links",),
    "notifications": ("following", "mails", "notices"),
    "overview": ("home", "keys"),
    "people": ("account", "people", "sessions", "units"),
    "planning": ("plans", "tasks"),
    "registers": ("numbering", "registers", "series"),
    "search": ("abbreviations", "complete", "everyday", "explain", "export", "find", "recent", "saved", "why_missing"),
    "start": ("agency", "first_run", "imports"),
    "terms": ("terms",),
    "trail": ("trail",),
    "upkeep": ("health",),
    "workflow": ("delegations", "desk", "flow", "workflows"),
}

MODULES = tuple(import_module(f"docmgr.web.{room}.{noun}") for room, nouns in ROOMS.items() for noun in nouns)
