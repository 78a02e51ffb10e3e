"""Decide which type of relation (a key of policy.RELATIONS) a citation expresses."""

from docmgr.policy import RELATIONS

_NAMED = {"basis": "based_on"}
# Roles of citations (reading.citations.context) → types of relation.
ROLES = (*_NAMED, *RELATIONS)


def type_of(role: str) -> str:
    """Return the type of relation that a citation with the role `role` expresses, such as "based_on" for the role
    "basis"."""
    return _NAMED.get(role, role)
