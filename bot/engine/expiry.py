"""Where an expired conversation ends, whatever it was about."""

from bot.model.step import Settled, Step
from bot.platform.sentences import Refuse


def expired_step(step: Step) -> Step:
    """What was done already is said to be. Raises Refuse: nothing was changed, and nothing of it goes on."""
    if isinstance(step, Settled):
        return step.settled()
    raise Refuse("engine.expired")
