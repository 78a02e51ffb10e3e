"""What an auditor looks at first in the trail: groups of verbs, folded readings, events by day, the life of a document."""
