"""Pages of plans and tasks."""
