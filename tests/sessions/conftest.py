"""Tests of the middle stand on a whole gateway."""

from tests.gateways import gateway_of

__all__ = ["gateway_of"]
