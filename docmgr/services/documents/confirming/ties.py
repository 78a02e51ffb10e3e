"""What goes along when a draft is joined to another document: its tags and comments, and the mail or archive from which it came."""

from __future__ import annotations

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Attachment, Comment, Consultation, Document, DocumentTerm, Relation, Term, Version
from docmgr.services.documents.attachments.taking import TIE
from docmgr.services.own_fields import assigning


def move(session: Session, draft: Document, into: Document, newest: Version | None) -> None:
    """Let what belongs to the draft belong to the document `into`. `newest` is the version there that got the file of the draft as a
    further one; None when the version of the draft moved."""
    _move_comments(session, draft, into, newest)
    _move_ties(session, draft, into)


def _move_ties(session: Session, draft: Document, into: Document) -> None:
    """Let the mail or archive from which the draft came lead to the document `into`, and give it the tags of the draft, and
    the own values that it lacks."""
    assigning.adopt(session, into, draft)
    have = select(DocumentTerm.term_id).where(DocumentTerm.document_id == into.id)
    new = DocumentTerm.document_id == draft.id, DocumentTerm.term_id.not_in(have)
    for term_id in session.scalars(select(DocumentTerm.term_id).join(Term, Term.id == DocumentTerm.term_id).where(*new, Term.kind == "tag")).all():
        session.add(DocumentTerm(document_id=into.id, term_id=term_id))
    session.execute(update(Attachment).where(Attachment.document_id == draft.id).values(document_id=into.id))
    ties = (Relation.type == TIE) & or_(Relation.source_id == draft.id, Relation.target_id == draft.id)
    for tie in session.scalars(select(Relation).where(ties)).all():
        ends = [into.id if end == draft.id else end for end in (tie.source_id, tie.target_id)]
        if ends[0] == ends[1]:
            tie.ended_at = tie.ended_at or db.now()
        else:
            tie.source_id, tie.target_id = ends


def _move_comments(session: Session, draft: Document, into: Document, newest: Version | None) -> None:
    """Let the comments and consultations on the draft stand at the document `into`: on the version that moved there, or on its `newest` one when the
    file became a further file of that."""
    moved = {"document_id": into.id, **({"version_id": newest.id} if newest is not None else {})}
    for table in (Comment, Consultation):
        session.execute(update(table).where(table.document_id == draft.id).values(**moved))
    session.flush()
    number = select(Version.no).where(Version.id == Consultation.version_id).scalar_subquery()
    here = Consultation.document_id == into.id, Consultation.version_id.is_not(None)
    session.execute(update(Consultation).where(*here).values(version_no=number).execution_options(synchronize_session=False))
