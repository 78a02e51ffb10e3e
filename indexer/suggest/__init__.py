"""Suggestions: completions of a query while it is typed, and corrections ("did you mean")."""
