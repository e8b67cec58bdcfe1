"""A console on services of its own for all tests of this folder that save, publish or send at random."""

from collections.abc import Iterator

import pytest

from tests.web.api.fuzz import house
from tests.web.browser import Console


@pytest.fixture(scope="session")
def api_house(tmp_path_factory, free_port) -> Iterator[Console]:
    with house(tmp_path_factory.mktemp("api"), free_port()) as console:
        yield console
