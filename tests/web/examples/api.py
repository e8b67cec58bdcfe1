"""Parts of addresses of the API: what the examples of the pages' nouns have planted."""

from tests.web.examples import work

VALUES = {"ticket": work.ticket}
