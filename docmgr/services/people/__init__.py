"""People, their groups, units and delegations, and the name of their agency; passwords, attempts to sign in, browsers that are
known, and sessions of signed-in people."""
