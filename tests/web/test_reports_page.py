"""Reports on a page: the figures of the command, forms that say what is wrong, files that run nothing, a month on paper."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from itertools import pairwise

import pytest
from openpyxl import load_workbook

from sessions.reports import reports
from sessions.reports.report_files import shown
from sessions.reports.report_sheets import calls
from sessions.reports.reports import QUEUE, Wish
from store import audit, cases
from store.times import text
from web.charts import Column, columns, curve, rows

WEEK = "first=2026-03-02&last=2026-03-10"


def posted(console, path: str, **form: str):
    client = console.client("supervisor")
    fields = {"csrf": client.form_token, "first": "2026-03-02", "last": "2026-03-11", **form}
    return client.post(path, data=fields, headers={"Origin": console.url})


def test_the_page_shows_each_cell_as_the_command_counts_it(busy_console):
    page = busy_console.client("auditor").get(f"/reports?{WEEK}&by=queue").get_data(as_text=True)
    wish = Wish(
        date(2026, 3, 2),
        date(2026, 3, 10),
        tuple(sorted(flow.id for flow in busy_console.gateway.services.services())),
        QUEUE,
    )
    sheet = calls(reports.count(busy_console.gateway, wish), "id")
    assert len(sheet.rows) >= 4
    for row in sheet.rows:
        for value in row[1:]:
            assert shown(value) in page
    assert "bicara131/uang_rupiah" in page


def test_empty_intervals_are_a_dash_and_a_gap_in_the_line(busy_console):
    page = (
        busy_console.client("supervisor")
        .get("/reports?first=2026-03-01&last=2026-03-09&by=interval&every=day")
        .get_data(as_text=True)
    )
    assert page.count("<polyline") == 2, "a week's end without calls breaks the line"
    row = page.split("2026-03-08</th>")[1].split("</tr>")[0]
    assert "–" in row and "100.0 %" not in row


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("first=2026-13-01", "Bukan tanggal"),
        ("first=2026-03-11&last=2026-03-01", "sesudah akhirnya"),
        ("first=2025-03-11&last=2026-03-01", "Lebih lama"),
        ("first=2026-01-01&last=2026-03-01&every=15m", "Terlalu banyak baris"),
        ("by=agents", "Pilihan ini tidak ada"),
        ("service=%3Cb%3E", "Pilihan ini tidak ada"),
    ],
)
def test_a_wrong_field_says_so_beside_itself_and_keeps_what_was_typed(busy_console, query, says):
    answer = busy_console.client("supervisor").get(f"/reports?{query}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and says in page and 'aria-invalid="true"' in page
    if "first=2026-03-11" in query:
        assert 'value="2026-03-11"' in page


def test_a_file_needs_a_reason_and_leaves_a_line_in_the_audit(busy_console):
    refused = posted(busy_console, "/reports/download", format="csv", reason="tes")
    assert refused.status_code == 422 and "paling sedikit 8 huruf" in refused.get_data(as_text=True)
    answer = posted(busy_console, "/reports/download", format="csv", by="queue", reason="rapat bulanan unit")
    table = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))
    assert answer.headers["Content-Disposition"].endswith("sambung-report-2026-03-02-2026-03-11.csv")
    assert table[0][0] == "antrean" and len(table) >= 5
    line = audit.latest(busy_console.gateway.store.read(), 1)[0]
    told = json.loads(line.detail)
    assert (line.who, line.action) == ("sinta", "report_exported")
    assert (told["reason"], told["format"], told["by"]) == ("rapat bulanan unit", "csv", "queue")


def test_no_cell_of_a_file_is_a_formula(busy_console):
    now = text(busy_console.gateway.clock())
    with busy_console.gateway.store.write() as db:
        cases.open_case(
            db, service="bicara131", prefix="BI", local_date="2026-03-03", now=now, topic='=HYPERLINK("x")'
        )
    answer = posted(
        busy_console, "/reports/download", format="csv", part="topics", reason="rapat bulanan unit"
    )
    assert "\n'=HYPERLINK" in answer.get_data(as_text=True).replace("\"'=", "'=")
    book = load_workbook(
        io.BytesIO(posted(busy_console, "/reports/download", format="xlsx", reason="rapat bulanan").data)
    )
    cells = [
        cell for page in book for line in page.iter_rows() for cell in line if str(cell.value).startswith("=")
    ]
    assert cells and all(cell.data_type == "s" for cell in cells)


def test_themes_show_topics_and_their_words_only_to_who_sees_contacts(busy_console):
    page = busy_console.client("supervisor").get(f"/reports/themes?{WEEK}").get_data(as_text=True)
    assert "uang_rusak" in page and "Contoh pertanyaan" in page and "<svg" in page
    assert "Contoh pertanyaan" not in busy_console.client("auditor").get(f"/reports/themes?{WEEK}").get_data(
        as_text=True
    )
    answer = posted(busy_console, "/reports/themes/download", format="xlsx", reason="bahan kebijakan")
    assert "Tema" in load_workbook(io.BytesIO(answer.data)).sheetnames


def test_the_month_is_a_page_of_paper(busy_pages):
    page = busy_pages.of("supervisor", "/reports/month?month=2026-03", language="en")
    page.get_by_role("heading", name="Monthly report 2026-03").wait_for()
    page.emulate_media(media="print")
    assert not page.locator("header.top").is_visible() and not page.locator("#print").is_visible()
    assert page.get_by_role("heading", name="Topics").is_visible()
    assert page.locator("svg").count() == 2
    assert len(page.pdf(format="A4", landscape=True)) > 10_000


def test_charts_are_numbers_with_a_title_for_each_bar():
    chart = columns(
        [Column("a", [("answered", 3), ("abandoned", 1)]), Column("b", [("answered", 0), ("abandoned", 0)])]
    )
    assert [(box.kind, box.title) for box in chart.boxes] == [("answered", "a: 3"), ("abandoned", "a: 1")]
    assert chart.boxes[0].height == pytest.approx(3 * chart.boxes[1].height, abs=0.3)
    line = curve([("1", 80.0), ("2", None), ("3", 100.0), ("4", 0.0)], 80)
    assert [len(path) for path in line.paths] == [1, 2]
    assert line.paths[0][0][1] == next(y for y, target in line.rules if target)
    assert columns([]).boxes == [] and rows([]).boxes == []
    assert len(rows([Column("x" * 40, [("now", 2)])]).words[0].text) <= 17


def test_figures_beside_bars_do_not_lie_on_one_another():
    parts = (("now", 7.0), ("before", 8.0), ("last_year", 0.0))
    drawn = rows([Column("uang_palsu", parts), Column("npwp", parts)])
    lines = sorted(word.y for word in drawn.words if word.anchor == "start")
    assert min(below - above for above, below in pairwise(lines)) >= 10
