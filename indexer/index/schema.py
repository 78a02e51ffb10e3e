"""The shape of the index: its fields and columns, and the version that tells whether an index on disk still
fits.

Decides what is kept for each entry. A change here or in the analysis needs a new FORMAT, so that old
indexes are rebuilt.
"""

from datetime import date

FORMAT = 4
INDEX_NAME = "MAIN"
# How much a syllable counts in each run of an entry (`segment`): the text, the heading of the provision, the type and
# title of the document, and the label; a posting's weight is their sum.
RUN_WEIGHTS = BODY_WEIGHT, TITLE_WEIGHT, DOC_WEIGHT, LABEL_WEIGHT = 1, 6, 3, 3

INTEGERS = (
    "document", "version", "access", "length", "issued", "effective_from", "effective_to", "folder", "order",
)  # fmt: skip
# The anchor is looked up, never filtered by: it is not joined over segments.
ANCHOR = "anchor"
JOINED = ("type", "issuer", "number", "folder_label")
NAMES = (*JOINED, ANCHOR)
# What Whoosh calls the two kinds of terms.
WORDS, PAIRS = "words", "pairs"


def day_number(day: date | None) -> int:
    """Days since year 1, 0 for no date."""
    return day.toordinal() if day else 0
