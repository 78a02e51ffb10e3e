"""Highlights texts through Whoosh's interfaces: `hit.highlights("text")`, and a formatter that returns
`indexer.types.Fragment` objects."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from collections.abc import Iterable
from typing import Any

from whoosh.highlight import Formatter, Highlighter
from whoosh.highlight import Fragment as Extract

from indexer.fragments import fragments
from indexer.index.schema import WORDS
from indexer.types import Fragment
from indexer.whoosh.schema import TEXTS


class EntryHighlighter(Highlighter):
    """Whoosh's highlighter for the texts of an entry. It highlights the words of a query, but not its pairs of
    words."""

    def highlight_hit(self, hitobj: Any, fieldname: str, text: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Cut the best extracts out of a text of the hit `hitobj`. `fieldname` is the name of the text. `text` is used
        in place of the stored text; None means the stored one. `args` and `kwargs` are passed on to Whoosh. Returns
        what the formatter makes of the extracts. Raises KeyError for a field that is not stored."""
        if fieldname in TEXTS:
            text = hitobj[fieldname] if text is None else text
            fieldname = WORDS
        return super().highlight_hit(hitobj, fieldname, text, *args, **kwargs)


class FragmentFormatter(Formatter):
    """A Whoosh formatter that returns `indexer.types.Fragment` objects instead of markup. The fragments of an extract,
    joined, are the text of the extract."""

    def format(self, fragments: Iterable[Extract], replace: bool = False) -> Any:
        """Turn each extract into a tuple of fragments, and return these tuples as one tuple. Whoosh calls the parameter with
        the extracts `fragments`. `replace` has no effect."""
        return tuple(map(_pieces, fragments))


def _pieces(extract: Extract) -> tuple[Fragment, ...]:
    spans = sorted((match.startchar, match.endchar) for match in extract.matches)
    return tuple(fragments(extract.text, spans, extract.startchar, extract.endchar))
