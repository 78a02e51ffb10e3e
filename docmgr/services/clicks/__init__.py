"""Learning from use: what people open from the results of their searches, counted without keeping who they are."""
