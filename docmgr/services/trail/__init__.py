"""The trail: writing events, looking them up, telling them in words, exporting and verifying them."""
