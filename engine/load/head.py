"""The head of flow.yaml: who the service is, by which numbers it is called, what may be set and what texts may begin with."""

import re
from datetime import date
from zoneinfo import ZoneInfo

from engine.flow import Exit, KeywordSpec, Number, Place, Template, Words
from engine.load.context import Context
from engine.load.faults import Faults, shorten
from engine.load.reading import VARIABLE, Reader, day_text, good_name, plain
from engine.load.words import missing_phrases
from engine.load.yaml_nodes import Items, Node, Table, Text
from engine.phrases import PHRASES

VOICES = {"id": "Google.id-ID-Wavenet-A", "en": "Google.en-US-Neural2-F"}
PHASES = ("serve", "announce_and_serve", "announce_and_hang_up")
# Words the house understands before any flow (domain page 0.7): a flow must not give them another meaning.
RESERVED_WORDS = frozenset(
    "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT BERHENTI UNREG START MULAI UNSTOP OPTOUT REVOKE".split()
)
MOST_PARTS = 10
URGENT = ("P1", "P2")  # P3 is what a case has anyway
_FORMAT = re.compile(r"1\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z", re.ASCII)
_PREFIX = re.compile(r"[A-Z0-9]{1,8}\Z", re.ASCII)
_SPELLING = re.compile(r"\+?[0-9() .-]{2,30}\Z", re.ASCII)
_ONE_KEY = re.compile(r"[0-9*#]\Z", re.ASCII)
_KEYWORD = re.compile(r"[A-Z0-9#][A-Z0-9_-]{0,29}\Z", re.ASCII)
_VOICE = re.compile(r"(?:(?:Google|Polly)\.[A-Za-z0-9-]+|man|woman|alice)\Z", re.ASCII)


def languages(reader: Reader) -> tuple[str, ...]:
    """`languages: [id, en]`; the first is the default."""
    if reader.need("languages") is None:
        return ("id",)
    found = []
    for language, place in reader.names("languages"):
        if _LANGUAGE.match(language):
            found.append(language)
        else:
            way_out = "Write two small letters: id, en"
            what = f"'{shorten(language)}' is no code of a language"
            reader.faults.misspelt(place, "unknown-language", what, way_out, _LANGUAGE)
    return tuple(found) or ("id",)


def format_of_file(reader: Reader) -> None:
    """`format: 1`, so that a later program knows what it reads."""
    node = reader.need("format")
    if node is not None and not _FORMAT.match(plain(node, "'format:'", reader.faults, "1")):
        what = "this program reads 'format: 1' only"
        reader.faults.misspelt(node.place, "unknown-format", what, "Write 1", _FORMAT)


def prefix(reader: Reader) -> str:
    """`prefix: BI`, which begins case numbers."""
    node = reader.need("prefix")
    value = reader.text("prefix")
    if node is not None and value and not _PREFIX.match(value):
        what = f"'{shorten(value)}' cannot begin a case number"
        way_out = "Write 1 to 8 capital letters or digits"
        reader.faults.misspelt(node.place, "bad-prefix", what, way_out, _PREFIX)
    return value


def timezone(reader: Reader) -> str:
    """`timezone: Asia/Jakarta`, a name of the tz database."""
    node = reader.need("timezone")
    value = reader.text("timezone", "Asia/Jakarta")
    try:
        # Before ZoneInfo sees it: it would look for a file of that name.
        if not re.fullmatch(r"[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*", value, re.ASCII):
            raise ValueError(value)
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        assert node is not None, "the default is a zone"
        way_out = "Write Asia/Jakarta (WIB), Asia/Makassar (WITA) or Asia/Jayapura (WIT)"
        reader.faults.add(
            node.place, "unknown-timezone", f"there is no time zone '{shorten(value)}'", way_out
        )
    return value


