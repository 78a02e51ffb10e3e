"""300 short questions as people type them, with the articles of the corpus that answer them.

They stand in everyday.tsv, a line each. An answer is the id of an article and its grade: 2 answers the question, 1 answers
a part or a special case. Each question belongs to the first or the second half by its own letters. Whoever fits the
search looks at the first half only.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("everyday.tsv")
FIRST, SECOND = "first", "second"


@dataclass(frozen=True)
class Question:
    """A question as typed. `field` is its part of life and `asks` what is wanted: amount, term, who, where or other.
    `right` maps the id of each answering article to its grade, the best first."""

    key: str
    half: str
    field: str
    asks: str
    text: str
    right: Mapping[str, int]


def half_of(text: str) -> str:
    """The half of a question: the first if the SHA-1 of its text is an odd number."""
    return FIRST if int(hashlib.sha1(text.encode()).hexdigest(), 16) % 2 else SECOND


def load(half: str | None = None, path: Path = FILE) -> list[Question]:
    """The questions of one half ("first" or "second") in the order of the file, or of both without `half`.
    Raises ValueError for any other half, and for a question that stands under the wrong half."""
    if half not in (None, FIRST, SECOND):
        raise ValueError(f"there is no half {half!r}")
    with path.open(encoding="utf-8", newline="") as file:
        questions = [_question(row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    for question in questions:
        if question.half != half_of(question.text):
            raise ValueError(f"{question.key} belongs to the half {half_of(question.text)}")
    return [question for question in questions if half in (None, question.half)]


def _question(row: Mapping[str, str]) -> Question:
    graded = (answer.rsplit("=", 1) for answer in row["answers"].split())
    right = {article: int(grade) for article, grade in graded}
    return Question(row["id"], row["half"], row["field"], row["asks"], row["question"], right)


def main() -> int:
    """Write the questions of the first half as `queries.jsonl` and `qrels.tsv` into the folder named on the command line."""
    folder, questions = Path(sys.argv[1]), load(FIRST)
    folder.mkdir(parents=True, exist_ok=True)
    queries = [json.dumps({"qid": one.key, "text": one.text}, ensure_ascii=False) for one in questions]
    (folder / "queries.jsonl").write_text("\n".join(queries) + "\n", encoding="utf-8")
    qrels = [f"{one.key}\t{article}\t{grade}" for one in questions for article, grade in one.right.items()]
    (folder / "qrels.tsv").write_text("\n".join(qrels) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
