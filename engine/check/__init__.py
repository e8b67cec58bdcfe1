"""Findings about a flow that loads: what some contact would meet, found by walking every way (engine/explore).

A rule is a function from an Exploration to findings; each module is a family of rules with its registry RULES. An error would
leave somebody stuck, unanswered or wrongly informed, or tell what is not theirs; a warning is worth a look. What each code
means stands in engine/check/codes.
"""

from engine.check import notice, prompts, secrecy, space, texting, ways, words
from engine.check.finding import ERROR, WARNING, Finding, finding, place_in
from engine.explore import Exploration

__all__ = ["ERROR", "WARNING", "Finding", "check", "finding", "place_in"]

RULES = (
    *ways.RULES,
    *words.RULES,
    *prompts.RULES,
    *texting.RULES,
    *secrecy.RULES,
    *notice.RULES,
    *space.RULES,
)


def check(exploration: Exploration) -> list[Finding]:
    """Every finding, in the order of the files."""
    return sorted({finding for rule in RULES for finding in rule(exploration)})
