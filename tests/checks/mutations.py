"""Mutants of a service: one slip of an administrator's hand each, made in the text of its files."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_TO = r"(?P<key>then|closed|nobody|too_long|noted|failed|none|found|ok|fail|locked|no_number|else|callback|message): (?P<to>[a-z0-9_]+)"
_EXIT_LINE = re.compile(
    r"^ +(?:then|closed|nobody|noted|failed|none|found|ok|fail|locked|no_number|otherwise|silence|no_match|else|yes|no|message"
    r"|callback): [^\n{]*(?:\{[^\n]*\})?\n",
    re.MULTILINE,
)
_KEY = re.compile(r'"(?P<key>[0-9])": (?P<to>[a-z0-9_]+)')
_LONG_KEY = re.compile(r'^( +"[0-9]": )\{then: [^\n]*\}\n', re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    """``files`` are the service's with one of them changed; ``what`` says how, for a person who reads the report."""

    kind: str
    what: str
    files: dict[str, str]


Change = tuple[str, str, str]  # file, its new text, what was changed


def _steps_of(text: str) -> list[str]:
    body = text[text.index("\nsteps:") :]
    return re.findall(r"^  ([a-z0-9_]+):", body.partition("\nkeywords:")[0], re.MULTILINE)


def _cut(text: str, match: re.Match[str], new: str = "") -> str:
    return text[: match.start()] + new + text[match.end() :]


def _each(files: dict[str, str], pattern: str | re.Pattern[str]) -> Iterator[tuple[str, re.Match[str]]]:
    found = re.compile(pattern, re.MULTILINE) if isinstance(pattern, str) else pattern
    for file, text in files.items():
        if file.endswith(".yaml"):
            yield from ((file, match) for match in found.finditer(text))


