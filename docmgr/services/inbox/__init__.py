"""Files that nobody uploads by hand: the worker takes them from a watched folder and from a mailbox."""
