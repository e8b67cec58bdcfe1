"""What pages need of the floors above them. app.py puts it together: `web/` may not import `commands/`.

A page that needs another thing adds a field here, a plain callable with types, and app.create_console fills it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tools:
    """Plain callables, one a field."""