def voices(reader: Reader, spoken: tuple[str, ...]) -> dict[str, str]:
    """language -> voice, the defaults filled in."""
    given: dict[str, str] = {}
    node = reader.get("voices")
    for language, place, inner in (
        Reader(node, "'voices:'", reader.faults).items() if node is not None else ()
    ):
        if language not in spoken:
            reader.faults.unknown(place, "unknown-language", "the language", language, spoken)
        voice = plain(inner, f"'{shorten(language)}:'", reader.faults)
        if voice and not _VOICE.match(voice):
            what = f"'{shorten(voice)}' is no voice of Twilio"
            way_out = "Write one such as Google.id-ID-Wavenet-A"
            reader.faults.misspelt(inner.place, "unknown-voice", what, way_out, _VOICE)
        given[language] = voice
    for language in spoken:
        if language not in given and language not in VOICES:
            way_out = f"Add it under 'voices:': {{{language}: Google.…}}"
            reader.faults.add(
                reader.at("languages"), "unknown-voice", f"no voice is known for '{language}'", way_out
            )
    return {language: given.get(language) or VOICES.get(language, "") for language in spoken}


# --- numbers ---


def numbers(context: Context, reader: Reader) -> tuple[tuple[Number, ...], tuple[Number, ...]]:
    """(for calls, for texts)"""
    inner = Reader(reader.need("numbers"), "'numbers:'", context.faults, reader.place)
    found = tuple(_spellings(context, inner.get(channel), channel) for channel in ("voice", "text"))
    if inner.fine and not any(found) and not ("voice" in inner or "text" in inner):
        inner.add("missing-key", "'numbers:' has neither 'voice:' nor 'text:'", 'Write {voice: ["131"]}')
    inner.done()
    return found[0], found[1]


def _spellings(context: Context, node: Node | None, channel: str) -> tuple[Number, ...]:
    if node is None:
        return ()
    found: dict[str, Number] = {}
    for item in node.items if isinstance(node, Items) else (node,):
        read = _number(context, item)
        if read is None:
            continue
        digits = re.sub(r"[^0-9]", "", read.spelling)
        key = "0" + digits.removeprefix("62") if read.spelling.startswith("+62") else digits
        if key in found:
            what = f"'{read.spelling}' is already there as '{found[key].spelling}'"
            context.faults.add(item.place, "number-twice", what, f"Keep one spelling under '{channel}:'")
        found[key] = read
    return tuple(found.values())


def _number(context: Context, node: Node) -> Number | None:
    if isinstance(node, Text):
        spelling = _spelling(node, context.faults)
        return Number(spelling, place=node.place) if spelling else None
    reader = Reader(node, "a number", context.faults)
    value = reader.need("number")
    spelling = _spelling(value, context.faults) if value is not None else ""
    phases = _phases(reader)
    announce = context.optional_words(reader, "announce")
    if announce is None and any(what != "serve" for _, what in phases):
        reader.add("missing-key", f"'{spelling}' announces, but has no 'announce:'", "Add the words")
    reader.done()
    return Number(spelling, phases, announce, node.place) if spelling else None


def _spelling(node: Node, faults: Faults) -> str:
    value = plain(node, "a number", faults)
    if value and not (_SPELLING.match(value) and len(re.sub(r"[^0-9]", "", value)) >= 2):
        what, way_out = f"'{shorten(value)}' is no number", 'Write it as it is dialled: "(021) 1500131"'
        faults.misspelt(node.place, "bad-telephone", what, way_out, _SPELLING)
        return ""
    return value


def _phases(reader: Reader) -> tuple[tuple[date | None, str], ...]:
    node = reader.get("phases")
    if node is None:
        return ((None, "serve"),)
    found: list[tuple[date, str]] = []
    for value, place, inner in Reader(node, "'phases:'", reader.faults).items():
        start = day_text(value, place, "a phase", reader.faults)
        what = plain(inner, f"'{shorten(value)}:'", reader.faults, "serve")
        if what not in PHASES:
            reader.faults.unknown(inner.place, "unknown-phase", "the phase", what, PHASES)
        elif start:
            found.append((start, what))
    return tuple(sorted(found)) or ((None, "serve"),)


