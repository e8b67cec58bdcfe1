"""Checklists and acts in a service's ``desk.yaml``, read against its flow: every name in them is one of the flow's.

checklists:
  poro: {title: {id: …, en: …}, items: {npwp: {id: NPWP, en: Tax number}, …}}
acts:
  send_efin: {title: …, checklist: poro, auth_level: L2, skill: akun, level: madya, asks: efin, subject: npwp, secret: efin,
              address: surel, heading: …, mail: …, file: {id: "EFIN: {efin}", …}, no_address: …}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desk.acts import LEVELS, Act, Checklist, Declared
from desk.agents import LEVELS as SKILL_LEVELS
from engine.flow import Flow, Lookup, Queue, Source
from engine.load.faults import Faults
from engine.load.reading import VARIABLE, Reader, good_name, texts
from engine.load.words import placeholders, read_words
from engine.load.yaml_nodes import Node, Table, Text, read_yaml

FILE = "desk.yaml"
CHECKLISTS, ACTS = "checklists", "acts"
CLASSES = ("publik", "terbatas")  # of what is rahasia nothing is ever sent from here (domain page 0.5)
FILLS = ("layanan", "tiket")  # what is put into the words of a mail
NOTHING: Mapping[str, str] = {}


def declared(files: Mapping[str, bytes | str], flow: Flow) -> Declared:
    """What a published version declares. Its faults were told when it was published."""
    return read(files, flow, Faults())


def read(files: Mapping[str, bytes | str], flow: Flow, faults: Faults) -> Declared:
    """The service's checklists and acts; faults are noted, among them a queue's ``handover:`` to a list that is not there."""
    content = files.get(FILE, b"")
    root = read_yaml(FILE, content, faults) if content else None
    entries = root.entries if isinstance(root, Table) else {}
    found = read_nodes(entries.get(CHECKLISTS), entries.get(ACTS), flow, faults)
    for step in flow.steps.values():
        if isinstance(step, Queue) and step.handover and step.handover not in found.checklists:
            faults.unknown(
                step.place, "unknown-checklist", "under 'checklists:' of desk.yaml the list", step.handover,
                found.checklists,
            )  # fmt: skip
    return found


def read_nodes(checklists: Node | None, acts: Node | None, flow: Flow, faults: Faults) -> Declared:
    """The two mappings of desk.yaml."""
    lists = {}
    if checklists is not None:
        for name, place, node in Reader(checklists, f"'{CHECKLISTS}:'", faults).items():
            good_name(name, place, "checklist", faults, VARIABLE)
            lists[name] = _checklist(name, node, flow, faults)
    done = {}
    if acts is not None:
        for name, place, node in Reader(acts, f"'{ACTS}:'", faults).items():
            good_name(name, place, "act", faults, VARIABLE)
            done[name] = _act(name, node, flow, lists, faults)
    return Declared(lists, done)


def _checklist(name: str, node: Node, flow: Flow, faults: Faults) -> Checklist:
    reader = Reader(node, f"the checklist '{name}'", faults)
    title = _words(reader, "title", flow, ())
    items = {}
    held = reader.need("items")
    if held is not None:
        for item, place, label in Reader(held, "'items:'", faults).items():
            good_name(item, place, "item", faults, VARIABLE)
            items[item] = read_words(label, f"the item '{item}'", flow.languages, faults)
    must, least = _needs(reader, items)
    reader.done()
    return Checklist(name, title, items, must, least)


def _needs(reader: Reader, items: Mapping[str, object]) -> tuple[frozenset[str], int]:
    """(items that must be ticked, how many at least): all, unless the list says otherwise."""
    node = reader.get("needs")
    if node is None:
        return frozenset(items), len(items)
    if isinstance(node, Text) and (node.value.isdecimal() or not node.value.strip()):
        return frozenset(), reader.number("needs", 1, 1, max(1, len(items)))
    names = []
    for item, place in texts(node, "'needs:'", reader.faults):
        names.append(item)
        if item not in items:
            reader.faults.unknown(place, "unlisted-value", "among the items", item, items)
    return frozenset(names) & items.keys(), len(names)


def _act(name: str, node: Node, flow: Flow, lists: Mapping[str, Checklist], faults: Faults) -> Act:
    reader = Reader(node, f"the act '{name}'", faults)
    source = _source(reader, flow)
    gives = source.gives if source else None
    secret = _field(reader, "secret", gives)
    address = _field(reader, "address", gives)
    act = Act(
        name=name,
        title=_words(reader, "title", flow, ()),
        checklist=_proof(reader, "checklist", lists, "unknown-checklist", "the checklist"),
        auth_level=_proof(reader, "auth_level", LEVELS, "unknown-level", "the level") or LEVELS[-1],
        classification=reader.choice("class", CLASSES, "unknown-class", "the class", "terbatas").upper(),
        skill=_skill(reader, flow),
        level=reader.choice("level", SKILL_LEVELS, "unknown-level", "the level", "pemula"),
        asks=source.name if source else "",
        subject=_field(reader, "subject", _holes(source)),
        secret=secret,
        address=address,
        heading=_words(reader, "heading", flow, FILLS, (secret, address)),
        mail=_words(reader, "mail", flow, FILLS, (secret, address)),
        file=_words(reader, "file", flow, (*FILLS, secret), (address,)),
        no_address=_words(reader, "no_address", flow, ("layanan",), (secret, address)),
        within_minutes=reader.number("within_minutes", 30, 1, 1440),
    )
    _sealed_somewhere(reader, act, gives)
    reader.done()
    return act


def _source(reader: Reader, flow: Flow) -> Source | None:
    """Asked over HTTP, and by this act alone."""
    node = reader.need("asks")
    if node is None:
        return None
    known = [name for name, source in flow.sources.items() if source.kind == "http"]
    name = reader.choice("asks", flow.sources or known, "unknown-source", "the source")
    source = flow.sources.get(name)
    if source is None:
        return None
    looks = [step.name for step in flow.steps.values() if isinstance(step, Lookup) and step.source == name]
    if source.kind != "http":
        what = f"the source '{name}' is no other system: its secrets would stand in every version of this service"
        reader.faults.add(node.place, "act-source-open", what, "Ask a system over HTTP: {url: …, gives: …}")
    elif looks:
        what = f"the step '{looks[0]}' looks up '{name}', too: its secret would become a variable that can be told"
        reader.faults.add(node.place, "act-source-open", what, "Give the act a source of its own")
    return source


def _holes(source: Source | None) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(name for name, _ in placeholders(source.url))) if source else None


def _field(reader: Reader, key: str, known: Iterable[str] | None) -> str:
    """A field of the source's answer, or a placeholder of its address. None: the source is not known, and was told."""
    if reader.need(key) is None:
        return ""
    if not known:
        return reader.text(key)
    return reader.choice(key, known, "unknown-column", "in the source the field")


