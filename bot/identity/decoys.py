"""Subjects that are nobody: the same guess always meets the same nobody, who is offered what anybody is offered."""

import unicodedata

from bot.platform.ids import DECOY, SubjectId
from bot.platform.keyring import Keys


def decoy(keys: Keys, typed: str) -> SubjectId:
    """Steady for one name, also when keys are rotated, so that limits count alike; says nothing about the name to a reader of the database."""
    name = unicodedata.normalize("NFC", typed).strip().casefold().encode("utf-8", "backslashreplace").decode()
    return SubjectId(f"{DECOY}:{keys.lasting_mac('decoy', name).hex()[:32]}")
