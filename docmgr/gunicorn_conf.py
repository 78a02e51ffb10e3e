"""The configuration of gunicorn, the master process of the web server. docmgr.run passes it to gunicorn, and
a service manager can do the same."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# The application is loaded once and then forked, which halves the start time. Nothing is connected before the fork.
preload_app = True
# The limits of a connection (size, speed, time) are set in docmgr.connections.
worker_class = "docmgr.web_process.WebWorker"
threads = 4
# The loop of a web process never waits, so one that sends no heartbeat for this many seconds is stuck.
timeout = 60
graceful_timeout = 20
errorlog = "-"
loglevel = "warning"
if os.environ.get("DOCMGR_LOG", "").strip() == "json":
    # The messages of gunicorn itself become lines of JSON too.
    logconfig_dict = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "docmgr.machines.logs.JsonFormatter"}},
        "handlers": {"json": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"level": "WARNING", "handlers": ["json"]},
        "loggers": {"gunicorn.error": {"level": "WARNING", "propagate": True}},
    }
