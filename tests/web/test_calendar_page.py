"""The calendar of a service on a page: the map, what a caller hears, what supervisors decide, and where it is told."""

from __future__ import annotations

import pytest

from engine.load import Fault, FlowFaults
from sessions import services
from sessions.publishing import overrides
from store import overrides as rows
from store.times import text
from tests.web.browser import prepared, serving

PAGE = "/flows/bicara131/calendar"
FLOOD = {"id": "Kantor kami kebanjiran.", "en": "Our office is flooded."}


@pytest.fixture(scope="module")
def calendar(tmp_path_factory, free_port):
    """A console of its own: what is decided here would be met by everybody."""
    with serving(prepared(tmp_path_factory.mktemp("calendar"), free_port())) as console:
        yield console


def decide(console, who: str = "supervisor", service: str = "bicara131", **given):
    client = console.client(who)
    form = {
        "csrf": client.form_token,
        "state": "closed",
        "reason": "jaringan mati",
        "end": "2026-03-11T12:00",
        **given,
    }
    return client.post(f"/flows/{service}/calendar", data=form, headers={"Origin": console.url})


def shown(console, path: str = PAGE, who: str = "supervisor") -> str:
    return console.client(who).get(path).text


def held(console):
    return overrides.of(console.gateway.store.read(), "", text(console.gateway.clock()))


@pytest.fixture(autouse=True)
def nothing_holds(calendar):
    yield
    with calendar.gateway.store.write() as db:
        for one in held(calendar):
            rows.end(db, one.id, at="2026-03-11T03:00:00.000Z", who="test")


def test_the_map_tells_every_day_in_words_and_what_is_unusual(calendar) -> None:
    page = shown(calendar)
    assert page.count('<th scope="row">') == 400
    assert "Rabu 11 Maret 2026: buka pukul 08.00-16.00 WIB" in page
    assert "Rabu 18 Maret 2026: tutup sepanjang hari; cuti bersama: " in page
    assert "Jumat 1 Mei 2026: tutup sepanjang hari; libur nasional: Hari Buruh" in page
    chosen = shown(calendar, PAGE + "?day=2026-05-01")
    assert "data-told>Jumat 1 Mei 2026" in chosen


def test_a_closed_house_is_decided_told_everywhere_and_ended(calendar) -> None:
    assert decide(calendar).status_code == 303
    (one,) = held(calendar)
    assert (one.service, one.state, one.who, one.reason) == ("bicara131", "closed", "sinta", "jaringan mati")
    page = shown(calendar)
    assert (
        "Ditetapkan tutup" in page
        and "jaringan mati" in page
        and "Rabu 11 Maret 2026: buka pukul 08.00-10" in page
    )
    assert "bicara131 (semua jam layanan) sampai 11 Mar 2026" in shown(calendar, "/wallboard")
    assert "jaringan mati" not in shown(calendar, "/wallboard")  # a wall is seen by whoever comes by
    assert "jaringan mati" in shown(calendar, "/operations", "administrator")
    assert "penetapan: bicara131 tutup 2026-03-11" in shown(
        calendar, "/reports?from=2026-03-11&to=2026-03-11"
    )
    assert "override_set" in shown(calendar, "/audit?action=override", "auditor")
    assert "menetapkan" in shown(calendar, "/flows/bicara131", "auditor")
    assert decide(calendar, state="automatic", reason="pulih").status_code == 303
    assert held(calendar) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"reason": " "}, "Harus diisi."),
        ({"end": ""}, "Tulis tanggal dan jam berakhirnya."),
        ({"end": "2026-03-11T09:00"}, "Waktu itu sudah lewat."),
        ({"end": "2026-04-11T09:00"}, "Paling lama 14 hari."),
        ({"hours": "kantin"}, "Tidak dikenal."),
        ({"state": "shut"}, "Tidak dikenal."),
        ({"state": "automatic"}, "Kalender sudah berlaku."),
        ({"state": "emergency", "words_id": "Banjir."}, "Harus diisi."),
        ({"state": "emergency", "words_id": "x" * 161, "words_en": "Flood."}, "Paling banyak 160 karakter."),
    ],
)
def test_what_is_refused_stands_beside_its_field_and_nothing_typed_is_lost(calendar, given, told) -> None:
    answer = decide(calendar, **{"reason": "jaringan <mati>", **given})
    assert answer.status_code == 422 and told in answer.text and held(calendar) == []
    if "reason" not in given:
        assert "jaringan &lt;mati&gt;" in answer.text


