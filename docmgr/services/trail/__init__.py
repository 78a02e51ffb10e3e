"""The trail: write events, search them, describe them in words, export them and verify that nobody has
changed them."""
