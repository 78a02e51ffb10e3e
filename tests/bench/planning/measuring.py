"""What a page costs: processor time, time by the clock, database statements and bytes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from tests.bench.measure import percentile
from tests.bench.planning.pages import Asked
from tests.bench.sizes import counted
from tests.support.browsers import Client


@dataclass(frozen=True)
class Spent:
    """The processor time and the time by the clock of several rounds, in milliseconds."""

    processor: tuple[float, ...]
    clock: tuple[float, ...]


@dataclass(frozen=True)
class Cost:
    """What was asked, how it was answered, and what it cost; `statements` is the most of all rounds."""

    asked: Asked
    status: int
    spent: Spent
    statements: int
    size: int

    @property
    def reached(self) -> bool:
        """Whether the page is served within what it may take, by the processor time of all but one of twenty."""
        return percentile(self.spent.processor, 0.95) <= self.asked.most_ms


def timed(act: Callable[[], object], rounds: int) -> Spent:
    """Do something several times."""
    processor, clock = [], []
    for _ in range(rounds):
        began, began_clock = time.process_time(), time.perf_counter()
        act()
        processor.append((time.process_time() - began) * 1000)
        clock.append((time.perf_counter() - began_clock) * 1000)
    return Spent(tuple(processor), tuple(clock))


def page(app: Flask, browser: Client, asked: Asked, rounds: int) -> Cost:
    """Ask for a page once for nothing, then `rounds` times."""
    answers, most = [], 0

    def ask() -> None:
        nonlocal most
        with counted(app) as sent:
            answer = browser.get(asked.address) if asked.form is None else browser.submit(asked.address, asked.form)
        answers.append((answer.status_code, len(answer.data)))
        most = max(most, len(sent))

    ask()
    most = 0
    spent = timed(ask, rounds)
    return Cost(asked, answers[-1][0], spent, most, answers[-1][1])
