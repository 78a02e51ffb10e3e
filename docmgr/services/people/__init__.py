"""People, organisational units, passwords and sessions of signed-in people."""
