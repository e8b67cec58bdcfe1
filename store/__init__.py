"""THE DATABASE: connect, durable writes, reading, and one module per group of tables.

Functions of the table modules take the connection first, as ``store.write()`` or ``store.read()`` gives it,
and times as text (``store.times``). They never commit.
"""

from store.db import Store, connect
from store.faults import Busy, NotStored, Unusable
from store.health import Health
from store.ids import new_id
from store.library import Connection

__all__ = ["Busy", "Connection", "Health", "NotStored", "Store", "Unusable", "connect", "new_id"]
