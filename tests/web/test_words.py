"""Every word of the pages exists in both languages, is used, and is put in where it is missing."""

import re
import string
from pathlib import Path

import pytest

from web.words import FOLDER, LANGUAGES, words

WEB = FOLDER.parent
USED = re.compile(r"""["']([a-z_]+\.[a-z0-9_]+)["']""")


def sources() -> str:
    # words.py is left out: its examples are not asked for.
    files = [*WEB.glob("[!w]*.py"), *WEB.glob("*/*.py"), *WEB.rglob("*.html"), *(WEB / "static").glob("*.js")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def asked() -> tuple[set[str], tuple[str, ...]]:
    text, nouns = sources(), {file.stem for file in FOLDER.glob("*.yaml")}
    whole = {key for key in USED.findall(text) if key.split(".")[0] in nouns}
    # t('errors.' ~ what), f"people.role_{role}": words put together from parts count by their beginning.
    begun = re.findall(r"""["']([a-z_]+\.[a-z_]*_|[a-z_]+\.)["']\s*~""", text)
    begun += re.findall(r"""f["']([a-z_]+\.[a-z_]*)\{""", text)
    return whole, tuple(sorted({start for start in begun if start.split(".")[0] in nouns}))


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_word_has_both_languages_with_the_same_places(file: Path):
    for key, texts in words().items():
        if key.startswith(f"{file.stem}."):
            assert set(texts) == set(LANGUAGES), key
            places = [
                {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts.values()
            ]
            assert places[0] == places[1], key


def test_no_word_is_missing():
    used = set(re.findall(r"""\b(?:t|told)\(\s*["']([a-z_]+\.[a-z0-9_]+)["']\s*[,)]""", sources()))
    used |= {key for call in re.findall(r"words_of\(([^)]*)\)", sources()) for key in USED.findall(call)}
    assert len(used) > 10
    assert sorted(used - set(words())) == []


def test_no_word_is_left_over():
    whole, begun = asked()
    assert [key for key in words() if key not in whole and not key.startswith(begun)] == []
