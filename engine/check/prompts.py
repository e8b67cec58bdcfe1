"""Rules about words: menus name the keys that they have, languages are chosen in their own words, Indonesian is well written."""

import re
from collections.abc import Iterator, Mapping

from engine.check.finding import WARNING, Finding, Rule, finding
from engine.explore import Exploration
from engine.flow import Exit, Flow, Menu, Place, Step, TextOut, Words
from engine.words_of import words_of

_PRESS = {
    "id": re.compile(r"\btekan\s+([0-9*#]{1,4}|[a-z]+)\b|\btekan\s+([*#])", re.IGNORECASE),
    "en": re.compile(r"\bpress\s+([0-9*#]{1,4}|[a-z]+)\b|\bpress\s+([*#])", re.IGNORECASE),
}
_NAMES = {
    "id": {
        **{word: str(n) for n, word in enumerate("kosong satu dua tiga empat lima enam tujuh delapan sembilan".split())},
        "nol": "0", "bintang": "*", "pagar": "#",
    },
    "en": {
        **{word: str(n) for n, word in enumerate("zero one two three four five six seven eight nine".split())},
        "star": "*", "hash": "#", "pound": "#",
    },
}  # fmt: skip


def named_keys(words: str, language: str) -> list[str]:
    """The keys that these words tell people to press.

    >>> named_keys("Untuk kartu, tekan 1. Untuk kembali, tekan bintang. Tekan tombol pilihan Anda.", "id")
    ['1', '*']
    """
    if language not in _PRESS:
        return []
    found = [match[1] or match[2] for match in _PRESS[language].finditer(words)]
    keys = (key if key[0] in "0123456789*#" else _NAMES[language].get(key.lower(), "") for key in found)
    return list(filter(None, keys))


def _menu_words(menu: Menu, language: str) -> str:
    """All that a caller hears of this menu, with the parts of its keys."""
    parts = [menu.words.get(language, ""), *((way.say or {}).get(language, "") for way in menu.keys.values())]
    return " ".join(parts)


def keys_and_words(exploration: Exploration) -> Iterator[Finding]:
    """A key is named that does nothing here, or one works that nobody hears of."""
    flow = exploration.flow
    for menu in flow.steps.values():
        if not isinstance(menu, Menu):
            continue
        heard = {
            language: set(named_keys(_menu_words(menu, language), language)) for language in flow.languages
        }
        if menu.every_language:
            everything = set().union(*heard.values())
            heard = {language: everything for language in flow.languages if language in _PRESS}
        for language, named in heard.items():
            yield from _missing(exploration, menu, language, named)
            if language in _PRESS and named:
                yield from _unheard(exploration, menu, language, named)


def _missing(exploration: Exploration, menu: Menu, language: str, named: set[str]) -> Iterator[Finding]:
    for key in sorted(named - set(menu.keys) - set(exploration.flow.everywhere)):
        what = f"the menu '{menu.name}' says in '{language}' to press {key}, but it has no such key"
        way = exploration.entered.get(menu.name)
        way_out = f"Add the key {key}, or change the words"
        yield finding(exploration.flow, menu.place, "said-key-missing", what, way_out, way)


def _unheard(exploration: Exploration, menu: Menu, language: str, named: set[str]) -> Iterator[Finding]:
    for key, way in menu.keys.items():
        if key not in named:
            what = f"the menu '{menu.name}' does not say in '{language}' what key {key} is for"
            to = exploration.entered.get(menu.name)
            way_out = f"Say it: 'Untuk …, tekan {key}' ('For …, press {key}')"
            flow = exploration.flow
            yield finding(flow, way.place, "key-not-said", what, way_out, to, severity=WARNING)


def swapped_languages(exploration: Exploration) -> Iterator[Finding]:
    """A language question whose key, named in one language, chooses another."""
    flow = exploration.flow
    for menu in flow.steps.values():
        if isinstance(menu, Menu) and menu.every_language:
            for language in flow.languages:
                for key in named_keys(menu.words.get(language, ""), language):
                    chosen = menu.keys.get(key)
                    if chosen and (wrong := _chooses(chosen)) not in ("", language):
                        what = f"'{menu.name}' says in '{language}' to press {key}, but that key chooses '{wrong}'"
                        way = exploration.entered.get(menu.name)
                        yield finding(
                            flow, chosen.place, "wrong-language", what, f"Set language: {language}", way
                        )


