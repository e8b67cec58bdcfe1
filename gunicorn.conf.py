"""How the webhook workers run. `python app.py run` uses this; so can a systemd unit: gunicorn -c gunicorn.conf.py.

Figures from the carrier's side of the wire: it waits 15 s for an answer and 5 s for a connection
(twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
"""

import os
from pathlib import Path

from gunicorn.glogging import Logger

import logs
from settings import load, require_account

_settings = require_account(load(os.environ, Path(__file__).resolve().parent))
logs.set_up("web", level=_settings.log_level, scrubber=logs.for_settings(_settings))

wsgi_app = "app:webhooks()"
bind = [f"{_settings.bind}:{_settings.port}"]
worker_class = "gthread"
workers = _settings.workers
threads = _settings.threads
# Both less than the carrier's 15 s: what is not answered by then is answered by nobody.
timeout = 14
graceful_timeout = 14
# The carrier keeps its connections; setting one up costs a caller more than our answer does.
keepalive = 75
# A process for itself: no SQLite connection may cross a fork, and a reload takes new code.
preload_app = False
# --reuse-port lost 72 requests in 8 reloads, an inherited socket none.
reuse_port = False
control_socket_disable = True
# A heartbeat on a busy disk can be late enough for a worker to be killed.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# A text of 1,600 characters is a body, never a request line.
limit_request_line = 8190
limit_request_fields = 64
limit_request_field_size = 8190
forwarded_allow_ips = _settings.forwarded_allow_ips
accesslog = None
loglevel = _settings.log_level.lower()


class JsonLogger(Logger):
    """gunicorn's own lines through our formatter, also after a reload, which sets its handlers up again."""

    def setup(self, cfg):
        super().setup(cfg)
        logs.take_over("gunicorn.error", "gunicorn.access")


logger_class = JsonLogger
