"""Pages that tie documents to tasks, inspections and findings."""
