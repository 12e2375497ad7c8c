"""Names and words from outside, as they may be shown: on a terminal, a page, in a chat, a mail, a line of a file."""

import re

SHOWN = "�"  # in their place, so that two names that differ never look alike
HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters: a terminal obeys them; line feed and tab are let through
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2060-\u206f\u3164\ufeff\uffa0\U0001d173-\U0001d17a"  # unseen
    "\u2028-\u202e\ufff9-\ufffb\U000e0000-\U000e0fff"  # break lines, turn letters round, or are tags
    "\ud800-\udfff]"  # halves of characters, which no encoding writes
)


def harmless(text: str) -> str:
    """The same, but for what a reader doesn't see and a machine obeys. For what is shown; what is kept or compared stays as it is."""
    return HOSTILE.sub(SHOWN, text)