# --- values, variables, phrases, templates ---


def values(node: Node | None, faults: Faults) -> dict[str, str]:
    """`values: {bi_rate: "4,75"}`"""
    found = {}
    for name, place, inner in Reader(node, "'values:'", faults).items() if node is not None else ():
        if good_name(name, place, "value", faults, VARIABLE):
            found[name] = plain(inner, f"'{name}:'", faults)
    return found


def variables(node: Node | None, constants: dict[str, str], faults: Faults) -> dict[str, tuple[str, ...]]:
    """`variables: {sudah_transfer: [ya, tidak]}`"""
    found = {}
    reader = Reader(node, "'variables:'", faults)
    for name, place, _ in reader.items() if node is not None else ():
        if name in constants:
            faults.add(
                place, "name-twice", f"'{shorten(name)}' is already under 'values:'", "Rename one of the two"
            )
        if good_name(name, place, "variable", faults, VARIABLE):
            found[name] = tuple(value for value, _ in reader.names(name))
    return found


def phrases(context: Context, node: Node | None, place: Place) -> dict[str, Words]:
    """`phrases:`, and whether every language has all it needs."""
    found = {}
    for name, at, inner in Reader(node, "'phrases:'", context.faults).items() if node is not None else ():
        if name not in PHRASES:
            context.faults.unknown(at, "unknown-phrase", "the phrase", name, PHRASES)
        found[name] = context.words(inner, f"the phrase '{shorten(name)}'", phrase=True)
    for language, names in missing_phrases(context.languages, found, PHRASES).items():
        some = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        what = f"the house has no words in '{language}' for: {some}"
        context.faults.add(place, "missing-language", what, "Give them under 'phrases:'")
    return found


def templates(context: Context, node: Node | None) -> dict[str, Template]:
    """texts.yaml: `rusak: {id: …, en: …, parts: 3}`"""
    found = {}
    for name, place, inner in Reader(node, "texts.yaml", context.faults).items() if node is not None else ():
        good_name(name, place, "template", context.faults)
        parts = 2
        if isinstance(inner, Table):
            reader = Reader(inner, f"the template '{shorten(name)}'", context.faults)
            parts = reader.number("parts", 2, 1, MOST_PARTS)
            rest = {key: value for key, value in inner.entries.items() if key != "parts"}
            inner = Table(rest, inner.keys, inner.place)
        found[name] = Template(name, context.words(inner, f"the template '{shorten(name)}'"), parts, place)
    return found


# --- everywhere, keywords, topics ---


def everywhere(context: Context, node: Node | None) -> None:
    """`everywhere:` into the context: keys of every menu, and silence and no match of those that give none."""
    if node is None:
        return
    reader = Reader(node, "'everywhere:'", context.faults)
    keys = reader.get("keys")
    found: dict[str, Exit] = {}
    for key, place, inner in Reader(keys, "'keys:'", context.faults).items() if keys is not None else ():
        if not _ONE_KEY.match(key):
            way_out = 'One of 0 to 9, * and #, in quotes: "0"'
            what = f"'{shorten(key)}' is no single key of a telephone"
            context.faults.misspelt(place, "bad-key", what, way_out, _ONE_KEY)
        else:
            found[key] = context.exit(inner, f"the key '{key}'")
    context.everywhere = found
    for name in ("silence", "no_match"):
        inner_node = reader.get(name)
        if inner_node is not None:
            setattr(context, name, context.tries(inner_node, f"'{name}:'"))
    reader.done()


def keywords(context: Context, node: Node | None, topics: Node | None) -> dict[str, KeywordSpec]:
    """`keywords: {ADU: {aliases: [LAPOR], rest_as: isi, then: adu_baru}}`; ``topics`` are those that they may give way to."""
    known = tuple(topics.entries) if isinstance(topics, Table) else ()
    found: dict[str, KeywordSpec] = {}
    taken: dict[str, str] = {}
    for name, place, inner in Reader(node, "'keywords:'", context.faults).items() if node is not None else ():
        spec = _keyword(context, name, place, inner, known)
        for word, at in ((name, place), *((alias, place) for alias in spec.aliases)):
            _claim_keyword(context, word, name, at, taken)
        found[name] = spec
    return found