def drop_exit(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    for file, match in _each(files, _EXIT_LINE):
        yield file, _cut(files[file], match), f"without '{match[0].strip()}'"


def reroute(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    names = _steps_of(files["flow.yaml"])
    for pattern in (_TO, _KEY):
        for file, match in _each(files, pattern):
            if file == "flow.yaml" and match["to"] in names:
                to = chance.choice([name for name in names if name != match["to"]])
                start = match.start("to")
                new = files[file][:start] + to + files[file][match.end("to") :]
                yield file, new, f"'{match[0]}' leads to {to}"


def lead_to_itself(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    text = files["flow.yaml"]
    heads = [(match.start(), match[1]) for match in re.finditer(r"^  ([a-z0-9_]+):", text, re.MULTILINE)]
    names = set(_steps_of(text))
    for file, match in _each(files, _TO):
        own = (
            next((name for at, name in reversed(heads) if at <= match.start()), "")
            if file == "flow.yaml"
            else ""
        )
        if own in names and match["to"] != own:
            new = text[: match.start("to")] + own + text[match.end("to") :]
            yield file, new, f"'{match[0]}' of {own} leads to itself"


def remove_language(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    for file, match in _each(files, r'^ +(?:en|id): "[^\n]*"\n|, en: "(?:[^"\\]|\\.)*"'):
        yield file, _cut(files[file], match), f"without {match[0].strip()[:40]}"


def change_class(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    for file, match in _each(files, r"^( +)class: (\w+)\n"):
        if match[2] != "publik":
            yield file, _cut(files[file], match), "without its class"
            yield file, _cut(files[file], match, f"{match[1]}class: publik\n"), "class publik"
        yield file, _cut(files[file], match, f"{match[1]}class: rahasia\n"), "class rahasia"


def change_level(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    for file, match in _each(files, r"\b(verify|needs): (L[123])"):
        for level in {"L1", "L2", "L3"} - {match[2]}:
            yield file, _cut(files[file], match, f"{match[1]}: {level}"), f"{match[0]} is {level}"


def skip_proof(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    """Whoever led to the proof leads to what it guards."""
    text = files["flow.yaml"]
    for step in re.finditer(
        r"^  ([a-z0-9_]+):\n    verify:(?:.*\n)*?    ok: ([a-z0-9_]+)\n", text, re.MULTILINE
    ):
        for match in re.finditer(rf": {step[1]}\b(?!:)", text):
            yield "flow.yaml", _cut(text, match, f": {step[2]}"), f"past the proof {step[1]}"


def swap_proof(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    for file, match in _each(files, r"^    ok: (\w+)\n    fail: (\w+)\n"):
        yield (
            file,
            _cut(files[file], match, f"    ok: {match[2]}\n    fail: {match[1]}\n"),
            "ok and fail exchanged",
        )


def drop_notice(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    for file, match in _each(files, r"^ +(?:notice: recording|spoken: every language)[^\n]*\n"):
        yield file, _cut(files[file], match), f"without {match[0].strip()[:30]}"
    for file, match in _each(files, r" (?:Demi peningkatan[^.]*direkam\.|This call is recorded[^.]*\.)"):
        yield file, _cut(files[file], match), "the notice does not say it"
    for file, match in _each(files, r"^start: (\w+)\n"):
        first = re.search(rf"^  {match[1]}:\n(?:.*\n)*?    then: (\w+)", files[file], re.MULTILINE)
        if first and first[1] in _steps_of(files[file]):
            yield file, _cut(files[file], match, f"start: {first[1]}\n"), "begins behind the notice"


def swap_keys(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    for file, match in _each(files, r"keys: \{[^}\n]*\}"):
        pairs = list(_KEY.finditer(match[0]))
        if len(pairs) >= 2:
            one, other = chance.sample(pairs, 2)
            keys = match[0].replace(one[0], "\0").replace(other[0], f'"{other["key"]}": {one["to"]}')
            yield (
                file,
                _cut(files[file], match, keys.replace("\0", f'"{one["key"]}": {other["to"]}')),
                "two keys exchanged",
            )
    for file, match in _each(files, r"set: \{language: (id|en)\}"):
        other = "en" if match[1] == "id" else "id"
        yield file, _cut(files[file], match, f"set: {{language: {other}}}"), "another language is set"


def drop_key(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    for file, match in _each(files, r'"[0-9*]": [a-z0-9_]+, |, "[0-9*]": [a-z0-9_]+(?=[,}])'):
        yield file, _cut(files[file], match), f"without the key {match[0].strip(', ')}"
    for file, match in _each(files, _LONG_KEY):
        yield file, _cut(files[file], match), f"without the key {match[0].strip()[:30]}"


def loop_silence(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    """Silence or wrong keys come back to the question itself."""
    text = files["flow.yaml"]
    for match in re.finditer(r"^  ([a-z0-9_]+):\n    (?:menu|ask):", text, re.MULTILINE):
        if match[1] in _steps_of(text):
            for kind in ("silence", "no_match"):
                body = text[match.end() :]
                end = re.search(r"^  \S|^\S", body, re.MULTILINE)
                step = body[: end.start()] if end else body
                plain = re.sub(rf"^    {kind}:.*\n", "", step, flags=re.MULTILINE)
                new = plain.rstrip("\n") + f"\n    {kind}: {{tries: 3, then: {match[1]}}}\n\n"
                yield (
                    "flow.yaml",
                    text[: match.end()] + new + body[len(step) :],
                    f"{kind} of {match[1]} asks again",
                )


def misspell(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    for file, match in _each(files, r"\{([a-z]{4,})(?=[:}])"):
        at = chance.randrange(1, len(match[1]))
        word = match[1][:at] + match[1][at + 1 :]
        yield file, _cut(files[file], match, "{" + word), f"{{{match[1]}}} is {{{word}}}"
    for file, match in _each(files, r"\bskill: ([a-z_]{4,})(?=[,}])"):
        yield file, _cut(files[file], match, f"skill: {match[1]}x"), f"nobody has {match[1]}x"


def delete_step(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    text = files["flow.yaml"]
    for match in re.finditer(r"^  ([a-z0-9_]+):(?: \{.*\}\n|\n(?:    .*\n|\n)+)", text, re.MULTILINE):
        if match[1] in _steps_of(text):
            yield "flow.yaml", _cut(text, match), f"without the step {match[1]}"


def rename_variable(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    """The question keeps its answer under another name than the one that is said or asked with."""
    for file, match in _each(files, r"^( +)as: ([a-z_]+)\n"):
        yield file, _cut(files[file], match, f"{match[1]}as: {match[2]}_lain\n"), f"as: {match[2]}_lain"


def stop_word(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    for file, match in _each(files, r"^  ([A-Z]{4,}): "):
        yield (
            file,
            _cut(files[file], match, f"  {chance.choice(('STOP', 'BERHENTI', 'UNREG'))}: "),
            f"{match[1]} is a word that stops",
        )


def long_words(files: dict[str, str], chance: random.Random) -> Iterator[Change]:
    for file, match in _each(files, r'^( +id: ")([^"\n]{20,})"'):
        times = 8 if file == "texts.yaml" else 90
        yield file, _cut(files[file], match, match[1] + f"{match[2]} " * times + '"'), "words that do not end"


KINDS: tuple[Callable[[dict[str, str], random.Random], Iterator[Change]], ...] = (
    drop_exit, reroute, lead_to_itself, remove_language, change_class, change_level, skip_proof, swap_proof, drop_notice,
    swap_keys, drop_key, loop_silence, misspell, delete_step, rename_variable, stop_word, long_words,
)  # fmt: skip


def mutants(files: dict[str, str], chance: random.Random) -> Iterator[Mutant]:
    """Without end: a kind by turns, one of its places by chance; none twice."""
    choices = {kind: list(kind(files, chance)) for kind in KINDS}
    for changes in choices.values():
        chance.shuffle(changes)
    while any(choices.values()):
        for kind, changes in choices.items():
            if changes:
                file, text, what = changes.pop()
                yield Mutant(kind.__name__, f"{file}: {what}", {**files, file: text})
