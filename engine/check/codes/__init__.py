"""What every rule code means: for `check --explain CODE` and for the tables of docs/flows.md.

Codes are stable: scripts and test corpora name them. A new rule needs its entry here; tests/checks walks the registry.
"""

from collections.abc import Iterable, Mapping

from engine.check.codes import promising, reading, refused, speaking, walking
from engine.check.codes.entry import Code

__all__ = ["CODES", "FOUND", "READ", "Code", "table"]

# Found by walking every way, and by reading; both refuse a publication unless they are warnings.
FOUND: Mapping[str, Code] = {code.name: code for code in (*walking.CODES, *speaking.CODES, *promising.CODES)}
READ: Mapping[str, Code] = {code.name: code for code in (*reading.CODES, *refused.CODES, *promising.READ)}
CODES: Mapping[str, Code] = {**FOUND, **READ}


def table(codes: Iterable[Code]) -> str:
    """The rows of a Markdown table: code, what it means.

    >>> print(table([Code("dead-end", "error", "no way on", "", "", "")]))
    | code | finding |
    |---|---|
    | `dead-end` | no way on |
    """
    rows = (
        f"| `{code.name}`{'' if code.severity == 'error' else ' (warning)'} | {code.what} |" for code in codes
    )
    return "\n".join(("| code | finding |", "|---|---|", *rows))
