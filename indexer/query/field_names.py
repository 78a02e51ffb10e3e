"""Finds the name of a field among the lexemes of a query. A field has names of this system, and names that
are usual in other systems.

`query.fields` decides which values fields have and what they mean."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from indexer.query.lexer import Lexeme
from legaltext.text import fold

# Names without diacritics, in all forms that people type → the field.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "loai": "type",
        "loai van ban": "type",
        "so": "number",
        "so hieu": "number",
        "so ky hieu": "number",
        "ky hieu": "number",
        "co quan": "issuer",
        "co quan ban hanh": "issuer",
        "nam": "year",
        "nam ban hanh": "year",
        "tu": "since",
        "tu ngay": "since",
        "den": "until",
        "den ngay": "until",
        "hieu luc": "at",
        "hieu luc tai": "at",
        "hieu luc tai ngay": "at",
    }
)
# Names of fields that people know from other systems, so that a note can quote the whole name.
ELSEWHERE = frozenset(
    (
        "tieu de", "trich yeu", "tac gia", "nguoi ky", "noi dung", "linh vuc", "tinh trang", "trang thai", "thu muc",
        "tu khoa", "noi nhan", "ngay ban hanh", "ngay ky", "ngay hieu luc", "ten van ban", "don vi", "chuc vu",
    )
)  # fmt: skip
_NAMES = frozenset((*FIELDS, *ELSEWHERE))
_LONGEST_NAME = max(len(name.split()) for name in _NAMES)


def with_colons(found: Sequence[Lexeme]) -> list[Lexeme]:
    """Join the name of a field and its colon where a space separates them: "loại : công văn", "loại :TT". `found`
    are the lexemes of a query as the lexer cut them; the lexemes after joining are returned."""
    made: list[Lexeme] = []
    for piece in found:
        if made and piece.kind == made[-1].kind == "word" and piece.text[0] == ":" and ":" not in made[-1].text:
            whole = Lexeme("word", made[-1].text + piece.text)
            if named(made[:-1], whole, FIELDS)[1]:
                made[-1] = whole
                continue
        made.append(piece)
    return made


def named(before: list[Lexeme], piece: Lexeme, known: Collection[str]) -> tuple[int, str]:
    """Find the name of a field that ends in `piece`, a word with a colon. The name "cơ quan" ends in "quan:BNV", and
    its first word "cơ" comes before. `before` are the lexemes before `piece`. `known` holds the names to recognise,
    in lower case without diacritics.

    Returns (how many lexemes of `before` belong to the name, the name as `known` has it); (0, "") for none. The
    longest name wins."""
    if piece.kind != "word" or ":" not in piece.text:
        return 0, ""
    head = piece.text.split(":", 1)[0]
    for count in range(min(_LONGEST_NAME - 1, len(before)), -1, -1):
        words = before[len(before) - count :]
        if all(word.kind == "word" for word in words):
            name = fold(" ".join([*(word.text for word in words), head]))
            if name in known:
                return count, name
    return 0, ""


def whole_names(words: Sequence[str]) -> list[str]:
    """Join the words of a field's name to the word with the colon: "cơ" and "quan:BNV" give "cơ quan:BNV". Returns
    all of `words`, joined where they form such a name."""
    found: list[str] = []
    for word in words:
        before = [Lexeme("word", other) for other in found]
        count, _ = named(before, Lexeme("word", word), _NAMES)
        found[len(found) - count :] = [" ".join([*found[len(found) - count :], word])]
    return found
