"""A roster is read whole or not at all, and every fault is named by line and column."""

import pytest

from desk.agents import Skill
from desk.roster import Known, RosterFaults, read

KNOWN = Known(
    skills=("umum", "pajak", "akun"),
    units=("kp.p1", "kp.p2"),
    languages=("id", "en"),
    services=("kring_pajak",),
)
HEAD = "id,name,tier,skills,languages,classes,channels,phone,unit,shift,services,trainee,mentor"
SITI = "a17,Siti Rahma,T1,pajak:3@2027-12-31;umum,id;en,publik;TERBATAS,voice:1;text:2,0811-5550-117,,mon-fri 08:00-16:00,kring_pajak,,"


def roster(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode()


def faults(*lines: str, head: str = HEAD) -> list[str]:
    with pytest.raises(RosterFaults) as refused:
        read(roster(*lines, head=head), KNOWN)
    return [str(fault) for fault in refused.value.faults]


def test_an_agent_has_everything_that_the_line_says():
    (siti,) = read(roster(SITI), KNOWN)
    assert (siti.id, siti.name, siti.tier, siti.phone) == ("a17", "Siti Rahma", 1, "+628115550117")
    assert siti.skills["pajak"].level == 3 and str(siti.skills["pajak"].until) == "2027-12-31"
    assert siti.skills["umum"] == Skill(1, None)
    assert (siti.languages, siti.classes) == (("id", "en"), ("PUBLIK", "TERBATAS"))
    assert siti.channels == {"voice": 1, "text": 2}
    assert (siti.shift, siti.services, siti.trainee) == ("mon-fri 08:00-16:00", ("kring_pajak",), False)


def test_what_is_left_empty_has_its_usual_value():
    (agent,) = read(roster("b1,Budi,2,umum:madya", head="id,name,tier,skills"))
    assert (agent.languages, agent.classes, agent.shift, agent.services) == (("id",), ("PUBLIK",), "", ())
    assert agent.channels == {"voice": 1, "text": 3}
    assert agent.skills == {"umum": Skill(2)}


def test_a_sheet_saved_in_indonesia_is_divided_by_semicolons_and_begins_with_a_mark():
    content = "\ufeffid;name;tier;skills\r\nb1;Budi;2;umum:1|pajak:2\r\n\r\n".encode()
    (agent,) = read(content, KNOWN)
    assert set(agent.skills) == {"umum", "pajak"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("a 1,Ani,1,umum,,,,,,,,,", "line 2, id: 'a 1' is no id"),
        ("a1,,1,umum,,,,,,,,,", "line 2, name: '' is no name"),
        ("a1,Ani,5,umum,,,,,,,,,", "line 2, tier: '5' is no tier; one of 1, 2, 3, 4"),
        ("a1,Ani,1,pajek:1,,,,,,,,,", "line 2, skills: skill 'pajek' is unknown; did you mean 'pajak'?"),
        ("a1,Ani,1,umum:4,,,,,,,,,", "line 2, skills: '4' is no level of 'umum'; one of pemula (1), madya (2), mahir (3)"),
        ("a1,Ani,1,umum:1@2027-02-30,,,,,,,,,", "line 2, skills: '2027-02-30' is no day for the certificate of 'umum'"),
        ("a1,Ani,1,umum;umum:2,,,,,,,,,", "line 2, skills: skill 'umum' is there twice"),
        ("a1,Ani,1,,,,,,,,,,", "line 2, skills: no skill"),
        ("a1,Ani,1,umum,fr,,,,,,,,", "line 2, languages: 'fr' is unknown; one of id, en"),
        ("a1,Ani,1,umum,,TERBATS,,,,,,,", "line 2, classes: class 'TERBATS' is unknown; did you mean 'TERBATAS'?"),
        ("a1,Ani,1,umum,,,voise:1,,,,,,", "line 2, channels: channel 'voise' is unknown; did you mean 'voice'?"),
        ("a1,Ani,1,umum,,,voice:2,,,,,,", "line 2, channels: voice is 1 or 0"),
        ("a1,Ani,1,umum,,,text:many,,,,,,", "line 2, channels: 'many' is no capacity"),
        ("a1,Ani,1,umum,,,,halo,,,,,", "line 2, phone: 'halo' is neither a number nor a SIP address"),
        ("a1,Ani,3,umum,,,,,kp.p3,,,,", "line 2, unit: 'kp.p3' is unknown; did you mean 'kp.p"),
        ("a1,Ani,1,umum,,,,,,senin 8-16,,,", "line 2, shift: senin: '8-16' is no interval"),
        ("a1,Ani,1,umum,,,,,,,kring_pajk,,", "line 2, services: 'kring_pajk' is unknown; did you mean 'kring_pajak'?"),
        ("a1,Ani,1,umum,,,,,,,,mungkin,", "line 2, trainee: 'mungkin' is neither yes nor no"),
        ("a1,Ani,1,umum,,,,,,,,ya,", "line 2, mentor: a trainee needs a mentor"),
        ("a1,Ani,1,umum,,,,,,,,ya,a1", "line 2, mentor: 'a1' is nobody else in this file"),
        ("a1,Ani,1,umum,id,,,,,,,,,,too,many", "line 2: 16 cells under 13 columns"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_line_and_column_with_the_way_out(line, told):
    assert [fault for fault in faults(line) if fault.startswith(told)], faults(line)


def test_lines_are_counted_as_an_editor_counts_them():
    assert faults('a1,"Ani', 'Sri",1,umum', "a2,Budi,9,umum", "", "a3,Cici,9,umum") == [
        "line 2, name: 'Ani\\nSri' is no name; write one of at most 100 characters",
        "line 4, tier: '9' is no tier; one of 1, 2, 3, 4",
        "line 6, tier: '9' is no tier; one of 1, 2, 3, 4",
    ]


def test_every_fault_of_every_line_is_named_and_nobody_is_imported():
    told = faults(SITI, "a18,Budi,9,pajek", SITI, "a19,Cici,1,umum:1@soon,xx")
    assert [fault.split(":")[0] for fault in told] == [
        "line 3, skills",
        "line 3, tier",
        "line 4, id",
        "line 4, phone",
        "line 5, languages",
        "line 5, skills",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"id,name,tier,skills\n", "there is no agent below"),
        (b"id,name,tiers,skills\na,b,1,umum", "'tiers' is no column; did you mean 'tier'?"),
        (b"id,name,skills\na,b,umum", "line 1, tier: this column is missing"),
        (b"id,id,name,tier,skills\na,a,b,1,umum", "line 1, id: this column is there twice"),
        (b"id,name,tier,skills\na,Andr\xe9,1,umum", "line 2: byte 0xe9 is not UTF-8"),
        (b"PK\x03\x04\0\0", "zero bytes"),
        (b'id,name,tier,skills\na,"b,1,umum', "the file is no CSV"),
        (b"x" * 4_000_001, "bytes, at most"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_with_words(content, told):
    with pytest.raises(RosterFaults, match=told.replace("?", r"\?").replace("(", r"\(")):
        read(content)


def test_five_hundred_agents_are_read_at_once_and_in_their_order():
    lines = [
        f"a{n},Agent {n},{n % 3 + 1},umum:1;pajak:{n % 3 + 1}@2027-01-31,id;en,,,+62811555{n:04},,mon-fri 08:00-16:00,,,"
        for n in range(500)
    ]
    agents = read(roster(*lines), KNOWN)
    assert [agent.id for agent in agents] == [f"a{n}" for n in range(500)]
    assert [agent.order for agent in agents] == list(range(500))
