"""Numbers of outgoing and incoming documents, and the registers in which they stand."""
