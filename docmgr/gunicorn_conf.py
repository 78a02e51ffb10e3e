"""How gunicorn serves the site; docmgr.run starts it, a service manager can do so as well."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Loaded once and then forked: half the time to start. Nothing is connected before the fork.
preload_app = True
worker_class = "gthread"
threads = 4
# A large file over a slow line takes its time; a hung request still ends.
timeout = 300
graceful_timeout = 20
keepalive = 5
# The most there is; 512 characters of a question take up to 6,144 bytes of an address.
limit_request_line = 8190
# The site trusts proxy headers by itself where DOCMGR_PUBLIC_URL says https.
forwarded_allow_ips = ""
accesslog = None
errorlog = "-"
loglevel = "warning"
