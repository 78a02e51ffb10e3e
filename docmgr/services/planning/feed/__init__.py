"""The private calendar of a person: what is due for them and their unit, at an address with a secret, for other programs."""
