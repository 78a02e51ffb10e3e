"""The settings of sites on several machines, and of what watches them. Nothing is on unless its variable is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SHORTEST_TOKEN = 16
DRIVER = "postgresql+psycopg"
TEXT, JSON = "text", "json"


@dataclass(frozen=True)
class MachineSettings:
    """How a site is watched. Whoever sends `metrics_token` gets the figures at /metrics; with "" there is no such page.
    With `json_log` each line of the log is one JSON object. `direct_url` is the address of the database past a pooler of
    connections, on which a worker waits for new jobs; "" means the address of the database itself."""

    metrics_token: str = field(default="", repr=False)
    json_log: bool = False
    direct_url: str = field(default="", repr=False)


def read(env: Mapping[str, str]) -> MachineSettings:
    """Read the settings from `env`. Raises ValueError with a Vietnamese sentence when a variable is wrong; no sentence
    contains a token or an address, which may include a password."""
    token = env.get("DOCMGR_METRICS_TOKEN", "").strip()
    if token and (len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token):
        raise ValueError(f"DOCMGR_METRICS_TOKEN cần ít nhất {SHORTEST_TOKEN} ký tự ASCII, không có dấu cách.")
    style = env.get("DOCMGR_LOG", "").strip() or TEXT
    if style not in (TEXT, JSON):
        raise ValueError(f"DOCMGR_LOG phải là {TEXT} hoặc {JSON}, không phải “{style}”.")
    direct = env.get("DOCMGR_DATABASE_DIRECT_URL", "").strip()
    scheme, _, rest = direct.partition("://")
    if direct and scheme not in ("postgres", "postgresql", DRIVER):
        raise ValueError("DOCMGR_DATABASE_DIRECT_URL phải bắt đầu bằng postgresql://.")
    direct = f"{DRIVER}://{rest}" if direct else ""
    return MachineSettings(token, style == JSON, direct)
