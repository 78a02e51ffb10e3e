"""Target figures of tasks (chỉ tiêu): what is to be reached, what was reached, and whether that is enough."""
