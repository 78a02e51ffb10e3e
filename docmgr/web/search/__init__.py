"""The search page and what surrounds it."""
