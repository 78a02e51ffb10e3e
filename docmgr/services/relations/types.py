"""What a citation in a text is called as a relation (policy.RELATIONS)."""

from docmgr.policy import RELATIONS

_NAMED = {"basis": "based_on"}
# Roles of citations (reading.citations.context).
ROLES = (*_NAMED, *RELATIONS)


def type_of(role: str) -> str:
    """The type of relation that a citation in this role amounts to."""
    return _NAMED.get(role, role)
