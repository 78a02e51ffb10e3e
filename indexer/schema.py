"""The shape of the index: its fields and columns, and the version that tells whether an index on disk still
fits.

Decides what is kept for each entry. A change here or in the analysis needs a new FORMAT, so that old
indexes are rebuilt.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

from datetime import date

from whoosh import columns, fields

FORMAT = 1
INDEX_NAME = "MAIN"
# Syllables and adjacent pairs, as written and without diacritics; a posting's weight is its summed field
# weight.
TONED = "toned"
FOLDED = "folded"
# How much a syllable counts in the text, the heading of the provision, and the type and title of the
# document.
BODY_WEIGHT, TITLE_WEIGHT, DOC_WEIGHT, LABEL_WEIGHT = 1, 6, 3, 3

INTEGERS = (
    "document", "version", "access", "length", "issued", "effective_from", "effective_to", "folder", "order",
)  # fmt: skip
NAMES = ("type", "issuer", "number", "folder_label")
ROW = "row"


def make_schema() -> fields.Schema:
    """The Whoosh schema: two term fields, integer columns (int32), name columns, and a packed row to show."""
    made = fields.Schema()
    for name in (TONED, FOLDED):
        made.add(name, fields.KEYWORD(scorable=True))
    for name in INTEGERS:
        made.add(name, fields.COLUMN(columns.NumericColumn("i")))
    for name in NAMES:
        made.add(name, fields.COLUMN(columns.RefBytesColumn()))
    made.add(ROW, fields.COLUMN(columns.VarBytesColumn()))
    return made


SCHEMA = make_schema()


def day_number(day: date | None) -> int:
    """Days since year 1, 0 for no date."""
    return day.toordinal() if day else 0
