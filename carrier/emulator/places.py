"""Where numbers are, as webhooks tell it: a country by its prefix; town, state and post code stay empty
outside North America.
"""

from collections.abc import Mapping
from functools import lru_cache

_COUNTRIES = {"+62": "ID", "+60": "MY", "+65": "SG", "+1": "US", "+44": "GB", "+49": "DE"}


@lru_cache(maxsize=4096)
def country(number: str) -> str:
    """ISO code; '' when the prefix is none that this stand-in knows."""
    return next((code for prefix, code in _COUNTRIES.items() if number.startswith(prefix)), "")


def places(parties: Mapping[str, str]) -> dict[str, str]:
    """``{"From": number, …}`` -> FromCity, FromState, FromZip, FromCountry … for each."""
    told: dict[str, str] = {}
    for party, number in parties.items():
        told |= {
            f"{party}City": "",
            f"{party}State": "",
            f"{party}Zip": "",
            f"{party}Country": country(number),
        }
    return told
