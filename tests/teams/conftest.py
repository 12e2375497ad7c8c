"""A town whose people talk at Teams."""

import pytest

from tests.conversations.conftest import migrated, town
from tests.kit.stores import clock, keys, world
from tests.kit.teams import TeamsChat
from tests.kit.town import Town

__all__ = ["clock", "keys", "migrated", "town", "world"]


@pytest.fixture
def ana(town: Town) -> TeamsChat:
    """Linked."""
    return TeamsChat(town, "ana")


@pytest.fixture
def stranger(town: Town) -> TeamsChat:
    """Of the house, and nobody knows whose chat account it is."""
    return TeamsChat(town, "ana", linked=False)
