"""Requests of every shape, made by schemathesis from the API's own document, to a running console with a house in it.

    python -m tests.web.api.fuzz --examples 200 --seed 1

Every answer is held to the document: status, media type, headers and schema; nothing may be a fault of ours (5xx), what is not as
declared has to be refused, and what is must not be. Half of the requests name what is there: a case, a dialogue, a person.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from typing import Any
from unittest.mock import patch

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from app import ROOT
from sessions.console.api_tokens import SCOPES
from tests.web.api.programs import TOLD, token
from tests.web.browser import CAST, Console, prepared, serving
from tests.web.examples import address
from web.api import bearer
from web.api.serving import OPERATIONS
from web.policy import POLICY

# The first is done by `_taken`, which knows our rules; the others need what an answer does not say.
_LEFT_OUT = (
    "positive_data_acceptance",
    "use_after_free",
    "ensure_resource_availability",
    "object_level_authorization",
    "max_response_time",
)
_OF_SCHEMAS = frozenset(
    "required additionalProperties uniqueItems type enum minLength maxLength minimum maximum minItems maxItems pattern".split()
)
# What takes long and is no other with other words, or ends what the next example needs.
_ONCE = ("backup", "examine", "tests", "findings", "check", "offer", "publish", "themes", "report")


@contextmanager
def house(folder: Path, port: int) -> Iterator[Console]:
    """A console on services of its own: nothing that is saved there is anybody's."""
    for name in ("hello", "bicara131", "common"):
        copytree(ROOT / "flows" / name, folder / "flows" / name)
    # schemathesis tries wrong tokens, too: more often than one address may.
    many = patch.object(bearer, "WRONG_OF_ADDRESS", 10**9)
    with (
        many,
        serving(prepared(folder, port, FLOWS=str(folder / "flows"), API_PER_MINUTE="1000000")) as console,
    ):
        yield console


def who_may(name: str) -> str:
    """Somebody of the cast who may do it; an agent where agents may."""
    return next(who for who, person in CAST.items() if person[2] in POLICY[f"api.{name}"].may)


def run(
    console: Console, examples: int, number: int, tell: Callable[[str], None] = lambda _: None, only: str = ""
) -> Counter[str]:
    """Sends them; gives how many answers had which status. Raises what schemathesis finds."""
    statuses: Counter[str] = Counter()
    schema = schemathesis.openapi.from_dict(TOLD)
    session = requests.Session()
    secrets = {who: token(console, who, *SCOPES) for who in CAST}
    for found in schema.get_all_operations():
        operation = found.ok()
        name = operation.definition.raw["operationId"]
        if only not in ("", name):
            continue
        headers = {"Authorization": f"Bearer {secrets[who_may(name)]}"}
        most = min(examples, 3) if name in _ONCE else examples
        began = time.monotonic()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _sent(console, operation, mode, _known(console, name), headers, session, most, number, statuses)
        tell(f"{name}: {time.monotonic() - began:.1f} s")
    return statuses


def _known(console: Console, name: str) -> dict[str, Any]:
    """Parts of its address that are there."""
    with console.app.test_request_context():
        path = address(console, f"api.{name}")
        values: dict[str, Any] = console.app.url_map.bind("").match(path, "POST" if _posts(name) else "GET")[
            1
        ]
    return values


def _posts(name: str) -> bool:
    return next(one for one in OPERATIONS if one.name == name).method == "POST"


def _sent(
    console: Console, operation: Any, mode: GenerationMode, known: dict[str, Any], headers: dict[str, str],
    session: requests.Session, examples: int, number: int, statuses: Counter[str],
) -> None:  # fmt: skip
    try:
        strategies = [operation.as_strategy(mode)]
        if known:
            strategies.append(operation.as_strategy(mode, path_parameters=known))
    except Exception as fault:  # an operation of which nothing wrong can be sent
        if type(fault).__name__ not in ("Unsatisfiable", "NothingToNegate"):
            raise
        return

    @seed(number)
    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=False, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )  # fmt: skip
    @given(case=st.one_of(strategies))
    def one(case: Any) -> None:
        # The house's cast goes on to be whoever it is.
        response = case.call(base_url=console.url, headers=headers, session=session, timeout=60)
        statuses[str(response.status_code)] += 1
        case.validate_response(response, excluded_checks=_excluded(response.status_code), headers=headers)
        assert mode is not GenerationMode.POSITIVE or _taken(response), response.text

    one()


def _taken(response: Any) -> bool:
    """Was what is as declared let through to the rules of the house? They may say no, by a sentence or by a word of theirs."""
    if response.status_code not in (400, 415, 422):
        return True
    told = response.json()
    rules = {field["code"] for field in told.get("fields", ())} - _OF_SCHEMAS
    return told["type"].endswith("reused_key") or bool(rules)


def _excluded(status: int) -> list[Any]:
    # What is too large was refused, too; schemathesis does not count that.
    out = {*_LEFT_OUT, *(("negative_data_rejection",) if status == 413 else ())}
    return [check for check in schemathesis.checks.CHECKS.get_all() if check.__name__ in out]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--examples", type=int, default=200, help="for each operation, right ones and wrong ones"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=8029)
    wanted = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder, house(Path(folder), wanted.port) as console:
        statuses = run(console, wanted.examples, wanted.seed, lambda line: print(line, file=sys.stderr))
    print(
        f"{sum(statuses.values())} requests: {dict(sorted(statuses.items()))}; every answer as the document has it"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
