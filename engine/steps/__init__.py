"""One module a kind of step: what happens on arrival (enter) and when something comes in (resume).

Both return where to go (an Exit) or what to wait for (a Wait). BEHAVIOURS is the registry; a kind without behaviour is
found by the first test that runs, see tests/engine/test_advance.py.
"""
