"""What the harnesses need to know of each noun of the console, found by the name of its blueprint.

A page whose address has no parts to fill in and that shows nothing from outside needs no file here. Others have
tests/web/examples/NOUN.py with:

    VALUES = {"id": lambda console: ...}      # parts of its addresses: name -> a value, or a function that plants and gives one
    FORMS = {"people.act": {"act": "end"}}    # values for one endpoint only
    WHO = "supervisor"                        # who of the cast looks, where not everybody who may open a page sees the examples
    def plant(console, payloads): ...         # put these hostile texts wherever the noun's pages show texts from outside

Every function may be called several times. What it plants must not be needed by other tests.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any

from tests.web.browser import CAST
from web.policy import POLICY


@cache
def nouns() -> dict[str, ModuleType]:
    """The modules of this folder by noun."""
    return {
        one.name: importlib.import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__)
    }


def address(console: Any, endpoint: str) -> str:
    """The address of an endpoint with examples for its parts. Fails when nobody gave one."""
    module = nouns().get(endpoint.split(".")[0])
    values = {**getattr(module, "VALUES", {}), **getattr(module, "FORMS", {}).get(endpoint, {})}
    with console.app.test_request_context():
        rule = next(rule for rule in console.app.url_map.iter_rules() if rule.endpoint == endpoint)
        missing = rule.arguments - set(values)
        assert not missing, (
            f"{endpoint}: tests/web/examples/{endpoint.split('.')[0]}.py has no value for {missing}"
        )
        filled = {
            name: values[name](console) if callable(values[name]) else values[name] for name in rule.arguments
        }
        return console.app.url_for(endpoint, **filled)


def who(endpoint: str) -> str:
    """Somebody of the cast who may open it."""
    may, wanted = POLICY[endpoint].may, getattr(nouns().get(endpoint.split(".")[0]), "WHO", "")
    if "anonymous" in may:
        return "anonymous"
    able = [name for name, person in CAST.items() if person[2] in may]
    return wanted if wanted in able else next(iter(able), "anonymous")


def of_kind(*kinds: str) -> list[str]:
    """Endpoints of these kinds (web/policy.py), in the order of the table."""
    return [endpoint for endpoint, rule in POLICY.items() if rule.kind in kinds]


def plant_everywhere(console: Any, payloads: list[str]) -> None:
    """Hostile texts into everything that pages show."""
    for module in nouns().values():
        if hasattr(module, "plant"):
            module.plant(console, payloads)
