"""Documents tied to tasks, inspections and findings."""
