"""How the console runs. `python app.py run` uses this; so can a systemd unit: gunicorn -c gunicorn.console.py

One process: what it remembers (limits of a page, versions of services) is the same for everybody. Its threads are many,
because open pages ask every few seconds, and short: no page waits for the carrier.
"""

import os
import runpy

import logs

_shared = runpy.run_path("gunicorn.conf.py")
_settings = _shared["_settings"]
globals().update({name: value for name, value in _shared.items() if not name.startswith("_")})
logs.set_up("console", level=_settings.log_level, scrubber=logs.for_settings(_settings))

wsgi_app = "app:create_console()"
bind = [f"{_settings.console_bind}:{_settings.console_port}"]
workers = 1
threads = 24


def post_fork(server, worker):
    """Pages go behind webhooks for the processor: a caller waits for an answer, a page may come a moment later."""
    os.nice(5)
