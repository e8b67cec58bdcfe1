"""Canned answers are measured before an agent needs one: after the longest fill, by language."""

from pathlib import Path

import pytest

from commands.check import examine
from commands.check_canned import canned_findings
from commands.publishing_checks import checked
from sessions.services import Folder
from tests.desk_text.conftest import FLOW

FITS = "x" * 289  # with a space and CO-20260930-0001 it is 306 characters: two parts, and no room


def folder(canned: str) -> Folder:
    return Folder("contoh", {"flow.yaml": FLOW.encode(), "desk.yaml": f"canned:\n  {canned}\n".encode()}, {})


def found(canned: str) -> list[str]:
    made = folder(canned)
    return [str(each) for each in canned_findings(made.load(), made.files)]


def test_what_fits_two_parts_after_the_longest_fill_is_well():
    assert found(f"salam: {{id: '{FITS} {{tiket}}', en: '{{layanan}}'}}") == []


@pytest.mark.parametrize(
    ("canned", "told"),
    [
        (
            f"salam: {{id: Halo., en: '{FITS}. {{tiket}}'}}",
            "contoh/desk.yaml:2:26 text-too-long: the canned answer 'salam' (en) takes 3 SMS parts, 2 are allowed",
        ),
        ("salam: {id: 'Halo {nama}.'}", "'{nama}', which nothing fills"),
        ("salam: {ms: Halo.}", "a language that the service does not speak. Write id or en"),
        ("salam: {id: 'Pukul 08–16'}", "not-gsm (warning): the canned answer 'salam' (id)"),
    ],
)
def test_what_could_not_be_sent_as_it_stands_is_named_by_key_and_language(canned, told):
    (only,) = found(canned)
    assert told in only


def test_check_and_publication_refuse_it():
    made = folder("salam: {id: '" + "kata " * 70 + "'}")
    assert [each["code"] for each in examine(made, Path("flows"))["findings"]] == ["text-too-long"]
    flows, faults = checked([made])
    assert len(flows) == 1 and len(faults) == 1 and "'salam' (id) takes 3 SMS parts" in faults[0]
    assert checked([folder("salam: {id: 'Pukul 08–16'}")])[1] == []
