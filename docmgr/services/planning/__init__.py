"""Plans of work, their tasks, and how much of them is done."""
