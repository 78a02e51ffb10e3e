"""Pages: parse, one service call, render. One module a noun, each with a `blueprint`; all are listed here."""

from importlib import import_module

NOUNS = (
    "abbreviations", "account", "bin", "complete", "documents", "explain", "facts", "files", "findings", "folders", "health",
    "home", "inspections", "links", "people", "plans", "recommendations", "relations", "result_export", "saved_searches",
    "search", "sessions", "sharing", "tasks", "trail", "units", "uploads", "why_missing",
)  # fmt: skip

MODULES = tuple(import_module(f"docmgr.web.{noun}") for noun in NOUNS)