def test_a_service_that_never_closes_says_so(calendar) -> None:
    answer = decide(calendar, service="hello")
    assert answer.status_code == 422 and "tidak pernah tutup. Tulis jamnya" in answer.text
    assert "tidak mempunyai jam layanan" in shown(calendar, "/flows/hello/calendar")


def test_a_file_that_cannot_be_played_says_why_beside_what_is_published(calendar, monkeypatch) -> None:
    monkeypatch.setattr(services.Folder, "load", _broken)
    page = shown(calendar, f"{PAGE}?at=2026-03-11T12:30&number=131&language=id")
    assert "Yang meminta petugas masuk antrean" in page and "flow.yaml:7:3" in page


def _broken(folder) -> None:
    raise FlowFaults([Fault(f"{folder.id}/flow.yaml", 7, 3, "unknown-step", "no such step", "Write another")])


def test_only_supervisors_and_administrators_decide(calendar) -> None:
    assert [decide(calendar, who).status_code for who in ("agent", "auditor")] == [403, 403]
    assert 'name="reason"' not in shown(calendar, who="auditor")
    assert decide(calendar, "administrator").status_code == 303


@pytest.mark.parametrize(
    ("at", "told", "missing"),
    [
        ("2026-03-11T12:30", ["jam hari biasa", "Yang meminta petugas masuk antrean"], "tidak masuk antrean"),
        (
            "2026-03-18T12:30",
            ["cuti bersama: ", "di luar jam layanan", "tidak masuk antrean"],
            "jam hari biasa",
        ),
    ],
)
def test_what_a_caller_hears_at_a_moment_and_by_which_rule(calendar, at, told, missing) -> None:
    page = shown(calendar, f"{PAGE}?at={at}&number=131&language=id")
    page = page[page.index('class="heard"') : page.index('id="map"')]
    assert [words for words in told if words not in page] == [] and missing not in page
    assert "Berkas yang sedang disunting sama saja." in page


def test_an_emergency_is_heard_in_front_in_the_language_asked_for(calendar) -> None:
    announcement = {f"words_{language}": words for language, words in FLOOD.items()}
    assert decide(calendar, state="emergency", **announcement).status_code == 303
    page = shown(calendar, f"{PAGE}?at=2026-03-11T11:00&number=131&language=en")
    page = page[page.index('class="heard"') : page.index('id="map"')]
    assert page.index(FLOOD["id"]) < page.index("Selamat datang") and FLOOD["en"] in page
    assert (
        "ditetapkan oleh petugas – sinta: jaringan mati" in page
        and "Our officers are currently unavailable" in page
    )
    assert (
        FLOOD["id"]
        not in shown(calendar, f"{PAGE}?at=2026-03-11T12:01&number=131&language=en").split('class="heard"')[1]
    )


@pytest.mark.parametrize("at", ["noon", "2030-01-01T00:00", ""])
def test_a_moment_that_is_none_or_far_away_is_told(calendar, at) -> None:
    assert "paling jauh 400 hari" in shown(calendar, f"{PAGE}?at={at}&number=131") or at == ""


def test_days_are_walked_by_arrow_keys_and_told_while_they_have_the_focus(pages) -> None:
    page = pages.of("supervisor", PAGE, width=390, language="en")
    days = page.locator("[data-months] tbody th a")
    days.first.focus()
    page.keyboard.press("ArrowRight")
    assert (
        page.locator("[data-told]")
        .inner_text()
        .startswith("Wednesday 18 March 2026: closed all day; collective leave")
    )
    assert [days.nth(place).get_attribute("tabindex") for place in (0, 7)] == ["-1", "0"]
    page.keyboard.press("Enter")
    page.wait_for_url("**day=2026-03-18**")
    assert page.locator("tr.chosen a").get_attribute("aria-current") == "date"
