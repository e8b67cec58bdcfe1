"""The article's own example, over HTTP and weeks: a question about the Rupiah goes from tier 1 to the unit that owns it."""

import pytest

from carrier.phone import World
from engine.spoken import spoken
from tests.desk_line.conftest import CHARACTERS_A_SECOND, Floor
from tests.house import House, command
from tests.services.centre import centre

CALLER, ANI = "+622150000001", "+628115560001"
ROSTER = (
    "id,name,tier,skills,languages,classes,phone,unit\n"
    f"ani,Ani Lestari,1,kebijakan:2,id,PUBLIK;TERBATAS,{ANI},\n"
)
QUESTION = "Hotel mencantumkan harga dolar dan Rupiah sekaligus"
ANSWER = "Harga hanya dalam Rupiah (Pasal 11 PBI 17/3/PBI/2015)."
REMINDED = ("reminder", "half of the time is over, bi.dpu")  # to the unit that has it
UNIT = ("--as", "s1", "--role", "T3", "--unit", "bi.dpu")


@pytest.fixture(scope="module")
def environ(tmp_path_factory, free_port):
    return centre(tmp_path_factory.mktemp("bi2"), free_port, "bicara131")


def at(environ, clock: str, *words: str, code: int = 0) -> str:
    """`python app.py cases WORDS` at that moment: what it printed."""
    return command({**environ, "CLOCK": clock}, "cases", *words, code=code)


def case(floor: Floor, *columns: str) -> tuple:
    ((*row,),) = floor.house.query(f"SELECT {', '.join(columns)} FROM cases WHERE contact = ?", CALLER)
    return tuple(row)


def history(floor: Floor) -> list[str]:
    return [what for (what,) in floor.house.query("SELECT what FROM case_events ORDER BY id")]


def reasons(floor: Floor) -> list[tuple]:
    return floor.house.query("SELECT what, why FROM case_events ORDER BY id")


def moves(floor: Floor) -> list[tuple]:
    """From which tier to which the case went."""
    columns = "json_extract(detail, '$.tier_from'), json_extract(detail, '$.tier_to')"
    return floor.house.query(f"SELECT {columns} FROM case_events WHERE detail LIKE '%tier_from%' ORDER BY id")


def test_the_rupiah_question_of_a_hotel_goes_to_its_unit_and_comes_back(environ, tmp_path):
    with House.running(environ, CLOCK="2026-03-11T10:30+07:00") as house:
        World(house.emulator_url).pace(CHARACTERS_A_SECOND)
        floor = Floor(house)
        roster = tmp_path / "petugas.csv"
        roster.write_text(ROSTER)
        floor.app("agents", "import", str(roster))
        floor.app("agents", "in", "ani")
        call = house.phone(CALLER).dial("(021) 1500131")
        for key in ("1", "3"):
            call.press(key)
        words = call.press("1").said
        assert "wajib menggunakan Rupiah" in words and "perdagangan internasional" in words
        call.press("2")
        ani = floor.takes(ANI)
        floor.talks(call, ani)
        ani.press("*")
        floor.heard(ani, "tekan 3")
        ani.press("3")
        floor.heard(ani, "Bila perlu tindak lanjut")
        ani.press("2")
        floor.ended(ani)
        (ticket,) = case(floor, "ticket")
        # No text reaches a landline: the number of the case is said digit by digit.
        floor.heard(call, f"Nomor laporan Anda {spoken(ticket, 'digits', 'id')}.")
        call.hang_up()
        assert house.query("SELECT 1 FROM outbox WHERE kind = 'sms'") == []
        floor.app(
            "cases",
            "escalate",
            ticket,
            "--as",
            "ani",
            "--role",
            "T1",
            "--to",
            "T3",
            "--to-unit",
            "bi.dpu",
            "--why",
            QUESTION,
        )
        assert case(floor, "status", "tier", "unit", "due_at", "function", "classification") == (
            "dieskalasi", 3, "bi.dpu", "2026-04-01T09:00:00.000Z", "pertanyaan", "PUBLIK",
        )  # fmt: skip
        assert QUESTION in floor.app("cases", "show", ticket, "--role", "T1")
        refused = floor.app(
            "cases", "answer", ticket, "--as", "ani", "--role", "T1", "--text", ANSWER, code=1
        )
        assert "it is with bi.dpu" in refused
    with House.running(environ, CLOCK="2026-03-25T12:00+07:00") as house:
        floor = Floor(house)
        floor.until(lambda: REMINDED in reasons(floor), lambda: reasons(floor))
    late = "2026-03-31T09:00+07:00"
    assert "alasan wajib diisi" in at(environ, late, "extend", ticket, *UNIT, "--why", "", code=1)
    at(environ, late, "extend", ticket, *UNIT, "--why", "menunggu telaah hukum")
    # A landline gets no text: whoever has the case is told to call.
    assert ("owner to be told by telephone", "no text can be sent to this number") in reasons(floor)
    assert "hanya satu kali" in at(environ, late, "extend", ticket, *UNIT, "--why", "lagi", code=1)
    at(environ, late, "answer", ticket, *UNIT, "--text", ANSWER)
    assert case(floor, "status", "tier", "due_at") == ("jawaban_divalidasi", 2, "2026-04-13T09:00:00.000Z")
    at(environ, "2026-03-31T10:00+07:00", "validate", ticket, "--as", "budi", "--role", "T2")
    assert case(floor, "status", "answer_source", "breached_at") == ("dijawab", "bi.dpu", None)
    assert history(floor)[-1] == "owner to be told by telephone"
    assert moves(floor) == [("T1", "T3"), ("T3", "T2")]
