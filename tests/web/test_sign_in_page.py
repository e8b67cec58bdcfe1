"""Signing in as a person does it, in a browser."""

from store import users
from web.accounts import passwords

PASSWORD = "kuda lumping naik kereta"


def test_a_person_signs_in_sees_the_console_and_signs_out(pages, console):
    with console.gateway.store.write() as db:
        users.change(db, users.of_login(db, "ani").id, password=passwords.hashed(PASSWORD))
    pages.expect("422")
    page = pages.of("anonymous", "/")
    page.get_by_label("Nama pengguna").fill("ani")
    page.get_by_label("Kata sandi").fill("salah semua salah")
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Nama pengguna").input_value() == "ani"  # nothing typed is lost
    page.get_by_label("Kata sandi").fill(PASSWORD)
    before = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("heading", name="Ani Lestari").wait_for()
    after = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    name = console.cookies.session
    assert name.startswith("__Host-") and before[name] != after[name]
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()


def test_who_is_signed_in_comes_back_to_the_page(pages):
    page = pages.of("supervisor", "/", width=390, language="en")
    page.get_by_role("heading", name="Sinta Dewi").wait_for()
    page.goto(pages.console.url + "/sign-in")
    assert page.url == pages.console.url + "/"
