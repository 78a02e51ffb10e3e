"""Groups of settings that are read from environment variables."""
