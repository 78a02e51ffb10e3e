"""Pages of what happens to a task on its way besides its state."""
