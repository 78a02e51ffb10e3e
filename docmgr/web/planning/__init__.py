"""The pages of plans and their tasks."""
