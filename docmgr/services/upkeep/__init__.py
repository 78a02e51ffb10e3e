"""Maintenance of a site: backup and restore, checks, health, migrations, and the demonstration."""
