"""People, units, passwords, and sessions."""
