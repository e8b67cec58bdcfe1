"""What pages need of the floors above them. app.py puts it together: `web/` may not import `commands/`.

A page that needs another thing adds a field here, a plain callable with types, and app.create_console fills it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sessions.voicemails.voicemails import Understanding
from web.flow_tools import FlowTools
from web.hearing_tools import HearingTools
from web.operation_tools import OperationTools


class Size(Protocol):
    """How a text is sent: ``parts`` SMS in ``encoding``, with ``room`` for so many more units in the last."""

    @property
    def encoding(self) -> str: ...
    @property
    def parts(self) -> int: ...
    @property
    def room(self) -> int: ...


@dataclass(frozen=True)
class Tools:
    """Plain callables, one a field."""

    measure: Callable[[str], Size]  # the size of a text as it goes out
    understanding: Understanding  # finds topics in what a person corrected
    flows: FlowTools
    operations: OperationTools
    hearing: HearingTools
