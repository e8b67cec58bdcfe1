"""What a text message means, in the order of domain page 0.7.

STOP words come first and are sms/optout.py's. Then: the awaited answer of a running dialogue, a keyword
letter for letter, a keyword after normalising, the topics that its words name, and at last nothing: the
menu. Pure: the channel knows what is awaited and for how long.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from engine.identifiers import FORMATS
from sms.keywords import Keyword, Keywords, KeywordSpec, Reading, find
from sms.normalise import clean, normalise, without_lead_ins, without_tails

__all__ = ["AwaitedAsk", "AwaitedMenu", "KeywordSpec", "Understood", "decode_base64", "understand"]

LONGEST = 2000  # characters looked at; the longest SMS a carrier joins has 1,600


@dataclass(frozen=True)
class AwaitedMenu:
    """A numbered list was sent: key -> the words and labels that mean it, most telling first."""

    keys: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class AwaitedAsk:
    """A value was asked for; ``format`` is a name in engine.identifiers.FORMATS."""

    format: str


@dataclass(frozen=True)
class Understood:
    """What a message means.

    ``kind``: answer, keyword, topic or unknown. ``name``: of the keyword or topic. ``value``: of an answer,
    the menu's key or the normalised value. ``fields``: a keyword's arguments; ``missing`` ones were not
    given, ``wrong`` ones do not fit their format and are as written. ``via``: exact, normalised, typo, form,
    topic, weak, key, word, label, format, found; '' for unknown, or "awaited" when an answer was awaited and
    this was none.
    """

    kind: str
    name: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    value: str = ""
    via: str = ""
    missing: tuple[str, ...] = ()
    wrong: dict[str, str] = field(default_factory=dict)


def understand(
    body: str,
    *,
    keywords: Iterable[Keyword] = (),
    topics: Mapping[str, Sequence[str]] | None = None,
    awaiting: AwaitedMenu | AwaitedAsk | None = None,
    language: str = "id",
    question_keyword: str = "",
) -> Understood:
    """What ``body`` means; never raises.

    ``topics``: name -> words and phrases. ``question_keyword``: the keyword with a ``rest_as`` that takes
    the question of "Saya {nama}, NPWP {npwp}, ingin bertanya {detail}" where no topic fits it.
    """
    text = clean(decode_base64(body))[:LONGEST]
    known = [word for words in (topics or {}).values() for phrase in words for word in phrase.split()]
    table = Keywords(keywords, known)
    exact = table.exact(text)
    if awaiting and (answer := _answer(text, awaiting, exact, language)):
        return answer
    if exact and exact.strong:
        return _or_topic(exact, text, topics or {}, language)
    if isinstance(awaiting, AwaitedAsk) and (value := _searched(awaiting.format, text)):
        return Understood("answer", value=value, via="found")
    if form := _half_structured(text, table, topics or {}, language, question_keyword):
        return form
    return _by_words(text, table, exact, topics or {}, language) or Understood(
        "unknown", value=text, via="awaited" if awaiting else ""
    )


def _by_words(
    text: str, table: Keywords, exact: Reading | None, topics: Mapping[str, Sequence[str]], language: str
) -> Understood | None:
    """A keyword after normalising, a topic, or a keyword with words behind it that it does not take."""
    weak = exact
    for reading in table.loose(text, language):
        if reading.strong:
            return _or_topic(reading, text, topics, language)
        weak = weak or reading
    if found := topic(text, topics, language):
        return Understood("topic", found, value=text, via="topic")
    return _keyword(replace(weak, via="weak")) if weak else None


def _or_topic(reading: Reading, text: str, topics: Mapping[str, Sequence[str]], language: str) -> Understood:
    """The keyword, or the topic that it gives way to: "CEK slik suami saya" asks for no company of that name."""
    found = topic(text, topics, language) if reading.yields_to else ""
    if found in reading.yields_to:
        return Understood("topic", found, value=text, via="topic")
    return _keyword(reading)


def _keyword(reading: Reading) -> Understood:
    return Understood(
        "keyword", reading.name, reading.fields, "", reading.via, reading.missing, reading.wrong
    )


# -- awaited answers ---------------------------------------------------------------------------------------

_NUMBER_WORDS = {
    word: str(number)
    for words in (
        "nol satu dua tiga empat lima enam tujuh delapan sembilan",
        "zero one two three four five six seven eight nine",
        "kosong pertama kedua ketiga keempat kelima keenam ketujuh kedelapan kesembilan",
        "zeroth first second third fourth fifth sixth seventh eighth ninth",
    )
    for number, word in enumerate(words.split())
}
_CHOICE = re.compile(
    r"(?:(?:saya|pilih|pilihan|pilihannya|memilih|tekan|ketik|balas|jawab|nomor|nmr|no|angka|opsi|yang|yg|ke"
    r"|menu|i|option|choose|choice|press|number|the)[\s.:-]*)*(\d{1,2}|[*#]|[a-z]+)"
)


def _answer(
    text: str, awaiting: AwaitedMenu | AwaitedAsk, exact: Reading | None, language: str
) -> Understood | None:
    if isinstance(awaiting, AwaitedMenu):
        return _menu_answer(text, awaiting, language)
    if awaiting.format == "text" and exact and exact.strong and exact.bare:
        return None  # any words would do as an answer: PETUGAS alone still asks for an officer
    return _ask_answer(text, awaiting.format, language)


def _ask_answer(text: str, form: str, language: str) -> Understood | None:
    parse = FORMATS[form].parse
    tries = [text]
    if form == "yes_no":
        tries.append(normalise(text, language))
    if form != "text":
        tries += [without_tails(rest) for rest in without_lead_ins(text)]
    value = next((value for tried in tries if (value := parse(tried))), None)
    return Understood("answer", value=value, via="format") if value else None


def _searched(form: str, text: str) -> str | None:
    return None if form in ("text", "yes_no") else find(form, text)


def _menu_answer(text: str, menu: AwaitedMenu, language: str) -> Understood | None:
    if text in menu.keys:  # "*" and "#" are keys, too, before they are taken for punctuation
        return Understood("answer", value=text, via="key")
    for rest in without_lead_ins(text):
        core = without_tails(rest).strip(" .,:;()[]'\"#*-").lower()
        chosen = _CHOICE.fullmatch(core)
        key = _NUMBER_WORDS.get(chosen[1], chosen[1]) if chosen else ""
        if chosen and key in menu.keys:
            return Understood("answer", value=key, via="key" if key == chosen[1] else "word")
    return _labelled(text, menu, language)


def _labelled(text: str, menu: AwaitedMenu, language: str) -> Understood | None:
    """The key whose label the message is, begins with (a single word), or gives a telling part of."""
    said = normalise(without_tails(text) or text, language).casefold().split()
    labels = [
        (key, normalise(label, language).casefold().split())
        for key, words in menu.keys.items()
        for label in words
    ]
    rules: tuple[tuple[str, Callable[[list[str]], bool]], ...] = (
        ("word", lambda label: said == label),
        ("word", lambda label: len(label) == 1 and said[:1] == label and len(said) <= 8),
        ("label", lambda label: set(said) <= set(label) and any(len(word) >= 4 for word in said)),
    )
    for via, fits in rules:
        found = {key for key, label in labels if said and fits(label)}
        if len(found) == 1:
            return Understood("answer", value=found.pop(), via=via)
    return None


# -- "Saya Wati, NPWP 99…, ingin bertanya batas lapor SPT" -------------------------------------------------

_FORM = re.compile(
    r"(?:nama\s+)?(?:saya|sy|nama)\s*:?\s*(?P<nama>[^,\d]{2,60}?)\s*[,.]\s*(?:npwp|nik)\s*(?:saya)?\s*[:=]?"
    r"\s*(?P<npwp>[\d.\- ]{10,30}?)\s*[,.]?\s*(?:saya\s+)?(?:ingin|mau|hendak|mohon)?\s*"
    r"(?:bertanya|tanya|menanyakan|nanya)\s*(?:tentang|mengenai|soal|ttg)?\s*[:,]?\s*(?P<pertanyaan>.+)",
    re.IGNORECASE,
)


def _half_structured(
    text: str, table: Keywords, topics: Mapping[str, Sequence[str]], language: str, question_keyword: str
) -> Understood | None:
    """The tax office's half-structured form: name, number and question, understood by its question."""
    for rest in without_lead_ins(text):
        if found := _FORM.fullmatch(rest):
            break
    else:
        return None
    fields = {"nama": found["nama"].strip(), "pertanyaan": found["pertanyaan"].strip()}
    npwp = FORMATS["npwp"].parse(found["npwp"])
    wrong = {} if npwp else {"npwp": found["npwp"].strip()}
    fields |= {"npwp": npwp} if npwp else {}
    question = fields["pertanyaan"]
    meant = _by_words(question, table, table.exact(question), topics, language)
    if meant is None and question_keyword and (asked := table.exact(f"{question_keyword} {question}")):
        meant = _keyword(asked)
    meant = meant or Understood("unknown", value=question)
    return replace(meant, fields={**fields, **meant.fields}, wrong={**wrong, **meant.wrong}, via="form")


