"""All database models in one import: `from docmgr.models import Document`. Importing this package registers
every table in the metadata."""

from sqlalchemy import Integer

from docmgr.db import Base
from docmgr.models.access import (
    AccessKey,
    AccessList,
    Grant,
    LocalRight,
    LocalRole,
    PendingAccess,
    SharingChange,
    SitePolicy,
    SiteRight,
)
from docmgr.models.documents import Document, DocumentFact, File, Provision, Version, WithheldBytes, label_of
from docmgr.models.folders import Folder
from docmgr.models.inlets import Inlet
from docmgr.models.inspecting.checklists import Checklist, ChecklistLine, CheckPhoto, InspectionCheck
from docmgr.models.inspecting.planned import InspectionMember, PlannedInspection, PlannedUnit
from docmgr.models.inspections import Finding, Inspection, Recommendation
from docmgr.models.jobs import Job
from docmgr.models.keeping.cases import CaseDocument, CaseFile
from docmgr.models.keeping.checkouts import Checkout
from docmgr.models.keeping.disposal import DisposalList, DisposalRow, Handover, HandoverCase
from docmgr.models.keeping.holds import Hold, Tombstone
from docmgr.models.keeping.own_fields import OwnField, OwnValue
from docmgr.models.keeping.paper_templates import PaperTemplate
from docmgr.models.keeping.receipts import Receipt
from docmgr.models.keeping.share_links import ShareLink
from docmgr.models.keeping.terms import DocumentTerm, Term
from docmgr.models.links import Link
from docmgr.models.machines.duties import WorkerDuty
from docmgr.models.machines.figures import CountedFigure
from docmgr.models.notices import Follow, MailChoice, MailState, Notice, NoticePlace, UnwantedReason
from docmgr.models.people import (
    Agency,
    GroupMember,
    KnownDevice,
    ListChoice,
    PersonGroup,
    SignInAttempt,
    SignInSession,
    Unit,
    User,
    UserRole,
)
from docmgr.models.personal.changes import BulkChange, ChangedDocument, ChangedFolder
from docmgr.models.personal.comments import Comment
from docmgr.models.personal.home import Favourite, HomeChoice
from docmgr.models.pictures import PageTurn, RecognisedPage, Rendering, RenditionPage
from docmgr.models.planning.apart import CalendarFeed, TaskSheet
from docmgr.models.planning.conferences import (
    Conference,
    ConferenceDocument,
    ConferenceVote,
    ParticipationRule,
)
from docmgr.models.planning.consultations import Consultation, ConsultationPerson, ConsultationRule, Opinion
from docmgr.models.planning.obligations import VersionObligation
from docmgr.models.planning.publications import (
    Publication,
    PublicationForm,
    PublicationOpening,
    PublicationRule,
    PublicationRuleType,
)
from docmgr.models.planning.steps import DueExtension, TaskPrecondition
from docmgr.models.plans import Assignment, CalendarDay, CalendarYear, Occurrence, Plan, Task
from docmgr.models.registers import NumberSeries, RegisterEntry
from docmgr.models.relations import Citation, Relation
from docmgr.models.searching import Abbreviation, Click, ClickKey, EverydayWord, SavedSearch
from docmgr.models.trail import TrailEvent
from docmgr.models.version_parts import Attachment, KeptReading, Signature
from docmgr.models.workflows import (
    Delegation,
    DocumentFlow,
    FlowAssignment,
    FlowStep,
    Workflow,
    WorkflowRule,
    WorkflowVersion,
)

for _table in Base.metadata.tables.values():
    if len(_table.primary_key) == 1 and isinstance(next(iter(_table.primary_key)).type, Integer):
        # Without this SQLite reuses the id of a deleted row, and an old job, link or address would then name another
        # row.
        _table.kwargs["sqlite_autoincrement"] = True

__all__ = [
    "Abbreviation",
    "AccessKey",
    "AccessList",
    "Agency",
    "Assignment",
    "Attachment",
    "BulkChange",
    "CalendarDay",
    "CalendarFeed",
    "CalendarYear",
    "CaseDocument",
    "CaseFile",
    "ChangedDocument",
    "ChangedFolder",
    "CheckPhoto",
    "Checklist",
    "ChecklistLine",
    "Checkout",
    "Citation",
    "Click",
    "ClickKey",
    "Comment",
    "Conference",
    "ConferenceDocument",
    "ConferenceVote",
    "Consultation",
    "ConsultationPerson",
    "ConsultationRule",
    "CountedFigure",
    "Delegation",
    "DisposalList",
    "DisposalRow",
    "Document",
    "DocumentFact",
    "DocumentFlow",
    "DocumentTerm",
    "DueExtension",
    "EverydayWord",
    "Favourite",
    "File",
    "Finding",
    "FlowAssignment",
    "FlowStep",
    "Folder",
    "Follow",
    "Grant",
    "GroupMember",
    "Handover",
    "HandoverCase",
    "Hold",
    "HomeChoice",
    "Inlet",
    "Inspection",
    "InspectionCheck",
    "InspectionMember",
    "Job",
    "KeptReading",
    "KnownDevice",
    "Link",
    "ListChoice",
    "LocalRight",
    "LocalRole",
    "MailChoice",
    "MailState",
    "Notice",
    "NoticePlace",
    "NumberSeries",
    "Occurrence",
    "Opinion",
    "OwnField",
    "OwnValue",
    "PageTurn",
    "PaperTemplate",
    "ParticipationRule",
    "PendingAccess",
    "PersonGroup",
    "Plan",
    "PlannedInspection",
    "PlannedUnit",
    "Provision",
    "Publication",
    "PublicationForm",
    "PublicationOpening",
    "PublicationRule",
    "PublicationRuleType",
    "Receipt",
    "RecognisedPage",
    "Recommendation",
    "RegisterEntry",
    "Relation",
    "Rendering",
    "RenditionPage",
    "SavedSearch",
    "ShareLink",
    "SharingChange",
    "SignInAttempt",
    "SignInSession",
    "Signature",
    "SitePolicy",
    "SiteRight",
    "Task",
    "TaskPrecondition",
    "TaskSheet",
    "Term",
    "Tombstone",
    "TrailEvent",
    "Unit",
    "UnwantedReason",
    "User",
    "UserRole",
    "Version",
    "VersionObligation",
    "WithheldBytes",
    "WorkerDuty",
    "Workflow",
    "WorkflowRule",
    "WorkflowVersion",
    "label_of",
]
