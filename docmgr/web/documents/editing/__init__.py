"""What people do to a document when they edit it: take it, give it back, add a version."""
