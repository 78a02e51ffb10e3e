"""What of a text is marked for a question, and which passages of it are shown."""
