"""Pages of notices, and of what a person follows."""
