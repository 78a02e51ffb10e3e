"""Reading in a limited child process: the parent's runner, the child, the wire between them, page pictures."""
