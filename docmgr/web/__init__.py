"""Pages: parse, one service call, render. One module a noun, each with a `blueprint`; all are listed here."""

from importlib import import_module

NOUNS = (
    "account", "bin", "documents", "facts", "files", "findings", "folders", "health", "home", "inspections", "links",
    "people", "plans", "recommendations", "relations", "search", "sessions", "sharing", "tasks", "trail", "units",
    "uploads",
)  # fmt: skip

MODULES = tuple(import_module(f"docmgr.web.{noun}") for noun in NOUNS)
