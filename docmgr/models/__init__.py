"""Import hub: `from docmgr.models import Document`; importing it registers every table."""

from docmgr.models.access import AccessKey, AccessList, Grant
from docmgr.models.documents import Document, DocumentFact, File, Provision, Version
from docmgr.models.folders import Folder
from docmgr.models.inspections import Finding, Inspection, Recommendation
from docmgr.models.jobs import Job
from docmgr.models.links import Link
from docmgr.models.people import SignInAttempt, SignInSession, Unit, User, UserRole
from docmgr.models.plans import Assignment, Plan, Task
from docmgr.models.relations import Citation, Relation
from docmgr.models.trail import TrailEvent

__all__ = [
    "AccessKey",
    "AccessList",
    "Assignment",
    "Citation",
    "Document",
    "DocumentFact",
    "File",
    "Finding",
    "Folder",
    "Grant",
    "Inspection",
    "Job",
    "Link",
    "Plan",
    "Provision",
    "Recommendation",
    "Relation",
    "SignInAttempt",
    "SignInSession",
    "Task",
    "TrailEvent",
    "Unit",
    "User",
    "UserRole",
    "Version",
]
