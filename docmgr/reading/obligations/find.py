"""Find the obligations of a text: read its lines clause by clause, and join what they say with what stands above them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from docmgr.reading.obligations import outcomes, times
from docmgr.reading.obligations.actors import REACH, names_in, supporting
from docmgr.reading.obligations.context import (
    Surroundings,
    closing,
    everybody,
    fields_of,
    is_about,
    is_idle,
    is_required,
    when_above,
    who_above,
)
from docmgr.reading.obligations.frames import Frame, frame
from docmgr.reading.obligations.outline import OutlineLine, outline
from docmgr.reading.obligations.sentences import clauses, sentences
from docmgr.reading.obligations.verbs import BARE, CLOSING, CONDITION, MUST, TOPIC_DUTY
from docmgr.reading.types import SURENESS, Citation, Due, Fact, Grounds, Obligation, Provision

_GOOD, _DOUBTFUL = SURENESS
# The types of documents whose sentences become tasks; a notice only where it tells a conclusion.
TYPES = frozenset({"Kế hoạch", "Nghị quyết", "Nghị quyết liên tịch", "Chỉ thị", "Kết luận", "Biên bản", "Hướng dẫn"})
_NOTICE, _CONCLUSION = "Thông báo", re.compile(r"(?:ý kiến )?kết luận", re.IGNORECASE)
_OF_OWN_ACCORD = re.compile(r"chủ động(?!\w)", re.IGNORECASE)
_QUALITY = re.compile(r"(?:bảo đảm|đảm bảo)(?!\w)", re.IGNORECASE)
_ROLE = re.compile(r"(?:chủ trì|phối hợp (?:chặt chẽ )?với)(?!\w)", re.IGNORECASE)
_MODAL = re.compile(r"\s*(?:phải|có trách nhiệm|có nhiệm vụ|chịu trách nhiệm)(?!\w)")
# "kịp thời" later in a clause only describes the act.
_EARLY = 12
# As many labelled lines of a kind speak of one task.
_LABELLED = 3
# A text with more is no plan; what comes after is left out.
MOST = 2000
# A text of more characters is not asked at all. Plans, and the slowest texts that were tried, take about 1 s per 100,000
# characters on a slow processor, and reading a file may take 10 s in all. A plan of thirty pages has 75,000.
MOST_TEXT = 300_000
# A line with more sentences, or a sentence with more clauses, is no order; the rest of it is left out.
MOST_CLAUSES = 200


@dataclass(slots=True)
class _Draft:
    """An obligation of which more clauses may follow. `before` is the name with which its line begins, when it is a later
    clause of it."""

    line: OutlineLine
    start: int
    end: int
    frame: Frame
    when: times.When | None
    before: tuple[int, int] | None = None


def obliges(facts: Mapping[str, Fact]) -> bool:
    """Whether a document with these facts is of a type whose sentences become tasks."""
    kind = facts["type"].value if "type" in facts else None
    if kind == _NOTICE and "subject" in facts:
        return _CONCLUSION.search(facts["subject"].value or "") is not None
    return kind in TYPES


def find_obligations(
    text: str, provisions: Sequence[Provision], facts: Mapping[str, Fact], citations: Sequence[Citation]
) -> tuple[Obligation, ...]:
    """Find the obligations in `text`, in order. `provisions` and `citations` are those of the text, `facts` those of its
    document. The type of the document is for the caller to ask (`obliges`). The time is linear in the length; a text of
    more than `MOST_TEXT` characters gives none."""
    if len(text) > MOST_TEXT:
        return ()
    lines = outline(text, provisions)
    issuer = facts.get("issuer")
    last = closing(text, lines)
    around = Surroundings(text, _cited(citations), everybody(text, last, issuer), last is not None)
    drafts = (draft for line in lines if last is None or line is not last[2] for draft in _drafts(around, line))
    return tuple(_finished(around, draft) for draft in islice(drafts, MOST))


def _cited(citations: Sequence[Citation]) -> Callable[[int], bool]:
    """Return a function that tells whether an offset lies in the mention of another document."""
    spans = sorted({(one.start, one.end) for one in citations})
    starts = [start for start, _ in spans]

    def is_cited(at: int) -> bool:
        place = bisect_right(starts, at) - 1
        return place >= 0 and at < spans[place][1]

    return is_cited


def _drafts(around: Surroundings, line: OutlineLine) -> Iterator[_Draft]:
    preamble = line.above is None and line.is_stem and line.kind == "doan"
    if line.label in ("when", "lead", "support", "outcome", "idle") or CLOSING.match(line.text) or preamble:
        return
    if line.is_title:
        if TOPIC_DUTY.match(line.text) and (bare := BARE.match(around.text, line.begin, line.end)):
            told = Frame(line.begin, bare.end("verb"), "heading", None, False)
            yield _Draft(line, line.begin, line.end, told, times.when(around.text, line.begin, line.end, around.is_cited))
        return
    idle = is_idle(line)
    for draft in _joined(around, line):
        if not idle or _obliges_anyway(around.text, draft):
            yield draft


def _obliges_anyway(text: str, draft: _Draft) -> bool:
    """Whether the words oblige under a title that does not: a name with "phải" under requirements, a name or "phải" under
    titles that only tell about whom the document is."""
    told = draft.frame
    if is_required(draft.line):
        return told.who is not None and _MODAL.match(text, told.act) is not None
    return is_about(draft.line) and (told.who is not None or MUST.search(text, draft.start, draft.end) is not None)


def _joined(around: Surroundings, line: OutlineLine) -> Iterator[_Draft]:
    """Read the clauses of a line, and join each that has nothing of its own to the one before it."""
    draft: _Draft | None = None
    name: tuple[int, int] | None = None
    for start, end, opens in _clauses(around.text, line):
        at = line.after_label if line.label == "text" and start == line.begin else start
        told = frame(around.text, at, end)
        when = times.when(around.text, start, end, around.is_cited)
        if told is not None and told.rule == "passive" and (when is None or when.due.rule not in ("fixed", "recurring", "after")):
            told = None
        if told is not None and draft is None and not opens and told.rule == "bare infinitive":
            told = None  # the end of a sentence that told nobody to do anything
        if told is not None and _is_quality(around.text, line, told):
            told = None
        if start == line.begin and told is not None:
            name = told.who
        if told is None:
            if draft is not None and not opens:
                draft.end = end
        elif draft is None or _is_own(around, draft, told, start, end, when):
            if draft is not None:
                yield draft
            draft = _Draft(line, start, end, told, when, name if told.rule not in ("must", "passive") else None)
        else:
            draft.end = end
            if when is not None and when.due.rule != "continuous":
                draft.when = draft.when or when
    if draft is not None:
        yield draft


def _is_quality(text: str, line: OutlineLine, told: Frame) -> bool:
    """Whether the words only say how well the task above is to be done ("Bảo đảm thống nhất …")."""
    above = line.above
    return (
        told.who is None and above is not None and above.label is None and bool(above.fields) and line.kind == "gach"
        and _QUALITY.match(text, told.act) is not None
    )  # fmt: skip


def _clauses(text: str, line: OutlineLine) -> Iterator[tuple[int, int, bool]]:
    """The clauses of a line: start, end without the blanks after it, and whether it opens a sentence."""
    words = text[line.begin : line.end]
    for start, end in islice(sentences(words), MOST_CLAUSES):
        for first, last in islice(clauses(words[start:end]), MOST_CLAUSES):
            part = words[start + first : start + last]
            yield line.begin + start + first, line.begin + start + first + len(part.rstrip()), first == 0


def _is_own(around: Surroundings, before: _Draft, told: Frame, start: int, end: int, when: times.When | None) -> bool:
    """Whether a clause is an obligation of its own: it names who acts, a time, a role, a condition or a document of its own."""
    if told.who is not None or told.rule in ("must", "done by", "passive"):
        return True
    if when is not None and (before.when is None or when.due != before.when.due):
        if when.due.rule != "continuous" or when.start <= start + _EARLY:
            return True
    text = around.text
    if _ROLE.match(text, told.act) or CONDITION.match(text, start) or _OF_OWN_ACCORD.match(text, start):
        return True
    return bool(outcomes.evidence(text, start, end, around.is_cited))


def _finished(around: Surroundings, draft: _Draft) -> Obligation:
    text, line = around.text, draft.line
    units, who_why, is_named = _who(around, draft)
    due, when_why = _when(around, draft)
    helpers = supporting(text, draft.start, draft.end)
    helping = [text[start:end] for start, end in helpers]
    support_why = [around.why("who", "together with", start, end) for start, end in helpers]
    for one in islice(fields_of(line, "support"), _LABELLED):
        last = min(one.end, one.after_label + REACH)
        helping.append(text[one.after_label : last])
        support_why.append(around.why("who", "label", one.after_label, last))
    own = draft.when if draft.when is not None and draft.when.due.rule in ("after", "inherited", "request") else None
    proofs = [
        proof for proof in outcomes.evidence(text, draft.start, draft.end, around.is_cited)
        if own is None or not own.start <= proof[1] < own.end
    ]  # fmt: skip
    for one in islice(fields_of(line, "outcome"), _LABELLED):
        proofs += outcomes.listed(text, one.after_label, one.end)
    figure = outcomes.target(text, draft.start, draft.end)
    what = around.why("what", draft.frame.rule, draft.frame.act, max(draft.frame.word_end, draft.frame.act + 1))
    end = draft.start + len(text[draft.start : draft.end].rstrip(" ;,"))
    return Obligation(
        start=draft.start,
        end=end,
        anchor=line.anchor,
        quote=text[draft.start : end],
        action=text[draft.frame.act : end].strip(" ,:;."),
        units=units,
        supporting=tuple(name for one in helping for name in names_in(one)),
        due=due,
        evidence=tuple(dict.fromkeys(kind for kind, _, _ in proofs)),
        target=figure[0] if figure else None,
        why=(
            *who_why, *support_why, what, *when_why,
            *(around.why("evidence", "document", one, two) for _, one, two in proofs),
            *([around.why("target", "figure", figure[1], figure[2])] if figure else []),
        ),
        sure=_GOOD if (is_named or around.is_told_at_end) and draft.frame.is_plain and not line.is_title else _DOUBTFUL,
    )  # fmt: skip


def _who(around: Surroundings, draft: _Draft) -> tuple[tuple[str, ...], tuple[Grounds, ...], bool]:
    """Who acts: named in the words themselves, in the same line before, above the line, or by the whole document."""
    told = draft.frame.who
    if told is not None:
        return names_in(around.text[told[0] : told[1]]), (around.why("who", "in the words", *told),), True
    if draft.before is not None:
        before = draft.before
        return names_in(around.text[before[0] : before[1]]), (around.why("who", "same line", *before),), True
    above = who_above(around, draft.line)
    if above is not None:
        return above.names, above.why, True
    return around.everybody.names, around.everybody.why, False


def _when(around: Surroundings, draft: _Draft) -> tuple[Due, tuple[Grounds, ...]]:
    own = draft.when
    if own is not None and (own.due.rule != "continuous" or not any(fields_of(draft.line, "when"))):
        return own.due, (around.why("when", own.due.rule or "", own.start, own.end),)
    above = when_above(around, draft.line)
    return (above[0], (above[1],)) if above is not None else (Due(), ())
