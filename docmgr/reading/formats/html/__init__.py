"""HTML: blocks and how they look."""
