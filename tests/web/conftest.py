"""The console's fixtures for all tests of this folder."""

from tests.web.a_day import busy_console, busy_pages
from tests.web.browser import browser, console, console_house, house_pages, pages

__all__ = ["browser", "busy_console", "busy_pages", "console", "console_house", "house_pages", "pages"]
