"""Notices that follow from days alone."""
