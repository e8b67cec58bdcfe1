"""Parts of addresses of the API: what the examples of the pages' nouns have planted."""

from tests.web.examples import explain, operations, people, screens, work
from web.policy import POLICY

VALUES = {
    "ticket": work.ticket,
    "sid": work.sid,
    "service": "hello",
    "part": "calls",
    "name": "pemilik",
    "id": work.dialogue,
}
_OF = {
    "api.contact": explain.contact,
    "api.person": people.person,
    "api.change_person": people.person,
    "api.revoke_screen": screens.VALUES["id"],
}
FORMS = {
    "api.make_prompt_drafts": {"service": "nowhere"},  # as on the page: no other test finds drafts
    **{endpoint: {"id": people.person} for endpoint in POLICY if endpoint.startswith("api.person_")},
    **{endpoint: {"id": operations.letter} for endpoint in POLICY if endpoint.startswith("api.dead_letter")},
    **{endpoint: {"id": plant} for endpoint, plant in _OF.items()},
}
