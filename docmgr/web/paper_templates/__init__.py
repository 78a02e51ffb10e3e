"""The page of the agency's own forms of papers."""
