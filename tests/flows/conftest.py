"""The services on an ordinary working day, Wednesday 11 March 2026 at 10.15 WIB."""

from __future__ import annotations

import pytest

from tests.flows.player import House, at, service


@pytest.fixture
def bicara() -> House:
    """BICARA 131."""
    return House(service("bicara131"), at("2026-03-11 10:15"))


@pytest.fixture
def pajak() -> House:
    """Kring Pajak."""
    return House(service("kring_pajak"), at("2026-03-11 10:15"))


@pytest.fixture
def ojk() -> House:
    """Kontak OJK 157."""
    return House(service("kontak_ojk157"), at("2026-03-11 10:15"))


@pytest.fixture
def bravo() -> House:
    """Bravo Bea Cukai."""
    return House(service("bravo_beacukai"), at("2026-03-11 10:15"))
