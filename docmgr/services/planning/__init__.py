"""Plans, their tasks, and how far these are covered."""
