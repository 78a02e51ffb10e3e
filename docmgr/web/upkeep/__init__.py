"""The page of the site's health, and /healthz."""
