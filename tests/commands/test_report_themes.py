"""`python app.py report --themes`: topics over time, sudden ones, new terms, questions, suggestions, gaps of knowledge."""

import re

import pytest

from store import cases, search
from tests.commands.test_report import run
from tests.gateways import gateway_of

__all__ = ["gateway_of", "run"]
MARCH = ("--from", "2026-03-01", "--to", "2026-03-31")


@pytest.fixture
def put(run, monkeypatch):
    """A function: so many cases of a topic on a day, each of another person."""
    monkeypatch.setenv("CLOCK", "2026-04-02T10:15+07:00")
    gateway, made = run.gateway, [0]

    def several(count: int, topic: str, day: str, words: str = "", **fields) -> list[str]:
        tickets = []
        with gateway.store.write() as db:
            for _ in range(count):
                made[0] += 1
                given = {"contact": f"+62{made[0]}", "channel": "telepon", "tier": 1, **fields}
                now = f"{day}T03:00:00.000Z"
                ticket = cases.open_case(
                    db, service="contoh", prefix="CT", local_date=day, now=now, topic=topic, **given
                )
                if words:
                    search.put(
                        db, kind="note", subject=ticket, at=now, body=words, ticket=ticket, service="contoh"
                    )
                tickets.append(ticket)
        return tickets

    return several


def themes(run, *words: str) -> str:
    code, out, err = run("--themes", *(words or MARCH))
    assert (code, err) == (0, "")
    return out


def section(out: str, title: str) -> str:
    return out.partition(f"== {title} ==\n")[2].partition("==")[0]


def test_topics_are_compared_with_the_period_before_and_the_same_days_of_last_year(run, put):
    put(12, "coretax", "2026-03-10")
    put(8, "coretax", "2026-02-10")
    put(6, "coretax", "2025-03-10")
    put(6, "coretax", "2025-06-10")  # neither of them
    put(3, "spt", "2026-02-28")
    table = section(themes(run), "Tema")
    assert re.search(
        r"^coretax +12 +100\.0 % \(12/12\) +8 +50\.0 % \(4/8\) +6 +100\.0 % \(6/6\)$", table, re.MULTILINE
    )
    assert re.search(r"^spt +0 +0\.0 % \(0/12\) +3 +-100\.0 % \(-3/3\) +0 +–$", table, re.MULTILINE)


def test_a_sudden_topic_is_found_by_the_worked_example(run, put):
    for day, usual, ordinary in (
        ("2026-02-11", 4, 9),
        ("2026-02-18", 6, 12),
        ("2026-02-25", 5, 10),
        ("2026-03-04", 5, 13),
    ):
        put(usual, "coretax", day)
        put(ordinary, "spt", day)
    put(19, "coretax", "2026-03-11")
    put(20, "spt", "2026-03-11")
    table = section(themes(run, *MARCH, "--day", "2026-03-11"), "Tema menonjol")
    assert re.search(r"^coretax +19 +5\.0 +z 6\.26 +!$", table, re.MULTILINE)
    assert re.search(r"^spt +20 +11\.0 +z 2\.71$", table, re.MULTILINE)


def test_days_on_which_the_service_was_closed_are_no_measure(run, put):
    # Friday, 20 March 2026, is collective leave between Nyepi and Lebaran.
    for day in ("2026-03-06", "2026-03-13"):
        put(12, "coretax", day)
    put(24, "coretax", "2026-03-27")
    table = section(themes(run, *MARCH, "--day", "2026-03-27"), "Tema menonjol")
    # With the holiday as a zero the mean would be 6: of 12, 12, 0 and an empty 27 February.
    assert re.search(r"^coretax +24 +8\.0 ", table, re.MULTILINE)


def test_a_pair_of_words_is_new_when_ten_people_use_it_and_nearly_nobody_did(run, put):
    put(10, "qris", "2026-03-30", words="Gagal bayar QRIS tap kemarin 0812****567")
    put(10, "qris", "2026-02-20", words="Gagal bayar lagi")
    put(9, "spt", "2026-03-30", words="lapor telat sekali")
    table = section(themes(run), "Istilah baru")
    assert "qris tap" in table and "bayar qris" in table
    assert "gagal bayar" not in table and "lapor telat" not in table and "0812" not in table


def test_five_masked_questions_of_different_people_and_none_of_what_is_secret(run, put):
    put(7, "kurs", "2026-03-10", words="Nomor saya 081234567890, berapa kurs hari ini")
    for n in range(7):
        put(1, "uang", "2026-03-10", words=f"Di mana tempat penukaran ke-{n} yang buka")
    put(1, "rahasia", "2026-03-10", words="nama pelapor adalah Budi", classification="RAHASIA")
    table = section(themes(run), "Contoh pertanyaan")
    assert table.count("penukaran") == 5 and table.count("kurs hari ini") == 1  # the same words are told once
    assert "081234567890" not in table and "Budi" not in table


def test_suggestions_for_policy_are_listed_and_lose_their_ticket_outside(run, put):
    (ticket,) = put(
        1, "kurs", "2026-03-10", words="Usul jam layanan lebih panjang", fields='{"policy_suggestion": "ya"}'
    )
    put(8, "kurs", "2026-03-10")
    (secret,) = put(1, "kurs", "2026-03-10", fields='{"policy_suggestion": "ya"}', classification="RAHASIA")
    table = section(themes(run), "Usulan kebijakan")
    assert ticket in table and "Usul jam layanan" in table and secret not in table
    outside = section(themes(run, *MARCH, "--anonymous"), "Usulan kebijakan")
    assert ticket not in outside and "Usul jam layanan" in outside


def test_what_units_answer_more_than_five_times_in_thirty_days_is_a_gap_of_knowledge(run, put):
    answered = {"answered_at": "2026-03-20T03:00:00.000Z", "subtopic": "valas"}
    put(6, "kurs", "2026-03-10", answer_source="bi.dpu", **answered)
    put(5, "uang", "2026-03-10", answer_source="bi.dpu", **answered)
    put(6, "qris", "2026-03-10", answer_source="T2", **answered)
    put(6, "spt", "2026-03-10", answer_source="bi.dpu", answered_at="2026-02-20T03:00:00.000Z")
    table = section(themes(run), "Celah pengetahuan")
    assert re.search(r"^kurs +valas +6$", table, re.MULTILINE)
    assert not re.search(r"uang|qris|spt", table)


def test_a_theme_of_fewer_than_five_people_is_not_published(run, put):
    put(4, "kecil", "2026-03-10", words="Usul kecil dari sedikit orang", fields='{"policy_suggestion": "ya"}')
    put(9, "besar", "2026-03-10")
    put(8, "sedang", "2026-03-10")
    out = themes(run, *MARCH, "--anonymous")
    assert re.search(r"^kecil +<5", section(out, "Tema"), re.MULTILINE)
    assert re.search(r"^sedang +<5", section(out, "Tema"), re.MULTILINE)
    assert "Usul kecil" not in out


def test_a_day_that_is_none_or_has_not_come_is_refused(run):
    assert "--day 2026-13-01 is no day" in run("--themes", "--day", "2026-13-01")[2]
    assert "--day 2027-01-01 has not come yet" in run("--themes", "--day", "2027-01-01")[2]


def test_the_theme_report_is_a_workbook_too(run, put, tmp_path):
    put(3, "kurs", "2026-03-10")
    assert run("--themes", *MARCH, "--format", "xlsx", "--out", str(tmp_path / "t.xlsx"))[0] == 0
    assert (tmp_path / "t.xlsx").stat().st_size > 4000
