"""Every example in docs/flows.md is one that a newcomer may copy: whole flows load and nothing is found wrong with them, parts of
flows lack only the names that the rest would give, tests are played (tests/flow_tests), rules of the desk and promises are read."""

import re
from pathlib import Path

import pytest

from engine.check import check
from engine.explore import explore
from engine.load import FlowFaults, load
from engine.load.sentences import SENTENCE
from engine.schema.shape import OF_THE_SERVICE
from sessions.desk import desk_rules

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = re.findall(
    r"^```yaml( \w+|)\n(.*?)^```", (ROOT / "docs" / "flows.md").read_text(), re.DOTALL | re.MULTILINE
)
EXAMPLES = [block for kind, block in BLOCKS if kind == " flow"]
PARTS = [block for kind, block in BLOCKS if kind == ""]
DESKS = [block for kind, block in BLOCKS if kind == " desk"]


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_of_the_docs_loads_and_checks_clean(example: str) -> None:
    assert check(explore(load("contoh", {"flow.yaml": example}))) == []


def test_the_docs_begin_with_the_service_that_a_newcomer_calls_first() -> None:
    hello = (ROOT / "flows" / "hello" / "flow.yaml").read_text()
    assert (
        EXAMPLES
        and EXAMPLES[0] == "\n".join(line for line in hello.splitlines() if not line.startswith("#")) + "\n"
    )


@pytest.mark.parametrize("example", PARTS, ids=lambda example: example.split(":")[0])
def test_a_part_of_a_flow_lacks_only_names_that_the_rest_would_give(example: str) -> None:
    heads = re.findall(r"^(\w+):", example, re.MULTILINE)
    if heads == ["promises"]:
        sentences = re.findall(r"^  - (.+)$", example, re.MULTILINE)
        assert sentences and all(SENTENCE.match(sentence) for sentence in sentences)
        return
    rest = re.sub(rf"^(?:{'|'.join(heads)}):.*\n(?:[ \n].*\n)*", "", EXAMPLES[0], flags=re.MULTILINE)
    try:
        load("contoh", {"flow.yaml": rest + example})
    except FlowFaults as found:
        # Words in English are for services that speak it.
        left = [str(fault) for fault in found.faults if fault.code not in OF_THE_SERVICE]
        assert left == []


@pytest.mark.parametrize("example", DESKS, ids=lambda example: example.split(":")[0])
def test_rules_of_the_desk_are_read(example: str) -> None:
    files = {"desk.yaml": example}
    assert desk_rules.read(files, "Asia/Jakarta") is not None
    assert ("canned" in example) == bool(desk_rules.canned(files, "Asia/Jakarta"))


def test_no_example_is_left_out() -> None:
    assert {kind for kind, _ in BLOCKS} == {"", " flow", " test", " desk"}
    assert len(PARTS) >= 6 and len(DESKS) == 3
