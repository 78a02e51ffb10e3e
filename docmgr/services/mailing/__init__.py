"""Notices by mail, for people who chose it: off by default, at once or once a day."""
