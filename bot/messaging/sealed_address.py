"""An address on its way: in a row it stands sealed, under the name of the one letter that it is for."""

from bot.platform.keyring import Keys
from bot.platform.secret import Secret


def sealed_address(keys: Keys, letter: str, to: Secret) -> str:
    """For a row."""
    return keys.seal(f"letter {letter}", to.reveal().encode()).hex()


def opened_address(keys: Keys, letter: str, sealed: str) -> Secret:
    """Inverse. Raises Tampered for an address that was put there by hand, or is another letter's."""
    return Secret(keys.open(f"letter {letter}", bytes.fromhex(sealed)).decode())
