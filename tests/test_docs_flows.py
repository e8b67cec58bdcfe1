"""Every flow in docs/flows.md is one that a newcomer may copy: it loads, and nothing is found wrong with it."""

import re
from pathlib import Path

import pytest

from engine.check import check
from engine.explore import explore
from engine.load import load

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = re.findall(
    r"^```yaml flow\n(.*?)^```", (ROOT / "docs" / "flows.md").read_text(), re.DOTALL | re.MULTILINE
)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_of_the_docs_loads_and_checks_clean(example: str) -> None:
    assert check(explore(load("contoh", {"flow.yaml": example}))) == []


def test_the_docs_begin_with_the_service_that_a_newcomer_calls_first() -> None:
    hello = (ROOT / "flows" / "hello" / "flow.yaml").read_text()
    assert (
        EXAMPLES
        and EXAMPLES[0] == "\n".join(line for line in hello.splitlines() if not line.startswith("#")) + "\n"
    )
