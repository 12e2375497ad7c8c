"""How often Slack lets each of its methods be called, in the workspace or in one channel."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Calls in so many seconds (docs.slack.dev, "Rate limits": tiers 2 to 4 are 20, 50 and 100 a minute, messages one a second in each
# channel). Slack allows somewhat more than it says; here what it says is all.
TIER_3, TIER_4 = (50, 60.0), (100, 60.0)
LIMITS = {
    "auth.test": (500, 60.0),
    "chat.postMessage": (1, 1.0),
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.open": TIER_3,
    "oauth.v2.access": (600, 60.0),
    "users.info": TIER_4,
    "views.publish": TIER_4,
}


@dataclass
class RateLimits:
    """Remembers when what was called."""

    now: Callable[[], float]
    _called_at: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def wait(self, method: str, given: Mapping[str, Any]) -> int:
        """Seconds; 0: go on. A call that is refused counts for nothing."""
        most, seconds = LIMITS[method]
        key = method, str(given["channel"]) if method == "chat.postMessage" else ""
        lately = [at for at in self._called_at[key] if at > self.now() - seconds]
        if len(lately) >= most:
            return max(1, math.ceil(lately[0] + seconds - self.now()))
        self._called_at[key] = [*lately, self.now()]
        return 0
