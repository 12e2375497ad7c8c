"""What unit tests may ask for: the command line."""

from tests.kit.commands import run, whole

__all__ = ["run", "whole"]