def _claim_keyword(context: Context, word: str, name: str, place: Place, taken: dict[str, str]) -> None:
    if not _KEYWORD.match(word):
        way_out = "Use capital letters and digits, no blanks"
        what = f"'{shorten(word)}' cannot be a keyword"
        context.faults.misspelt(place, "bad-name", what, way_out, _KEYWORD)
    elif word in RESERVED_WORDS:
        context.faults.add(
            place, "keyword-clash", f"'{word}' always stops or starts texts", "Choose another word"
        )
    elif word in taken:
        context.faults.add(
            place,
            "keyword-clash",
            f"'{word}' already belongs to '{taken[word]}'",
            "Keep it at one of the two",
        )
    else:
        taken[word] = name


def _keyword(context: Context, name: str, place: Place, node: Node, topics: tuple[str, ...]) -> KeywordSpec:
    about = f"the keyword '{shorten(name)}'"
    if isinstance(node, Text):
        return KeywordSpec(name, then=context.exit(node, about), place=place)
    reader = Reader(node, about, context.faults)
    takes = tuple(value for value, _ in reader.names("takes"))
    rest_as = reader.text("rest_as")
    aliases = tuple(value for value, _ in reader.names("aliases"))
    yields_to = reader.names("yields_to")
    for topic, at in yields_to:
        if topic not in topics:
            context.faults.unknown(at, "unknown-topic", "under 'topics:'", topic, topics)
    then = context.need_exit(reader, "then")
    without = context.optional_exit(reader, "without")
    wrong = context.optional_exit(reader, "wrong")
    way = Exit(then.to, {**then.set, **context.assignments(reader.get("set"))}, place=then.place)
    reader.done()
    first = tuple(topic for topic, _ in yields_to)
    return KeywordSpec(name, aliases, takes, rest_as, way, place, without, wrong, first)


def topics(context: Context, node: Node | None) -> dict[str, tuple[tuple[str, ...], Exit]]:
    """`topics: {uang_rusak: {words: [sobek], then: rusak_sms}}`"""
    found: dict[str, tuple[tuple[str, ...], Exit]] = {}
    taken: dict[str, str] = {}
    for name, place, inner in Reader(node, "'topics:'", context.faults).items() if node is not None else ():
        good_name(name, place, "topic", context.faults)
        reader = Reader(inner, f"the topic '{shorten(name)}'", context.faults)
        reader.need("words")
        words = reader.names("words")
        for word, at in words:
            if taken.setdefault(word.casefold(), name) != name:
                what = f"'{shorten(word)}' already belongs to the topic '{taken[word.casefold()]}'"
                context.faults.add(at, "keyword-clash", what, "Keep it at one of the two")
        then = context.need_exit(reader, "then")
        way = Exit(then.to, {**then.set, **context.assignments(reader.get("set"))}, place=then.place)
        reader.done()
        found[name] = (tuple(word for word, _ in words), way)
    return found


def urgent(node: Node | None, faults: Faults) -> dict[str, tuple[str, ...]]:
    """`urgent: {P1: ["kartu hilang", ditipu], P2: [segera]}`: what a message says when it cannot wait."""
    found: dict[str, tuple[str, ...]] = {}
    taken: dict[str, str] = {}
    reader = Reader(node, "'urgent:'", faults)
    for priority, place, _ in reader.items() if node is not None else ():
        if priority not in URGENT:
            faults.unknown(place, "unknown-priority", "the priority", priority, URGENT)
        words = reader.names(priority)
        for word, at in words:
            if taken.setdefault(word.casefold(), priority) != priority:
                what = f"'{shorten(word)}' is already under '{taken[word.casefold()]}'"
                faults.add(at, "name-twice", what, "Keep it at one of the two")
        found[priority] = tuple(word for word, _ in words)
    return found
