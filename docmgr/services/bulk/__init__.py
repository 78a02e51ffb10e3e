"""What a person does with many documents of a list at once, with a preview where it matters, and how it is undone."""
