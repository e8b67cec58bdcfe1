"""What is known while a service is read: the names of everything, before anything that refers to them is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.flow import BACK, CASE_FIELDS, REPEAT, RETURN, Exit, Hours, Place, Source, Template, Tries, Words
from engine.load.faults import Faults, shorten
from engine.load.reading import Reader, between, good_name, number, plain
from engine.load.words import PHRASE_ONLY, check_placeholders, label, read_words
from engine.load.yaml_nodes import Node, Table, Text

CLASSES = ("publik", "terbatas", "rahasia")
LEVELS = ("L1", "L2", "L3")
MOST_TRIES = 9
_EXIT_KEYS = ("then", "set", "from", "until")


@dataclass
class Context:
    """One flow being read. Names are gathered first, so that a reference is judged where it stands.

    ``piece`` is the piece whose file is being read ('' for the service's own): its step names get 'piece/' in front.
    """

    faults: Faults
    languages: tuple[str, ...] = ("id",)
    piece: str = ""
    own_steps: frozenset[str] = frozenset()
    pieces: Mapping[str, frozenset[str]] = field(default_factory=dict)  # piece -> its step names
    runs: Mapping[str, set[str]] = field(default_factory=dict)  # piece -> the pieces that it runs
    starts: dict[str, str] = field(default_factory=dict)  # piece -> its first step
    constants: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)  # variables that asks, look-ups and keywords fill
    secrets: dict[str, Place] = field(default_factory=dict)
    hours: Mapping[str, Hours] = field(default_factory=dict)
    skills: tuple[str, ...] = ()  # those that the service lists; () when it lists none
    units: tuple[str, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    templates: Mapping[str, Template] = field(default_factory=dict)
    phrases: Mapping[str, Words] = field(default_factory=dict)
    everywhere: Mapping[str, Exit] = field(default_factory=dict)
    silence: Tries | None = None
    no_match: Tries | None = None
    every_language: bool = False  # the menu being read is said in all languages, each naming its own keys

    def inside(self, piece: str) -> "Context":
        """The same flow, read from inside a piece."""
        return replace(self, piece=piece)

    def full(self, step: str) -> str:
        """A step's name within the whole flow."""
        return f"{self.piece}/{step}" if self.piece else step

    def runs_itself(self, piece: str) -> bool:
        """Would running this piece from here come back to the piece being read?"""
        seen, waiting = set[str](), [piece]
        while waiting and self.piece:
            at = waiting.pop()
            if at == self.piece:
                return True
            waiting += self.runs.get(at, set()) - seen
            seen.add(at)
        return False

    @property
    def steps(self) -> frozenset[str]:
        """Names that an exit written here may lead to."""
        return self.pieces[self.piece] if self.piece else self.own_steps

    @property
    def values(self) -> frozenset[str]:
        """Names that a placeholder may have."""
        known = {"layanan", "nomor", "hari_ini", "tiket", "isi", *(["jam"] if self.hours else [])}
        return frozenset(known | set(self.constants) | set(self.variables) | self.given)

    def _known(self, more: frozenset[str] = frozenset()) -> frozenset[str] | None:
        """The names a placeholder may have; None when they cannot be told, because a table is unreadable."""
        if any(source.kind == "table" and not source.columns for source in self.sources.values()):
            return None
        return self.values | more

    # --- words ---

    def words(self, node: Node, about: str, *, phrase: bool = False) -> Words:
        """A text for contacts, its languages and placeholders judged."""
        words = read_words(node, about, self.languages, self.faults, own=not self.piece)
        check_placeholders(node, self._known(PHRASE_ONLY if phrase else frozenset()), self.faults)
        self._no_secrets(node, words)
        return words

    def _no_secrets(self, node: Node, words: Words) -> None:
        for name in self.secrets:
            if any(f"{{{name}}}" in text or f"{{{name}:" in text for text in words.values()):
                self.faults.add(
                    node.place,
                    "secret-spoken",
                    f"the secret '{name}' would be told",
                    "Leave it out of the words",
                )

    def optional_words(self, reader: Reader, key: str) -> Words | None:
        """A text that may be absent."""
        node = reader.get(key)
        return None if node is None else self.words(node, f"'{key}:'")

    def template(self, node: Node, about: str) -> str:
        """A text for the house or a source, with placeholders, the same in every language."""
        check_placeholders(node, self._known(), self.faults)
        return plain(node, about, self.faults)

    # --- exits ---

    def exit(
        self, node: Node, about: str, *, key: str = "", words: Words | None = None, dated: bool = False
    ) -> Exit:
        """`step`, `back`, `repeat`, `return` or `{then: step, set: …}`.

        ``key``: this is the exit of a menu's key and may carry say and label. ``dated``: from and until make sense here.
        """
        if isinstance(node, Text):
            found = self._label(key, words or {}, None)
            return Exit(self.target(node, about), place=node.place, label=found)
        reader = Reader(node, about, self.faults)
        if not reader.fine:
            return Exit("", place=node.place)
        then = reader.need("then", "missing-exit")
        days = between(reader)
        if not dated and ("from" in reader or "until" in reader):
            what = f"{about} has 'from:' or 'until:', but nothing says where to go on the other days"
            reader.add("dated-exit", what, "Give the days to the step it leads to, with 'otherwise:'")
        say = self.optional_words(reader, "say") if key else None
        own = reader.get("label") if key else None
        line = self.words(own, "'label:'") if own is not None else self._label(key, words or {}, say)
        to = self.target(then, about) if then is not None else ""
        values = self.assignments(reader.get("set"))
        reader.done(also=_EXIT_KEYS)
        return Exit(to, values, days, say, line, node.place)

    def _label(self, key: str, words: Words, say: Words | None) -> Words | None:
        """The key's line in a numbered list, from its own words or the menu's; None unless every language has it."""
        if not key:
            return None
        found = label(say or {}, key) or label(words, key)
        if found and self.every_language:
            found = {
                language: found.get(language) or next(iter(found.values())) for language in self.languages
            }
        return found if all(language in found for language in self.languages) else None

    def target(self, node: Node, about: str) -> str:
        """The name of the step that an exit leads to, in the whole flow."""
        name = plain(node, about, self.faults)
        if name in ("", BACK, REPEAT):
            return name
        if name == RETURN:
            if not self.piece:
                self.faults.add(
                    node.place,
                    "return-outside-piece",
                    "'return' leads nowhere outside a piece",
                    "Name a step",
                )
            return name
        if name not in self.steps:
            self.faults.unknown(node.place, "unknown-step", "the step", name, self.steps)
            return ""
        return self.full(name)

    def need_exit(self, reader: Reader, key: str, *, dated: bool = False) -> Exit:
        """An exit that must be there."""
        node = reader.need(key, "missing-exit")
        return Exit("", place=reader.place) if node is None else self.exit(node, f"'{key}:'", dated=dated)

    def optional_exit(self, reader: Reader, key: str) -> Exit | None:
        """An exit that may be absent."""
        node = reader.get(key)
        return None if node is None else self.exit(node, f"'{key}:'")

    def tries(self, node: Node, about: str) -> Tries:
        """`{tries: 3, then: step, say: …}`"""
        reader = Reader(node, about, self.faults)
        if not reader.fine:
            return Tries(1, Exit("", place=node.place))
        count = reader.need("tries")
        times = 3 if count is None else number(count, "'tries:'", self.faults, 3, 1, MOST_TRIES)
        say = self.optional_words(reader, "say")
        then = self.need_exit(reader, "then")
        values = self.assignments(reader.get("set"))
        reader.done()
        return Tries(times, replace(then, set={**then.set, **values}) if values else then, say)

    def silence_or_no_match(self, reader: Reader, key: str) -> Tries:
        """`silence:` or `no_match:` of a step, or the one given under `everywhere:`."""
        node = reader.get(key)
        if node is not None:
            return self.tries(node, f"'{key}:'")
        default = self.silence if key == "silence" else self.no_match
        if default is None:
            reader.add(
                "missing-exit", f"{reader.about} has no '{key}:'", f"Add '{key}:' here or under 'everywhere:'"
            )
            return Tries(1, Exit("", place=reader.place))
        return default

    # --- set ---

    def assignments(self, node: Node | None) -> Mapping[str, str]:
        """`set:`: case fields, listed variables and the language."""
        if node is None:
            return {}
        reader = Reader(node, "'set:'", self.faults)
        values = {}
        for name, place, value in reader.items():
            text = plain(value, f"'{name}:'", self.faults)
            if self._may_set(name, text, place, value):
                values[name] = text
        return values

    def _may_set(self, name: str, value: str, place: Place, node: Node) -> bool:
        allowed = self._allowed(name)
        if allowed is None:
            names = {"language", *self.variables, *CASE_FIELDS}
            self.faults.unknown(
                place, "unknown-variable", "under 'variables:' or among the case fields,", name, names
            )
            return False
        if allowed and value and value not in allowed:
            code = "unknown-class" if name == "classification" else "unlisted-value"
            way_out = f"Allowed are: {', '.join(allowed)}"
            self.faults.add(node.place, code, f"'{shorten(value)}' is no value of '{name}'", way_out)
            return False
        if "{" in value:
            self.faults.add(
                node.place,
                "unlisted-value",
                f"'{name}' is set to a placeholder",
                "Set one of the listed values",
            )
            return False
        return True

    def _allowed(self, name: str) -> tuple[str, ...] | None:
        """The values a name may be set to; () is any, None is not a name that may be set."""
        if name == "language":
            return self.languages
        if name in self.variables:
            return self.variables[name]
        if name == "classification":
            return CLASSES
        if name in ("skill", "unit"):
            return self.skills if name == "skill" else self.units
        return () if name in CASE_FIELDS else None


def step_names(node: Node | None, faults: Faults) -> frozenset[str]:
    """The names under `steps:`, each judged as a name."""
    if not isinstance(node, Table):
        return frozenset()
    for name, place in node.keys.items():
        if name in (BACK, REPEAT, RETURN):
            faults.add(
                place,
                "bad-name",
                f"'{name}' is what an exit says, not a step's name",
                "Call the step differently",
            )
        else:
            good_name(name, place, "step", faults)
    return frozenset(node.entries)
