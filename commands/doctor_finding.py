"""What doctor says of one thing."""

from dataclasses import dataclass

OK, WARNING, FAULT = "ok", "warning", "fault"


@dataclass(frozen=True)
class Finding:
    """``check`` is what was looked at, ``text`` what was seen, ``way_out`` what to do ('' when it is
    well).
    """

    check: str
    level: str
    text: str
    way_out: str = ""
