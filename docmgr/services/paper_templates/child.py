"""The process that fills one form, `python -m docmgr.services.paper_templates.child PATH`. Its standard input is a JSON object with the key of
the "paper" and its "values", null for those of the invented paper. It has limits, because a form may be hostile, and prints one JSON object:
{"code": why the file cannot be read or null, "faults": [{"code", "what", "near"}], "body": the DOCX in base 64, "" without one}.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.outcomes import Unreadable
from docmgr.services.paper_templates import opening
from docmgr.writing.own_forms import filling, sources
from docmgr.writing.own_forms.filling import Faulty
from docmgr.writing.own_forms.papers import PAPERS
from docmgr.writing.own_forms.sandbox import Fault

CPU_S = 20


def filled(path: Path, key: str, values: dict[str, Any] | None) -> bytes:
    """Fill the form at `path` for the paper `key`; `values` None stands for those of the invented paper. Raises Unreadable and Faulty."""
    paper = PAPERS[key]
    data = opening.safe_copy(path)
    return sources.noted(filling.fill(data, paper.fields, paper.sample_values() if values is None else values))


def answer(path: Path, key: str, values: dict[str, Any] | None) -> dict[str, Any]:
    """Fill the form; the answer says what is wrong with it, whatever it is."""
    told: dict[str, Any] = {"code": None, "faults": [], "body": ""}
    try:
        told["body"] = base64.b64encode(filled(path, key, values)).decode()
    except Unreadable as fault:
        told["code"] = fault.code
    except Faulty as fault:
        told["faults"] = [asdict(one) for one in fault.faults]
    except (MemoryError, RecursionError):
        told["faults"] = [asdict(Fault("too_large"))]
    return told


def main(arguments: list[str]) -> int:
    """Run the process. The exit code is 0 even for forms that cannot be filled."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (2 * DEFAULT_LIMITS.memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asked = json.load(sys.stdin)
    sys.stdout.buffer.write(json.dumps(answer(Path(arguments[0]), asked["paper"], asked["values"]), ensure_ascii=False).encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
