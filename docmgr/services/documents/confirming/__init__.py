"""What a clerk needs while confirming facts: the queue, suggestions, printed but unread fields, and files that belong together."""