# -- topics --------------------------------------------------------------------------------------------------


def topic(text: str, topics: Mapping[str, Sequence[str]], language: str) -> str:
    """The topic that most of its words speak for, longer phrases more; '' when none does or two do
    equally.
    """
    said = normalise(text, language).casefold()
    scores = {name: _score(said, phrases, language) for name, phrases in topics.items()}
    best = max(scores.values(), default=0)
    winners = [name for name, score in scores.items() if score == best]
    return winners[0] if best and len(winners) == 1 else ""


def named(text: str, phrases: Iterable[str], language: str) -> tuple[str, ...]:
    """Those of ``phrases`` that occur in the text, as they are written in the flow, with their usual endings.

    >>> named("tolong, saya sudah ditipu orang", ["kartu hilang", "tipu", "orang"], "id")
    ('tipu', 'orang')
    """
    said = normalise(text, language).casefold()
    return tuple(p for p in phrases if _phrase(normalise(p, language).casefold()).search(said))


def _score(said: str, phrases: Iterable[str], language: str) -> int:
    """How many words of the phrases that occur, each phrase once however it is spelled."""
    plain = {normalise(phrase, language).casefold() for phrase in phrases}
    return sum(len(phrase.split()) for phrase in plain if _phrase(phrase).search(said))


_BEFORE = "(?:di|ke|se|ter|ber|be|me|mem|men|meng|pe|pem|pen|peng|per)?"
_AFTER = "(?:kan|an|i)?(?:nya|kah|lah|ku|mu|e)?"
# me- and pe- swallow the first letter of the word: tukar -> menukar, pakai -> pemakai, sobek -> menyobek.
_SWALLOWED = {"t": "n", "p": "m", "s": "ny", "k": "ng"}


