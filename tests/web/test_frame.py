"""The frame of every page: by keyboard, kept fresh, and watched by a policy that counts what it refuses."""

import pytest

from sessions.console import accounts
from store import users
from web.accounts import passwords

PASSWORD = "kuda lumping naik kereta"


def test_signing_in_and_going_on_needs_no_mouse(pages, console):
    with console.gateway.store.write() as db:
        users.change(db, users.of_login(db, "bayu").id, password=passwords.hashed(PASSWORD))
    page = pages.of("anonymous", "/", width=390)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Langsung ke isi"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("bayu")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Bayu Pratama").wait_for()
    shown = page.evaluate("getComputedStyle(document.querySelector('.menu a')).outlineStyle")
    page.locator(".menu a").first.focus()
    page.keyboard.press("Tab")
    assert shown == "none" and page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_what_the_policy_refuses_is_counted(pages, console):
    before = console.csp_reports()
    page = pages.of("agent", "/")
    pages.expect("content policy|violates|Content Security Policy")
    inline = "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)"
    page.evaluate(f"() => {{ {inline}; }}")
    page.wait_for_timeout(500)
    assert page.evaluate("window.ran") is None
    assert console.csp_reports() == before + 1


def test_a_piece_stays_fresh_and_says_when_the_session_is_over(pages, console):
    page = pages.of("agent2", "/")
    page.clock.install()
    page.reload()
    with page.expect_response("**/now") as first:
        page.clock.run_for(10_500)
    assert first.value.status == 200 and first.value.request.headers["x-refresh"] in ("idle", "person")
    page.get_by_text("petugas siap").wait_for()
    pages.expect("403")
    bayu = users.of_login(console.gateway.store.read(), "bayu")
    accounts.end_sessions(console.gateway, "test", bayu.id)  # as an administrator ends them
    page.clock.run_for(10_500)
    page.get_by_role("heading", name="Masuk").wait_for()


@pytest.mark.parametrize(
    ("path", "words"), [("/nowhere", "Halaman ini tidak ada"), ("/people", "Anda tidak berhak")]
)
def test_an_error_has_words_and_a_way_out(pages, path, words):
    pages.expect("40[34]")
    page = pages.of("agent", path, width=390)
    page.get_by_role("heading", name=words).wait_for()
    page.get_by_role("link", name="Ke beranda").click()
    page.get_by_role("heading", name="Ani Lestari").wait_for()


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_whole_menu_stands_in_one_row_of_a_desk_screen(pages, language):
    page = pages.of("administrator", "/", width=1440, language=language)
    boxes = [page.locator(part).bounding_box() for part in (".menu a >> nth=0", ".menu a >> nth=-1", ".who")]
    assert max(box["y"] for box in boxes) - min(box["y"] for box in boxes) < 12
