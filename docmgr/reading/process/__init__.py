"""Reading in a child process with limits: the runner in the parent, the child, the messages between them,
and images of pages."""
