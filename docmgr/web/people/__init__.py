"""The pages of people and units, of a person's own account, and of signing in."""
