"""The console's fixtures for all tests of this folder."""

from tests.web.browser import browser, console, console_house, house_pages, pages

__all__ = ["browser", "console", "console_house", "house_pages", "pages"]
