"""The telephone world outside: who is calling us, whom we may call, and how the carrier is spoken to.

signature   is this webhook really from our carrier?        client   the carrier's REST API, nothing raises
errors      what the carrier's error codes mean             guard    which numbers may be dialled or texted
emulator/   a carrier that runs on this machine             phone    a telephone on that emulator
"""
