"""The command `layout`, which checks the layout of files and prints where they deviate."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from docmgr.cli import disk
from docmgr.cli.common import DONE, INCOMPLETE, emit, say, siteless_command
from docmgr.cli.importing import printable
from docmgr.services.texts.layout import SEVERITIES, check_file, told


@click.command("layout")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@siteless_command
def layout(files: tuple[str, ...], as_json: bool) -> int:
    """Kiểm tra thể thức các tệp DOCX theo Phụ lục I Nghị định 30/2020/NĐ-CP, không lưu tệp nào."""
    good = True
    for path in files:
        found = _checked(path)
        good &= found["reason"] is None and not found["wrong"] and not found["attached"]
        if as_json:
            emit(found)
        else:
            _print(found)
    return DONE if good else INCOMPLETE


def _checked(path: str) -> dict[str, Any]:
    try:
        found = check_file(Path(path))
    except OSError as error:
        return {"path": printable(path), "reason": f"Không mở được tệp: {disk.reason(error)}.", "wrong": 0, "attached": False, "rules": []}
    rules = [
        {
            "rule": one.rule.key, "severity": one.rule.severity, "place": one.rule.place, "says": one.rule.says, "total": one.total,
            "deviations": [asdict(place) for place in one.places],
        }
        for one in found.broken
    ]  # fmt: skip
    reason = told(found.reason) if found.reason else None
    return {"path": printable(path), "reason": reason, "wrong": found.wrong, "attached": found.attached, "rules": rules}


def _print(found: dict[str, Any]) -> None:
    if found["reason"]:
        say(f"{found['path']}: {found['reason']}")
        return
    passed = "phụ lục: chỉ xét khổ giấy, phông chữ và phần đầu" if found["attached"] else "đúng thể thức"
    say(f"{found['path']}: " + (f"{found['wrong']} chỗ sai thể thức" if found["wrong"] else passed))
    for rule in found["rules"]:
        say(f"  {SEVERITIES[rule['severity']]} · {rule['place']} · {rule['says']}")
        for one in rule["deviations"]:
            say(f"    {one['where']}: cần {one['expected']}; đang là {one['found']}")
        if rule["total"] > len(rule["deviations"]):
            say(f"    … và {rule['total'] - len(rule['deviations'])} chỗ khác")
