"""Word error rates, the same for everybody: case, punctuation and the spelling of numbers are no errors.

A number counts digit by digit in whichever reading it came: "dua puluh lima", "dua lima", "25" and "2 5" are all the words 2
and 5.
"""

import re
import unicodedata
from collections.abc import Sequence

_UNITS = {
    "id": "nol satu dua tiga empat lima enam tujuh delapan sembilan".split(),
    "en": "zero one two three four five six seven eight nine".split(),
}
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
# Word -> what it does to the number that is being read: ("unit", 3) adds, ("times", 100) multiplies what stands before it.
_VALUES: dict[str, dict[str, tuple[str, int]]] = {
    "id": {
        **{word: ("unit", value) for value, word in enumerate(_UNITS["id"])},
        "kosong": ("unit", 0), "sepuluh": ("unit", 10), "sebelas": ("unit", 11), "belas": ("plus", 10),
        "puluh": ("times", 10), "seratus": ("unit", 100), "ratus": ("times", 100), "seribu": ("unit", 1000),
        "ribu": ("times", 1000), "sejuta": ("unit", 10**6), "juta": ("times", 10**6),
    },
    "en": {
        **{word: ("unit", value) for value, word in enumerate(_UNITS["en"])},
        **{word: ("unit", 10 + value) for value, word in enumerate(_TEENS)},
        **{word: ("unit", 20 + 10 * value) for value, word in enumerate(_TENS)},
        "hundred": ("times", 100), "thousand": ("times", 1000), "million": ("times", 10**6),
    },
}  # fmt: skip

# Two spellings of one word. Indonesian writes place words apart (EYD V), writers often do not; English prefixes may have a hyphen.
_SPELLINGS = {
    "id": ((r"\b(di|ke)(mana|sana|sini|situ)\b", r"\1 \2"),),
    "en": ((r"\b(re|non)-(?=[a-z])", r"\1"),),
}


def words_of(text: str, language: str) -> list[str]:
    """The words that are counted.

    >>> words_of("Nomor saya nol-delapan, dua puluh lima!", "id")
    ['nomor', 'saya', '0', '8', '2', '5']
    >>> words_of("Dimana?", "id"), words_of("re-record", "en")
    (['di', 'mana'], ['rerecord'])
    """
    plain = unicodedata.normalize("NFKC", text).lower().replace("'", "").replace("’", "")
    for spelt, alike in _SPELLINGS.get(language, ()):
        plain = re.sub(spelt, alike, plain)
    plain = re.sub(r"(?<=\d)[.,](?=\d)", "", plain)
    found: list[str] = []
    run: list[str] = []
    for word in re.findall(r"\d+|[^\W\d_]+", plain):
        if word.isdigit() or word in _VALUES.get(language, {}):
            run.append(word)
        else:
            found += [*_digits(run, language), word]
            run = []
    return found + _digits(run, language)


def errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words to change, add or leave out so that ``heard`` becomes ``said`` (Levenshtein)."""
    before = list(range(len(heard) + 1))
    for row, word in enumerate(said, 1):
        now = [row]
        for column, other in enumerate(heard, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (word != other)))
        before = now
    return before[-1]


def _digits(run: list[str], language: str) -> list[str]:
    """The digits of a run of number words and written numbers."""
    found, group, last, total, begun = "", 0, 0, 0, False
    for word in run:
        kind, value = ("unit", int(word)) if word.isdigit() else _VALUES[language][word]
        fresh = word.startswith("0") or not begun or (kind == "unit" and not _room(group, total, value))
        if fresh:
            found += str(total + group) if begun else ""
            group, last, total, begun = value, value, 0, True
            if word.startswith("0") and len(word) > 1:  # a telephone number, not an amount
                found, begun = found + word, False
        elif kind == "unit":
            group, last = group + value, value
        elif kind == "plus":
            group, last = group + value, last + value
        elif value >= 1000:
            group, last, total = 0, 0, total + max(group, 1) * value
        else:
            scaled = group if value == 100 and group < 100 else last
            group, last = group + scaled * (value - 1), scaled * value
    return list(found + (str(total + group) if begun else ""))


def _room(group: int, total: int, value: int) -> bool:
    """May ``value`` still be added, as 5 to 20 and 300 to 1,000, or is it a number of its own, as 5 after 2?"""
    if not group:
        return 0 < value < 1000 <= total
    size = 10 ** len(str(value))
    return 0 < value and group >= size and group % size == 0
