"""The pages on which documents are linked to tasks, inspections and findings."""
