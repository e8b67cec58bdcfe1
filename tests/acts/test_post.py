"""Mail in transit: encrypted, to a server that proves its name, with our password only then."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from carrier.emulator.mailbox import Mailbox
from jobs.post import STARTTLS, Post, written

PASSWORD = "kata-sandi-surel"
MAIL = written("kami@contoh.id", "a@contoh.id", "Judul", "Isi.", ("x.pdf", b"%PDF"), "01", datetime.now(UTC))


class Guarded(Mailbox):
    """A mailbox that speaks nothing but TLS and knows one user."""

    def __init__(self, certificate: Path) -> None:
        super().__init__()
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(certificate)

    async def _listen(self, loop: asyncio.AbstractEventLoop) -> int:
        def known(
            server: object, session: object, envelope: object, mechanism: str, given: LoginPassword
        ) -> AuthResult:
            return AuthResult(
                success=(given.login, given.password) == (b"kami", PASSWORD.encode()), handled=False
            )

        def session() -> SMTP:
            return SMTP(
                self, hostname="localhost", loop=loop, tls_context=self.tls, require_starttls=True, auth_required=True,
                authenticator=known,
            )  # fmt: skip

        server = await loop.create_server(session, "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of 127.0.0.1 that nobody but the test trusts, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "contoh")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.public_bytes(pem))
    return file


@pytest.fixture
def guarded(certificate: Path, tmp_path: Path) -> tuple[Guarded, Callable[..., Post]]:
    box = Guarded(certificate)
    port = box.start(tmp_path)

    def post(security: str = STARTTLS, user: str = "kami", password: str = PASSWORD) -> Post:
        return Post("127.0.0.1", lambda: port, security, "kami@contoh.id", user, password)

    return box, post


def test_a_server_that_cannot_prove_its_name_gets_neither_password_nor_mail(
    guarded: tuple[Guarded, Callable[..., Post]],
) -> None:
    box, post = guarded
    outcome = post().send(MAIL, "a@contoh.id")
    assert (outcome.ok, outcome.kind) == (False, "retry") and "SSLCertVerificationError" in outcome.message
    assert "SSLCertVerificationError" in post().probe() and box.mails() == []


def test_with_a_trusted_certificate_and_the_password_it_goes(
    guarded: tuple[Guarded, Callable[..., Post]], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    box, post = guarded
    assert post().probe() == ""
    assert post().send(MAIL, "a@contoh.id").ok and len(box.mails()) == 1
    wrong = post(password="lain").send(MAIL, "a@contoh.id")
    assert wrong.kind == "retry" and "SMTPAuthenticationError 535" in wrong.message
    assert PASSWORD not in repr(post())
    assert not post(security="none", user="").send(MAIL, "a@contoh.id").ok  # it takes nothing in the clear
    assert len(box.mails()) == 1
