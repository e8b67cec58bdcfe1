"""What other platforms look for, for comparison: names that do not exist, and steps that no arrow leads to. Nothing else.

It reads the YAML as any reader does and looks at names only; nobody walks.
"""

from collections.abc import Iterator

import yaml

_EXITS = ("then", "ok", "fail", "locked", "found", "none", "failed", "limited", "else", "yes", "no", "closed", "nobody",
          "too_long", "noted", "callback", "message", "busy", "no_answer", "no_number", "otherwise", "silence", "no_match",
          "without", "wrong")  # fmt: skip
_KINDS = frozenset(
    "say menu ask verify lookup branch set record queue callback transfer text survey run end".split()
)


def faults(files: dict[str, str]) -> list[str]:
    """One line for each; [] when names fit and every step has an arrow to it."""
    try:
        trees = {name: yaml.safe_load(text) for name, text in files.items() if name.endswith(".yaml")}
    except yaml.YAMLError as error:
        return [f"not readable: {type(error).__name__}"]
    flow, texts = trees["flow.yaml"], trees.get("texts.yaml") or {}
    pieces = {name.removeprefix("common/").removesuffix(".yaml"): tree for name, tree in trees.items() if name.startswith("common/")}  # fmt: skip
    found = list(_names(flow, texts, pieces))
    for name, tree in (("", flow), *pieces.items()):
        found += _orphans(tree, name)
    return found


def _names(flow: dict, texts: dict, pieces: dict) -> Iterator[str]:
    known = {"lookup": set(flow.get("sources", {})), "text": set(texts), "run": set(pieces)}
    for step in flow["steps"].values():
        kind = next(iter(step))
        if kind not in _KINDS:
            yield f"unknown kind {kind}"
        elif kind in known and isinstance(step[kind], str) and step[kind] not in known[kind]:
            yield f"unknown {kind} {step[kind]}"
    for tree in (flow, *pieces.values()):
        for target in _targets(tree):
            if target not in tree["steps"] and target not in ("back", "repeat", "return"):
                yield f"unknown step {target}"


def _orphans(tree: dict, piece: str) -> Iterator[str]:
    reached, ahead = set[str](), list(_heads(tree))
    while ahead:
        name = ahead.pop()
        step = tree["steps"].get(name)
        if name not in reached and step is not None:
            reached.add(name)
            ahead += _of_step(step)
    yield from (f"nothing leads to {piece}/{name}" for name in tree["steps"] if name not in reached)


def _heads(tree: dict) -> Iterator[str]:
    for key in ("start", "text_start", "unknown_again", "rescue"):
        if key in tree:
            yield tree[key]
    everywhere = tree.get("everywhere", {})
    yield from _of_step(everywhere)
    for group in ("keywords", "topics"):
        for spec in tree.get(group, {}).values():
            yield from _of_step(spec) if isinstance(spec, dict) else (spec,)


def _targets(tree: dict) -> Iterator[str]:
    yield from _heads(tree)
    for step in tree["steps"].values():
        yield from _of_step(step)


def _of_step(step: dict) -> Iterator[str]:
    for name in _EXITS:
        if next(iter(step), "") != name:  # `callback:` is a kind, too
            yield from _exit(step.get(name))
    for group in ("keys", "is"):
        for way in (step.get(group) or {}).values() if isinstance(step.get(group), dict) else ():
            yield from _exit(way)


def _exit(way: object) -> Iterator[str]:
    if isinstance(way, str):
        yield way
    elif isinstance(way, dict) and isinstance(way.get("then"), str | dict):
        yield from _exit(way["then"])
