"""Keeping a site: backup and restore, checks, health, migrations, outages, the demonstration."""
