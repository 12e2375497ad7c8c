"""A town whose people talk in Slack."""

import pytest

from tests.conversations.conftest import migrated, town
from tests.kit.commands import run, whole
from tests.kit.slack import SlackChat
from tests.kit.stores import clock, keys, world
from tests.kit.town import Town

__all__ = ["clock", "keys", "migrated", "run", "town", "whole", "world"]


@pytest.fixture
def ana(town: Town) -> SlackChat:
    """Linked."""
    return SlackChat(town, "ana")


@pytest.fixture
def stranger(town: Town) -> SlackChat:
    """Of the house, and nobody knows whose chat account it is."""
    return SlackChat(town, "ana", linked=False)
