"""Proofs and grants carry a MAC by a key that isn't in the database: a row written by hand opens nothing."""

from dataclasses import astuple, replace

from bot.conversation.facts import Granted, Proved
from bot.keys import Keys


def sealed_proof(keys: Keys, proof: Proved) -> Proved:
    """With its MAC."""
    return replace(proof, mac=keys.sign("proof", _text(proof)))


def sealed_grant(keys: Keys, grant: Granted) -> Granted:
    """With its MAC."""
    return replace(grant, mac=keys.sign("grant", _text(grant)))


def genuine(keys: Keys, row: Proved | Granted) -> bool:
    """Whether it is as we wrote it."""
    return keys.signed("proof" if isinstance(row, Proved) else "grant", _text(row), row.mac)


def _text(row: Proved | Granted) -> str:
    return repr(astuple(replace(row, mac="")))