@lru_cache(maxsize=4096)
def _phrase(phrase: str) -> re.Pattern[str]:
    """A normalised phrase as a pattern over normalised text, its words with their usual prefixes and
    suffixes.
    """
    stems = [_stem(word) for word in phrase.split()]
    return re.compile(r"(?<![\w-])" + r"[\s-]+".join(stems) + r"(?![\w])" if stems else r"(?!)")


def _stem(word: str) -> str:
    safe = re.escape(word)
    if len(word) < 4 or not word.isalpha():  # "bi" must not be found in "bias", "uang" may be in "uangnya"
        return safe + "(?:nya)?"
    plain = f"{_BEFORE}{safe}{_AFTER}"
    nasal = _SWALLOWED.get(word[0])
    return f"(?:{plain}|(?:me|pe){nasal}{re.escape(word[1:])}{_AFTER})" if nasal else plain


# -- long texts that arrive as base64 ------------------------------------------------------------------------


def decode_base64(body: str) -> str:
    """The words of a body that is clearly base64 of printable UTF-8; any other body as it is.

    Some carriers hand on long texts like that, cut anywhere: a broken last character is dropped.
    """
    packed = body.strip()
    if len(packed) < 24 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", packed):
        return body
    # Capitals, small letters and figures together: plain words, NTPN or AWB numbers in a row are not.
    if not all(re.search(kind, packed) for kind in ("[A-Z]", "[a-z]", "[0-9+/=]")):
        return body
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
        words = codecs.getincrementaldecoder("utf-8")().decode(raw)
    except (binascii.Error, ValueError):
        return body
    is_prose = " " in words and all(char.isprintable() or char in "\r\n\t" for char in words)
    return words if is_prose else body
