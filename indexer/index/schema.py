"""The schema of the index: its fields and columns, and the version number FORMAT, which shows whether an
index on disk still fits the software.

A change here or in the analysis of text needs a new FORMAT, so that old indexes are rebuilt.
"""

from datetime import date

FORMAT = 10
INDEX_NAME = "MAIN"
# The weight of a syllable in each run (field) of an entry: the text, the heading of the provision, the type and title
# of the document, and the label. The weight of a posting is their sum.
RUN_WEIGHTS = BODY_WEIGHT, TITLE_WEIGHT, DOC_WEIGHT, LABEL_WEIGHT = 1, 6, 3, 3

INTEGERS = (
    "document", "version", "access", "length", "issued", "effective_from", "effective_to", "folder", "order",
    "year",
)  # fmt: skip
# The anchor is only looked up, never filtered by. So it is not joined into one column over all segments.
ANCHOR = "anchor"
# The `order` of an entry that has no words of the document, but what the site says of it; it is no place in the text.
OF_THE_SITE = -1
JOINED = ("type", "issuer", "number", "folder_label", "health", "field_of_work", "tags", "own_fields")
# Stands between the tags of a document in the column "tags"; no tag contains it.
BETWEEN_TAGS = ";"
# Stands between the values of a document in the column "own_fields", and "=" between the code of a field and its value. No
# cleaned text contains the character.
BETWEEN_OWN = "\x01"
NAMES = (*JOINED, ANCHOR)
# The names of the two kinds of terms in Whoosh.
WORDS, PAIRS = "words", "pairs"


def day_number(day: date | None) -> int:
    """The number under which the index stores the day `day`: 1 for 0001-01-01, 2 for the next day and so on; 0 for
    None."""
    return day.toordinal() if day else 0
