"""The pages of people, groups and units, of a person's own account, and of signing in."""
