"""Telephones: addresses of calls that nobody made. What a call says is hostile in tests/web/test_phone_page.py, beside an emulator."""

CALL = "CA" + "0" * 32
VALUES = {
    "sid": CALL,
    "item": "0",
    "position": 1,
    "name": "nobody.wav",
    "action": "keys",
    "service": "hello",
    "version": lambda console: console.gateway.services.current("hello").version,
}
