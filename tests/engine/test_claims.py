"""One number, two services: found whatever the spelling, by telephone and by text apart."""

from engine.claims import claimed_twice
from engine.load import load

FLOW = """format: 1
service: S
prefix: S
languages: [id]
timezone: Asia/Jakarta
numbers: {{voice: [{voice}], text: [{text}]}}
start: a
steps:
  a: {{end: Selesai.}}
"""


def service(name: str, voice: str, text: str):
    return load(name, {"flow.yaml": FLOW.format(voice=voice, text=text)}, {})


def test_a_number_of_two_services_is_found_in_any_spelling():
    found = list(
        claimed_twice([service("a", '"(021) 1500131"', '"1001"'), service("b", '"0211500131"', '"1002"')])
    )
    assert [(one.file, one.line, one.code) for one in found] == [("b/flow.yaml", 6, "number-of-two-services")]
    assert "also that of a" in str(found[0])


def test_spellings_of_one_number_in_one_service_are_no_clash():
    assert (
        list(claimed_twice([service("a", '"131", "+62131"', '"1001"'), service("b", '"1500200"', '"1002"')]))
        == []
    )


def test_a_telephone_number_and_a_text_number_do_not_clash():
    assert list(claimed_twice([service("a", '"131"', '"1001"'), service("b", '"132"', '"131"')])) == []
