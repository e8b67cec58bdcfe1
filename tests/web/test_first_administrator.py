"""From the token in the terminal to a console with people in it, and the second factor on the way, in a browser."""

import re

import pyotp

from sessions.console import accounts
from store import users
from web.accounts import visits

PASSWORD = "kuda lumping naik kereta"


def test_the_first_administrator_comes_by_a_token_and_a_second_factor(pages, console, monkeypatch):
    gateway = console.gateway
    monkeypatch.setattr(accounts, "wants_first", lambda db: True)  # the cast has one already
    token = accounts.invite_first(gateway)
    pages.expect("422")
    page = pages.of("anonymous", f"/welcome#{token}")
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_label("Nama", exact=True).fill("Rina Wulandari")
    page.get_by_label("Nama pengguna").fill("rina")
    page.get_by_label("Kata sandi", exact=True).fill("rinarinarina")
    page.get_by_label("Kata sandi sekali lagi").fill("rinarinarina")
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_text("Banyak orang memakai sandi ini").wait_for()  # three letters are no password
    assert page.get_by_label("Nama pengguna").input_value() == "rina"
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_label("Kata sandi sekali lagi").fill(PASSWORD)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("heading", name="Faktor kedua").wait_for()
    key = page.locator("code.key").inner_text().replace(" ", "")
    assert page.get_by_alt_text("Kotak QR").evaluate("image => image.naturalWidth") > 100
    # As a telephone has it, whatever CLOCK says here.
    page.get_by_label("Kode").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("heading", name="Kode pemulihan").wait_for()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(set(codes)) == 10
    page.get_by_role("link", name="Sudah saya simpan").click()
    page.get_by_role("heading", name="Rina Wulandari").wait_for()
    page.get_by_role("button", name="Keluar").click()

    # The next time: password, then a recovery code in place of the telephone, once.
    for refused in (False, True):
        page.get_by_label("Nama pengguna").fill("rina")
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        page.get_by_label("Kode").fill(codes[0])
        page.get_by_role("button", name="Lanjut").click()
        if refused:
            page.get_by_text("Kode ini tidak cocok").wait_for()
        else:
            page.get_by_role("button", name="Keluar").click()
            page.get_by_role("heading", name="Masuk").wait_for()
    assert page.goto(console.url + "/people").status == 200 and page.url.endswith(
        "/sign-in/code?then=/people"
    )


def test_an_administrator_adds_somebody_and_hands_over_a_link(pages, console):
    pages.expect("422")
    page = pages.of("administrator", "/people", width=390)
    page.get_by_label("Nama", exact=True).fill("Putri Maharani")
    page.get_by_label("Nama pengguna").fill("ani")
    page.get_by_label("Peran").select_option("supervisor")
    page.get_by_role("button", name="Tambah pengguna").click()
    page.get_by_text("sudah dipakai").wait_for()
    assert page.get_by_label("Nama", exact=True).input_value() == "Putri Maharani"
    assert page.get_by_label("Peran").input_value() == "supervisor"
    page.get_by_label("Nama pengguna").fill("putri")
    page.get_by_role("button", name="Tambah pengguna").click()
    link = page.get_by_text(re.compile("/welcome#")).inner_text()
    token = link.partition("#")[2]
    assert accounts.invited(console.gateway, token)[1].login == "putri"
    page.get_by_role("link", name="Putri Maharani").click()
    page.get_by_role("button", name="Kunci").click()
    page.get_by_role("status").wait_for()
    user = users.of_login(console.gateway.store.read(), "putri")
    assert user.state == "locked" and not visits.current(console.gateway, "nobody").signed_in
