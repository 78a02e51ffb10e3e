"""How gunicorn serves the site; docmgr.run starts it, a service manager can do so as well."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Loaded once and then forked: half the time to start. Nothing is connected before the fork.
preload_app = True
# What a connection may do, how slowly and how long, stands in docmgr.connections.
worker_class = "docmgr.web_process.WebWorker"
threads = 4
# The loop of a web process waits for nobody; one that is silent for so long is stuck.
timeout = 60
graceful_timeout = 20
errorlog = "-"
loglevel = "warning"
