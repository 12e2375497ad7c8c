"""Fixtures of the tests of pages."""

from tests.kit.browser import chromium

__all__ = ["chromium"]
