"""The page about the health of the site, and /healthz for monitoring programs."""
