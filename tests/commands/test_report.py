"""`python app.py report` on real events in a real database: what it prints, writes and refuses."""

import csv
import io
import os
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

import app
from desk.measures.figures import FORMULAS
from sessions.reports.report_words import COUNTS, SHORT, WRITTEN
from store import audit, cases, recordings
from tests.desk.test_measures import WORKED
from tests.gateways import NOW, gateway_of
from tests.sessions.test_records import FLOW
from tests.told import Writer, at

__all__ = ["gateway_of"]
DAY = "2026-03-10"
HOURS = '\nhours:\n  buka: {mon-fri: ["08:00-16:00"], closed_on: [national, collective_leave]}\n'
MARCH = ("--from", "2026-03-01", "--to", "2026-03-31")


@pytest.fixture
def run(gateway_of, monkeypatch, capsys):
    """A function: runs the command on an installation of its own, and gives code, output and complaints."""
    gateway = gateway_of(FLOW + HOURS)
    monkeypatch.setenv("INSTANCE", str(gateway.settings.instance))
    monkeypatch.setenv("CLOCK", "2026-03-11T10:15+07:00")

    def command(*words: str):
        code = app.main(["report", *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    command.gateway = gateway
    return command


def calls_of_the_worked_example(gateway) -> None:
    """Domain section 3.2: 50 calls, of which 26 contained and 4 left; twelve agents with 125 s to spare each."""
    with gateway.store.write() as db:
        writer = Writer(db)
        for n, line in enumerate(csv.reader(io.StringIO(WORKED)), 1):
            outcome, (wait, talk, hold, acw, tier) = line[0], map(int, line[1:])
            id, moment = f"CA{n:02}", at(DAY, "09:00:00", n * 600)
            writer.session(
                id, moment - timedelta(seconds=40), state={"needed_person": True}, contact=f"+62{n}"
            )
            if outcome == "answered":
                agent = f"a{n}"
                writer.agent(agent, moment + timedelta(seconds=wait - 125), "signed_in")
                writer.contact(id, moment, "offered", agent=agent)
                writer.answered(id, moment, agent, wait, talk, hold, acw, tier)
                end = moment + timedelta(seconds=wait + talk + hold + acw)
                writer.agent(agent, end, "signed_out")
                continue
            writer.contact(id, moment, "arrived")
            later = moment + timedelta(seconds=wait)
            what = {"abandoned": "abandoned", "callback": "callback_asked", "voicemail": "exit_message"}[
                outcome
            ]
            writer.contact(id, later, what)
            if outcome == "voicemail":
                recordings.note(db, "RE" + "7" * 32, at=NOW, session_id=id, duration=9, step="pesan")
        for n in range(30):
            outcome = "goodbye" if n < 26 else "hung_up"
            writer.session(f"CB{n}", at(DAY, "10:00:00", n), outcome=outcome, contact=f"+63{n}")
        writer.done()


EXPECTED = {
    "IN": "50", "CT": "26", "IA": "4", "CL": "0", "OFF": "20", "ANS": "12", "ABN": "5", "SAB": "2", "CB": "2", "VM": "1",
    "MAX": "130", "SL": "25.0 % (5/20) ✗", "SL net": "27.8 % (5/18) ✗", "SL PM16": "44.4 % (8/18)", "ASA": "33.7 s (404/12) ✗",
    "ABN%": "25.0 % (5/20) ✗", "ABN% net": "16.7 % (3/18) ✗", "ANS%": "60.0 % (12/20) ✗", "ATT": "209.2 s (2510/12)",
    "HOLD": "15.0 s (180/12)", "ACW": "51.2 s (615/12)", "AHT": "275.4 s (3305/12)", "OCC": "68.8 % (3305/4805) ✗",
    "CT%": "52.0 % (26/50)", "IA%": "8.0 % (4/50)", "ESC": "16.7 % (2/12)", "CB kept": "0.0 % (0/2) ✗", "CSAT": "–",
}  # fmt: skip


def test_the_worked_example_gives_exactly_the_expected_figures(run):
    calls_of_the_worked_example(run.gateway)
    code, out, _ = run("--from", DAY, "--to", DAY, "--part", "calls")
    assert code == 0
    names = {short: name for name, (short, *_) in COUNTS.items()} | {
        short: name for name, short in SHORT.items()
    }
    for short, value in EXPECTED.items():
        name = names[short]
        words = COUNTS[name][1] if name in COUNTS else FORMULAS[name].id
        assert re.search(
            rf"^{re.escape(words)} +{re.escape(value)} +{re.escape(value)}$", out, re.MULTILINE
        ), (short, out)


def test_what_was_written_twice_is_counted_once(run):
    calls_of_the_worked_example(run.gateway)
    first = run("--from", DAY, "--to", DAY)
    with run.gateway.store.write() as db:
        for table in ("contact_events", "agent_events"):
            db.execute(f"UPDATE {table} SET id = id")
            columns = (
                "at, contact, service, skill, tier, channel, what, detail"
                if table[0] == "c"
                else "at, agent, what, contact, detail"
            )
            db.execute(f"INSERT INTO {table} SELECT id || 'x', {columns} FROM {table}")
    assert run("--from", DAY, "--to", DAY) == first


def test_half_hours_add_up_and_empty_ones_say_so(run):
    calls_of_the_worked_example(run.gateway)
    code, out, _ = run("--from", DAY, "--to", DAY, "--every", "30m", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert (code, len(rows)) == (0, 49)
    assert {rows[0][name] for name in list(rows[0])[1:]} == {"–"}
    for column in (
        "panggilan masuk",
        "masuk antrean",
        "dijawab",
        "waktu penanganan: pembilang",
        "keterisian: penyebut",
    ):
        parts = [float(row[column]) for row in rows[:-1] if row[column] != "–"]
        assert sum(parts) == pytest.approx(float(rows[-1][column])), column
    assert rows[-1]["keterisian: penyebut"] == "4805.0"


def test_rows_by_tier_queue_and_agent_come_from_the_same_calls(run):
    calls_of_the_worked_example(run.gateway)
    _, tiers, _ = run("--from", DAY, "--to", DAY, "--by", "tier", "--format", "csv")
    assert {row["lini"]: row["dijawab"] for row in csv.DictReader(io.StringIO(tiers))} == {
        "T0": "0", "T1": "10", "T2": "1", "T3": "1", "Jumlah": "12",
    }  # fmt: skip
    _, queues, _ = run("--from", DAY, "--to", DAY, "--by", "queue", "--format", "csv")
    assert "contoh/umum" in queues
    _, agents, _ = run("--from", DAY, "--to", DAY, "--by", "agent", "--format", "csv", "--language", "en")
    row = {row["agent"]: row for row in csv.DictReader(io.StringIO(agents))}["a10"]
    assert (row["average handling time"], row["occupancy: whole"]) == ("630.0", "755.0")


def test_a_call_is_counted_on_the_day_of_the_zone(run):
    with run.gateway.store.write() as db:
        writer = Writer(db)
        writer.answered("CA1", at("2026-03-09", "23:59:59"), "ani", 4, 60)
        writer.answered("CA2", at("2026-03-10", "00:00:00"), "ani", 4, 60)
        writer.done()
    _, out, _ = run("--from", "2026-03-09", "--to", "2026-03-10", "--every", "day", "--format", "csv")
    assert [row["dijawab"] for row in csv.DictReader(io.StringIO(out))] == ["1", "1", "2"]


# -- cases


def case(db, n: int, topic: str = "kurs", **fields) -> str:
    given = {
        "channel": "telepon",
        "contact": f"+62{n}",
        "function": "pertanyaan",
        "tier": 1,
        "status": "ditutup",
        **fields,
    }
    return cases.open_case(
        db,
        service="contoh",
        prefix="CT",
        local_date=DAY,
        now="2026-03-10T03:00:00.000Z",
        topic=topic,
        **given,
    )


def test_cases_are_told_by_function_topic_and_limit(run):
    with run.gateway.store.write() as db:
        on_time = {"due_answer": "2026-03-10T09:00:00.000Z", "closed_at": "2026-03-10T08:00:00.000Z"}
        for n in range(6):
            case(db, n, **on_time)
        late = {"due_answer": "2026-03-10T09:00:00.000Z", "closed_at": "2026-03-10T09:30:00.000Z"}
        case(db, 7, topic="=SUM(A1)", function="pengaduan", tier=3, channel="sms", **late)
        case(
            db,
            8,
            topic="=SUM(A1)",
            function="informasi",
            status="dieskalasi",
            tier=3,
            due_answer="2026-03-10T09:00:00.000Z",
        )
    _, out, _ = run("--from", DAY, "--to", DAY)
    assert re.search(r"^kurs +telepon +6 +0 +0 +0 +6$", out, re.MULTILINE)
    assert re.search(r"^Jumlah +6 +1 +1 +0 +8$", out, re.MULTILINE)
    assert re.search(r"^kepatuhan SLA +85\.7 % \(6/7\) ✗$", out, re.MULTILINE)
    assert re.search(r"^terbuka lewat tenggat +1$", out, re.MULTILINE)
    assert re.search(r"^selesai kontak pertama +85\.7 % \(6/7\) ✓$", out, re.MULTILINE)
    assert re.search(r"^IKM \(PermenPANRB 14/2017\) +–$", out, re.MULTILINE)


def test_a_case_that_was_with_a_unit_or_came_back_was_not_settled_the_first_time(run):
    with run.gateway.store.write() as db:
        closed = {"closed_at": "2026-03-10T08:00:00.000Z"}
        case(db, 1, **closed)
        escalated, reopened = case(db, 2, **closed), case(db, 3, **closed)
        cases.add_event(
            db,
            escalated,
            at=NOW,
            who="ani",
            what="passed on to T3",
            detail='{"tier_from": "T1", "tier_to": "T3"}',
        )
        cases.add_event(db, reopened, at=NOW, who="robot", what="opened again")
    _, out, _ = run("--from", DAY, "--to", DAY, "--part", "summary", "--language", "en")
    assert re.search(r"^first contact resolution +33\.3 % \(1/3\) ✗$", out, re.MULTILINE)
    assert re.search(r"^escalation +33\.3 % \(1/3\)$", out, re.MULTILINE)


def test_nine_elements_give_the_index_of_the_worked_example(run):
    means = [3.40, 3.25, 3.10, 3.90, 3.35, 3.50, 3.55, 3.20, 3.30]
    with run.gateway.store.write() as db:
        for n in range(20):  # of twenty people so many give a 4 that the mean comes out
            given = {f"u{e}": str(4 if n < round((mean - 3) * 20) else 3) for e, mean in enumerate(means, 1)}
            case(db, n, fields=str(given).replace("'", '"'))
    assert "84.86 (B, baik)" in run("--from", DAY, "--to", DAY, "--part", "summary")[1]


# -- files


def test_a_csv_runs_nothing_in_a_spreadsheet(run):
    with run.gateway.store.write() as db:
        for n, topic in enumerate(("=SUM(A1)", "+1", "-1", "@x", "kurs")):
            case(db, n, topic=topic)
    _, out, _ = run("--from", DAY, "--to", DAY, "--format", "csv", "--part", "topics")
    assert [row[0] for row in csv.reader(io.StringIO(out))][1:-1] == [
        "'+1",
        "'-1",
        "'=SUM(A1)",
        "'@x",
        "kurs",
    ]


def test_a_workbook_has_numbers_with_formats_texts_that_stay_texts_and_the_formulas(run, tmp_path):
    calls_of_the_worked_example(run.gateway)
    with run.gateway.store.write() as db:
        case(db, 1, topic="=SUM(A1)")
    file = tmp_path / "maret.xlsx"
    code, out, _ = run(*MARCH, "--every", "day", "--by", "service", "--format", "xlsx", "--out", str(file))
    assert code == 0 and out.startswith(str(file))
    book = load_workbook(file)
    assert book.sheetnames == [
        "Panggilan",
        "contoh",
        "Fungsi",
        "Topik",
        "Segmen",
        "Unit",
        "Ringkasan kasus",
        "Rumus",
    ]
    page = book["Panggilan"]
    head = [cell.value for cell in page[1]]
    row = next(row for row in page.iter_rows(min_row=2) if row[1].value == DAY)
    level = row[head.index("tingkat layanan 80/20, ketat")]
    assert (level.value, level.number_format) == (0.25, "0.0%")
    assert row[head.index("tingkat layanan 80/20, ketat: penyebut")].value == 20
    topic = book["Topik"]["A2"]
    assert (topic.value, topic.data_type) == ("=SUM(A1)", "s")
    assert {row[2].value for row in book["Rumus"].iter_rows()} >= set(WRITTEN.values())
    with run.gateway.store.write() as db:
        assert [line.action for line in audit.latest(db, 1)] == ["report_exported"]


def test_fewer_than_five_persons_are_hidden_with_whoever_would_give_them_away(run):
    with run.gateway.store.write() as db:
        for topic, people in (("kurs", 9), ("uang", 6), ("qris", 4)):
            for n in range(people):
                case(db, n, topic=topic)
        for _ in range(7):
            case(db, 1, topic="satu")  # seven cases of one person
    _, out, _ = run("--from", DAY, "--to", DAY, "--anonymous", "--format", "csv", "--part", "topics")
    found = {row[0]: row[1] for row in csv.reader(io.StringIO(out))}
    assert found == {"topik": "kasus", "kurs": "9", "uang": "6", "satu": "<5", "qris": "<5", "Jumlah": "26"}
    with run.gateway.store.write() as db:
        db.execute("DELETE FROM cases WHERE topic = 'satu'")
    _, out, _ = run("--from", DAY, "--to", DAY, "--anonymous", "--format", "csv", "--part", "topics")
    assert {row[0]: row[1] for row in csv.reader(io.StringIO(out))}["uang"] == "<5"


def test_anonymous_rows_of_agents_have_no_names(run):
    calls_of_the_worked_example(run.gateway)
    _, out, _ = run("--from", DAY, "--to", DAY, "--by", "agent", "--anonymous", "--format", "csv")
    assert not re.search(r"^a\d+,", out, re.MULTILINE) and re.search(r"^#1,", out, re.MULTILINE)


# -- words


@pytest.mark.parametrize(
    "by", [[], ["--by", "agent"], ["--by", "queue", "--every", "30m"], ["--language", "en"]]
)
def test_every_table_fits_the_page(run, by):
    calls_of_the_worked_example(run.gateway)
    code, out, _ = run("--from", DAY, "--to", DAY, *by)
    assert code == 0 and max(map(len, out.splitlines())) <= 120


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--from", "2026-02-30"], "--from 2026-02-30 is no day. Way out: write it like 2026-03-31"),
        (["--from", "2026-03-05", "--to", "2026-03-01"], "--from 2026-03-05 is after --to 2026-03-01"),
        (["--from", "1990-01-01"], "more than 1830 days"),
        (["--service", "contho"], "there is no service contho. Way out: one of contoh"),
        (["--by", "interval"], "--by interval needs its length. Way out: --every day"),
        (["--format", "xlsx"], "a workbook needs a file"),
        (["--from", "2024-01-01", "--every", "15m"], "more than 20000"),
        (["--out", "/nowhere/at/all.csv", "--format", "csv"], "/nowhere/at/all.csv"),
    ],
)
def test_words_that_do_not_fit_are_refused_with_a_way_out(run, words, told):
    code, out, err = run(*words)
    assert (code, out) == (2, "") and told in err


def test_nothing_at_all_is_no_division_by_nothing(run):
    code, out, _ = run(*MARCH)
    assert code == 0 and not re.search(r"\bnan\b", out) and " 0.0 %" not in out and "100.0 %" not in out


def test_every_figure_and_count_has_its_words():
    assert set(SHORT) == set(WRITTEN) == set(FORMULAS)
    assert all(formula.id and formula.en for formula in FORMULAS.values())


def test_a_command_leaves_no_thread_and_no_open_database_behind(run):
    def held() -> set[str]:
        return {thread.name for thread in threading.enumerate()} | {
            file for file in map(os.path.realpath, Path("/proc/self/fd").iterdir()) if "gateway.db" in file
        }

    run.gateway.close()
    before = held()
    assert run(*MARCH)[0] == 0
    assert held() == before
