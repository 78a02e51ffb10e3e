"""Find the citations of other documents in a text."""
