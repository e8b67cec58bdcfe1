"""Passwords as security line 23 wants them: long ones, none of the usual, no rules of composition, argon2id, hashed anew when costs rise."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from sessions.gateway import Gateway
from store import users
from web.accounts import entering, passwords
from web.accounts.visits import Visit

GOOD = "kuda lumping naik kereta"


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        (GOOD, ""),
        ("ĝis la revido ☎ morgaŭ", ""),  # any letters
        ("a" * 3 + "bcdefghij klm nop" * 6, ""),
        ("kudalumping", "password_short"),
        ("x1 " * 43, "password_long"),
        ("1qaz2wsx3edc", "password_common"),
        ("Indonesia123", "password_common"),
        ("QWERTYuiop123", "password_common"),
        ("ababababababab", "password_common"),
        ("sinta dewi 12", "password_near"),
        ("sambungrejo77", "password_near"),
    ],
)
def test_what_is_taken_and_what_is_not(password, fault):
    assert passwords.fault(password, "sinta", "Sinta Dewi") == fault


def test_nearly_three_thousand_usual_ones_are_refused():
    assert len(passwords.common()) > 2_900
    assert all(len(one) >= passwords.SHORTEST and one == one.casefold() for one in passwords.common())


def test_what_is_kept_is_argon2id_with_costs_of_at_least_19_mib_and_two_rounds():
    kept = extract_parameters(passwords.hashed(GOOD))
    assert kept.type is Type.ID
    assert kept.memory_cost >= 19 * 1024 and kept.time_cost >= 2 and kept.parallelism == 1
    assert passwords.right(passwords.hashed(GOOD), GOOD) and not passwords.right("", GOOD)


def test_a_password_hashed_with_lower_costs_is_hashed_anew_at_the_next_sign_in(console):
    gateway: Gateway = console.gateway
    with gateway.store.write() as db:
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
        users.change(db, users.of_login(db, "utami").id, password=weak)
    found = entering.enter(gateway, Visit(""), "Utami ", GOOD, entering.Where("192.0.2.9", "test"))
    assert isinstance(found, Visit) and found.signed_in
    kept = users.of_login(gateway.store.read(), "utami").password
    assert not passwords.outdated(kept) and passwords.right(kept, GOOD)
