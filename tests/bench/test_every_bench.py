"""A measurement is run seldom: that it can be started at all is found out here, not on the day it is wanted."""

import importlib
import pkgutil

import pytest

import bench

SERVERS = {"bench.baseline_h", "bench.trivial"}  # started by others, with an environment of their own
MODULES = sorted(
    {module.name for module in pkgutil.walk_packages(bench.__path__, "bench.")} - SERVERS - {"bench.__main__"}
)


@pytest.mark.parametrize("name", MODULES)
def test_it_can_be_loaded(name):
    assert importlib.import_module(name)
