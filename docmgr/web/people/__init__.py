"""Pages of people, units, the own account, and signing in."""
