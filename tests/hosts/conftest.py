"""Fixtures of many hosts: the browser of the other browser tests."""

from tests.browser.conftest import browser

__all__ = ["browser"]
