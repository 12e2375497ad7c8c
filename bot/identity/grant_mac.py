"""Proofs and grants carry a MAC by a key that isn't in the database: a row written by hand opens nothing."""

from dataclasses import astuple, replace

from bot.model.facts import Granted, Proved
from bot.platform.keyring import Keys


def sealed_proof(keys: Keys, proof: Proved, browser: str) -> Proved:
    """With its MAC, which covers the `browser` that its page is bound to as well (empty: no sealed page)."""
    return replace(proof, mac=keys.sign("proof", browser + _text(proof)))


def sealed_grant(keys: Keys, grant: Granted) -> Granted:
    """With its MAC."""
    return replace(grant, mac=keys.sign("grant", _text(grant)))


def genuine_proof(keys: Keys, proof: Proved, browser: str) -> bool:
    """Whether it is as we wrote it, and its page still belongs to the same browser."""
    return keys.signed("proof", browser + _text(proof), proof.mac)


def genuine_grant(keys: Keys, grant: Granted) -> bool:
    """Whether it is as we wrote it."""
    return keys.signed("grant", _text(grant), grant.mac)


def _text(row: Proved | Granted) -> str:
    told = astuple(replace(row, mac=""))
    no_agent = isinstance(row, Granted) and row.agent is None  # as before there were any, so that those rights stay genuine
    return repr(told[:-1] if no_agent else told)