def languages_not_offered(exploration: Exploration) -> Iterator[Finding]:
    """A language question that is said in the caller's present language only and does not name the other's key in it."""
    flow = exploration.flow
    for menu in flow.steps.values():
        if not isinstance(menu, Menu) or menu.every_language or not flow.voice_numbers:
            continue
        heard = menu.words.get(flow.language, "")
        named = {key for language in _PRESS for key in named_keys(heard, language)}
        for key, way in menu.keys.items():
            if named and _chooses(way) not in ("", flow.language) and key not in named:
                what = f"nobody who hears '{menu.name}' is told that key {key} chooses '{_chooses(way)}'"
                way_out = "Say the menu in every language ('spoken: every language')"
                to = exploration.entered.get(menu.name)
                yield finding(flow, way.place, "language-not-offered", what, way_out, to)


def _chooses(way: Exit) -> str:
    return way.set.get("language", "")


# --- Indonesian as the house writes it (domain page 0.4) ---

_SPELLING: Mapping[str, str] = {
    r"silahkan": "silakan", r"nomer": "nomor", r"terimakasih": "terima kasih", r"(?:i|I)jin": "izin",
    r"akti[fp]itas": "aktivitas", r"aktip": "aktif", r"kwitansi": "kuitansi", r"dirubah": "diubah",
    r"merubah": "mengubah", r"kamu": "Anda", r"kakak": "Anda", r"kak": "Anda", r"resiko": "risiko",
    r"jadual": "jadwal", r"sistim": "sistem", r"apotik": "apotek", r"hapal": "hafal", r"praktek": "praktik",
}  # fmt: skip
_WORDS = tuple((re.compile(rf"\b{wrong}\b", re.IGNORECASE), right) for wrong, right in _SPELLING.items())
# 'di' is a prefix before a verb and a word of its own before a place; only verbs that our prompts use are judged.
_PREFIX = re.compile(
    r"\bdi\s+((?:hubung|laku|kirim|terima|proses|beri|simpan|catat|rekam|buka|tutup|layan|bayar|isi|tukar|ganti|minta"
    r"|sampai|sebut|tolak|jawab|periksa|ajukan|aju|gunakan|guna|lindung|pungut|teruskan|lanjut|bantu|bacakan)(?:kan|i)?)\b",
    re.IGNORECASE,
)
_PLACES = frozenset(
    "buka tutup isi sampai guna aju".split()
)  # 'di isi' may be meant; alone these prove nothing


def language_lint(exploration: Exploration) -> Iterator[Finding]:
    """Forms that the domain page bans, 'anda' without its capital, exclamation marks."""
    flow = exploration.flow
    for place, about, words in _all_words(flow):
        for wrong, right in lint(words.get("id", "")) if "id" in flow.languages else ():
            what = f"{about} writes '{wrong}' in Indonesian"
            yield finding(flow, place, "indonesian", what, f"Write {right}", severity=WARNING)


def lint(words: str) -> list[tuple[str, str]]:
    """(what is written, what should be) of every form that is not ours.

    >>> lint("Silahkan hubungi kami, anda akan di hubungi kembali!")
    [('Silahkan', "'silakan'"), ('anda', "'Anda'"), ('di hubungi', "'dihubungi'"), ('!', 'a full stop')]
    """
    found = [(match[0], f"'{right}'") for pattern, right in _WORDS for match in pattern.finditer(words)]
    found += [(match[0], "'Anda'") for match in re.finditer(r"\banda\b", words)]
    found += [
        (match[0], f"'di{match[1]}'") for match in _PREFIX.finditer(words) if match[1].lower() not in _PLACES
    ]
    return found + ([("!", "a full stop")] if "!" in words else [])


def _all_words(flow: Flow) -> Iterator[tuple[Place, str, Words]]:
    for step in flow.steps.values():
        for words in words_of(step):
            yield step.place, f"the step '{step.name}'", words
    for template in flow.templates.values():
        yield template.place, f"the template '{template.name}'", template.words
    for name, words in flow.phrases.items():
        yield Place("flow.yaml", 1, 1), f"the phrase '{name}'", words
    for number in (*flow.voice_numbers, *flow.text_numbers):
        yield number.place, f"the announcement of {number.spelling}", number.announce or {}


def unused_templates(exploration: Exploration) -> Iterator[Finding]:
    """A template that no step sends: a rename that was done by half, or something to delete."""
    flow = exploration.flow
    used = {step.template for step in flow.steps.values() if isinstance(step, TextOut)}
    used |= {_after(step) for step in flow.steps.values()}
    for template in flow.templates.values():
        if template.name not in used:
            what = f"no step sends the template '{template.name}'"
            yield finding(
                flow, template.place, "unused-template", what, "Delete it, or send it", severity=WARNING
            )


def _after(step: Step) -> str:
    return getattr(step, "text_after", "")


RULES: tuple[Rule, ...] = (
    keys_and_words,
    swapped_languages,
    languages_not_offered,
    language_lint,
    unused_templates,
)
