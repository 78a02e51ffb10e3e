"""Mentions of other documents."""
