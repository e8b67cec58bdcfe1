"""One rule code, explained."""

from dataclasses import dataclass

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Code:
    """``what`` the finding says, ``why`` it hurts a caller, an ``example`` in the flow language, the ``way_out``."""

    name: str
    severity: str
    what: str
    why: str
    example: str
    way_out: str

    def __str__(self) -> str:
        """What `check --explain` prints."""
        return (
            f"{self.name} ({self.severity})\n\n  What:     {self.what}.\n  Why:      {self.why}\n"
            f"  Example:  {self.example}\n  Way out:  {self.way_out}"
        )
