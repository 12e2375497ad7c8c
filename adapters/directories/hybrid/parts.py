"""What a hybrid asks of its cloud beyond the port, and rules that satisfy both parts."""

from collections.abc import Mapping
from typing import Protocol

from bot.directory.interfaces import Changes, Directory, DirectoryRules, Objects, Passes
from bot.platform.ids import SubjectId


class CloudDirectory(Directory, Objects, Passes, Protocol):
    """What is asked of the cloud beyond the port. All of it may raise Unreachable."""

    async def anchor(self, subject: SubjectId) -> str | None:
        """What a synced account is matched by; empty: its password lives in the cloud. None: no such account."""

    async def anchored(self, anchor: str) -> SubjectId | None:
        """The synced account with this anchor."""

    async def known_as(self, text: str) -> tuple[Mapping[SubjectId, str], Mapping[SubjectId, str]]:
        """Whoever signs in by this name, and whoever else has it as a mail address: each with its anchor, as above."""

    async def anchored_changes(self, since: str | None, limit: int | None = None) -> tuple[Changes, Mapping[SubjectId, str]]:
        """Changes, and the anchors of the synced accounts among them."""


def stricter(one: DirectoryRules, other: DirectoryRules) -> DirectoryRules:
    """Rules that a password keeps when it keeps those of both directories."""
    return DirectoryRules(
        max(one.min_length, other.min_length),
        min(one.max_length, other.max_length),
        one.complexity or other.complexity,
        max(one.history, other.history),
        one.ascii_only or other.ascii_only,
        max(one.may_change_at, other.may_change_at),
    )
