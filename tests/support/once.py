"""What is compiled once in a test process, although each test makes an application of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.routing.rules import Rule


def compile_addresses(patch: pytest.MonkeyPatch) -> None:
    """Let equal rules of URL maps share the function that builds their addresses: it depends on nothing else."""
    compile_builder = Rule._compile_builder
    made: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, *rule._trace, *sorted((rule.defaults or {}).items()), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    patch.setattr(Rule, "_compile_builder", builder)
