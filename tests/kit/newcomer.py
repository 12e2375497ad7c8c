"""Somebody who sees a page for the first time: how many seconds they take for what a walk does, by the keystroke-level model."""

import time
from dataclasses import dataclass, field

from playwright.async_api import Locator, Page

# Card, Moran and Newell, "The keystroke-level model" (CACM 23/7, 1980), an average typist; reading: Brysbaert 2019, 238 words a minute.
KEY, POINT, PRESS, THINK, WORD = 0.28, 1.1, 0.2, 1.35, 60 / 238


@dataclass
class Newcomer:
    """`seconds` of a person; the machine's are what the clock has seen since `began`: a walk itself takes no pauses."""

    seconds: float = 0.0
    began: float = field(default_factory=time.monotonic)

    async def reads(self, *what: Locator) -> None:
        """Every word of it: the marked step, a question's title, and what a story is about; whoever follows a mark skips the rest."""
        for part in what:
            self.seconds += len((await part.inner_text()).split()) * WORD

    async def presses(self, what: Locator) -> None:
        """With the mouse."""
        self.seconds += THINK + POINT + PRESS
        await what.click()

    async def types(self, page: Page, field: str, text: str) -> None:
        """And Enter."""
        self.seconds += THINK + POINT + PRESS + KEY * (len(text) + 1)
        await page.fill(field, text)
        await page.press(field, "Enter")

    def told(self, story: str) -> str:
        """For whoever runs the walk by hand."""
        machine = time.monotonic() - self.began
        return f"{story}: {self.seconds + machine:.0f} s, of which {machine:.0f} s were the machine's"
