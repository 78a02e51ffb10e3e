"""Everyday words (từ thường ngày) of the site: a search for such words also looks for words of the law. The delivered
thesaurus knows many; an entry of the site replaces what it says about the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.collation import order
from docmgr.models import EverydayWord
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.trail import log
from indexer import NO_THESAURUS, delivered_thesaurus, fold, is_ordinary, understood_text
from legaltext.text import clean_line, clean_lines, syllables
from legaltext.thesaurus import MOST_OF_ONE, MOST_WORDS, Thesaurus, ThesaurusEntry, places_apart

# The messages of Invalid contain these limits. More law words of one entry would never be searched.
MAX_ROWS, MAX_LAW = 10_000, MOST_OF_ONE
LONGEST_WORD, MOST_SYLLABLES, LONGEST_LAW, MOST_LAW_SYLLABLES = 60, 5, 100, 12
# Law words are searched for short queries alone. Words in fields and quotes come on top.
_MOST_WORDS = 2 * MOST_WORDS
_ROWS = select(EverydayWord.word, EverydayWord.folded, EverydayWord.law)
# A table with no more rows is short.
_SHORT_TABLE = 50
_FIRST_ROWS = _ROWS.order_by(EverydayWord.id).limit(_SHORT_TABLE + 1)


def table(session: Session, query: str) -> Thesaurus:
    """Load the site's entries for the words of `query`, a query as it was typed; return a thesaurus of these with the
    delivered one behind them. It does not depend on what anybody may read. A long query gets an empty one."""
    words = [fold(word) for word in syllables(understood_text(query))]
    if len(words) > _MOST_WORDS:
        return NO_THESAURUS
    # A short table is read whole: one word of it costs less than to name the hundred sets of words of a query.
    rows = session.execute(_FIRST_ROWS).all()
    if not rows or not (asked := _said(words)):
        return delivered_thesaurus()
    if len(rows) > _SHORT_TABLE:
        rows = session.execute(_ROWS.where(EverydayWord.folded.in_(asked))).all()
    entries = [ThesaurusEntry(row.word, law) for row in rows if row.folded in asked for law in (row.law or [""])]
    return Thesaurus(entries, delivered_thesaurus()) if entries else delivered_thesaurus()


def _said(words: list[str]) -> set[str]:
    """Collect the sets of words of a query that an entry may be about, in the form in which entries are looked up."""
    stretches = {tuple(words[at : at + length]) for at in range(len(words)) for length in range(1, MOST_SYLLABLES + 1)}
    apart = {tuple(words[place] for place in places) for places in places_apart(len(words))}
    return {_sorted(said) for said in stretches | apart}


def everything(actor: Actor, *, limit: int | None = None, skip: int = 0) -> list[EverydayWord]:
    """List the site's own entries in alphabetical order: at most `limit` after the first `skip`; None means all. Raises
    Denied when the actor is no administrator."""
    policy.require(actor, "abbreviation:manage")
    with db.read() as session:
        query = select(EverydayWord).order_by(order(EverydayWord.word), EverydayWord.id).limit(limit).offset(skip)
        return list(session.scalars(query))


def count(actor: Actor) -> int:
    """The number of the site's own entries. Raises Denied when the actor is no administrator."""
    policy.require(actor, "abbreviation:manage")
    with db.read() as session:
        return _count(session)


def get(actor: Actor, word_id: int) -> EverydayWord:
    """Load the site's own entry with this id. Raises Denied when the actor is no administrator, and NotFound when there
    is no such entry."""
    policy.require(actor, "abbreviation:manage")
    with db.read() as session:
        row = session.get(EverydayWord, word_id)
        if row is None:
            raise NotFound
        return row


def create(actor: Actor, *, word: str, law: str, nothing: bool = False) -> EverydayWord:
    """Add everyday words and return their entry. `law` has one law word or phrase per line. With `nothing` True there
    are none, and a search for `word` looks for nothing else. Raises Denied when the actor is no administrator. Raises
    Invalid when the words have an entry, are too long, or are words that stand in many texts. Raises Invalid also for
    law words that are missing, too long, the same words, or lead back to them, and when the table is full."""
    policy.require(actor, "abbreviation:manage")
    word = clean_line(word)
    key = _key(word)
    with db.write() as session:
        forms.one_at_a_time(session, EverydayWord)
        if session.scalar(select(EverydayWord.id).where(EverydayWord.key == key)) is not None:
            raise Invalid(Message("Đã có từ này; hãy sửa nó trong danh sách."), "word")
        if _count(session) >= MAX_ROWS:
            raise Invalid(Message("Bảng đã đầy (10.000 từ); hãy bỏ bớt những từ không dùng."))
        row = EverydayWord(key=key, folded=_sorted(fold(key).split()), word=word, law=_law(session, key, law, nothing))
        session.add(row)
        session.flush()
        log.record(session, actor, "everyday:edit", "site", None, row.word, details={"law": [[], row.law]})
        return row


