"""KP-3 and KP-4 of the domain page: what belongs to others is refused unseen, and what may be confirmed has its daily limit.

The register of taxpayers is another authority's system here, which counts who asks.
"""

import http.server
import json
import shutil
import threading
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.house import ROOT, House, environment
from tests.services.centre import case
from tests.sms.test_dialogues import Mobile

CURIOUS, OTHER, ASKER = "+6281200000005", "+6281200000006", "+6281200000007"
TAX_NUMBER, NAME = "999999999999999", "BUDI CONTOH"
TABLE = "npwp_nama: {table: npwp_nama.csv, match: {npwp: digits, nama: fold}}"


class Register(http.server.BaseHTTPRequestHandler):
    """Knows one taxpayer, and remembers what it was asked."""

    asked: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        words = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.asked.append(words)
        known = words == {"npwp": TAX_NUMBER, "nama": NAME.lower()} or words == {
            "npwp": TAX_NUMBER,
            "nama": NAME,
        }
        body = json.dumps({"samar": "9999...99"}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body if known else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def register(free_port):
    with http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Register) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(scope="module")
def house(tmp_path_factory, free_port, register):
    folder = tmp_path_factory.mktemp("kp")
    for name in ("kring_pajak", "common"):
        shutil.copytree(ROOT / "flows" / name, folder / "flows" / name)
    flow = folder / "flows" / "kring_pajak" / "flow.yaml"
    address = f"http://127.0.0.1:{register}/?npwp={{npwp}}&nama={{nama}}"
    shipped = flow.read_text()
    assert TABLE in shipped
    flow.write_text(shipped.replace(TABLE, f'npwp_nama: {{url: "{address}", gives: [samar]}}'))
    wishes = {"FLOWS": str(folder / "flows"), "LOOKUP_HOSTS": f"127.0.0.1:{register}"}
    with House.running(environment(folder, free_port, **wishes), CLOCK="2026-03-11T13:00+07:00") as house:
        yield house


def test_kp_3_the_data_of_others_are_refused_in_words_that_tell_nothing(house):
    replies = [
        Mobile(house, number, "1500200").writes(body)
        for number, body in (
            (CURIOUS, "cek pajak nya pt maju contoh dong berapa bayar thn lalu"),
            (OTHER, "berapa utang pajak PT Tidak Ada Contoh?"),
        )
    ]
    assert replies[0] == replies[1]
    assert "rahasia" in replies[0] and "Pasal 34" in replies[0]
    assert not any(
        words in replies[0].lower() for words in ("terdaftar", "tidak ditemukan", "pt maju", "pt tidak ada")
    )
    for number in (CURIOUS, OTHER):
        kept = case(house, number)
        assert (kept["classification"], kept["status"]) == ("RAHASIA", "ditolak_dikecualikan")
    assert Register.asked == []


def test_kp_4_a_tax_number_is_confirmed_five_times_a_day_and_no_more(house):
    mobile = Mobile(house, ASKER, "1500200")
    right = mobile.writes("NPWP 99.999.999.9-999.999#budi contoh")
    assert "SESUAI" in right and "TIDAK SESUAI" not in right and TAX_NUMBER not in right
    wrong = mobile.writes(f"npwp#{TAX_NUMBER}#Siti Contoh##")
    assert "TIDAK SESUAI" in wrong and "BUDI" not in wrong
    for _ in range(3):
        assert "TIDAK SESUAI" in mobile.writes("NPWP 999999999999998#X CONTOH")
    limited = mobile.writes(f"NPWP {TAX_NUMBER}#BUDI CONTOH")
    # Whoever asks too much is not even looked up.
    assert [words["nama"].upper() for words in Register.asked] == [NAME, "SITI CONTOH", *["X CONTOH"] * 3]
    assert "batas" in limited.lower() and "besok" in limited and "SESUAI" not in limited