def _proof(reader: Reader, key: str, known: Iterable[str], code: str, what: str) -> str:
    """What must be proved before somebody's data leave the house."""
    reader.need(key, "act-without-proof")
    return reader.choice(key, known, code, what)


def _skill(reader: Reader, flow: Flow) -> str:
    known = flow.skills or tuple({step.skill for step in flow.steps.values() if isinstance(step, Queue)})
    reader.need("skill")
    return reader.choice("skill", known, "unknown-skill", "under 'skills:'")


def _words(
    reader: Reader, key: str, flow: Flow, fills: tuple[str, ...], hidden: tuple[str, ...] = ()
) -> Mapping[str, str]:
    """Words in every language of the service, with no other placeholders than these, and never with what is hidden."""
    node = reader.need(key)
    if node is None:
        return NOTHING
    words = read_words(node, f"'{key}:'", flow.languages, reader.faults)
    for inner in node.entries.values() if isinstance(node, Table) else (node,):
        for name, form in placeholders(inner.value) if isinstance(inner, Text) else ():
            if form:
                what = f"'{{{name}:{form}}}' has a format, and these words are written, not spoken"
                reader.faults.add(inner.place, "bad-placeholder", what, f"Write {{{name}}}")
            elif name in hidden:
                what = f"'{key}:' would show '{{{name}}}', which only the sealed file may hold"
                way_out = f"Take {{{name}}} out of these words"
                reader.faults.add(inner.place, "act-exposes-secret", what, way_out)
            elif name not in fills:
                reader.faults.unknown(inner.place, "unknown-variable", "the variable", name, fills)
    return words


def _sealed_somewhere(reader: Reader, act: Act, gives: Iterable[str] | None) -> None:
    """The file holds the secret, in every language; secret and address are two fields."""
    for language, said in act.file.items():
        if act.secret and act.secret not in [name for name, _ in placeholders(said)]:
            what = f"'file:' in '{language}' does not hold '{{{act.secret}}}'"
            way_out = f"Write {{{act.secret}}} where it stands"
            reader.faults.add(reader.at("file"), "bad-placeholder", what, way_out)
        if strange := sorted({letter for letter in said if ord(letter) > 255}):
            what = f"'file:' in '{language}' has {' '.join(strange)}, which the file cannot hold"
            reader.faults.add(reader.at("file"), "bad-value", what, "Write plain letters and signs")
    if gives and act.secret and act.secret == act.address:
        what = "secret and address are the same field: the secret would be an address"
        reader.faults.add(
            reader.at("address"), "act-exposes-secret", what, "Name the field with the e-mail address"
        )
