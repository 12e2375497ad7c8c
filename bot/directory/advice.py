"""What people are told to do after a new password, as the settings name it."""

from collections.abc import Sequence

from bot.platform.errors import OperatorError
from bot.settings.directories import DirectorySection

ADVICE = {"sign-in-again": "after_reset.sign_in_again", "vpn": "after_reset.vpn", "phone": "after_reset.phone"}


def advice(name: str, section: DirectorySection, otherwise: Sequence[str] = ()) -> tuple[str, ...]:
    """Sentences of the catalogue. `otherwise`: what its kind says, by the same names. Raises OperatorError for an advice that there isn't."""
    chosen = section.after_reset or otherwise
    if unknown := [each for each in chosen if each not in ADVICE]:
        known = ", ".join(f'"{each}"' for each in ADVICE)
        raise OperatorError(f'[directories.{name}] after_reset knows no "{unknown[0]}"; it knows {known}.')
    return tuple(ADVICE[each] for each in chosen)