def edit(actor: Actor, word_id: int, *, law: str, nothing: bool = False, revision: int | None) -> None:
    """Change the law words of the entry with this id. `law` and `nothing` are as in `create`. `revision` is the
    revision when the form was opened; None means that there was no form. Raises Denied when the actor is no
    administrator, NotFound when there is no such entry, Conflict when the revision has changed, and Invalid as
    `create` does for law words."""
    policy.require(actor, "abbreviation:manage")
    with db.write() as session:
        forms.one_at_a_time(session, EverydayWord)
        row = forms.for_change(session, EverydayWord, word_id, revision)
        before, row.law = row.law, _law(session, row.key, law, nothing)
        if row.law != before:
            forms.bump(row)
            log.record(session, actor, "everyday:edit", "site", None, row.word, details={"law": [before, row.law]})


def remove(actor: Actor, word_id: int, *, revision: int | None) -> None:
    """Remove the entry with this id; what the delivered thesaurus says counts again. `revision` is the revision that the
    page showed; None means that there was no page. Raises Denied when the actor is no administrator, NotFound when
    there is no such entry, and Conflict when the revision has changed."""
    policy.require(actor, "abbreviation:manage")
    with db.write() as session:
        forms.one_at_a_time(session, EverydayWord)
        row = forms.for_change(session, EverydayWord, word_id, revision)
        log.record(session, actor, "everyday:delete", "site", None, row.word, details={"law": [row.law, []]})
        session.delete(row)


def _sorted(words: Iterable[str]) -> str:
    """Sort `words`, which have no diacritics, since people say everyday words in any order."""
    return " ".join(sorted(words))


def _count(session: Session) -> int:
    return session.scalar(select(func.count(EverydayWord.id))) or 0


def _key(word: str) -> str:
    words = tuple(syllables(word))
    if len(word) > LONGEST_WORD or not 1 <= len(words) <= MOST_SYLLABLES:
        raise Invalid(Message("Hãy ghi từ thường ngày có từ 1 đến 5 tiếng, dài nhất 60 ký tự."), "word")
    if is_ordinary(words):
        raise Invalid(Message("“%(word)s” có trong quá nhiều văn bản; hãy ghi cụm từ rõ nghĩa hơn.", word=word), "word")
    return " ".join(words)


def _law(session: Session, key: str, text: str, nothing: bool) -> list[str]:
    """Read the law words for the everyday words `key` from `text`, which has one phrase per line. Raises Invalid as
    `create` does."""
    names = list(dict.fromkeys(clean_lines(text)))
    if nothing:
        if names:
            raise Invalid(Message("Hãy bỏ các từ luật, hoặc bỏ chọn ô “Không tìm thêm gì”."), "law")
        return []
    if not 1 <= len(names) <= MAX_LAW:
        raise Invalid(Message("Hãy ghi từ 1 đến 4 từ luật, mỗi dòng một từ."), "law")
    for name in names:
        words = tuple(syllables(name))
        if len(name) > LONGEST_LAW or not 1 <= len(words) <= MOST_LAW_SYLLABLES:
            raise Invalid(Message("Từ luật dài nhất 12 tiếng, 100 ký tự."), "law")
        if fold(" ".join(words)) == fold(key):
            raise Invalid(Message("Từ luật phải khác từ thường ngày."), "law")
        if is_ordinary(words):
            raise Invalid(Message("“%(word)s” có trong quá nhiều văn bản; hãy ghi cụm từ rõ nghĩa hơn.", word=name), "law")
        if _leads_to(lambda one: _stored(session, one), " ".join(words), key):
            raise Invalid(Message("“%(word)s” lại dẫn về chính từ này; hãy bỏ một chiều.", word=name), "law")
    return names


def _stored(session: Session, key: str) -> list[str]:
    """Find the law words that the site, or else the delivered thesaurus, has for the everyday words `key`."""
    row = session.scalar(select(EverydayWord).where(EverydayWord.key == key))
    names = row.law if row else delivered_thesaurus().law_words(key)
    return [" ".join(syllables(name)) for name in names]


def _leads_to(stored: Callable[[str], list[str]], start: str, key: str) -> bool:
    """Whether the law words of `start`, the law words of these, and so on, come to `key`. `stored` finds the law words
    of everyday words."""
    seen, todo = set[str](), [start]
    while todo:
        one = todo.pop()
        if one == key:
            return True
        if one not in seen:
            seen.add(one)
            todo += stored(one)
    return False
